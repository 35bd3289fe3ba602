"""Nothing lost, nothing twice: ranges per sender, declared gaps, new outboxes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.ack_ranges import AckRanges
from citybrain.domain.agent import Ack, AgentHello
from citybrain.domain.event import Gap, LossCount, OutboxItem, VisibilityInterval
from citybrain.structs import replace
from citybrain.vocabulary import Severity, Visibility
from district_node.cores import intake
from district_node.cores.intake import Intake
from district_node.inputs import BatchReceived, ItemQuarantined
from district_node.limits import INCARNATIONS, SENDER_RANGES

VISIBILITY = VisibilityInterval(
    source="cam-1", visibility=Visibility.OBSERVED, reason="", since=1, until=None
)


NOW = 1_000_000_000


def hello(next_seq, *, lowest_unacked=1, incarnation=7, previous=0, agent="box-1"):
    return AgentHello(
        agent=agent,
        incarnation=incarnation,
        lowest_unacked=lowest_unacked,
        next_seq=next_seq,
        previous=previous,
    )


def followed(state, incarnation, previous):
    """`state` with box-1's next outbox, which names the one before."""
    return intake.accept_hello(state, hello(1, incarnation=incarnation, previous=previous))[0]


def greeted(next_seq=100):
    """An intake to which box-1 declared its numbers below `next_seq`."""
    return intake.accept_hello(Intake(), hello(next_seq))[0]


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
        state, fresh = intake.accept_batch(state, batch(*seqs), NOW)
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


def test_a_batch_leaves_every_other_count_as_it_was():
    counted = replace(Intake().counters, **dict.fromkeys(Intake().counters.__struct_fields__, 3))
    state, _ = intake.accept_batch(replace(Intake(), counters=counted), batch(1, 2), NOW)
    assert state.counters == replace(counted, items=5)


def test_two_outboxes_of_one_agent_have_numbers_of_their_own():
    state, _ = intake.accept_batch(Intake(), batch(1, 2), NOW)
    state, fresh = intake.accept_batch(
        followed(state, 8, previous=7), batch(1, 2, incarnation=8), NOW
    )
    assert len(fresh) == 2
    assert state.counters.outboxes_lost == 1
    state, fresh = intake.accept_batch(state, batch(2, 3), NOW)
    assert [item.seq for item in fresh] == [3], "the numbers of the old outbox are still known"


def test_a_declared_gap_fills_its_numbers_and_counts_what_is_lost():
    state, _ = intake.accept_batch(greeted(), batch(1, 4), NOW)
    state, fresh = intake.accept_batch(state, gap(2, 5), NOW)
    assert len(fresh) == 1
    assert (state.counters.gaps, state.counters.lost) == (1, 3)
    assert intake.ack_for(state, "box-1", 7).contiguous == 5
    state, fresh = intake.accept_batch(state, gap(2, 5), NOW)
    assert fresh == ()
    assert state.counters.lost == 3


def test_a_gap_that_grew_counts_only_what_is_new():
    state, _ = intake.accept_batch(greeted(), gap(1, 3), NOW)
    state, fresh = intake.accept_batch(state, gap(1, 5), NOW)
    assert len(fresh) == 1
    assert state.counters.lost == 5


def test_a_hello_of_an_outbox_that_keeps_less_than_we_miss_declares_a_gap():
    state, _ = intake.accept_batch(Intake(), batch(1, 2, 6), NOW)
    said = hello(9, lowest_unacked=6)
    assert intake.is_new_information(state, said)
    state, missing = intake.accept_hello(state, said)
    assert missing == 3
    assert intake.ack_for(state, "box-1", 7).contiguous == 6
    assert not intake.is_new_information(state, said)


def test_an_ordinary_hello_says_nothing_new_and_needs_no_record():
    state, _ = intake.accept_batch(Intake(), batch(1, 2), NOW)
    assert not intake.is_new_information(state, hello(3, lowest_unacked=3))
    assert not intake.is_new_information(state, hello(9, incarnation=8)), "it names none before"
    assert intake.is_new_information(state, hello(9, incarnation=8, previous=7))


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


# the chain of a box's outboxes


def test_of_an_outbox_that_no_hello_led_to_nothing_is_taken_or_acknowledged():
    state, _ = intake.accept_batch(Intake(), batch(1), NOW)
    for changed in (
        intake.accept_batch(state, batch(1, incarnation=8), NOW)[0],
        intake.accept_hello(state, hello(9, lowest_unacked=5, incarnation=8))[0],
        intake.accept_hello(state, hello(9, lowest_unacked=5, incarnation=8, previous=6))[0],
        intake.quarantine_item(
            state, ItemQuarantined(agent="box-1", incarnation=8, seq=1, reason="x")
        ),
    ):
        assert changed == state
    assert not intake.is_believed(state, "box-1", 8)
    answer = intake.ack_for(state, "box-1", 8)
    assert answer == Ack(incarnation=8, contiguous=0, believed_instead=7), "it is told what to name"


@pytest.mark.parametrize(
    ("said", "link"),
    [
        (hello(1, incarnation=8), intake.Link.LAST),
        (hello(1, incarnation=8, previous=3), intake.Link.LAST),
        (hello(1, incarnation=9, previous=8), intake.Link.FOLLOWS),
        (hello(1, incarnation=9, previous=7), intake.Link.UNKNOWN),
        (hello(1, incarnation=7), intake.Link.REPLACED),
        (hello(1, incarnation=7, previous=8), intake.Link.FOLLOWS),
        (hello(1, incarnation=9, agent="box-2"), intake.Link.FIRST),
    ],
)
def test_where_a_hello_stands(said, link):
    state, _ = intake.accept_batch(Intake(), batch(1), NOW)
    assert intake.link_of(followed(state, 8, previous=7), said) is link


def test_an_outbox_that_comes_back_has_the_numbers_that_it_had():
    state, _ = intake.accept_batch(Intake(), batch(1, 2), NOW)
    state = followed(followed(state, 8, previous=7), 7, previous=8)
    assert state.incarnations["box-1"] == (8, 7)
    assert intake.accept_batch(state, batch(1, 2), NOW)[1] == ()
    assert intake.ack_for(state, "box-1", 7) == Ack(incarnation=7, contiguous=2)


def test_the_outboxes_of_a_box_are_bounded_and_the_one_believed_longest_ago_goes():
    state, _ = intake.accept_batch(Intake(), batch(1, incarnation=1), NOW)
    for incarnation in range(2, INCARNATIONS.value + 3):
        state = followed(state, incarnation, previous=incarnation - 1)
    assert len(state.incarnations["box-1"]) == INCARNATIONS.value
    assert len(state.ack_ranges) == len(state.senders) == INCARNATIONS.value
    assert state.incarnations["box-1"][0] == 3
    assert intake.accept_batch(state, batch(1, incarnation=1), NOW)[1] == (), "nor is it new again"


def test_nothing_is_known_of_a_sender_that_never_sent():
    items = batch(1, 2).items
    assert intake.unreceived(Intake(), "box-1", 7, items) == items
    assert intake.ack_for(Intake(), "box-1", 7) == Ack(incarnation=7, contiguous=0)


def test_only_items_that_are_in_already_are_held_back():
    state, _ = intake.accept_batch(Intake(), batch(1, 3), NOW)
    fresh = intake.unreceived(state, "box-1", 7, batch(1, 2, 3, 4).items)
    assert [item.seq for item in fresh] == [2, 4]


# what a sender is believed


def test_a_gap_reaches_at_most_to_the_next_number_of_its_senders_hello():
    for state in (Intake(), greeted(4_000)):
        after, fresh = intake.accept_batch(state, gap(1, 4_000), NOW)
        assert fresh == ()
        assert intake.ack_for(after, "box-1", 7).contiguous == 0
        assert (after.counters.items_refused, after.counters.lost) == (1, 0)
    after, fresh = intake.accept_batch(greeted(4_001), gap(1, 4_000), NOW)
    assert len(fresh) == 1
    assert intake.ack_for(after, "box-1", 7).contiguous == 4_000


def test_what_was_refused_is_taken_once_the_hello_came():
    state, _ = intake.accept_batch(Intake(), gap(1, 9), NOW)
    state, _ = intake.accept_hello(state, hello(10))
    state, fresh = intake.accept_batch(state, gap(1, 9), NOW)
    assert len(fresh) == 1


def test_a_hello_of_another_outbox_declares_nothing_for_this_one():
    state, _ = intake.accept_hello(Intake(), hello(10_000, incarnation=8))
    assert intake.accept_batch(state, gap(1, 9), NOW)[1] == ()


def test_the_ranges_of_a_sender_are_bounded_and_go_on_once_the_holes_are_filled():
    holes = range(2, 2 * SENDER_RANGES.value + 200, 2)
    state, fresh = intake.accept_batch(Intake(), batch(*holes), NOW)
    key = intake.SenderKey("box-1", 7)
    assert len(state.ack_ranges[key].above) == len(fresh) == SENDER_RANGES.value
    assert state.counters.items_refused == len(holes) - len(fresh)
    refused = OutboxItem(seq=holes[-1], content=VISIBILITY)
    assert intake.refusal(state, "box-1", 7, refused) == intake.TOO_MANY_RANGES
    state, fresh = intake.accept_batch(state, batch(1, 3, 5, holes[-1]), NOW)
    assert len(fresh) == 4


def test_the_numbers_of_a_gap_that_cannot_be_decided_are_one_record():
    item = ItemQuarantined(agent="box-1", incarnation=7, seq=1, last=20_000, reason="ValueError")
    assert intake.quarantine_item(Intake(), item).counters.quarantined_items == 0
    state = intake.quarantine_item(greeted(20_001), item)
    assert intake.ack_for(state, "box-1", 7) == Ack(incarnation=7, contiguous=20_000)
    assert state.ack_ranges[intake.SenderKey("box-1", 7)] == AckRanges(contiguous=20_000)


# what is forgotten


def test_an_outbox_that_was_replaced_is_forgotten_once_it_was_silent_for_long():
    state, _ = intake.accept_batch(Intake(), batch(1, 2), NOW)
    state = followed(state, 8, previous=7)
    state, _ = intake.accept_batch(state, batch(1, incarnation=8), 5 * NOW)
    for before, left in ((NOW, (7, 8)), (NOW + 1, (8,)), (9 * NOW, (8,))):
        after = intake.forget_silent(state, "box-1", before=before, all_of_it=False)
        assert after.incarnations["box-1"] == left
        assert {key.incarnation for key in after.ack_ranges} == set(left)
    after = intake.forget_silent(state, "box-1", before=9 * NOW, all_of_it=True)
    assert (len(after.incarnations), len(after.ack_ranges), len(after.senders)) == (0, 0, 0)
    assert intake.forget_silent(state, "box-1", before=3 * NOW, all_of_it=True).incarnations[
        "box-1"
    ] == (8,)


def test_of_an_older_state_no_outbox_is_forgotten_before_its_time_began():
    state, _ = intake.accept_batch(Intake(), batch(1), NOW)
    older = Intake(ack_ranges=state.ack_ranges, incarnations=state.incarnations)
    noted = intake.note_unknown_times(older, 2 * NOW)
    assert intake.forget_silent(noted, "box-1", before=2 * NOW, all_of_it=True) == noted
    assert intake.note_unknown_times(noted, 3 * NOW) == noted
