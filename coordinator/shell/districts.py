"""The districts' streams: hello and welcome, letters up into the journal, letters down out of the store, heartbeats, and who is away. Decides nothing.

`Seen` for a district is what the journaled state says, so it is sent only after the commit. A newer session of a district ends the older stream.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from citybrain import canonical_json
from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.domain.link import Down, DownFrame, Heartbeat, Hello, Seen, Up, UpFrame, Welcome
from citybrain.domain.order import OrderProgress, OrderRequest
from citybrain.errors import (
    CityBrainError,
    InputRejectedError,
    MalformedError,
    QueueFullError,
    StoreFullError,
)
from citybrain.ids import DistrictId
from citybrain.journal.port import Letter, Store
from citybrain.limits import LINK_WINDOW
from coordinator import limits
from coordinator.cores.letters import peer
from coordinator.cores.state import CityState
from coordinator.errors import OutOfOrderError
from coordinator.inputs import (
    DistrictConnected,
    DistrictLetterReceived,
    DistrictLost,
    DistrictReturned,
    said,
)

HEARTBEAT_S = 2.0
AWAY_S = 6.0
HELLO_WITHIN_S = 10.0
PAGE = 200  # letters read at once
TELL_AGAIN_S = 1.0  # what a full disk refused
FULL_PAUSE_S = (
    0.05  # the journal's queue is full: the stream waits, and with it the district's window
)
DOWN_KINDS: dict[str, type] = {kind.__name__: kind for kind in (OrderRequest, OrderProgress)}

WENT_BACK = (
    "district {hello.district} comes with session {hello.session} and letter {hello.up_next} next, and this city knows session {known.session} and its letters "
    "up to {known.up_acked}: its store went back in time. Stop it, run `citybrain journal restored` on its journal.db, and start it again."
)

log = logging.getLogger(__name__)


class Districts:
    """See `citybrain.rpc.link.LinkAcceptor`."""

    def __init__(self, commit_loop: CommitLoop[CityState], store: Store, clock: Clock) -> None:
        self.commit_loop, self.store, self.clock = commit_loop, store, clock
        self._streams: dict[DistrictId, _Stream] = {}
        self._loop = asyncio.get_running_loop()
        self._is_waking = False
        self._words: dict[
            DistrictId, DistrictLost | DistrictReturned
        ] = {}  # the last one of each: there or away
        commit_loop.on_commit(self._committed)

    @property
    def count(self) -> int:
        return len(self._streams)

    def backlog(self) -> int:
        """Letters that wait for districts."""
        return sum(
            self.store.next_position(peer(d)) - 1 - s.acked for d, s in self._streams.items()
        )

    async def exchange(self, incoming: AsyncIterator[UpFrame]) -> AsyncIterator[DownFrame]:
        hello = await asyncio.wait_for(anext(incoming), HELLO_WITHIN_S)
        if not isinstance(hello, Hello):
            raise MalformedError(
                "no_hello", f"the stream begins with {type(hello).__name__}, not with a hello"
            )
        self._admit(hello)
        was_known = hello.district in self.commit_loop.state.world.districts
        stream = _Stream(self, hello)
        older, self._streams[hello.district] = self._streams.get(hello.district), stream
        if older is not None:
            older.end("superseded by a newer session")
        try:
            await self.submit(_greeting(hello))
            yield stream.welcome(was_known=was_known)
            async for frame in stream.frames(incoming):
                yield frame
        finally:
            if self._streams.get(hello.district) is stream:
                del self._streams[hello.district]
                self._leave(stream)

    async def submit(self, given: Any) -> Committed:
        """Journal it; waits while the journal's queue is full."""
        while True:
            try:
                answer = self.commit_loop.submit(given)
            except QueueFullError:
                await asyncio.sleep(FULL_PAUSE_S)
                continue
            return await asyncio.wrap_future(answer)

    def close(self) -> None:
        """End every stream."""
        for stream in list(self._streams.values()):
            stream.end("the city stops")

    def _admit(self, hello: Hello) -> None:
        current = self._streams.get(hello.district)
        if (
            current is not None
            and current.hello.epoch == hello.epoch
            and current.hello.session >= hello.session
        ):
            raise MalformedError(
                "old_session",
                f"district {hello.district} has a newer stream (session {current.hello.session}) than this one ({hello.session})",
            )
        if current is not None and current.hello.epoch != hello.epoch and not current.is_silent:
            raise MalformedError(
                "two_stores",
                f"a district {hello.district} with another store is connected. Two nodes must not run under one district's name.",
            )
        known = self.commit_loop.state.world.districts.get(hello.district)
        if (
            known is not None
            and known.epoch == hello.epoch
            and (hello.session < known.session or hello.up_next <= known.up_acked)
        ):
            raise MalformedError("went_back", WENT_BACK.format(hello=hello, known=known))
        if current is None and len(self._streams) >= limits.LINKS.value:
            raise QueueFullError(
                f"{len(self._streams)} districts are connected, more than the city takes ({limits.LINKS.value}); this one is refused."
            )

    def tell(self, word: DistrictLost | DistrictReturned) -> None:
        """Journal who is there without waiting for it. What a full disk refuses is said again, until something newer is to be said of that district."""
        self._words[word.district] = word
        self._try(word)

    def _try(self, word: DistrictLost | DistrictReturned) -> None:
        if self._words.get(word.district) is not word:
            return
        try:
            self.commit_loop.submit(word).add_done_callback(lambda done: self._told(word, done))
        except QueueFullError as error:
            self._again(word, error)
        except (
            CityBrainError
        ) as error:  # this node stops: its next start believes that everybody is away
            log.warning(
                "district %s: %s could not be journaled: %s",
                word.district,
                type(word).__name__,
                error,
            )

    def _told(self, word: DistrictLost | DistrictReturned, done: "Future[Committed]") -> None:
        """On the journal's thread."""
        error = None if done.cancelled() else done.exception()
        if isinstance(error, StoreFullError):
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._again, word, error)

    def _again(self, word: DistrictLost | DistrictReturned, error: CityBrainError) -> None:
        log.warning("district %s: %s is said again: %s", word.district, type(word).__name__, error)
        self._loop.call_later(TELL_AGAIN_S, self._try, word)

    def _leave(self, stream: "_Stream") -> None:
        """Its end is journaled without waiting: the stream's task may be cancelled."""
        self.tell(
            DistrictLost(
                district=stream.hello.district,
                session=stream.hello.session,
                heard_at=stream.heard_at,
            )
        )

    def _committed(self, _state: CityState, _taken: Sequence[Committed]) -> None:
        if not self._is_waking:
            self._is_waking = True
            try:
                self._loop.call_soon_threadsafe(self._wake)
            except RuntimeError:  # the loop has ended, and every stream with it
                pass

    def _wake(self) -> None:
        self._is_waking = False
        for stream in self._streams.values():
            stream.wake.set()


class _Stream:
    """One session of one district."""

    def __init__(self, links: Districts, hello: Hello) -> None:
        self._links, self.hello = links, hello
        self._peer = peer(hello.district)
        self.wake = asyncio.Event()
        self.acked = 0  # the district has journaled our letters up to here
        self.heard_at: Timestamp = links.clock.now()
        self._heard = links.clock.instant()
        self._echo: Timestamp | None = None
        self._sent = 0
        self._seen_said = -1
        self._taken = 0  # the last position of the district's log that was offered to the journal
        self.is_silent = False
        self._end: str | None = None
        self._failure: BaseException | None = None

    def welcome(self, *, was_known: bool) -> Welcome:
        """Where both logs stand. What the district has seen may be another store's that was here before: it is sent on from there, and forgotten only
        when the district has met this one and says so."""
        down_next = self._links.store.next_position(self._peer)
        if was_known and self.hello.down_acked < down_next:
            self._sent = self.acked = self.hello.down_acked
        self._seen_said = self._taken = self._up_seen()
        return Welcome(
            epoch=self._links.store.epoch(), up_acked=self._seen_said, down_next=down_next
        )

    def end(self, why: str) -> None:
        self._end = why
        self.wake.set()

    async def frames(self, incoming: AsyncIterator[UpFrame]) -> AsyncIterator[DownFrame]:
        """What to send, whenever there is something; ends when the district leaves, falls out of line, or is superseded."""
        reader = asyncio.create_task(self._read(incoming), name=f"link-{self.hello.district}")
        reader.add_done_callback(self._reader_ended)
        next_beat = self._links.clock.instant()
        try:
            while self._end is None:
                self.wake.clear()
                for frame in self._news():
                    yield frame
                now = self._links.clock.instant()
                if now >= next_beat:
                    next_beat = Instant(now + round(HEARTBEAT_S * SECOND_US))
                    self._mind_silence()
                    yield Heartbeat(at=self._links.clock.now(), echo=self._echo)
                await _woken(self.wake, (next_beat - now) / SECOND_US)
            if self._failure is not None:
                raise self._failure
            log.info("stream of district %s ended: %s", self.hello.district, self._end)
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)

    def _news(self) -> list[DownFrame]:
        frames: list[DownFrame] = []
        seen = self._up_seen()
        if seen != self._seen_said:
            self._seen_said = seen
            frames.append(Seen(position=seen))
        room = LINK_WINDOW.value - (self._sent - self.acked)
        if room > 0 and self._links.store.next_position(self._peer) - 1 > self._sent:
            page = self._links.store.letters(to=self._peer, after=self._sent, limit=min(room, PAGE))
            for letter in page:
                frames.append(Down(position=letter.position, letter=_opened(letter)))
                self._sent = letter.position
            if (
                len(page) == PAGE
            ):  # there may be another; none at all: a district that was put back asks for what was acknowledged and is kept no more
                self.wake.set()
        return frames

    async def _read(self, incoming: AsyncIterator[UpFrame]) -> None:
        async for frame in incoming:
            self._hear()
            match frame:
                case Up(position=position, letter=letter):
                    before, self._taken = (
                        self._taken,
                        max(self._taken, position),
                    )  # one that is said again opens no hole behind a refused one
                    await self._take(
                        said(self.hello.district, self.hello.epoch, position, letter, after=before)
                    )
                case Seen(position=position):
                    self._acknowledge(position)
                    self.wake.set()
                case Heartbeat(at=at):
                    self._echo = at
                case Hello():
                    raise MalformedError(
                        "second_hello",
                        "a stream has one hello; open another stream for another session",
                    )

    async def _take(self, given: DistrictLetterReceived) -> None:
        """Into the journal's queue, in order, without waiting for the commit: `Seen` follows from the state."""
        while True:
            try:
                answer = self._links.commit_loop.submit(given)
            except QueueFullError:
                await asyncio.sleep(FULL_PAUSE_S)
                continue
            break
        loop = asyncio.get_running_loop()
        answer.add_done_callback(lambda done: self._answered(loop, given, done.exception()))

    def _answered(
        self,
        loop: asyncio.AbstractEventLoop,
        given: DistrictLetterReceived,
        error: BaseException | None,
    ) -> None:
        """On the journal's thread. A letter that no core can decide is stepped over, so that the district's others go on; anything else ends the stream."""
        if error is None:
            return
        if isinstance(error, InputRejectedError) and not isinstance(error.error, OutOfOrderError):
            log.error(
                "letter %d of district %s is stepped over: %s",
                given.position,
                given.district,
                error,
            )
            empty = DistrictLetterReceived(
                district=given.district,
                epoch=given.epoch,
                position=given.position,
                after=given.after,
            )
            try:
                self._links.commit_loop.submit(empty)
                return
            except CityBrainError as full:
                error = full
        loop.call_soon_threadsafe(self._fail, error)

    def _fail(self, error: BaseException) -> None:
        self._failure = error
        self.end(str(error))

    def _reader_ended(self, reader: "asyncio.Task[None]") -> None:
        if reader.cancelled():
            return
        self._failure = reader.exception()
        self.end("the district left" if self._failure is None else str(self._failure))

    def _hear(self) -> None:
        self._heard, self.heard_at = self._links.clock.instant(), self._links.clock.now()
        if self.is_silent:
            self.is_silent = False
            self._links.tell(
                DistrictReturned(district=self.hello.district, session=self.hello.session)
            )

    def _mind_silence(self) -> None:
        """Away after so many seconds without a word, the stream open or not."""
        if not self.is_silent and self._links.clock.instant() - self._heard > AWAY_S * SECOND_US:
            self.is_silent = True
            self._links.tell(
                DistrictLost(
                    district=self.hello.district, session=self.hello.session, heard_at=self.heard_at
                )
            )

    def _acknowledge(self, position: int) -> None:
        """Only what was sent can be acknowledged; what was acknowledged is forgotten."""
        last = self._links.store.next_position(self._peer) - 1
        if self.acked <= position <= last:
            self.acked = position
            self._links.store.discard_letters(to=self._peer, upto=position)

    def _up_seen(self) -> int:
        known = self._links.commit_loop.state.world.districts.get(self.hello.district)
        return known.up_acked if known is not None and known.epoch == self.hello.epoch else 0


def _greeting(hello: Hello) -> DistrictConnected:
    return DistrictConnected(
        district=hello.district,
        name=hello.name,
        centre=hello.centre,
        epoch=hello.epoch,
        session=hello.session,
        up_next=hello.up_next,
        down_acked=hello.down_acked,
    )


def _opened(letter: Letter) -> Any:
    return canonical_json.decode(letter.payload, DOWN_KINDS[letter.kind])


async def _woken(event: asyncio.Event, within_s: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), max(0.0, within_s))
    except TimeoutError:
        pass
