"""Nothing lost, nothing twice: ranges per sender, declared gaps, new outboxes."""

from hypothesis import given
from hypothesis import strategies as st

from citybrain.ack_ranges import AckRanges
from citybrain.domain.agent import AgentHello
from citybrain.domain.event import Gap, LossCount, OutboxItem, VisibilityInterval
from citybrain.vocabulary import Severity, Visibility
from district_node.cores import intake
from district_node.cores.intake import Intake
from district_node.inputs import BatchReceived, ItemQuarantined
from district_node.limits import INCARNATIONS

VISIBILITY = VisibilityInterval(
    source="cam-1", visibility=Visibility.OBSERVED, reason="", since=1, until=None
)


def batch(*seqs, incarnation=7):
    items = tuple(OutboxItem(seq=seq, content=VISIBILITY) for seq in seqs)
    return BatchReceived(agent="box-1", incarnation=incarnation, items=items)


def gap(first, last):
    losses = (LossCount(severity=Severity.MINOR, rule="crowd", count=last - first + 1),)
    return BatchReceived(
        agent="box-1",
        incarnation=7,
        items=(
            OutboxItem(
                seq=first, content=Gap(first=first, last=last, reason="disk", losses=losses)
            ),
        ),
    )


@given(st.lists(st.lists(st.integers(1, 30), min_size=1, max_size=8), max_size=12))
def test_every_number_takes_effect_once_whatever_the_order_and_the_repeats(messages):
    state, effects = Intake(), []
    for seqs in messages:
        state, fresh = intake.accept_batch(state, batch(*seqs))
        effects += [item.seq for item in fresh]
    sent = [seq for seqs in messages for seq in seqs]
    assert sorted(effects) == sorted(set(sent))
    assert state.counters.items == len(set(sent))
    assert state.counters.duplicates == len(sent) - len(set(sent))
    ack = intake.ack_for(state, "box-1", 7)
    if sent:
        acknowledged = set(range(1, ack.contiguous + 1)) | {
            n for span in ack.above for n in range(span.first, span.last + 1)
        }
        assert acknowledged == set(sent)


def test_two_outboxes_of_one_agent_have_numbers_of_their_own():
    state, _ = intake.accept_batch(Intake(), batch(1, 2))
    state, fresh = intake.accept_batch(state, batch(1, 2, incarnation=8))
    assert len(fresh) == 2
    assert state.counters.outboxes_lost == 1
    state, fresh = intake.accept_batch(state, batch(2, 3))
    assert [item.seq for item in fresh] == [3], "the numbers of the old outbox are still known"


def test_a_declared_gap_fills_its_numbers_and_counts_what_is_lost():
    state, _ = intake.accept_batch(Intake(), batch(1, 4))
    state, fresh = intake.accept_batch(state, gap(2, 5))
    assert len(fresh) == 1
    assert (state.counters.gaps, state.counters.lost) == (1, 3)
    assert intake.ack_for(state, "box-1", 7).contiguous == 5
    state, fresh = intake.accept_batch(state, gap(2, 5))
    assert fresh == ()
    assert state.counters.lost == 3


def test_a_gap_that_grew_counts_only_what_is_new():
    state, _ = intake.accept_batch(Intake(), gap(1, 3))
    state, fresh = intake.accept_batch(state, gap(1, 5))
    assert len(fresh) == 1
    assert state.counters.lost == 5


def test_a_hello_of_an_outbox_that_keeps_less_than_we_miss_declares_a_gap():
    state, _ = intake.accept_batch(Intake(), batch(1, 2, 6))
    hello = AgentHello(agent="box-1", incarnation=7, lowest_unacked=6, next_seq=9)
    assert intake.is_new_information(state, hello)
    state, missing = intake.accept_hello(state, hello)
    assert missing == 3
    assert intake.ack_for(state, "box-1", 7).contiguous == 6
    assert not intake.is_new_information(state, hello)


def test_an_ordinary_hello_says_nothing_new_and_needs_no_record():
    state, _ = intake.accept_batch(Intake(), batch(1, 2))
    assert not intake.is_new_information(
        state, AgentHello(agent="box-1", incarnation=7, lowest_unacked=3, next_seq=3)
    )


def test_a_quarantined_item_takes_its_number_so_that_its_sender_goes_on():
    state = intake.quarantine_item(
        Intake(), ItemQuarantined(agent="box-1", incarnation=7, seq=1, reason="ValueError")
    )
    assert intake.ack_for(state, "box-1", 7).contiguous == 1
    assert state.counters.quarantined_items == 1
    assert (
        intake.quarantine_item(
            state, ItemQuarantined(agent="box-1", incarnation=7, seq=1, reason="ValueError")
        )
        == state
    )


def test_one_outbox_too_many_is_neither_accepted_nor_acknowledged():
    state = Intake()
    for incarnation in range(1, INCARNATIONS.value + 1):
        state, _ = intake.accept_batch(state, batch(1, incarnation=incarnation))
    after, fresh = intake.accept_batch(state, batch(1, incarnation=10_000))
    assert fresh == ()
    assert after == state
    assert intake.ack_for(after, "box-1", 10_000) is None


def test_nothing_is_known_of_a_sender_that_never_sent():
    items = batch(1, 2).items
    assert intake.unreceived(Intake(), "box-1", 7, items) == items
    assert intake.ack_for(Intake(), "box-1", 7) is None
    assert AckRanges().contiguous == 0


def test_only_items_that_are_in_already_are_held_back():
    state, _ = intake.accept_batch(Intake(), batch(1, 3))
    fresh = intake.unreceived(state, "box-1", 7, batch(1, 2, 3, 4).items)
    assert [item.seq for item in fresh] == [2, 4]
