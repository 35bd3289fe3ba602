"""The outcome of a chaos run: failures, the table by kind, both languages, the JSON report."""

import io
import json

import pytest
from rich.console import Console

from citybrain.clock import Timestamp
from citysim.chaos.fault.kinds import Fault, FaultKind
from citysim.chaos.messages import MESSAGES
from citysim.chaos.net.port import Direction
from citysim.chaos.outcome.json_report import as_json
from citysim.chaos.outcome.run_outcome import ALWAYS_CHECKED, ChaosOutcome, FaultOutcome
from citysim.chaos.outcome.terminal import outcome_lines, schedule_lines, show_summary
from citysim.chaos.recovery.recovery_monitor import Recovery
from citysim.demo.messages import LANGUAGES, Translator
from citysim.demo.outcome.run_statistics import RunStatistics
from citysim.laws.report import LawReport

HOLDING = tuple(LawReport(law=law, checked=3) for law in ALWAYS_CHECKED)
DIFFERS = LawReport(law="agreement", checked=1, violations=("a differs",))
KILL = Fault(number=1, kind=FaultKind.KILL, target="oldtown")


def recovered(took_s, fault=KILL, violations=()):
    return FaultOutcome(
        fault=fault,
        recovery=Recovery(
            took_s=took_s, problems=() if took_s is not None else ("oldtown is not ready",)
        ),
        checked=10,
        violations=violations,
    )


def outcome(*faults, laws=HOLDING, recovery_failure="", impossible=None):
    return ChaosOutcome(
        seed=7,
        net="netns",
        seconds=60.0,
        faults=faults,
        laws=laws,
        statistics=RunStatistics(events={"waterlogging": 5}),
        records={"city": 40},
        deaths={"oldtown": 1, "broker": 0},
        recovery_failure=recovery_failure,
        impossible=impossible or {},
    )


def test_a_run_without_failures_ends_with_exit_code_0():
    assert outcome(recovered(1.0)).exit_code == 0


@pytest.mark.parametrize(
    ("one", "failure"),
    [
        (outcome(recovered(None)), "fault 1 did not recover in time: oldtown is not ready"),
        (
            outcome(
                recovered(1.0),
                laws=(*HOLDING, LawReport(law="agreement", checked=1, violations=("a differs",))),
            ),
            "law agreement was violated 1 time(s), first: a differs",
        ),
        (
            outcome(recovered(1.0, violations=("agreement: a differs",))),
            "law violated for a while, after fault 1: agreement: a differs",
        ),
        (
            outcome(recovered(1.0), laws=(LawReport(law="nothing_lost", checked=0),)),
            "law nothing_lost had nothing to check",
        ),
        (
            outcome(recovered(1.0), recovery_failure="no incident was closed"),
            "no incident was closed",
        ),
    ],
)
def test_every_failure_is_reported_and_ends_with_exit_code_1(one, failure):
    assert failure in one.failures
    assert one.exit_code == 1


def test_a_fault_that_cannot_be_done_here_is_no_failure_and_is_counted():
    skipped = FaultOutcome(
        fault=Fault(number=2, kind=FaultKind.DISK_FULL, target="oldtown"),
        skipped="mounting needs root",
    )
    one = outcome(recovered(1.0), skipped)
    assert one.exit_code == 0
    assert [(row.kind, row.done, row.skipped) for row in one.by_kind()] == [
        (FaultKind.KILL, 1, 0),
        (FaultKind.DISK_FULL, 0, 1),
    ]


def test_the_table_has_the_median_and_the_longest_by_kind():
    row = outcome(recovered(1.0), recovered(2.0), recovered(9.0), recovered(None)).by_kind()[0]
    assert (row.done, row.not_recovered, row.p50_s, row.max_s) == (4, 1, 2.0, 9.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_that_is_shown_is_translated(language):
    translate, printed = Translator(language, MESSAGES), io.StringIO()
    step = Fault(number=2, kind=FaultKind.CLOCK_STEP, target="city", hold_s=2.0, amount=-3.5)
    slow = Fault(
        number=3, kind=FaultKind.DELAY, target="a>b", hold_s=2.0, amount=300.0, jitter_ms=150.0
    )
    one_way = Fault(
        number=4, kind=FaultKind.ONE_WAY, target="a>b", hold_s=2.0, direction=Direction.UP
    )
    one = outcome(
        recovered(1.0), recovered(None, step), impossible={FaultKind.DISK_FULL: "no root"}
    )
    text = "\n".join(
        [
            schedule_lines((KILL, step, slow, one_way), translate),
            *(
                outcome_lines(fault, 4, Timestamp(0), translate)
                for fault in (*one.faults, FaultOutcome(fault=None))
            ),
        ]
    )
    show_summary(one, translate, Console(file=printed, width=200))
    for shown in (text, printed.getvalue()):
        assert not [
            key
            for key in MESSAGES
            if "_" in key and f" {key}" in shown and key not in ("clock_step", "disk_full")
        ], shown
    assert "-3.5 s" in text and "300 ± 150 ms" in text and "00:00:00" in text


def test_every_kind_and_direction_has_its_messages():
    assert {*FaultKind, *Direction} <= set(MESSAGES)
    assert all(english and chinese for english, chinese in MESSAGES.values())


def test_the_json_report_has_every_fault():
    report = json.loads(as_json(outcome(recovered(1.234), recovered(None))))
    assert [fault["recovered_s"] for fault in report["faults"]] == [1.23, None]
    assert report["faults"][0]["fault"]["target"] == "oldtown" and report["exit_code"] == 1
    assert (report["lost"], report["duplicated"]) == (0, 0) and report["kinds"]["kill"]["done"] == 2
    assert set(report["laws"]) == set(ALWAYS_CHECKED)
