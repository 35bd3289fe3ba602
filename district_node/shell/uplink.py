"""The stream to the city: opened by the district, resumed from both sides' positions, tried again for ever. Blocks nothing; decides nothing."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Future
from typing import Any

from citybrain import canonical_json
from citybrain.bus.backoff import Backoff
from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import Down, DownFrame, Heartbeat, Hello, Seen, Up, UpFrame, Welcome
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.unit import UnitReport
from citybrain.errors import (
    CityBrainError,
    InputRejectedError,
    NodeStoppingError,
    QueueFullError,
    RpcError,
)
from citybrain.ids import IdSource
from citybrain.journal.port import Letter, Store
from citybrain.limits import LINK_WINDOW
from district_node.cores.state import DistrictState
from district_node.cores.work import CITY
from district_node.errors import LinkBrokenError, OutOfOrderError
from district_node.inputs import CityLetterReceived, CityLinkChanged
from district_node.shell.quarantine import Apart

HEARTBEAT_S = 2.0
AWAY_S = 6.0
RETRY_FIRST_S, RETRY_MOST_S = 0.25, 5.0
STEADY_S = 5.0  # a stream that stood so long went well: the next attempt comes soon. One that ends right after its welcome is tried ever more seldom
PAGE = 200  # letters read at once
SESSIONS_A_RUN = 1_000_000
PENDING = 500  # letters offered to the journal and not yet committed

UP_LETTERS: Mapping[str, type] = {
    kind.__name__: kind for kind in (IncidentReport, UnitReport, OrderAnswer, OrderProgress)
}

log = logging.getLogger(__name__)

OpenLink = Callable[[AsyncIterator[UpFrame]], AsyncIterator[DownFrame]]


class Uplink:
    """`run` until cancelled. `is_up` and `since` are for the screens; `backoff` tells how often it was tried since it last went well."""

    def __init__(
        self,
        *,
        commit_loop: CommitLoop[DistrictState],
        store: Store,
        open_link: OpenLink,
        clock: Clock,
        ids: IdSource,
        quarantine: Apart,
        on_change: Callable[[], None],
    ) -> None:
        self._commit_loop, self._store, self._open, self._clock, self._quarantine = (
            commit_loop,
            store,
            open_link,
            clock,
            quarantine,
        )
        self.backoff = Backoff(first_s=RETRY_FIRST_S, most_s=RETRY_MOST_S, ids=ids)
        self._on_change = on_change
        self._tries = 0
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self.is_up = False
        self.since: Timestamp = clock.now()
        self.reason = "not connected yet"
        commit_loop.on_commit(lambda _state, _taken: self._nudge())

    @property
    def backlog(self) -> int:
        """Letters that the city has not journaled."""
        waiting = self._store.letters(to=CITY, after=0, limit=1)
        return self._store.next_position(CITY) - waiting[0].position if waiting else 0

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        while True:
            reason = "the city ended the stream"
            try:
                await self._session()
            except (RpcError, LinkBrokenError) as error:
                reason = str(error)
            except TimeoutError:
                reason = f"nothing was heard for {AWAY_S:g} s"
            finally:
                await self._set(up=False, reason=reason)
            await asyncio.sleep(self.backoff.next_s())

    async def _session(self) -> None:
        """One stream, from hello to its end."""
        self._tries += 1
        talk = _Talk(
            session=self._commit_loop.state.starts * SESSIONS_A_RUN + self._tries,
            at=self._clock.instant(),
        )
        frames = self._open(self._outgoing(talk))
        try:
            while True:
                async with asyncio.timeout(AWAY_S):
                    frame = await anext(frames, None)
                if frame is None:
                    return
                await self._heard(talk, frame)
        finally:
            if (
                talk.welcomed_at is not None
                and self._clock.instant() - talk.welcomed_at >= STEADY_S * SECOND_US
            ):
                self.backoff.reset()
            close: Callable[[], Awaitable[Any]] | None = getattr(frames, "aclose", None)
            if close is not None:
                await close()

    async def _heard(self, talk: "_Talk", frame: DownFrame) -> None:
        match frame:
            case Welcome():
                await self._welcomed(talk, frame)
            case Down():
                await self._take(talk, frame)
            case Seen(position=position):
                self._seen_by_city(talk, position)
            case Heartbeat(at=at):
                talk.echo = at
        await self._land(talk)
        self._wake.set()

    async def _welcomed(self, talk: "_Talk", welcome: Welcome) -> None:
        known = self._commit_loop.state.city.epoch
        if known is not None and known != welcome.epoch:
            await self._submit(
                CityLinkChanged(
                    up=False, epoch=welcome.epoch, reason="the city's store went back in time"
                )
            )
            raise LinkBrokenError(
                "the city's store is another one than before; its log is read again from the beginning."
            )
        if known is not None and welcome.down_next <= self._commit_loop.state.city.seen:
            raise LinkBrokenError(
                "the city's store went back in time without saying so. Run `citybrain journal restored` on the city's journal.db."
            )
        talk.welcomed_at = self._clock.instant()
        await self._set(up=True, reason="", welcome=welcome)
        talk.sent = max(welcome.up_acked, 0)
        self._seen_by_city(talk, welcome.up_acked)
        talk.is_welcome = True

    def _seen_by_city(self, talk: "_Talk", position: int) -> None:
        talk.acked = max(talk.acked, position)
        self._store.discard_letters(to=CITY, upto=position)

    async def _take(self, talk: "_Talk", down: Down) -> None:
        """Offer a letter without waiting for its commit."""
        letter = down.letter
        said = CityLetterReceived(
            position=down.position,
            after=talk.taken,
            request=letter if isinstance(letter, OrderRequest) else None,
            progress=letter if isinstance(letter, OrderProgress) else None,
        )
        talk.taken = max(
            talk.taken, down.position
        )  # one that is said again opens no hole behind a later one that was refused
        talk.pending.append((said, await self._offer(said)))

    async def _land(self, talk: "_Talk") -> None:
        """See what became of the letters offered, with every frame: the last one may be refused and no other follow it. The oldest of many is waited for."""
        while talk.pending and (talk.pending[0][1].done() or len(talk.pending) > PENDING):
            await self._landed(*talk.pending.popleft())

    async def _landed(self, said: CityLetterReceived, answer: Future[Committed]) -> None:
        try:
            await asyncio.wrap_future(answer)
        except InputRejectedError as error:
            if isinstance(error.error, OutOfOrderError):
                raise LinkBrokenError(str(error.error)) from error
            # it must not come again for ever: its position is taken, the letter is not
            self._quarantine.add(CITY, "undecidable", f"{said}: {error.error!r}")
            await self._submit(CityLetterReceived(position=said.position, after=said.after))
        except CityBrainError as error:  # the disk is full: not seen, so it comes again
            raise LinkBrokenError(f"the journal could not take it: {error}") from error

    async def _submit(self, what: CityLetterReceived | CityLinkChanged) -> None:
        try:
            await asyncio.wrap_future(await self._offer(what))
        except CityBrainError as error:
            raise LinkBrokenError(f"the journal could not take it: {error}") from error

    async def _offer(self, what: CityLetterReceived | CityLinkChanged) -> Future[Committed]:
        while True:
            try:
                return self._commit_loop.submit(what)
            except QueueFullError:
                await asyncio.sleep(0.05)
            except NodeStoppingError as error:
                raise LinkBrokenError("this node is stopping.") from error

    async def _outgoing(self, talk: "_Talk") -> AsyncIterator[UpFrame]:
        state = self._commit_loop.state
        yield Hello(
            district=state.setup.district,
            name=f"{state.setup.name.en} {state.setup.name.zh}",
            centre=state.setup.centre,
            epoch=self._store.epoch(),
            session=talk.session,
            up_next=self._store.next_position(CITY),
            down_acked=state.city.seen,
        )
        talk.taken = state.city.seen
        while True:
            if talk.is_welcome:
                seen = self._commit_loop.state.city.seen
                if seen > talk.seen_said:
                    talk.seen_said = seen
                    yield Seen(position=seen)
                for letter in self._next_letters(talk):
                    talk.sent = letter.position
                    yield Up(
                        position=letter.position,
                        letter=canonical_json.decode(letter.payload, UP_LETTERS[letter.kind]),
                    )
            if self._clock.instant() >= talk.next_beat:
                talk.next_beat = Instant(self._clock.instant() + round(HEARTBEAT_S * SECOND_US))
                yield Heartbeat(at=self._clock.now(), echo=talk.echo)
            await self._until_woken(
                max(0.0, (talk.next_beat - self._clock.instant()) / SECOND_US), talk
            )

    def _next_letters(self, talk: "_Talk") -> tuple[Letter, ...]:
        room = LINK_WINDOW.value - (talk.sent - talk.acked)
        return (
            self._store.letters(to=CITY, after=talk.sent, limit=min(PAGE, room)) if room > 0 else ()
        )

    async def _until_woken(self, within_s: float, talk: "_Talk") -> None:
        self._wake.clear()  # before the look: what comes from here on is news
        if talk.is_welcome and self._next_letters(talk):
            return
        try:
            async with asyncio.timeout(within_s):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def _set(self, *, up: bool, reason: str, welcome: Welcome | None = None) -> None:
        changed = up != self.is_up
        if changed:
            self.is_up, self.since = up, self._clock.now()
            log.info("the city is %s%s", "there" if up else "away", f": {reason}" if reason else "")
        elif not up and reason != self.reason:
            log.warning("the city cannot be reached, this district works alone: %s", reason)
        self.reason = reason
        if changed or (welcome is not None and welcome.epoch != self._commit_loop.state.city.epoch):
            try:
                await self._submit(
                    CityLinkChanged(
                        up=up,
                        epoch=welcome.epoch if welcome is not None else None,
                        reason=reason[:200],
                    )
                )
            except LinkBrokenError as error:
                log.warning("the link's change could not be journaled: %s", error)
        self._on_change()

    def _nudge(self) -> None:
        """From the writer thread, after a commit."""
        if self._loop is not None and not self._wake.is_set():
            try:
                self._loop.call_soon_threadsafe(self._wake.set)
            except RuntimeError:  # the loop has ended
                pass


class _Talk:
    """Where one stream stands."""

    def __init__(self, *, session: int, at: Instant) -> None:
        self.session = session
        self.is_welcome = False
        self.welcomed_at: Instant | None = None
        self.sent = 0
        self.acked = 0
        self.taken = 0  # the last position of the city's log that was offered to the journal
        self.pending: deque[tuple[CityLetterReceived, Future[Committed]]] = deque()
        self.seen_said = -1  # what was seen is said once after the welcome, whatever it is
        self.echo: Timestamp | None = None
        self.next_beat = at
