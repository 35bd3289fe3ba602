"""Laws 5 and 7 and the hash chains: what is judged of every record alone."""

import law_histories as h
import law_values as v
import pytest

from citybrain.structs import replace
from citysim.laws.checks import chains_whole, no_frames, same_state
from citysim.laws.history import LiveState
from citysim.laws.table import LAWS, check_all

WHOLE = h.node("a", h.record(h.batch(1)), h.record(h.batch(2)))


def test_an_empty_city_violates_no_law_and_proves_none():
    reports = check_all(h.history())
    assert [r.law for r in reports] == list(LAWS)
    assert all(r.holds and r.checked == 0 and r.inconclusive == 0 for r in reports)


# 5 same journal, same state


def test_a_record_that_is_decided_otherwise_is_a_violation():
    assert same_state.check(h.history(WHOLE)).holds
    assert not same_state.check(h.history(replace(WHOLE, divergent=(1,)))).holds
    assert not same_state.check(
        h.history(replace(WHOLE, checkpoint_errors=("the checkpoint at record 1 …",)))
    ).holds


def test_what_other_code_decided_is_counted_as_inconclusive():
    report = same_state.check(
        h.history(replace(WHOLE, foreign_records=frozenset({1}), foreign_divergent=1))
    )
    assert report.holds and (report.checked, report.inconclusive) == (1, 1)


def test_the_state_of_a_node_that_is_up_is_the_one_its_journal_leads_to():
    live = LiveState(seq=2, state_hash="h", at=v.at(0))
    assert same_state.check(h.history(replace(WHOLE, live=live, state_hash="h"))).holds
    assert (
        "is not the one"
        in same_state.check(h.history(replace(WHOLE, live=live, state_hash="g"))).violations[0]
    )
    assert same_state.check(
        h.history(replace(WHOLE, live=replace(live, seq=1), state_hash="g"))
    ).holds, "it has gone on since"


def test_of_a_node_whose_commands_are_not_known_only_the_records_are_judged():
    double = h.node(
        "a", h.record(None, v.unit("o-1")), h.record(None, v.unit("o-2", assignment_number=2))
    )
    assert not all(report.holds for report in check_all(h.history(double)))
    old = replace(double, foreign_records=frozenset({1, 2}), foreign_divergent=1)
    assert all(report.holds for report in check_all(h.history(old)))
    frames = replace(old, records=(replace(old.records[0], image_signature="/9j/"),))
    assert [report.law for report in check_all(h.history(frames)) if not report.holds] == [
        "no_frames"
    ]


# the chains


def test_a_broken_chain_or_a_missing_end_is_a_violation():
    assert chains_whole.check(h.history(WHOLE)).checked == 2
    assert not chains_whole.check(
        h.history(replace(WHOLE, chain_error="record 2 does not follow"))
    ).holds
    assert chains_whole.check(
        h.history(replace(WHOLE, live=LiveState(seq=2, state_hash="", at=v.at(0))))
    ).holds
    assert (
        "ends at 2"
        in chains_whole.check(
            h.history(replace(WHOLE, live=LiveState(seq=3, state_hash="", at=v.at(0))))
        ).violations[0]
    )


# 7 no frame leaves the box


@pytest.mark.parametrize(
    ("facts", "holds"),
    [
        ({"size": 900}, True),
        ({"size": 900, "image_signature": "/9j/"}, False),
        ({"size": 300_000}, False),
    ],
)
def test_a_payload_that_looks_like_a_picture_or_could_hide_one_is_a_violation(facts, holds):
    assert (
        no_frames.check(h.history(h.node("a", replace(h.record(h.batch(1)), **facts)))).holds
        is holds
    )
