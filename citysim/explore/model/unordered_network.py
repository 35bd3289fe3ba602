"""A network that is worse than any that production can meet: letters overtake each other and are
delivered again under new positions.

The two logs of a stream rule that out; the cores promise more than the streams ask of them (answers
are kept by order and step, what was released leaves a tombstone). Here nothing but that stands
between a letter and a double promise. The network holds back one letter at a time, or a copy of
one.
"""

from collections.abc import Iterator
from typing import NamedTuple

from citysim.explore.model.actions import Action, ActionKind
from citysim.explore.model.global_state import CONNECTED, GlobalState, Queues, StateFields
from citysim.explore.model.nodes import Nodes
from citysim.explore.model.state_updates import StateUpdates


class HeldLetter(NamedTuple):
    is_down: bool
    d: int  # the district whose stream it is of
    letter: int


class UnorderedNetwork:
    """What it can do in a state. Every letter that was ever held back is kept once: its number is a
    field of the state; 0: none."""

    def __init__(self, nodes: Nodes, queues: Queues, updates: StateUpdates) -> None:
        self._nodes, self._queues, self._updates = nodes, queues, updates
        self._held: list[HeldLetter | None] = [None]
        self._numbers: dict[HeldLetter, int] = {}

    def held(self, number: int) -> HeldLetter | None:
        return self._held[number]

    def hold(self, fields: StateFields, budget: int) -> Iterator[tuple[Action, GlobalState]]:
        """A letter is held back while others pass it, or a copy of it is; `budget` is left then."""
        for is_down, d, queue in _queues_in_flight(fields):
            number = self._number(HeldLetter(is_down, d, self._queues.first(queue)))
            copied = fields._replace(budget=budget, held_letter=number)
            rest, name = self._queues.without_first(queue), self._nodes.names[d]
            hold, copy = (
                (ActionKind.HOLD_DOWN, ActionKind.COPY_DOWN)
                if is_down
                else (ActionKind.HOLD_UP, ActionKind.COPY_UP)
            )
            yield (hold, name), tuple(_with_queue(copied, d, rest, is_down=is_down))
            yield (copy, name), tuple(copied)

    def deliver(self, state: GlobalState) -> Iterator[tuple[Action, GlobalState]]:
        """What is held back arrives after all."""
        fields = StateFields(*state)
        held = self._held[fields.held_letter]
        if held is None or (fields.link_1, fields.link_2)[held.d] != CONNECTED:
            return
        name, free = self._nodes.names[held.d], tuple(fields._replace(held_letter=0))
        if held.is_down:
            district = (fields.first, fields.second)[held.d]
            step = self._nodes.deliver_down(held.d, district, held.letter)
            after = self._updates.after_district(free, held.d, step)
            yield (ActionKind.DELIVER_HELD_DOWN, name), after
            return
        step = self._nodes.deliver_up(held.d, fields.city, held.letter)
        arrived = StateFields(*self._updates.after_city(free, step, fields.budget))
        after = tuple(arrived._replace(plan=fields.plan or arrived.plan))
        yield (ActionKind.DELIVER_HELD_UP, name), after

    def _number(self, held: HeldLetter) -> int:
        known = self._numbers.get(held)
        if known is None:
            known = self._numbers[held] = len(self._held)
            self._held.append(held)
        return known


def _queues_in_flight(fields: StateFields) -> Iterator[tuple[bool, int, int]]:
    """The queues from which a letter can be taken: (is it down, district, queue)."""
    links = (fields.link_1, fields.link_2)
    ups, downs = (fields.up_1, fields.up_2), (fields.down_1, fields.down_2)
    for d in (0, 1):
        for is_down, queue in ((False, ups[d]), (True, downs[d])):
            if links[d] == CONNECTED and queue:
                yield is_down, d, queue


def _with_queue(fields: StateFields, d: int, queue: int, *, is_down: bool) -> StateFields:
    if is_down:
        return fields._replace(down_1=queue) if d == 0 else fields._replace(down_2=queue)
    return fields._replace(up_1=queue) if d == 0 else fields._replace(up_2=queue)
