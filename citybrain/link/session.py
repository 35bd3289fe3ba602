"""One stream at one end, on asyncio: carries frames to and from the exchange, does its effects on
the tier's `LinkEnd`, and calls it when its time has come. Decides nothing.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import assert_never

from citybrain.clock import SECOND_US, Clock
from citybrain.decider.decider import Committed
from citybrain.errors import (
    CityBrainError,
    IllegalTriggerError,
    InputRejectedError,
    MalformedError,
    QueueFullError,
)
from citybrain.link.effects import (
    ConfirmGreeting,
    DiscardLetters,
    Effect,
    JournalGap,
    JournalLetter,
    JournalRefusal,
    PeerLost,
    PeerReturned,
)
from citybrain.link.exchange import Exchange, Step, opened
from citybrain.link.frames import Acknowledged, Frame, Heartbeat, Hello
from citybrain.link.liveness import ClockReading
from citybrain.link.port import Journal, LinkEnd
from citybrain.link.role import Role
from citybrain.link.stages import LinkStage
from citybrain.link.stored_letters import REASON_CHARS
from citybrain.node_time.hold import compare_peer_time

FULL_PAUSE_S = 0.05  # the journal's queue is full: the stream waits, and with it the peer's window

OfJournal = JournalLetter | JournalGap | JournalRefusal


class PeerSilentError(CityBrainError):
    """Nothing came from the peer for too long; the stream ended for that."""


class LinkSession:
    """`run` carries what comes in, `outgoing` is what goes out; both end when the stream does.

    Call `wake` after every commit and `end` to end the stream.
    """

    def __init__(
        self, role: Role, end: LinkEnd, *, journal: Journal, clock: Clock, hello: Hello | None
    ) -> None:
        self._end, self._journal, self._clock = end, journal, clock
        self._loop = asyncio.get_running_loop()
        step = opened(role, self._now(), hello)
        self._link: Exchange = step.exchange
        self._frames: deque[Frame] = deque(step.frames)
        self._has_outgoing = asyncio.Event()
        self._changed = asyncio.Event()  # of whatever `run` looks at
        self._is_committed = asyncio.Event()
        self._failure: Exception | None = None

    @property
    def link(self) -> Exchange:
        """Where this end stands."""
        return self._link

    @property
    def is_over(self) -> bool:
        return self._link.stage is LinkStage.ENDED

    def wake(self) -> None:
        """Something was committed: there may be letters to send and to acknowledge."""
        self._changed.set()

    def end(self, reason: str) -> None:
        """End the stream; `run` returns."""
        self._apply(lambda link: link.on_end(reason))

    async def run(self, incoming: AsyncIterator[Frame]) -> None:
        """Until the stream ends; raises what ended it, and returns where an end left in order."""
        reader = asyncio.create_task(self._read(incoming), name="link-reader")
        reader.add_done_callback(self._reader_ended)
        try:
            while not self.is_over:
                self._changed.clear()
                self._look_at_commits()
                await self._do(self._apply(lambda link: link.on_tick(self._now())))
                await self._until_changed()
        finally:
            self.end("this end left")
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        if self._failure is not None:
            raise self._failure
        if self._link.is_peer_silent:
            raise PeerSilentError(self._link.end_reason)

    async def outgoing(self) -> AsyncIterator[Frame]:
        """What to send, as fast as it is taken."""
        while True:
            self._has_outgoing.clear()
            while self._frames:
                yield self._frames.popleft()
            if self.is_over:
                return
            page = self._link.wanted
            if page is None:
                await self._has_outgoing.wait()
                continue
            try:
                letters = self._end.stored(page)
                event = partial(Exchange.on_letters, page=page, letters=letters)
                await self._do(self._apply(event))
            except CityBrainError as error:
                self._fail(error)

    async def _read(self, incoming: AsyncIterator[Frame]) -> None:
        async for frame in incoming:
            if isinstance(frame, Heartbeat):
                compare_peer_time(self._clock, frame.at)
            await self._do(self._apply(partial(Exchange.on_frame, frame=frame, now=self._now())))
            while self._link.uncommitted >= self._link.role.window and not self.is_over:
                self._is_committed.clear()
                await self._is_committed.wait()

    def _reader_ended(self, reader: "asyncio.Task[None]") -> None:
        error = None if reader.cancelled() else reader.exception()
        if isinstance(error, Exception):
            self._fail(error)
        else:
            self.end(f"{self._link.role.peer} ended the stream")

    def _look_at_commits(self) -> None:
        if self._link.stage is LinkStage.ESTABLISHED:
            journaled, next_position = self._end.positions()
            self._apply(lambda link: link.on_committed(journaled, next_position))
            self._is_committed.set()

    async def _until_changed(self) -> None:
        wake_at = self._link.wake_at
        wait_s = None if wake_at is None else (wake_at - self._clock.instant()) / SECOND_US
        try:
            async with asyncio.timeout(wait_s):
                await self._changed.wait()
        except TimeoutError:
            pass

    def _apply(self, event: Callable[[Exchange], Step]) -> tuple[Effect, ...]:
        """What an event makes of the exchange; the effects are for `_do`."""
        if self.is_over:
            return ()
        try:
            step = event(self._link)
        except (MalformedError, IllegalTriggerError) as error:
            self._fail(error)
            return ()
        if step.exchange.stage is not self._link.stage:  # and with it the next wake-up
            self._changed.set()
            self._is_committed.set()
        self._link = step.exchange
        for frame in step.frames:
            self._put(frame)
        if self.is_over or self._frames or self._link.wanted is not None:
            self._has_outgoing.set()
        return step.effects

    def _put(self, frame: Frame) -> None:
        """Behind what waits to be sent. An acknowledgement or a heartbeat takes the place of the
        one that still waits: a peer that reads nothing must not fill the memory.
        """
        if isinstance(frame, Acknowledged | Heartbeat):
            for index, waiting in enumerate(self._frames):
                if type(waiting) is type(frame):
                    self._frames[index] = frame
                    return
        self._frames.append(frame)

    async def _do(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            match effect:
                case JournalLetter():
                    await self._journal_letter(effect)
                case JournalGap():
                    await self._offer(effect, self._end.gap_input(effect))
                case JournalRefusal():
                    await self._offer(effect, self._end.refusal_input(effect))
                case DiscardLetters(upto=upto):
                    self._end.discard(upto)
                case ConfirmGreeting(greeting=greeting):
                    start = await self._end.confirm(greeting)
                    confirm = partial(Exchange.on_confirmed, start=start, now=self._now())
                    await self._do(self._apply(confirm))
                case PeerLost(last_seen_at=last_seen_at):
                    self._end.peer_lost(last_seen_at)
                case PeerReturned():
                    self._end.peer_returned()
                case _:
                    assert_never(effect)

    async def _journal_letter(self, letter: JournalLetter) -> None:
        try:
            given = self._end.letter_input(letter)
        except MalformedError as error:
            self._reject(letter, str(error))
            return
        await self._offer(letter, given)

    async def _offer(self, effect: OfJournal, given: object) -> None:
        """Into the journal's queue, in order, without waiting for the commit."""
        while not self.is_over:
            try:
                self._journal.submit_with_callback(given, partial(self._on_done, effect))
            except QueueFullError:
                await asyncio.sleep(FULL_PAUSE_S)
            else:
                return

    def _on_done(self, effect: OfJournal, outcome: Committed | Exception) -> None:
        """Where the commit loop runs."""
        if isinstance(outcome, Committed) and not isinstance(effect, JournalRefusal):
            return  # seen at the next look at the journal
        try:
            self._loop.call_soon_threadsafe(self._answered, effect, outcome)
        except RuntimeError:  # the loop has ended, and the stream with it
            pass

    def _answered(self, effect: OfJournal, outcome: Committed | Exception) -> None:
        if isinstance(outcome, Committed):
            self._apply(partial(Exchange.on_withdrawn, position=effect.position))
        elif isinstance(effect, JournalRefusal) or not isinstance(outcome, InputRejectedError):
            self._fail(outcome)
        elif self._end.is_out_of_order(outcome.error):
            disorder = partial(
                Exchange.on_out_of_order, position=effect.position, round_=effect.round
            )
            self._apply(disorder)
        elif isinstance(effect, JournalLetter):
            self._reject(effect, f"undecidable: {outcome.error!r}")
        else:
            self._fail(outcome)

    def _reject(self, letter: JournalLetter, reason: str) -> None:
        self._end.rejected(letter, reason)
        rejected = partial(
            Exchange.on_rejected,
            position=letter.position,
            after=letter.after,
            round_=letter.round,
            reason=reason[:REASON_CHARS],
        )
        self._apply(rejected)

    def _fail(self, error: Exception) -> None:
        if not self.is_over:
            self._failure = error
            self.end(str(error))

    def _now(self) -> ClockReading:
        return ClockReading(instant=self._clock.instant(), at=self._clock.now())
