"""Delta debugging: what is left still fails, and nothing of it can be left out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from citysim.sim.runs.shrink.ddmin import ddmin

ITEMS = st.lists(st.integers(0, 40), unique=True, max_size=24)


@st.composite
def lists_with_needed(draw):
    items = draw(ITEMS)
    return items, draw(st.frozensets(st.sampled_from(items), max_size=6)) if items else frozenset()


@given(lists_with_needed())
def test_where_some_are_needed_exactly_those_are_left_in_their_order(case):
    items, needed = case
    assert ddmin(items, lambda some: needed <= set(some)) == tuple(
        item for item in items if item in needed
    )


@st.composite
def any_failure(draw):
    """Fails where one of several sets is there, but not where something disturbs: not monotone, as real stories are not."""
    items = draw(ITEMS.filter(lambda items: len(items) >= 1))
    causes = draw(
        st.lists(
            st.frozensets(st.sampled_from(items), min_size=1, max_size=5), min_size=1, max_size=4
        )
    )
    disturbs = draw(st.frozensets(st.sampled_from(items), max_size=3))

    def fails(some):
        there = set(some)
        return there == set(items) or (
            any(cause <= there for cause in causes) and not disturbs & there
        )

    return items, fails


@settings(max_examples=300)
@given(any_failure())
def test_whatever_makes_it_fail_the_result_fails_and_is_one_minimal(case):
    items, fails = case
    kept = ddmin(items, fails)
    assert fails(kept)
    assert [item for item in items if item in kept] == list(kept)
    assert not any(fails([other for other in kept if other != item]) for item in kept)


@given(lists_with_needed())
def test_what_fails_without_anything_is_made_empty_by_one_question(case):
    items, _ = case
    asked = []
    assert ddmin(items, lambda some: bool(asked.append(some)) or True) == ()
    assert len(asked) <= 1


@given(lists_with_needed(), st.integers(0, 12))
def test_stopped_at_any_time_it_gives_something_that_fails(case, questions):
    items, needed = case
    left = [questions]

    def may_go_on():
        left[0] -= 1
        return left[0] >= 0

    kept = ddmin(items, lambda some: needed <= set(some), may_go_on=may_go_on)
    assert needed <= set(kept)


def test_one_culprit_of_many_is_found_in_few_questions():
    """Zeller and Hildebrandt: at most 2 log2 n where a single item is to blame."""
    asked = []
    assert ddmin(range(1024), lambda some: bool(asked.append(1)) or 700 in some) == (700,)
    assert len(asked) <= 2 * 10 + 2
