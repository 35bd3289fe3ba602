"""Every fault, law and count of the simulator has its words in both languages, and the page shows the table that the command prints."""

from pathlib import Path

import citysim.sim
from citysim.demo.words import Words
from citysim.laws.table import LAWS
from citysim.sim.faults.kinds import KINDS, On
from citysim.sim.runs.show.faults import as_markdown, fault_rows
from citysim.sim.runs.show.words import FAULTS_ZH, WORDS
from citysim.sim.runs.totals import COUNTED
from citysim.sim.story import LIVENESS, NO_BUG


def test_every_kind_of_fault_is_said_in_chinese_and_no_other():
    assert set(FAULTS_ZH) == set(KINDS)
    assert all(name and proves for name, proves in FAULTS_ZH.values())


def test_every_law_and_every_count_has_its_words():
    missing = [
        name
        for name in (*LAWS, LIVENESS, NO_BUG, *COUNTED, *(f"on.{on}" for on in On))
        if name not in WORDS
    ]
    assert not missing, missing


def test_words_are_pairs_and_chinese_is_chinese():
    assert all(len(pair) == 2 and all(pair) for pair in WORDS.values())
    assert all(
        any("\u4e00" <= letter <= "\u9fff" for letter in name) for name, _ in FAULTS_ZH.values()
    )


def test_the_table_has_a_row_for_every_kind_in_both_languages():
    for language in ("en", "zh"):
        assert len(fault_rows(Words(language, WORDS))) == len(KINDS)


def test_the_simulators_page_shows_the_table_that_the_command_prints():
    page = (Path(citysim.sim.__file__).parent / "README.md").read_text(encoding="utf-8")
    table = as_markdown(Words("en", WORDS))
    assert table in page, f"put this into citysim/sim/README.md:\n{table}"
