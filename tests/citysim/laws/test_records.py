"""Laws 5 and 7, and the chains: what is judged of every record alone."""

from dataclasses import replace

import citysim_story as s
import pytest

from citysim.laws.checks import chains_whole, no_frames, same_state
from citysim.laws.history import Live
from citysim.laws.table import LAWS, check_all

WHOLE = s.node("a", s.step(s.says(1)), s.step(s.says(2)))


def test_an_empty_city_breaks_no_law_and_proves_none():
    reports = check_all(s.history())
    assert [r.law for r in reports] == list(LAWS)
    assert all(r.kept and r.checked == 0 and r.unjudged == 0 for r in reports)


# 5 same journal, same state


def test_a_record_that_is_decided_otherwise_is_a_break():
    assert same_state.check(s.history(WHOLE)).kept
    assert not same_state.check(s.history(replace(WHOLE, divergent=(1,)))).kept
    assert not same_state.check(
        s.history(replace(WHOLE, snapshot_faults=("the snapshot at record 1 …",)))
    ).kept


def test_what_other_code_decided_is_counted_and_not_judged():
    report = same_state.check(s.history(replace(WHOLE, unjudged=frozenset({1}), back_tested=1)))
    assert report.kept and (report.checked, report.unjudged) == (1, 1)


def test_the_state_of_a_node_that_is_up_is_the_one_its_journal_leads_to():
    live = Live(seq=2, state_hash="h", at=s.at(0))
    assert same_state.check(s.history(replace(WHOLE, live=live, state_hash="h"))).kept
    assert (
        "is not the one"
        in same_state.check(s.history(replace(WHOLE, live=live, state_hash="g"))).broken[0]
    )
    assert same_state.check(
        s.history(replace(WHOLE, live=replace(live, seq=1), state_hash="g"))
    ).kept, "it has gone on since"


def test_of_a_node_whose_decisions_are_not_known_only_the_records_are_judged():
    double = s.node("a", s.step(None, s.unit("o-1")), s.step(None, s.unit("o-2", assignment=2)))
    assert not all(report.kept for report in check_all(s.history(double)))
    old = replace(double, unjudged=frozenset({1, 2}), back_tested=1)
    assert all(report.kept for report in check_all(s.history(old)))
    frames = replace(old, steps=(replace(old.steps[0], suspicious="/9j/"),))
    assert [report.law for report in check_all(s.history(frames)) if not report.kept] == [
        "no_frames"
    ]


# the chains


def test_a_broken_chain_or_an_end_that_is_missing_is_a_break():
    assert chains_whole.check(s.history(WHOLE)).checked == 2
    assert not chains_whole.check(
        s.history(replace(WHOLE, chain_fault="record 2 does not follow"))
    ).kept
    assert chains_whole.check(
        s.history(replace(WHOLE, live=Live(seq=2, state_hash="", at=s.at(0))))
    ).kept
    assert (
        "ends at 2"
        in chains_whole.check(
            s.history(replace(WHOLE, live=Live(seq=3, state_hash="", at=s.at(0))))
        ).broken[0]
    )


# 7 no frame leaves the box


@pytest.mark.parametrize(
    ("facts", "is_kept"),
    [
        ({"size": 900}, True),
        ({"size": 900, "suspicious": "/9j/"}, False),
        ({"size": 300_000}, False),
    ],
)
def test_a_payload_that_looks_like_a_picture_or_could_hide_one_is_a_break(facts, is_kept):
    assert (
        no_frames.check(s.history(s.node("a", replace(s.step(s.says(1)), **facts)))).kept is is_kept
    )
