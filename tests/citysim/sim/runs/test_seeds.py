"""Seeds as they are written: ranges with both ends, several behind commas, each once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citysim.sim.runs.seeds import read_seeds


@pytest.mark.parametrize(
    ("text", "first", "count"),
    [
        ("17", [17], 1),
        ("1..500", [1, 2, 3], 500),
        ("3..5,1", [1, 3, 4, 5], 4),
        ("1..3, 2..6", [1, 2, 3, 4, 5, 6], 6),
        ("0", [0], 1),
    ],
)
def test_both_ends_are_in_a_range_and_nothing_is_told_twice(text, first, count):
    seeds = read_seeds(text)
    assert (len(seeds), list(seeds)[: len(first)]) == (count, first)


@pytest.mark.parametrize("text", ["", "a", "1..", "1...3", "-4", "1,,2", "1..2..3"])
def test_what_is_no_seed_is_named_with_what_would_be_right(text):
    with pytest.raises(ValueError, match=r"Write 17, 1\.\.500"):
        read_seeds(text)


def test_a_range_that_ends_before_it_begins_is_turned_round_in_the_message():
    with pytest.raises(ValueError, match=r"Write 3\.\.9"):
        read_seeds("9..3")


def test_a_range_costs_no_memory():
    assert len(read_seeds("1..1000000000")) == 1_000_000_000
    assert next(iter(read_seeds("1..1000000000"))) == 1


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 10)), min_size=1, max_size=6))
def test_any_ranges_are_their_union_in_order(spans):
    seeds = read_seeds(",".join(f"{first}..{first + more}" for first, more in spans))
    wanted = sorted({seed for first, more in spans for seed in range(first, first + more + 1)})
    assert list(seeds) == wanted
    assert len(seeds) == len(wanted)
    assert list(read_seeds(str(seeds))) == wanted
