"""The districts' streams: admits them, brings the city's journal and store to each, and journals
which districts are offline. The exchange itself is `citybrain.link`. Decides nothing.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from concurrent.futures import Future
from contextlib import suppress

from citybrain.clock import Clock
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.errors import CityBrainError, MalformedError, QueueFullError, StoreFullError
from citybrain.ids import DistrictId
from citybrain.journal.port import Store
from citybrain.link.commit_waker import CommitWaker
from citybrain.link.frames import Frame, Hello
from citybrain.link.liveness import ClockReading, is_silent
from citybrain.link.past import OnPast, ignore_past
from citybrain.link.role import ACCEPTOR, Role
from citybrain.link.session import FULL_PAUSE_S
from coordinator import limits
from coordinator.cores.order_saga import peer
from coordinator.cores.state import CityState
from coordinator.inputs import CityInput, DistrictLost, DistrictReturned
from coordinator.shell.admission import (
    Admission,
    CurrentStream,
    admit,
    presented_number,
    refusal,
)
from coordinator.shell.case_codes import in_words, shared_with
from coordinator.shell.district_stream import DistrictStream

HELLO_WITHIN_S = 10.0
RETRY_REPORT_S = 1.0  # what a full disk refused

OnCodes = Callable[[str], None]  # a sentence; "": all is well

log = logging.getLogger(__name__)


def ignore_codes(_detail: str) -> None:
    """Where nobody is told."""


class Districts:
    """See `citybrain.rpc.link.LinkAcceptor`."""

    def __init__(
        self,
        commit_loop: CommitLoop[CityState],
        store: Store,
        clock: Clock,
        *,
        role: Role = ACCEPTOR,
        on_past: OnPast = ignore_past,
        on_codes: OnCodes = ignore_codes,
    ) -> None:
        self.on_past, self._on_codes = on_past, on_codes
        self.commit_loop, self.store, self.clock, self.role = commit_loop, store, clock, role
        self._streams: dict[DistrictId, DistrictStream] = {}
        self._loop = asyncio.get_running_loop()
        # the last session that was given to each district, journaled or not: none is given twice
        self._sessions: dict[DistrictId, int] = {}
        # what was reported last of each district, until it has another stream
        self._reports: dict[DistrictId, DistrictLost | DistrictReturned] = {}
        CommitWaker(commit_loop, self._wake)

    @property
    def count(self) -> int:
        return len(self._streams)

    def backlog(self) -> int:
        """Letters that wait for connected districts."""
        return sum(
            self.store.next_position(peer(district)) - 1 - stream.acknowledged
            for district, stream in self._streams.items()
        )

    async def exchange(self, incoming: AsyncIterator[Frame]) -> AsyncIterator[Frame]:
        """One stream, from its hello to its end."""
        hello = await _hello_of(incoming)
        stream = DistrictStream(self, hello)
        running = asyncio.create_task(stream.run(incoming), name=f"link-{hello.district}")
        try:
            async for frame in stream.session.outgoing():
                yield frame
            await running
            log.info("stream of district %s ended: %s", hello.district, stream.end_reason)
        finally:
            running.cancel()
            try:
                await asyncio.gather(running, return_exceptions=True)
            finally:  # this task may be cancelled once more while it waits
                self._leave(stream)

    def admit(self, stream: DistrictStream) -> int:
        """Make `stream` its district's only one, and give it its session. Raises a `CityBrainError`
        that refuses it.
        """
        hello, current = stream.hello, self._streams.get(stream.hello.district)
        known = self.commit_loop.state.world.districts.get(hello.district)
        number = presented_number(hello, known, self.store.epoch())
        admission = admit(self._current_stream(current, hello), number)
        error = refusal(admission, hello, known)
        if error is not None:
            raise error
        if current is None and len(self._streams) >= limits.LINKS.value:
            raise QueueFullError(
                f"{len(self._streams)} districts are connected, more than the city takes"
                f" ({limits.LINKS.value}); this one is refused."
            )
        self._streams[hello.district] = stream
        self._reports.pop(hello.district, None)
        if current is not None and admission is Admission.SUPERSEDE:
            current.session.end("superseded by a newer session")
        journaled = known.session if known is not None else 0
        session = max(journaled, self._sessions.get(hello.district, 0)) + 1
        self._sessions[hello.district] = session
        return session

    def note_codes(self, district: DistrictId) -> str:
        """The names of those that begin their numbers as `district` does; the city is told of all
        such, or that there are none."""
        world = self.commit_loop.state.world
        self._on_codes(in_words(world))
        return shared_with(world, district)

    async def submit(self, new_input: CityInput) -> Committed:
        """Journal it; waits while the journal's queue is full."""
        while True:
            try:
                answer = self.commit_loop.submit(new_input)
            except QueueFullError:
                await asyncio.sleep(FULL_PAUSE_S)
                continue
            return await asyncio.wrap_future(answer)

    def report(self, change: DistrictLost | DistrictReturned) -> None:
        """Journal `change` without waiting for it. What a full disk refused is reported again,
        until something newer is to be reported of that district.
        """
        self._reports[change.district] = change
        self._try_to_report(change)

    def close(self) -> None:
        """End every stream."""
        for stream in list(self._streams.values()):
            stream.session.end("the city stops")

    def _current_stream(self, current: DistrictStream | None, hello: Hello) -> CurrentStream:
        if current is None:
            return CurrentStream.NONE
        now = ClockReading(instant=self.clock.instant(), at=self.clock.now())
        live = current.session.link.liveness
        if is_silent(live, now, silence_s=self.role.silence_s):
            return CurrentStream.SILENT
        is_same = current.hello.epoch == hello.epoch
        return CurrentStream.ALIVE if is_same else CurrentStream.OF_ANOTHER_STORE

    def _try_to_report(self, change: DistrictLost | DistrictReturned) -> None:
        if self._reports.get(change.district) is not change:
            return
        try:
            answer = self.commit_loop.submit(change)
            answer.add_done_callback(lambda done: self._on_reported(change, done))
        except QueueFullError as error:
            self._report_again(change, error)
        except (
            CityBrainError
        ) as error:  # this node stops: at its next start every district is offline
            log.warning("%s could not be journaled: %s", change, error)

    def _on_reported(
        self, change: DistrictLost | DistrictReturned, done: "Future[Committed]"
    ) -> None:
        """On the journal's thread."""
        error = None if done.cancelled() else done.exception()
        if isinstance(error, StoreFullError):
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._report_again, change, error)

    def _report_again(self, change: DistrictLost | DistrictReturned, error: CityBrainError) -> None:
        log.warning("%s is journaled later: %s", change, error)
        self._loop.call_later(RETRY_REPORT_S, self._try_to_report, change)

    def _leave(self, stream: DistrictStream) -> None:
        """Its end is journaled without waiting: the stream's task may be cancelled."""
        if self._streams.get(stream.hello.district) is stream:
            del self._streams[stream.hello.district]
            self.report(stream.lost())

    def _wake(self) -> None:
        for stream in self._streams.values():
            stream.session.wake()


async def _hello_of(incoming: AsyncIterator[Frame]) -> Hello:
    try:
        async with asyncio.timeout(HELLO_WITHIN_S):
            first = await anext(incoming, None)
    except TimeoutError as error:
        raise MalformedError("no_hello", f"no hello came within {HELLO_WITHIN_S:g} s") from error
    if not isinstance(first, Hello):
        what = "ends" if first is None else f"begins with {type(first).__name__}"
        raise MalformedError("no_hello", f"the stream {what}, and should begin with a hello")
    return first
