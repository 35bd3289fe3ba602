"""The outcome of a chaos run: what counts as a failure, the table by kind, both languages, and the report for machines."""

import io
import json

import pytest
from rich.console import Console

from citybrain.clock import Timestamp
from citysim.chaos.fault.kinds import Fault, FaultKind
from citysim.chaos.heal.recovery import Recovery
from citysim.chaos.net.port import Way
from citysim.chaos.outcome.document import as_json
from citysim.chaos.outcome.lines import drawn, line, show
from citysim.chaos.outcome.told import ALWAYS_JUDGED, Outcome, Told
from citysim.chaos.words import WORDS
from citysim.demo.outcome.account import Account
from citysim.demo.words import LANGUAGES, Words
from citysim.laws.report import LawReport

KEPT = tuple(LawReport(law=law, checked=3) for law in ALWAYS_JUDGED)
DIFFERS = LawReport(law="agreement", checked=1, broken=("a differs",))
KILL = Fault(number=1, kind=FaultKind.KILL, target="oldtown")


def over(took_s, fault=KILL, broken=()):
    return Told(
        fault=fault,
        recovery=Recovery(
            took_s=took_s, lacks=() if took_s is not None else ("oldtown is not ready",)
        ),
        checked=10,
        broken=broken,
    )


def outcome(*told, laws=KEPT, calm="", impossible=None):
    return Outcome(
        seed=7,
        net="netns",
        seconds=60.0,
        told=told,
        laws=laws,
        account=Account(events={"waterlogging": 5}),
        records={"city": 40},
        deaths={"oldtown": 1, "broker": 0},
        calm=calm,
        impossible=impossible or {},
    )


def test_a_run_that_kept_everything_ends_with_exit_code_0():
    assert outcome(over(1.0)).exit_code == 0


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (outcome(over(None)), "fault 1 was not over in time: oldtown is not ready"),
        (
            outcome(
                over(1.0),
                laws=(*KEPT, LawReport(law="agreement", checked=1, broken=("a differs",))),
            ),
            "law agreement was broken 1 time(s), first: a differs",
        ),
        (
            outcome(over(1.0, broken=("agreement: a differs",))),
            "law broken for a while, after fault 1: agreement: a differs",
        ),
        (
            outcome(over(1.0), laws=(LawReport(law="nothing_lost", checked=0),)),
            "law nothing_lost had nothing to judge",
        ),
        (outcome(over(1.0), calm="no incident was closed"), "no incident was closed"),
    ],
)
def test_whatever_was_not_kept_is_said_and_ends_with_exit_code_1(one, says):
    assert says in one.missing
    assert one.exit_code == 1


def test_a_fault_that_cannot_be_done_here_is_no_failure_and_is_counted():
    skipped = Told(
        fault=Fault(number=2, kind=FaultKind.DISK_FULL, target="oldtown"),
        skipped="mounting needs root",
    )
    one = outcome(over(1.0), skipped)
    assert one.exit_code == 0
    assert [(row.kind, row.done, row.skipped) for row in one.rows()] == [
        (FaultKind.KILL, 1, 0),
        (FaultKind.DISK_FULL, 0, 1),
    ]


def test_the_table_has_the_median_and_the_longest_by_kind():
    row = outcome(over(1.0), over(2.0), over(9.0), over(None)).rows()[0]
    assert (row.done, row.not_over, row.p50_s, row.most_s) == (4, 1, 2.0, 9.0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_that_is_shown_is_translated(language):
    words, said = Words(language, WORDS), io.StringIO()
    step = Fault(number=2, kind=FaultKind.CLOCK_STEP, target="city", hold_s=2.0, amount=-3.5)
    slow = Fault(
        number=3, kind=FaultKind.DELAY, target="a>b", hold_s=2.0, amount=300.0, jitter_ms=150.0
    )
    deaf = Fault(number=4, kind=FaultKind.ONE_WAY, target="a>b", hold_s=2.0, way=Way.UP)
    one = outcome(over(1.0), over(None, step), impossible={FaultKind.DISK_FULL: "no root"})
    text = "\n".join(
        [
            drawn((KILL, step, slow, deaf), words),
            *(line(told, 4, Timestamp(0), words) for told in (*one.told, Told(fault=None))),
        ]
    )
    show(one, words, Console(file=said, width=200))
    for shown in (text, said.getvalue()):
        assert not [
            word
            for word in WORDS
            if "_" in word and f" {word}" in shown and word not in ("clock_step", "disk_full")
        ], shown
    assert "-3.5 s" in text and "300 ± 150 ms" in text and "00:00:00" in text


def test_every_kind_and_way_has_its_words():
    assert {*FaultKind, *Way} <= set(WORDS)
    assert all(english and chinese for english, chinese in WORDS.values())


def test_the_report_for_machines_tells_every_fault():
    told = json.loads(as_json(outcome(over(1.234), over(None))))
    assert [fault["recovered_s"] for fault in told["faults"]] == [1.23, None]
    assert told["faults"][0]["fault"]["target"] == "oldtown" and told["exit_code"] == 1
    assert (told["lost"], told["double"]) == (0, 0) and told["kinds"]["kill"]["done"] == 2
    assert set(told["laws"]) == set(ALWAYS_JUDGED)
