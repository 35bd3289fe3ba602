"""Of whom a message was just dropped, and so the next one would be. Keeps no message, no time."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from district_node.shell.ingress.fair_queue import Dropped, Unqueued


class Counts(NamedTuple):
    """How many messages were in excess."""

    by_reason: Counter[Unqueued]
    by_sender: Counter[str]


class _Over(NamedTuple):
    reason: Unqueued
    is_urgent_too: bool  # what is urgent was dropped as well: it has a reserve of its own


class Excess:
    """One thread at a time. True while there is any."""

    def __init__(self) -> None:
        self._over: dict[str, _Over] = {}
        self._counts = Counts(Counter(), Counter())

    def __bool__(self) -> bool:
        return bool(self._over)

    def add(self, dropped: Dropped, *, is_urgent: bool) -> None:
        """A message of it was dropped; `is_urgent`: one of those with a reserve."""
        before = self._over.get(dropped.sender)
        was_too = before is not None and before.is_urgent_too
        self._over[dropped.sender] = _Over(dropped.reason, is_urgent or was_too)

    def holds(self, sender: str, *, is_urgent: Callable[[bytes], bool], payload: bytes) -> bool:
        """Whether the next message of it is in excess, counted where it is."""
        over = self._over.get(sender)
        if over is None or (not over.is_urgent_too and is_urgent(payload)):
            return False
        self._counts.by_reason[over.reason] += 1
        self._counts.by_sender[sender] += 1
        return True

    def end(self) -> Counts:
        """Forget all; how many were in excess."""
        counts = self._counts
        self._over, self._counts = {}, Counts(Counter(), Counter())
        return counts
