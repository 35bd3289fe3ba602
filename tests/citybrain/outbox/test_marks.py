"""Marks are a set of numbers, told in few words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain import canon
from citybrain.domain.agent import Ack, Span
from citybrain.domain.event import Gap, Said
from citybrain.outbox.marks import Marks, covered, marks_of

spans = st.tuples(st.integers(1, 60), st.integers(0, 8)).map(
    lambda pair: (pair[0], pair[0] + pair[1])
)


def built(pieces):
    marks, model = Marks(), set()
    for first, last in pieces:
        marks, model = marks.add_span(first, last), model | set(range(first, last + 1))
    return marks, model


def as_set(marks):
    return set(range(1, marks.contiguous + 1)).union(
        *(range(span.first, span.last + 1) for span in marks.above)
    )


@given(st.lists(spans, max_size=30))
def test_they_hold_what_a_set_would_hold(pieces):
    marks, model = built(pieces)
    assert as_set(marks) == model
    assert [seq for seq in range(1, 80) if marks.has(seq)] == sorted(model)


@given(st.lists(spans, max_size=30))
def test_they_are_told_in_the_fewest_words(pieces):
    marks, _ = built(pieces)
    edges = [(0, marks.contiguous), *((span.first, span.last) for span in marks.above)]
    assert all(first <= last for first, last in edges[1:])
    assert all(begin > end + 1 for (_, end), (begin, _) in pairwise(edges))


@given(st.lists(spans, max_size=20), spans)
def test_a_span_is_in_when_all_its_numbers_are(pieces, asked):
    marks, model = built(pieces)
    assert marks.has_span(*asked) == (set(range(asked[0], asked[1] + 1)) <= model)


@given(st.lists(spans, max_size=15), st.randoms(use_true_random=False))
def test_the_order_in_which_they_came_leaves_no_mark(pieces, chance):
    shuffled = list(pieces)
    chance.shuffle(shuffled)
    assert built(pieces)[0] == built(shuffled)[0]


@given(st.lists(spans, max_size=15))
def test_what_is_in_changes_nothing(pieces):
    marks, model = built(pieces)
    assert all(marks.add(seq) is marks for seq in sorted(model))


@given(st.lists(st.integers(1, 60), max_size=40))
def test_adding_all_at_once_is_adding_each(seqs):
    one_by_one = Marks()
    for seq in seqs:
        one_by_one = one_by_one.add(seq)
    assert Marks().add_all(seqs) == one_by_one


@given(st.lists(spans, max_size=15))
def test_an_ack_tells_the_sender_exactly_the_marks(pieces):
    marks, _ = built(pieces)
    assert marks_of(marks.ack(incarnation=7)) == marks
    assert marks.ack(incarnation=7) == Ack(
        incarnation=7, contiguous=marks.contiguous, above=marks.above
    )


@given(st.lists(spans, max_size=15))
def test_they_can_be_part_of_a_journaled_state(pieces):
    marks, _ = built(pieces)
    assert canon.decode(canon.encode(marks), Marks) == marks


def test_an_item_is_new_once():
    marks, is_new = Marks().take(Said(seq=1))
    assert (marks, is_new) == (Marks(contiguous=1), True)
    assert marks.take(Said(seq=1)) == (marks, False)


def test_a_marker_covers_all_its_numbers_and_is_new_while_one_of_them_is():
    gap = Said(seq=3, gap=Gap(first=3, last=6, because="outbox_full", losses=()))
    assert covered(gap) == Span(first=3, last=6)
    marks, is_new = Marks(contiguous=4).take(gap)
    assert (marks, is_new) == (Marks(contiguous=6), True)
    assert marks.take(gap)[1] is False


@pytest.mark.parametrize(("first", "last"), [(0, 0), (-1, 3), (5, 4)])
def test_numbers_that_are_none_are_refused(first, last):
    with pytest.raises(ValueError, match="begin at 1"):
        Marks().add_span(first, last)


def test_a_foreign_ack_with_overlaps_and_nonsense_is_read_as_far_as_it_makes_sense():
    ack = Ack(
        incarnation=1,
        contiguous=-3,
        above=(
            Span(first=4, last=6),
            Span(first=5, last=9),
            Span(first=3, last=1),
            Span(first=1, last=1),
        ),
    )
    assert marks_of(ack) == Marks(contiguous=1, above=(Span(first=4, last=9),))
