"""Nothing lost, nothing twice, at the door: marks per sender, gaps declared, new outboxes noticed."""

from hypothesis import given
from hypothesis import strategies as st

from citybrain.ack_ranges import AckRanges
from citybrain.domain.agent import AgentHello
from citybrain.domain.event import Gap, LossCount, OutboxItem
from citybrain.vocabulary import Severity
from district_node.cores import intake
from district_node.cores.intake import Intake
from district_node.inputs import BatchReceived, ItemQuarantined
from district_node.limits import INCARNATIONS


def said(*seqs, incarnation=7):
    return BatchReceived(
        agent="box-1", incarnation=incarnation, items=tuple(OutboxItem(seq=seq) for seq in seqs)
    )


def gap(first, last):
    losses = (LossCount(severity=Severity.MINOR, rule="crowd", count=last - first + 1),)
    return BatchReceived(
        agent="box-1",
        incarnation=7,
        items=(
            OutboxItem(seq=first, gap=Gap(first=first, last=last, reason="disk", losses=losses)),
        ),
    )


@given(st.lists(st.lists(st.integers(1, 30), min_size=1, max_size=8), max_size=12))
def test_every_number_takes_effect_once_whatever_the_order_and_the_repeats(messages):
    state, effects = Intake(), []
    for seqs in messages:
        state, fresh = intake.take(state, said(*seqs))
        effects += [item.seq for item in fresh]
    sent = [seq for seqs in messages for seq in seqs]
    assert sorted(effects) == sorted(set(sent))
    assert state.tally.items == len(set(sent))
    assert state.tally.duplicates == len(sent) - len(set(sent))
    ack = intake.ack_for(state, "box-1", 7)
    if sent:
        acknowledged = set(range(1, ack.contiguous + 1)) | {
            n for span in ack.above for n in range(span.first, span.last + 1)
        }
        assert acknowledged == set(sent)


def test_two_outboxes_of_one_agent_have_numbers_of_their_own():
    state, _ = intake.take(Intake(), said(1, 2))
    state, fresh = intake.take(state, said(1, 2, incarnation=8))
    assert len(fresh) == 2
    assert state.tally.outboxes_lost == 1
    state, fresh = intake.take(state, said(2, 3))
    assert [item.seq for item in fresh] == [3], "what the old outbox had said is still known"


def test_a_declared_gap_fills_its_numbers_and_counts_what_is_lost():
    state, _ = intake.take(Intake(), said(1, 4))
    state, fresh = intake.take(state, gap(2, 5))
    assert len(fresh) == 1
    assert (state.tally.gaps, state.tally.lost) == (1, 3)
    assert intake.ack_for(state, "box-1", 7).contiguous == 5
    state, fresh = intake.take(state, gap(2, 5))
    assert fresh == ()
    assert state.tally.lost == 3


def test_a_gap_that_grew_counts_only_what_is_new():
    state, _ = intake.take(Intake(), gap(1, 3))
    state, fresh = intake.take(state, gap(1, 5))
    assert len(fresh) == 1
    assert state.tally.lost == 5


def test_a_hello_of_an_outbox_that_keeps_less_than_we_miss_declares_a_gap():
    state, _ = intake.take(Intake(), said(1, 2, 6))
    hello = AgentHello(agent="box-1", incarnation=7, lowest_kept=6, next_seq=9)
    assert intake.teaches(state, hello)
    state, missing = intake.greet(state, hello)
    assert missing == 3
    assert intake.ack_for(state, "box-1", 7).contiguous == 6
    assert not intake.teaches(state, hello)


def test_an_ordinary_hello_teaches_nothing_and_needs_no_record():
    state, _ = intake.take(Intake(), said(1, 2))
    assert not intake.teaches(
        state, AgentHello(agent="box-1", incarnation=7, lowest_kept=3, next_seq=3)
    )


def test_a_spoiled_item_takes_its_number_so_that_its_sender_goes_on():
    state = intake.spoil(
        Intake(), ItemQuarantined(agent="box-1", incarnation=7, seq=1, reason="ValueError")
    )
    assert intake.ack_for(state, "box-1", 7).contiguous == 1
    assert state.tally.spoiled == 1
    assert (
        intake.spoil(
            state, ItemQuarantined(agent="box-1", incarnation=7, seq=1, reason="ValueError")
        )
        == state
    )


def test_one_outbox_too_many_is_neither_taken_nor_acknowledged():
    state = Intake()
    for incarnation in range(1, INCARNATIONS.value + 1):
        state, _ = intake.take(state, said(1, incarnation=incarnation))
    after, fresh = intake.take(state, said(1, incarnation=10_000))
    assert fresh == ()
    assert after == state
    assert intake.ack_for(after, "box-1", 10_000) is None


def test_what_is_not_said_is_not_known():
    assert not intake.is_known(Intake(), "box-1", 7, 1)
    assert intake.ack_for(Intake(), "box-1", 7) is None
    assert AckRanges().contiguous == 0
