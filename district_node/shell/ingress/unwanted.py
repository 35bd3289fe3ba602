"""Which messages are passed over in the read buffer, before anything is made of them: of whoever is
muted, and for a moment of whom one was just dropped. Counts what was in excess; drops nothing else.
"""

from collections.abc import Callable
from typing import NamedTuple

from citybrain.bus.port import Bus
from citybrain.clock import SECOND_US, Clock, Instant
from district_node.shell.ingress.excess import Counts, Excess
from district_node.shell.ingress.fair_queue import Dropped, Unqueued

TOPICS_KEPT = 4_096
EXCESS_US = SECOND_US // 10  # how long what was just dropped of a sender tells of the next


class TopicSender(NamedTuple):
    """Who sends on a topic."""

    sender: str  # whom it counts for; "": nobody sends there
    is_urgent: Callable[[bytes], bool]


class Unwanted:
    """On the bus's thread, but for `mute`."""

    def __init__(self, bus: Bus, clock: Clock, sender_on: Callable[[bytes], TopicSender]) -> None:
        self._bus, self._clock, self._sender_on = bus, clock, sender_on
        self._excess = Excess()
        self._excess_until = Instant(0)
        # while there is any: what is known of each topic
        self._topics: dict[bytes, TopicSender] = {}
        self._muted: frozenset[str] = frozenset()

    @property
    def has_ended(self) -> bool:
        """Something was in excess, and its moment is over: `end` says how much."""
        return bool(self._excess) and self._clock.instant() >= self._excess_until

    def begin(self, dropped: Dropped, *, is_urgent: bool) -> None:
        """What comes next of it would be dropped as well. The broker holds all others' messages
        behind that."""
        if not self._excess:
            self._topics.clear()  # who is known to whom may be other now
        all_of_it = is_urgent or dropped.reason is Unqueued.TOO_MANY_NEW
        self._excess.add(dropped, is_urgent=all_of_it)
        self._excess_until = Instant(self._clock.instant() + EXCESS_US)
        self._bus.pass_over(self._is_unwanted)

    def end(self) -> Counts:
        """Read the next message of everybody but the muted. How many were in excess."""
        if not self._muted:
            self._bus.pass_over(None)
        return self._excess.end()

    def mute(self, names: frozenset[str]) -> None:
        """Of these, what the broker still has in its queue is passed over, whatever it is; of
        nobody, where there are none."""
        self._muted = names
        self._topics.clear()
        if names or not self._excess:
            self._bus.pass_over(self._is_unwanted if names else None)

    def _is_unwanted(self, topic: bytes, payload: bytes) -> bool:
        """Hot in a flood."""
        known = self._topics.get(topic)
        if known is None:
            if len(self._topics) >= TOPICS_KEPT:
                self._topics.clear()
            known = self._topics[topic] = self._sender_on(topic)
        if known.sender in self._muted:
            return True
        if self._clock.instant() >= self._excess_until:
            return False  # it is taken or dropped as ever
        return self._excess.holds(known.sender, is_urgent=known.is_urgent, payload=payload)
