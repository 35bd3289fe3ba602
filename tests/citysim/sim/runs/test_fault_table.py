"""Every fault, law and count of the simulator has a message in both languages, and the README shows
the table that the command prints."""

from pathlib import Path

import citysim.sim
from citysim.demo.messages import Translator
from citysim.laws.table import LAWS
from citysim.sim.faults.kind import TargetType
from citysim.sim.faults.table import KINDS
from citysim.sim.runs.report.fault_table import as_markdown, fault_rows
from citysim.sim.runs.report.messages import FAULTS_ZH, MESSAGES
from citysim.sim.runs.totals import COUNTED
from citysim.sim.scenario_run import LIVENESS, NO_UNEXPECTED_ERRORS


def test_every_kind_of_fault_has_a_chinese_name_and_no_other_has():
    assert set(FAULTS_ZH) == set(KINDS)
    assert all(name and proves for name, proves in FAULTS_ZH.values())


def test_every_law_and_every_count_has_a_message():
    missing = [
        name
        for name in (
            *LAWS,
            LIVENESS,
            NO_UNEXPECTED_ERRORS,
            *COUNTED,
            *(f"target.{target_type}" for target_type in TargetType),
        )
        if name not in MESSAGES
    ]
    assert not missing, missing


def test_messages_are_pairs_and_chinese_is_chinese():
    assert all(len(pair) == 2 and all(pair) for pair in MESSAGES.values())
    assert all(
        any("\u4e00" <= letter <= "\u9fff" for letter in name) for name, _ in FAULTS_ZH.values()
    )


def test_the_table_has_a_row_for_every_kind_in_both_languages():
    for language in ("en", "zh"):
        assert len(fault_rows(Translator(language, MESSAGES))) == len(KINDS)


def test_the_readme_shows_the_table_that_the_command_prints():
    page = (Path(citysim.sim.__file__).parent / "README.md").read_text(encoding="utf-8")
    table = as_markdown(Translator("en", MESSAGES))
    assert table in page, f"put this into citysim/sim/README.md:\n{table}"
