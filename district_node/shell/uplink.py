"""The stream to the city: opened by the district, and opened again for ever when it ends. The
exchange itself is `citybrain.link`. Blocks nothing; decides nothing.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from citybrain.bus.backoff import Backoff
from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.decider.commit_loop import CommitLoop
from citybrain.errors import CityBrainError
from citybrain.ids import IdSource
from citybrain.journal.port import Store
from citybrain.link.commit_waker import CommitWaker
from citybrain.link.frames import Frame
from citybrain.link.past import OnPast, ignore_past
from citybrain.link.role import OPENER, Role
from citybrain.link.session import LinkSession
from district_node.cores.decision_draft import CITY
from district_node.cores.state import DistrictState
from district_node.naming.gazetteer import Gazetteer
from district_node.shell.city_stream import CityStream, OnCode, ignore_code, link_down, submit
from district_node.shell.quarantine import Quarantine

RETRY_FIRST_S, RETRY_MAX_S = 0.25, 5.0
# A stream that stood so long went well: the next attempt comes soon. One that ends right after its
# welcome is tried ever more seldom.
STABLE_AFTER_S = 5.0

log = logging.getLogger(__name__)

OpenLink = Callable[[AsyncIterator[Frame]], AsyncIterator[Frame]]


class Uplink:
    """`run` until cancelled. `is_up`, `since` and `reason` are for the screens; `backoff` counts
    the attempts since it last went well.
    """

    def __init__(
        self,
        *,
        commit_loop: CommitLoop[DistrictState],
        store: Store,
        open_link: OpenLink,
        clock: Clock,
        ids: IdSource,
        quarantine: Quarantine,
        on_change: Callable[[], None],
        role: Role = OPENER,
        on_past: OnPast = ignore_past,
        on_code: OnCode = ignore_code,
        gazetteer: Gazetteer | None = None,
    ) -> None:
        self._on_past, self._on_code, self._gazetteer = on_past, on_code, gazetteer
        self._commit_loop, self._store, self._open, self._clock = (
            commit_loop,
            store,
            open_link,
            clock,
        )
        self._quarantine, self._on_change, self._role = quarantine, on_change, role
        self.backoff = Backoff(first_s=RETRY_FIRST_S, max_s=RETRY_MAX_S, ids=ids)
        self.is_up = False
        self.since: Timestamp = clock.now()
        self.reason = "not connected yet"
        self._session: LinkSession | None = None
        self._up_at: Instant | None = None

    @property
    def backlog(self) -> int:
        """Letters that the city has not journaled."""
        waiting = self._store.letters(to=CITY, after=0, limit=1)
        return self._store.next_position(CITY) - waiting[0].position if waiting else 0

    async def run(self) -> None:
        CommitWaker(self._commit_loop, self._wake)
        while True:
            reason = "the city ended the stream"
            try:
                await self._carry_stream()
            except CityBrainError as error:  # the node goes on alone, and tries again
                reason = str(error)
            self._note_down(reason)
            await self._journal_down(reason)
            await asyncio.sleep(self.backoff.next_s())

    async def _carry_stream(self) -> None:
        """One stream, from its hello to its end."""
        end = CityStream(
            self._commit_loop,
            self._store,
            self._quarantine,
            on_confirmed=self._note_up,
            on_past=self._on_past,
            on_code=self._on_code,
            gazetteer=self._gazetteer,
        )
        session = self._session = LinkSession(
            self._role, end, journal=self._commit_loop, clock=self._clock, hello=end.hello
        )
        frames = self._open(session.outgoing())
        try:
            await session.run(frames)
        finally:
            self._session = None
            close: Callable[[], Awaitable[Any]] | None = getattr(frames, "aclose", None)
            if close is not None:
                await close()

    def reconnect(self, reason: str) -> None:
        """Open the stream anew, with the certificate that is there now."""
        if self._session is not None:
            self._session.end(reason)

    def _wake(self) -> None:
        if self._session is not None:
            self._session.wake()

    def _note_up(self) -> None:
        self.is_up, self.since, self.reason = True, self._clock.now(), ""
        self._up_at = self._clock.instant()
        log.info("the link to the city is up")
        self._on_change()

    def _note_down(self, reason: str) -> None:
        if self._up_at is not None and self._up_for_s(self._up_at) >= STABLE_AFTER_S:
            self.backoff.reset()
        if self.is_up:
            log.info("the link to the city is down: %s", reason)
            self.since = self._clock.now()
        elif reason != self.reason:
            log.warning("the city cannot be reached, this district works alone: %s", reason)
        self.is_up, self.reason, self._up_at = False, reason, None
        self._on_change()

    async def _journal_down(self, reason: str) -> None:
        """What a full disk refuses is journaled after the next attempt."""
        if not self._commit_loop.state.city.up:
            return
        try:
            await submit(self._commit_loop, link_down(reason))
        except CityBrainError as error:
            log.warning("that the link is down could not be journaled: %s", error)

    def _up_for_s(self, since: Instant) -> float:
        return (self._clock.instant() - since) / SECOND_US
