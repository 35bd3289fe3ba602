"""The network between one district and the city: streams as TCP carries them. In order within a stream, delayed, held up one way or both, torn.
A peer may say a letter again (`repeats`), which TCP does not do and a peer that resumes too early does.

What is held up arrives when the way is free again, if the stream still stands: a partition loses nothing, it keeps one waiting. An end that lost its power
says no goodbye.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from enum import StrEnum
from random import Random  # noqa: TID251 - one seed is one story
from typing import Any

from citybrain.domain.link import Down, DownFrame, Up, UpFrame
from citybrain.errors import CityBrainError, RpcError
from citysim.sim.bell import Bell
from citysim.sim.loop import SimLoop

QUICK_S = (0.001, 0.02)
CONNECT_WITHIN_S = 3.0  # what gRPC waits before it says that nobody answers
AGAIN_S = (0.0, 2.0)  # after which a letter that is repeated comes again


class Way(StrEnum):
    UP = "up"
    DOWN = "down"


Acceptor = Callable[[AsyncIterator[UpFrame]], AsyncIterator[DownFrame]]


class Link:
    """One district's. `acceptor` is the city's `exchange` while its process is up, else None. `letters` rings with the way and the frame of each that
    arrives, before it is read."""

    def __init__(self, *, loop: SimLoop, stream: Random, odd: Random) -> None:
        self.loop, self._stream, self._odd = loop, stream, odd
        self.slow_s = 0.0
        self.repeats = 0.0  # the share of letters that come again
        self.letters = Bell()
        self.acceptor: Acceptor | None = None
        self._held = {Way.UP: False, Way.DOWN: False}
        self._talks: list[_Talk] = []
        self._serving: list[
            asyncio.Task[None]
        ] = []  # the city's ends that have not ended; one may outlive its stream by a commit

    def open(self, outgoing: AsyncIterator[UpFrame]) -> AsyncIterator[DownFrame]:
        """See `district_node.shell.uplink.OpenLink`."""
        return self._frames(outgoing)

    def hold(self, *ways: Way) -> None:
        """Nothing passes these ways any more."""
        for way in ways:
            self._held[way] = True

    def free(self) -> None:
        """Both ways are free: what was held up arrives."""
        self._held = dict.fromkeys(Way, False)
        for talk in list(self._talks):
            for lane in talk.lanes.values():
                lane.flush()

    def tear(self) -> None:
        """Every stream is reset: both ends are told."""
        for talk in list(self._talks):
            talk.reset("connection reset by peer")

    def city_died(self, *, says_goodbye: bool) -> None:
        """The city's process is gone; its machine answers with a reset, or nobody does."""
        self.acceptor = None
        for talk in list(self._talks):
            talk.server_gone(says_goodbye=says_goodbye)
        for task in self._serving:
            task.cancel()

    def district_died(self, *, says_goodbye: bool) -> None:
        for talk in list(self._talks):
            talk.client_gone(says_goodbye=says_goodbye)

    def is_held(self, way: Way) -> bool:
        return self._held[way]

    def delay_s(self) -> float:
        return self._stream.uniform(*QUICK_S) + (
            self._stream.uniform(0.0, 2 * self.slow_s) if self.slow_s else 0.0
        )

    def again_s(self) -> float | None:
        """When the letter that has just arrived comes once more; None: it does not."""
        return (
            self._odd.uniform(*AGAIN_S)
            if self.repeats and self._odd.random() < self.repeats
            else None
        )

    def forget(self, talk: "_Talk") -> None:
        """Both its ends are gone."""
        if talk in self._talks:
            self._talks.remove(talk)

    async def _frames(self, outgoing: AsyncIterator[UpFrame]) -> AsyncIterator[DownFrame]:
        if self._held[Way.UP] or self._held[Way.DOWN]:
            await asyncio.sleep(CONNECT_WITHIN_S)
            raise _unavailable("nobody answers at this address")
        await asyncio.sleep(self.delay_s())
        if self.acceptor is None:
            raise _unavailable("connection refused")
        talk = _Talk(self, self.acceptor)
        self._talks.append(talk)
        self._serving = [*(task for task in self._serving if not task.done()), talk.serving]
        pump = asyncio.create_task(talk.send_up(outgoing), name="link-up")
        try:
            while (frame := await talk.lanes[Way.DOWN].get()) is not None:
                yield frame
        finally:
            pump.cancel()
            talk.client_gone(says_goodbye=True)
            with suppress(asyncio.CancelledError):
                await pump


class _Talk:
    """One stream: two lanes, and the city's end of it as a task."""

    def __init__(self, link: Link, acceptor: Acceptor) -> None:
        self.link = link
        self.lanes: dict[Way, _Lane] = {way: _Lane(link, way) for way in Way}
        self._client_is_there = self._server_is_there = True
        self.lanes[Way.UP].on_end = self._end_server
        self.serving = asyncio.create_task(self._serve(acceptor), name="link-serve")

    async def send_up(self, outgoing: AsyncIterator[UpFrame]) -> None:
        async for frame in outgoing:
            self.lanes[Way.UP].send(frame)

    def client_gone(self, *, says_goodbye: bool) -> None:
        if self._client_is_there:
            self._client_is_there = False
            self.lanes[Way.DOWN].close()
            if says_goodbye:
                self.lanes[Way.UP].end(None)
            self._settle()

    def server_gone(self, *, says_goodbye: bool) -> None:
        if self._server_is_there:
            self._server_is_there = False
            self.serving.cancel()
            self.lanes[Way.UP].close()
            if says_goodbye:
                self.lanes[Way.DOWN].end(_unavailable("connection reset by peer"))
            self._settle()

    def reset(self, why: str) -> None:
        self.lanes[Way.DOWN].end(_unavailable(why))
        self.lanes[Way.UP].end(None)

    def _end_server(self) -> None:
        """The district's goodbye arrived: its call is cancelled, as gRPC does."""
        if self._server_is_there:
            self._server_is_there = False
            self.serving.cancel()
            self._settle()

    async def _serve(self, acceptor: Acceptor) -> None:
        frames = acceptor(self.lanes[Way.UP].frames())
        error: RpcError | None = None
        is_dropped = False
        try:
            async for frame in frames:
                self.lanes[Way.DOWN].send(frame)
        except (CityBrainError, TimeoutError) as fault:
            error = RpcError("INTERNAL", str(fault), retry=False)
        except GeneratorExit:  # the whole story was dropped half told: no loop runs any more
            is_dropped = True
            raise
        finally:
            close: Any = getattr(frames, "aclose", None)
            if close is not None and not is_dropped:
                await close()
        self._server_is_there = False
        self.lanes[Way.UP].close()
        self.lanes[Way.DOWN].end(error)
        self._settle()

    def _settle(self) -> None:
        if not self._client_is_there and not self._server_is_there:
            self.link.forget(self)


class _Lane:
    """One way of one stream: first in, first out."""

    def __init__(self, link: Link, way: Way) -> None:
        self._link, self._way = link, way
        self._under_way: deque[Any] = (
            deque()
        )  # sent, and not there yet: whatever arrives next is the first of them
        self._stopped = 0  # so many of them wait for the way to be free
        self._arrived: deque[Any] = deque()
        self._last_at = 0.0
        self._reader: asyncio.Future[None] | None = None
        self._is_closed = self._is_ended = False
        self.on_end: Callable[[], None] | None = None

    def send(self, item: Any) -> None:
        if self._is_ended:
            return
        self._under_way.append(item)
        if self._link.is_held(self._way) or self._stopped:
            self._stopped += 1
        else:
            self._launch()

    def end(self, error: RpcError | None) -> None:
        """The other end hears of it behind everything that is under way."""
        self.send(_End(error))
        self._is_ended = True

    def close(self) -> None:
        """Nobody listens at the far end any more."""
        self._is_closed = True
        self._under_way.clear()

    def flush(self) -> None:
        while self._stopped:
            self._stopped -= 1
            self._launch()

    async def get(self) -> Any:
        """The next frame; None at the end; raises what broke the stream."""
        while not self._arrived:
            self._reader = self._link.loop.create_future()
            await self._reader
        item = self._arrived.popleft()
        if isinstance(item, _End):
            self._arrived.appendleft(item)
            if item.error is not None:
                raise item.error
            return None
        return item

    async def frames(self) -> AsyncIterator[Any]:
        while (frame := await self.get()) is not None:
            yield frame

    def _launch(self) -> None:
        self._last_at = max(self._last_at, self._link.loop.time() + self._link.delay_s())
        self._link.loop.call_at(self._last_at, self._arrive)

    def _arrive(self) -> None:
        if self._is_closed:
            return
        if self._link.is_held(self._way):  # the way was closed while it was on it
            self._stopped += 1
            return
        item = self._under_way.popleft()
        if isinstance(item, Up | Down) and (again_s := self._link.again_s()) is not None:
            self._link.loop.call_later(again_s, self._again, item)
        self._hand_over(item)

    def _again(self, item: Any) -> None:
        """Once more, unless nothing passes now."""
        if not self._link.is_held(self._way):
            self._hand_over(item)

    def _hand_over(self, item: Any) -> None:
        if self._is_closed or (self._arrived and isinstance(self._arrived[-1], _End)):
            return
        if isinstance(item, Up | Down):
            self._link.letters.ring(self._way, item)
        self._arrived.append(item)
        if isinstance(item, _End) and self.on_end is not None:
            self.on_end()
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)


class _End:
    """The last thing that travels a lane."""

    __slots__ = ("error",)

    def __init__(self, error: RpcError | None) -> None:
        self.error = error


def _unavailable(why: str) -> RpcError:
    return RpcError("UNAVAILABLE", why, retry=True)
