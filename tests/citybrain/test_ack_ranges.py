"""AckRanges are a set of sequence numbers in compact form."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain import canonical_json
from citybrain.ack_ranges import AckRanges, ack_ranges_of, covered
from citybrain.domain.agent import Ack, SeqRange
from citybrain.domain.event import Gap, OutboxItem, VisibilityInterval
from citybrain.vocabulary import Visibility

seq_ranges = st.tuples(st.integers(1, 60), st.integers(0, 8)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


def built(pieces):
    ack_ranges, model = AckRanges(), set()
    for first, last in pieces:
        ack_ranges, model = ack_ranges.add_range(first, last), model | set(range(first, last + 1))
    return ack_ranges, model


def seen(seq):
    interval = VisibilityInterval(
        source="cam", visibility=Visibility.OBSERVED, reason="", since=1, until=None
    )
    return OutboxItem(seq=seq, content=interval)


def as_set(ack_ranges):
    return set(range(1, ack_ranges.contiguous + 1)).union(
        *(range(seq_range.first, seq_range.last + 1) for seq_range in ack_ranges.above)
    )


@given(st.lists(seq_ranges, max_size=30))
def test_they_hold_what_a_set_would_hold(pieces):
    ack_ranges, model = built(pieces)
    assert as_set(ack_ranges) == model
    assert [seq for seq in range(1, 80) if ack_ranges.has(seq)] == sorted(model)


@given(st.lists(seq_ranges, max_size=30))
def test_they_have_the_fewest_ranges(pieces):
    ack_ranges, _ = built(pieces)
    edges = [
        (0, ack_ranges.contiguous),
        *((seq_range.first, seq_range.last) for seq_range in ack_ranges.above),
    ]
    assert all(first <= last for first, last in edges[1:])
    assert all(begin > end + 1 for (_, end), (begin, _) in pairwise(edges))


@given(st.lists(seq_ranges, max_size=20), seq_ranges)
def test_a_range_is_in_when_all_its_numbers_are(pieces, wanted):
    ack_ranges, model = built(pieces)
    assert ack_ranges.has_range(*wanted) == (set(range(wanted[0], wanted[1] + 1)) <= model)


@given(st.lists(seq_ranges, max_size=15), st.randoms(use_true_random=False))
def test_the_order_of_arrival_makes_no_difference(pieces, chance):
    shuffled = list(pieces)
    chance.shuffle(shuffled)
    assert built(pieces)[0] == built(shuffled)[0]


@given(st.lists(seq_ranges, max_size=15))
def test_what_is_in_changes_nothing(pieces):
    ack_ranges, model = built(pieces)
    assert all(ack_ranges.add(seq) is ack_ranges for seq in sorted(model))


@given(st.lists(st.integers(1, 60), max_size=40))
def test_adding_all_at_once_is_adding_each(seqs):
    one_by_one = AckRanges()
    for seq in seqs:
        one_by_one = one_by_one.add(seq)
    assert AckRanges().add_all(seqs) == one_by_one


@given(st.lists(seq_ranges, max_size=20), st.integers(1, 60), st.integers(0, 8))
def test_a_run_of_new_numbers_is_added_at_once(pieces, first, more):
    ack_ranges, model = built(pieces)
    seqs = range(first, first + more + 1)
    after = ack_ranges.add_run([seen(seq) for seq in seqs])
    assert after == (None if model & set(seqs) else ack_ranges.add_all(seqs))


def test_only_numbers_one_after_the_other_are_a_run_and_no_gap_is_in_it():
    gap = OutboxItem(seq=2, content=Gap(first=2, last=9, reason="", losses=()))
    for items in ([], [seen(2), seen(1)], [seen(1), seen(3)], [seen(1), seen(1)], [seen(1), gap]):
        assert AckRanges().add_run(items) is None


@given(st.lists(seq_ranges, max_size=15))
def test_an_ack_holds_exactly_the_ranges(pieces):
    ack_ranges, _ = built(pieces)
    assert ack_ranges_of(ack_ranges.ack(incarnation=7)) == ack_ranges
    assert ack_ranges.ack(incarnation=7) == Ack(
        incarnation=7, contiguous=ack_ranges.contiguous, above=ack_ranges.above
    )


@given(st.lists(seq_ranges, max_size=15))
def test_they_can_be_part_of_a_journaled_state(pieces):
    ack_ranges, _ = built(pieces)
    assert canonical_json.decode(canonical_json.encode(ack_ranges), AckRanges) == ack_ranges


def test_an_item_is_new_once():
    visibility = VisibilityInterval(
        source="cam-1", visibility=Visibility.OBSERVED, reason="", since=1, until=None
    )
    item = OutboxItem(seq=1, content=visibility)
    ack_ranges, is_new = AckRanges().take(item)
    assert (ack_ranges, is_new) == (AckRanges(contiguous=1), True)
    assert ack_ranges.take(item) == (ack_ranges, False)


def test_a_marker_covers_all_its_numbers_and_is_new_while_one_of_them_is():
    gap = OutboxItem(seq=3, content=Gap(first=3, last=6, reason="outbox_full", losses=()))
    assert covered(gap) == SeqRange(first=3, last=6)
    ack_ranges, is_new = AckRanges(contiguous=4).take(gap)
    assert (ack_ranges, is_new) == (AckRanges(contiguous=6), True)
    assert ack_ranges.take(gap)[1] is False


@pytest.mark.parametrize(("first", "last"), [(0, 0), (-1, 3), (5, 4)])
def test_numbers_that_are_none_are_refused(first, last):
    with pytest.raises(ValueError, match="begin at 1"):
        AckRanges().add_range(first, last)


def test_a_foreign_ack_with_overlaps_and_nonsense_is_read_as_far_as_it_makes_sense():
    ack = Ack(
        incarnation=1,
        contiguous=-3,
        above=(
            SeqRange(first=4, last=6),
            SeqRange(first=5, last=9),
            SeqRange(first=3, last=1),
            SeqRange(first=1, last=1),
        ),
    )
    assert ack_ranges_of(ack) == AckRanges(contiguous=1, above=(SeqRange(first=4, last=9),))
