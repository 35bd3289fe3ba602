"""Delta debugging: the result still fails, and none of its items can be left out."""

from hypothesis import given, settings
from hypothesis import strategies as st

from citysim.sim.runs.shrink.ddmin import ddmin

ITEMS = st.lists(st.integers(0, 40), unique=True, max_size=24)


@st.composite
def lists_with_needed(draw):
    items = draw(ITEMS)
    return items, draw(st.frozensets(st.sampled_from(items), max_size=6)) if items else frozenset()


@given(lists_with_needed())
def test_exactly_the_needed_items_are_left_in_their_order(case):
    items, needed = case
    assert ddmin(items, lambda some: needed <= set(some)) == tuple(
        item for item in items if item in needed
    )


@st.composite
def any_failure(draw):
    """Fails with one of several causes, unless something masks it: not monotone, as real runs are
    not."""
    items = draw(ITEMS.filter(lambda items: len(items) >= 1))
    causes = draw(
        st.lists(
            st.frozensets(st.sampled_from(items), min_size=1, max_size=5), min_size=1, max_size=4
        )
    )
    masks = draw(st.frozensets(st.sampled_from(items), max_size=3))

    def fails(some):
        present = set(some)
        is_caused = any(cause <= present for cause in causes)
        return present == set(items) or (is_caused and not masks & present)

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
def test_a_failure_without_any_item_is_found_by_one_test(case):
    items, _ = case
    tested = []
    assert ddmin(items, lambda some: bool(tested.append(some)) or True) == ()
    assert len(tested) <= 1


@given(lists_with_needed(), st.integers(0, 12))
def test_stopped_at_any_time_the_result_fails(case, tests):
    items, needed = case
    left = [tests]

    def may_continue():
        left[0] -= 1
        return left[0] >= 0

    kept = ddmin(items, lambda some: needed <= set(some), may_continue=may_continue)
    assert needed <= set(kept)


def test_one_cause_of_many_items_is_found_in_few_tests():
    """Zeller and Hildebrandt: at most 2 log2 n tests where a single item is the cause."""
    tested = []
    assert ddmin(range(1024), lambda some: bool(tested.append(1)) or 700 in some) == (700,)
    assert len(tested) <= 2 * 10 + 2
