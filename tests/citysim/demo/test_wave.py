"""The replayed water level follows its documented formulas."""

import csv

from citysim.demo.data import wave


def test_the_file_is_what_the_formulas_give_number_by_number():
    with wave.csv_path().open() as file:
        kept = [(int(row["seconds"]), float(row["value"])) for row in csv.DictReader(file)]
    assert kept == list(wave.rows())


def test_the_wave_rises_above_the_alarm_and_falls_below_it_again():
    levels = [level for _, level in wave.rows()]
    peak = levels.index(max(levels))
    assert levels[0] < 1.0 and max(levels) > 1.5 and levels[-1] < 1.0
    assert levels[: peak + 1] == sorted(levels[: peak + 1]) and levels[peak:] == sorted(
        levels[peak:], reverse=True
    )


def test_the_peak_comes_when_the_formula_says():
    peak_s = max(wave.rows(), key=lambda row: row[1])[0]
    assert peak_s == wave.TIME_TO_PEAK_S
    assert wave.discharge_m3s(peak_s) == wave.PEAK_M3S + wave.BASE_M3S
