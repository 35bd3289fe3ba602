"""A network that is worse than any that production can meet: letters overtake each other and come again under new positions.

The two logs of a stream rule that out; the cores promise more than the streams ask of them (answers are kept by order and step, what was let go leaves a
tombstone). Here nothing but that stands between a letter and a double promise. The network holds back one letter at a time, or a copy of one.
"""

from collections.abc import Iterator
from typing import NamedTuple


class Held(NamedTuple):
    is_down: bool
    d: int  # the district whose stream it is of
    letter: int


class Hands:
    """Every letter that was ever held back, once: its number is a place of the spot; 0: none."""

    def __init__(self) -> None:
        self._held: list[Held | None] = [None]
        self._numbers: dict[Held, int] = {}

    def number(self, held: Held) -> int:
        known = self._numbers.get(held)
        if known is None:
            known = self._numbers[held] = len(self._held)
            self._held.append(held)
        return known

    def held(self, number: int) -> Held | None:
        return self._held[number]


def heads(
    ups: tuple[int, int], downs: tuple[int, int], stands: tuple[bool, bool]
) -> Iterator[tuple[bool, int, int]]:
    """The queues from which a letter can be taken: (is it down, district, queue)."""
    for d in (0, 1):
        for is_down, queue in ((False, ups[d]), (True, downs[d])):
            if stands[d] and queue:
                yield is_down, d, queue
