"""The network between one district and the city, with streams as TCP carries them.

Frames of a stream arrive in order and delayed. A direction can be blocked: what is sent meanwhile
arrives when it is unblocked, if the stream still stands (a partition delays, it does not lose). A
stream can be reset. An end that lost its power closes nothing: its peer only notices silence.
`duplicates` delivers letters twice, which TCP does not do and a peer that resumes too early does.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from enum import StrEnum
from random import Random  # noqa: TID251 - seeded
from typing import Generic, NamedTuple, TypeVar

from citybrain.errors import CityBrainError, RpcError
from citybrain.link.frames import Frame, LetterFrame
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.fault_trigger import FaultTrigger

DELAY_S = (0.001, 0.02)
CONNECT_TIMEOUT_S = 3.0  # of gRPC, before it reports that nobody answers
DUPLICATE_DELAY_S = (0.0, 2.0)  # between the two deliveries of a letter

F = TypeVar("F")


class Direction(StrEnum):
    UP = "up"
    DOWN = "down"


class LetterArrival(NamedTuple):
    direction: Direction
    frame: LetterFrame


Acceptor = Callable[[AsyncIterator[Frame]], AsyncIterator[Frame]]


class Link:
    """One district's link.

    `acceptor` is the city's `exchange` while its process is up, else None. `letter_arrived` fires
    for every letter before it is read.
    """

    def __init__(self, *, loop: VirtualTimeLoop, rng: Random, duplicate_rng: Random) -> None:
        self.loop, self._rng, self._duplicate_rng = loop, rng, duplicate_rng
        self.slow_s = 0.0  # mean additional delay
        self.duplicates = 0.0  # the share of letters that are delivered twice
        self.letter_arrived: FaultTrigger[LetterArrival] = FaultTrigger()
        self.acceptor: Acceptor | None = None
        self._blocked = {Direction.UP: False, Direction.DOWN: False}
        self._connections: list[_Connection] = []
        # the city's ends; one may outlive its stream by the duration of a commit
        self._serving: list[asyncio.Task[None]] = []

    def open(self, outgoing: AsyncIterator[Frame]) -> AsyncIterator[Frame]:
        """See `district_node.shell.uplink.OpenLink`."""
        return self._frames(outgoing)

    def block(self, *directions: Direction) -> None:
        """Nothing passes in these directions until `unblock`."""
        for direction in directions:
            self._blocked[direction] = True

    def unblock(self) -> None:
        """Both directions pass again, and what was blocked arrives."""
        self._blocked = dict.fromkeys(Direction, False)
        for connection in list(self._connections):
            connection.up.flush()
            connection.down.flush()

    def reset(self) -> None:
        """Every stream is reset, and both ends notice it."""
        for connection in list(self._connections):
            connection.reset("connection reset by peer")

    def city_died(self, *, notifies_peer: bool) -> None:
        """The city's process is gone. Its machine answers with a reset where `notifies_peer`."""
        self.acceptor = None
        for connection in list(self._connections):
            connection.server_gone(notifies_peer=notifies_peer)
        for task in self._serving:
            task.cancel()

    def district_died(self, *, notifies_peer: bool) -> None:
        for connection in list(self._connections):
            connection.client_gone(notifies_peer=notifies_peer)

    def is_blocked(self, direction: Direction) -> bool:
        return self._blocked[direction]

    def delay_s(self) -> float:
        extra_s = self._rng.uniform(0.0, 2 * self.slow_s) if self.slow_s else 0.0
        return self._rng.uniform(*DELAY_S) + extra_s

    def duplicate_delay_s(self) -> float | None:
        """After what delay the letter that has just arrived is delivered again; None: it is not."""
        if self.duplicates and self._duplicate_rng.random() < self.duplicates:
            return self._duplicate_rng.uniform(*DUPLICATE_DELAY_S)
        return None

    def remove(self, connection: "_Connection") -> None:
        """Both its ends are gone."""
        if connection in self._connections:
            self._connections.remove(connection)

    async def _frames(self, outgoing: AsyncIterator[Frame]) -> AsyncIterator[Frame]:
        if self._blocked[Direction.UP] or self._blocked[Direction.DOWN]:
            await asyncio.sleep(CONNECT_TIMEOUT_S)
            raise _unavailable("nobody answers at this address")
        await asyncio.sleep(self.delay_s())
        if self.acceptor is None:
            raise _unavailable("connection refused")
        connection = _Connection(self, self.acceptor)
        self._connections.append(connection)
        self._serving = [*(task for task in self._serving if not task.done()), connection.serving]
        pump = asyncio.create_task(connection.send_up(outgoing), name="link-up")
        try:
            while (frame := await connection.down.get()) is not None:
                yield frame
        finally:
            pump.cancel()
            connection.client_gone(notifies_peer=True)
            (ended,) = await asyncio.gather(pump, return_exceptions=True)
            if isinstance(ended, Exception):
                raise ended


class _Connection:
    """One stream: a channel for each direction, and the city's end of it as a task."""

    def __init__(self, link: Link, acceptor: Acceptor) -> None:
        self.link = link
        self.up: _Channel[Frame] = _Channel(link, Direction.UP)
        self.down: _Channel[Frame] = _Channel(link, Direction.DOWN)
        self._client_is_there = self._server_is_there = True
        self.up.on_end = self._end_server
        self.serving = asyncio.create_task(self._serve(acceptor), name="link-serve")

    async def send_up(self, outgoing: AsyncIterator[Frame]) -> None:
        async for frame in outgoing:
            self.up.send(frame)

    def client_gone(self, *, notifies_peer: bool) -> None:
        if self._client_is_there:
            self._client_is_there = False
            self.down.close()
            if notifies_peer:
                self.up.end(None)
            self._close_if_unused()

    def server_gone(self, *, notifies_peer: bool) -> None:
        if self._server_is_there:
            self._server_is_there = False
            self.serving.cancel()
            self.up.close()
            if notifies_peer:
                self.down.end(_unavailable("connection reset by peer"))
            self._close_if_unused()

    def reset(self, reason: str) -> None:
        self.down.end(_unavailable(reason))
        self.up.end(None)

    def _end_server(self) -> None:
        """The end of the district's stream arrived: its call is cancelled, as gRPC does."""
        if self._server_is_there:
            self._server_is_there = False
            self.serving.cancel()
            self._close_if_unused()

    async def _serve(self, acceptor: Acceptor) -> None:
        frames = acceptor(self.up.frames())
        error: RpcError | None = None
        is_dropped = False
        try:
            async for frame in frames:
                self.down.send(frame)
        except (CityBrainError, TimeoutError) as failure:
            error = RpcError("INTERNAL", str(failure), retry=False)
        except GeneratorExit:  # the simulation was dropped half-way: no loop runs any more
            is_dropped = True
            raise
        finally:
            if isinstance(frames, AsyncGenerator) and not is_dropped:
                await frames.aclose()
        self._server_is_there = False
        self.up.close()
        self.down.end(error)
        self._close_if_unused()

    def _close_if_unused(self) -> None:
        if not self._client_is_there and not self._server_is_there:
            self.link.remove(self)


class _Channel(Generic[F]):
    """One direction of one stream: first in, first out."""

    def __init__(self, link: Link, direction: Direction) -> None:
        self._link, self._direction = link, direction
        self._in_flight: deque[F | _EndOfStream] = deque()  # the next arrival is its first item
        self._held_back = 0  # how many of them wait for the direction to be unblocked
        self._arrived: deque[F | _EndOfStream] = deque()
        self._last_at = 0.0
        self._reader: asyncio.Future[None] | None = None
        self._is_closed = self._is_ended = False
        self.on_end: Callable[[], None] | None = None

    def send(self, item: "F | _EndOfStream") -> None:
        if self._is_ended:
            return
        self._in_flight.append(item)
        if self._link.is_blocked(self._direction) or self._held_back:
            self._held_back += 1
        else:
            self._schedule()

    def end(self, error: RpcError | None) -> None:
        """The far end gets it behind everything that is in flight."""
        self.send(_EndOfStream(error))
        self._is_ended = True

    def close(self) -> None:
        """The far end is gone: nothing more arrives."""
        self._is_closed = True
        self._in_flight.clear()

    def flush(self) -> None:
        """Sends what was held back."""
        while self._held_back:
            self._held_back -= 1
            self._schedule()

    async def get(self) -> F | None:
        """The next frame; None at the end of the stream. Raises what broke the stream."""
        while not self._arrived:
            self._reader = self._link.loop.create_future()
            await self._reader
        item = self._arrived.popleft()
        if isinstance(item, _EndOfStream):
            self._arrived.appendleft(item)
            if item.error is not None:
                raise item.error
            return None
        return item

    async def frames(self) -> AsyncIterator[F]:
        while (frame := await self.get()) is not None:
            yield frame

    def _schedule(self) -> None:
        self._last_at = max(self._last_at, self._link.loop.time() + self._link.delay_s())
        self._link.loop.call_at(self._last_at, self._arrive)

    def _arrive(self) -> None:
        if self._is_closed:
            return
        if self._link.is_blocked(self._direction):  # blocked while the item was in flight
            self._held_back += 1
            return
        item = self._in_flight.popleft()
        if isinstance(item, LetterFrame):
            again_s = self._link.duplicate_delay_s()
            if again_s is not None:
                self._link.loop.call_later(again_s, self._deliver_duplicate, item)
        self._deliver(item)

    def _deliver_duplicate(self, item: F) -> None:
        """Dropped where the direction is blocked by then."""
        if not self._link.is_blocked(self._direction):
            self._deliver(item)

    def _deliver(self, item: "F | _EndOfStream") -> None:
        if self._is_closed or (self._arrived and isinstance(self._arrived[-1], _EndOfStream)):
            return
        if isinstance(item, LetterFrame):
            self._link.letter_arrived.fire(LetterArrival(self._direction, item))
        self._arrived.append(item)
        if isinstance(item, _EndOfStream) and self.on_end is not None:
            self.on_end()
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


class _EndOfStream:
    """The last item of a channel."""

    __slots__ = ("error",)

    def __init__(self, error: RpcError | None) -> None:
        self.error = error


def _unavailable(reason: str) -> RpcError:
    return RpcError("UNAVAILABLE", reason, retry=True)
