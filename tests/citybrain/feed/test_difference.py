"""The difference of two windows leads from one to the other and places as few rows as it can."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import Timestamp
from citybrain.feed.difference import difference
from citybrain.feed.rows.row import Row
from citybrain.feed.update import Delta, Page, Version, apply

ROWS = {(key, n): Row(key, f"{key}{n}", n) for key in "abcdefgh" for n in range(2)}
WINDOWS = st.lists(st.sampled_from(sorted(ROWS)), max_size=8, unique_by=lambda row: row[0]).map(
    lambda names: tuple(ROWS[name] for name in names)
)


def window(text):
    return tuple(ROWS[key, 0] for key in text)


def page(rows, number=1):
    return Page(
        version=Version(epoch="e", number=number),
        at=Timestamp(0),
        total=len(rows),
        offset=0,
        rows=tuple((row.key, row.value) for row in rows),
    )


@given(WINDOWS, WINDOWS)
def test_it_leads_from_one_window_to_the_other(old, new):
    removed, placed, changed = difference(old, new)
    delta = Delta(
        version=Version(epoch="e", number=2),
        at=Timestamp(0),
        total=len(new),
        removed=removed,
        placed=placed,
        changed=changed,
    )
    assert apply(page(old), delta) == page(new, number=2)


@given(WINDOWS, WINDOWS)
def test_as_many_rows_stay_as_can(old, new):
    _, placed, _ = difference(old, new)
    before = {row.key: index for index, row in enumerate(old)}
    positions = [before[row.key] for row in new if row.key in before]
    longest = max(
        size
        for size in range(len(positions) + 1)
        for some in combinations(positions, size)
        if all(one < other for one, other in pairwise(some))
    )
    assert len(placed) == len(new) - longest


@given(WINDOWS, WINDOWS)
def test_only_what_entered_or_is_another_row_has_its_value_sent(old, new):
    known = set(old)
    assert difference(old, new).changed == tuple(
        (row.key, row.value) for row in new if row not in known
    )


def test_one_row_that_moves_is_one_row_to_place():
    assert difference(window("abcdef"), window("eabcdf")) == ((), ((0, "e"),), ())
    assert difference(window("abcdef"), window("bcdefa")) == ((), ((5, "a"),), ())


def test_a_row_that_enters_above_pushes_the_last_one_out():
    assert difference(window("abc"), window("hab")) == (("c",), ((0, "h"),), (("h", "h0"),))


def test_a_row_with_another_value_stays_where_it_is():
    assert difference(window("abc"), (ROWS["a", 0], ROWS["b", 1], ROWS["c", 0])) == (
        (),
        (),
        (("b", "b1"),),
    )


def test_indices_rise_so_that_each_is_where_the_row_ends_up():
    _, placed, _ = difference(window("abcd"), window("cdba"))
    assert placed == ((2, "b"), (3, "a"))
