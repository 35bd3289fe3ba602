"""What makes one window into another: the fewest rows to place. Pure."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from citybrain.feed.rows.row import Row
from citybrain.feed.update import Entry


class Difference(NamedTuple):
    """As in `update.Delta`."""

    removed: tuple[str, ...]
    placed: tuple[tuple[int, str], ...]
    changed: tuple[Entry, ...]


def difference(old: Sequence[Row], new: Sequence[Row]) -> Difference:
    """What makes the window `old` into `new`."""
    was = {row.key: (index, row) for index, row in enumerate(old)}
    present = {row.key for row in new}
    staying = _longest_rising([was[row.key][0] for row in new if row.key in was])
    return Difference(
        removed=tuple(row.key for row in old if row.key not in present),
        placed=tuple(
            (index, row.key)
            for index, row in enumerate(new)
            if row.key not in was or was[row.key][0] not in staying
        ),
        changed=tuple(
            (row.key, row.value) for row in new if row.key not in was or was[row.key][1] is not row
        ),
    )


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The numbers of a longest rising subsequence (patience sorting); all are different."""
    if all(one < next_one for one, next_one in pairwise(numbers)):
        return set(numbers)
    ends: list[int] = []  # the smallest end of a rising run of each length
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(ends, number)
        before[number] = ends[length - 1] if length else None
        ends[length : length + 1] = [number]
    found: set[int] = set()
    number_or_none = ends[-1] if ends else None
    while number_or_none is not None:
        found.add(number_or_none)
        number_or_none = before[number_or_none]
    return found
