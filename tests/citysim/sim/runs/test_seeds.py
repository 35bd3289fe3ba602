"""Seeds as text: ranges with both ends, several after commas, each once."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citysim.sim.runs.seeds import parse_seeds


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
def test_both_ends_are_in_a_range_and_each_seed_comes_once(text, first, count):
    seeds = parse_seeds(text)
    assert (len(seeds), list(seeds)[: len(first)]) == (count, first)


@pytest.mark.parametrize("text", ["", "a", "1..", "1...3", "-4", "1,,2", "1..2..3"])
def test_a_malformed_text_is_refused_with_an_example(text):
    with pytest.raises(ValueError, match=r"Write 17, 1\.\.500"):
        parse_seeds(text)


def test_a_reversed_range_is_refused_with_the_right_order():
    with pytest.raises(ValueError, match=r"Write 3\.\.9"):
        parse_seeds("9..3")


def test_a_range_costs_no_memory():
    assert len(parse_seeds("1..1000000000")) == 1_000_000_000
    assert next(iter(parse_seeds("1..1000000000"))) == 1


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 10)), min_size=1, max_size=6))
def test_any_ranges_are_their_union_in_order(spans):
    seeds = parse_seeds(",".join(f"{first}..{first + more}" for first, more in spans))
    expected = sorted({seed for first, more in spans for seed in range(first, first + more + 1)})
    assert list(seeds) == expected
    assert len(seeds) == len(expected)
    assert list(parse_seeds(str(seeds))) == expected
