"""A picture of a source's last hours in a terminal: a gap where nobody looked, no zero."""

from io import StringIO

from rich.console import Console

from citybrain.clock import SECOND_US
from citybrain.domain.series import MINUTE_US, SeriesPoint
from district_node.terminal.series_view import COLUMNS, GAP, picture, series_table

T0 = 1_750_000_020 * SECOND_US


def point(minute, mean, *, samples=3):
    return SeriesPoint(
        source="gauge",
        series="value",
        unit="m",
        minute=T0 + minute * MINUTE_US,
        samples=samples,
        last=mean,
        low=mean,
        mean=mean,
        high=mean,
        observed_share=1.0 if samples else 0.0,
    )


def drawn(*points, minutes=COLUMNS):
    return picture(points, since=T0, until=T0 + minutes * MINUTE_US)


def test_a_column_is_as_high_as_its_minutes_are_in_the_mean():
    assert drawn(point(0, 1.0), point(1, 8.0), point(2, 4.5)).startswith("▁█▅")
    assert drawn(point(0, 1.0), point(1, 3.0), point(2, 8.0), minutes=2 * COLUMNS)[:2] == "▁█"


def test_a_minute_in_which_nobody_looked_is_a_gap():
    assert drawn(point(0, 1.0), point(1, 0.0, samples=0), point(2, 8.0)).startswith(f"▁{GAP}█")
    assert drawn(point(0, 0.0, samples=0)) == drawn() == GAP * COLUMNS


def test_the_table_fits_a_terminal_and_says_what_share_was_observed():
    console = Console(width=80, record=True, file=StringIO())
    points = [point(0, 1.25), point(1, 2.5), point(2, 0.0, samples=0)]
    shown = series_table("box-1/gauge", [points], since=T0, until=T0 + COLUMNS * MINUTE_US)
    console.print(shown)
    text = console.export_text()
    assert "2.5 m" in text and "67%" in text and "…" not in text
