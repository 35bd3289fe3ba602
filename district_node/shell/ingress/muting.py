"""Whom the broker is asked for nothing for a while: whoever sends so much that all others wait
behind it. Keeps no message; time comes in.

What a flood costs is less its messages than the broker's one queue for this district. While anybody
is muted the district reads the topics of each other box that it knows, and no stranger's. Nothing
of an honest box is lost by it: its outbox sends again what was not acknowledged.
"""

from collections import Counter
from collections.abc import Callable

from citybrain.clock import SECOND_US, Clock, Instant
from district_node.shell.ingress.limits import (
    EXCESS,
    EXCESS_SHARE,
    FLOOD,
    FLOOD_RATE,
    MUTED_FIRST,
    MUTED_MAX,
)

WINDOW_US = SECOND_US


class Muting:
    """One thread at a time. Names are those of senders; all strangers are one. `others_than` says
    whether there is anybody besides these: not by what comes of them, which waits behind a flood
    where nobody sees it."""

    def __init__(self, clock: Clock, others_than: Callable[[frozenset[str]], bool]) -> None:
        self._clock, self._others_than = clock, others_than
        # of each sender, a leaky bucket of messages: what came, less what may come in that time
        self._level: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()  # messages within the window
        self._window_at = Instant(-WINDOW_US)
        self._names: frozenset[str] | None = None
        self._until = Instant(0)
        self._lasts_s = 0.0  # as long as the last time

    def add(self, name: str, count: int = 1, *, is_dropped: bool = False) -> bool:
        """So many messages of `name` came. Whether somebody is muted by what came until now."""
        now, is_found = self._clock.instant(), False
        passed_us = now - self._window_at
        if passed_us >= WINDOW_US:
            is_found = self._mute(self._floods(), now)
            self._level -= Counter(
                dict.fromkeys(self._level, FLOOD_RATE.value * passed_us // SECOND_US)
            )
            self._dropped.clear()
            self._window_at = now
        self._level[name] += count
        if is_dropped:
            self._dropped[name] += count
        return is_found

    def _floods(self) -> frozenset[str]:
        """Who sent more than any box has to say; and of whom most is dropped, where much is."""
        found = frozenset(name for name, level in self._level.items() if level >= FLOOD.value)
        if self._dropped.total() >= EXCESS.value:
            found |= {name for name, n in self._dropped.items() if n >= EXCESS_SHARE.value}
        return found if found and self._others_than(found) else frozenset()

    def names(self) -> frozenset[str] | None:
        """Who is muted now, besides those that this district does not know; None: nobody is."""
        if self._names is not None and self._clock.instant() >= self._until:
            self._names = None
        return self._names

    def wait_s(self) -> float | None:
        """How long until that ends; None: nobody is muted."""
        if self._names is None:
            return None
        return max(0.0, (self._until - self._clock.instant()) / SECOND_US)

    def _mute(self, found: frozenset[str], now: Instant) -> bool:
        """Twice as long as the time before, while anybody goes on."""
        known = self.names()
        if not found or (known is not None and found <= known):  # what the broker had in its queue
            return False
        if known is None:
            is_again = now - self._until < MUTED_MAX.value * SECOND_US
            twice = 2 * self._lasts_s if self._lasts_s and is_again else MUTED_FIRST.value
            self._lasts_s = min(twice, MUTED_MAX.value)
            self._until = Instant(now + round(self._lasts_s * SECOND_US))
        self._names = found | (known or frozenset())
        for name in found:
            del self._level[name]
        return True
