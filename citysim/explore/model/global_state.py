"""A state of a small world: a tuple of small numbers, each of which stands for something that is
kept once."""

from typing import NamedTuple

GlobalState = tuple[int, ...]  # see `StateFields`

CONNECTED, BROKEN, DETECTED = 0, 1, 2  # a link: broken without either side knowing it, or with both


class StateFields(NamedTuple):
    """The fields of a `GlobalState`. A search makes millions of them, as plain tuples."""

    city: int  # state of the city's node
    first: int  # … and of the districts'
    second: int
    up_1: int  # queues of letters in flight
    up_2: int
    down_1: int
    down_2: int
    link_1: int
    link_2: int
    plan: int  # on its way from the planner to the city; 0: none
    budget: int  # what may still go wrong
    held_letter: int  # by an unordered network; 0: none


BEFORE_THE_START: GlobalState = (0,) * len(StateFields._fields)


LocalKey = tuple[int, int, int, int, int, int]  # a `LocalState` as the plain tuple that looks it up


class LocalState(NamedTuple):
    """What a transition between the city and one district depends on."""

    d: int  # 0, 1
    city: int
    district: int
    up: int
    down: int
    link: int


class Queues:
    """Every different sequence of letters in flight, once: a queue's number stands for it. 0 is the
    empty one."""

    def __init__(self) -> None:
        self._letters: list[tuple[int, ...]] = [()]
        self._numbers: dict[tuple[int, ...], int] = {(): 0}

    def letters(self, queue: int) -> tuple[int, ...]:
        return self._letters[queue]

    def appended(self, queue: int, letters: tuple[int, ...]) -> int:
        return self._number(self._letters[queue] + letters) if letters else queue

    def first(self, queue: int) -> int:
        return self._letters[queue][0]

    def without_first(self, queue: int) -> int:
        return self._number(self._letters[queue][1:])

    def _number(self, letters: tuple[int, ...]) -> int:
        known = self._numbers.get(letters)
        if known is None:
            known = self._numbers[letters] = len(self._letters)
            self._letters.append(letters)
        return known
