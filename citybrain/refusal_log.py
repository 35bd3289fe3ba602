"""One log line where a sender begins to be refused for a reason, and at most one a minute while
that goes on: whoever sends what is refused must not fill the log. Decides nothing.
"""

import logging
import threading

from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.limits import REFUSALS_LOGGED
from citybrain.structs import Struct

log = logging.getLogger(__name__)

EVERY_S = 60.0


class _Refusals(Struct, frozen=True, kw_only=True):
    logged_at: Instant
    since: int  # further ones since the last line


class RefusalLog:
    """`add` from any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock, self._guard = clock, threading.Lock()
        self._known: dict[tuple[str, str], _Refusals] = {}

    def add(self, sender: str, reason: str, detail: str) -> None:
        """A message or call of `sender` was refused."""
        key, now = (sender[:128], reason), self._clock.instant()
        with self._guard:
            known = self._known.get(key)
            if known is not None and now - known.logged_at < EVERY_S * SECOND_US:
                self._known[key] = _Refusals(logged_at=known.logged_at, since=known.since + 1)
                return
            further = known.since if known is not None else 0
            if known is None and len(self._known) >= REFUSALS_LOGGED.value:
                self._known.pop(next(iter(self._known)))
            self._known[key] = _Refusals(logged_at=now, since=0)
        also = f" ({further} more since the last line)" if further else ""
        log.warning("%r is refused: %s: %s%s", key[0], reason, detail[:500], also)
