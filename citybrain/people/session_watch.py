"""Tells open streams that the session which they were opened with has ended, whoever ended it:
time, its owner, a command in another process.
"""

import asyncio
import logging
from collections.abc import Callable

from citybrain.clock import SECOND_US, Clock
from citybrain.errors import StoreError
from citybrain.people.caller import Caller
from citybrain.people.limits import REVOKED_WITHIN
from citybrain.people.sessions import Sessions
from citybrain.people.store import PeopleStore

LOOK_US = 5 * SECOND_US  # time alone ends sessions: so often, where nothing was written

log = logging.getLogger(__name__)


class SessionWatch:
    """The open streams of one node, by their callers; None is a caller of whom nothing was asked,
    for as long as `is_lab`."""

    def __init__(
        self,
        store: PeopleStore,
        sessions: Sessions,
        *,
        is_lab: Callable[[], bool],
        clock: Clock,
    ) -> None:
        self._store, self._sessions, self._is_lab, self._clock = store, sessions, is_lab, clock
        self._open: dict[Caller | None, set[asyncio.Event]] = {}
        self._seen = (store.version(), clock.instant())

    def open(self, caller: Caller | None) -> asyncio.Event:
        """What is set when `caller` is nobody any more; `close` it with the stream."""
        ended = asyncio.Event()
        self._open.setdefault(caller, set()).add(ended)
        return ended

    def close(self, caller: Caller | None, ended: asyncio.Event) -> None:
        """The stream is over."""
        self._open[caller].discard(ended)
        if not self._open[caller]:
            del self._open[caller]

    async def run(self) -> None:
        """Look until cancelled. A file that cannot be read just now is looked into again."""
        while True:
            await asyncio.sleep(REVOKED_WITHIN.value / 1000)
            try:
                self.look()
            except StoreError as error:
                log.warning("sessions could not be looked at: %s", error)

    def look(self) -> None:
        """Tell the streams of whoever is nobody any more, and note what was used."""
        version, now = self._store.version(), self._clock.instant()
        if version != self._seen[0] or now - self._seen[1] >= LOOK_US:
            self._seen = (version, now)
            for caller, streams in self._open.items():
                if not self._stands(caller):
                    for ended in streams:
                        ended.set()
        if self._sessions.is_note_due:
            self._sessions.note_used()

    def _stands(self, caller: Caller | None) -> bool:
        if caller is None:
            return self._is_lab()
        return self._sessions.still(caller) is not None
