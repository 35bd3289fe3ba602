"""Calls of a crew's phone or a desk: there and back with delay; either way may fail, and then the caller does not know whether it was done."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random  # noqa: TID251 - one seed is one story
from typing import TypeVar

from citybrain.errors import RpcError
from citysim.sim.loop import SimLoop

QUICK_S = (0.005, 0.08)
DEADLINE_S = 5.0  # after it the caller gives up

R = TypeVar("R")


class Calls:
    """The mobile network to one node. `is_there` says whether the node's process is up."""

    def __init__(self, *, loop: SimLoop, stream: Random, is_there: Callable[[], bool]) -> None:
        self._loop, self._stream, self._is_there = loop, stream, is_there
        self.loss = 0.0
        self.slow_s = 0.0

    async def call(self, work: Callable[[], Awaitable[R]]) -> R:
        """What `work` returns at the node; raises `RpcError` when nobody answered in time."""
        await self._way()
        if not self._is_there():
            raise RpcError("UNAVAILABLE", "nobody answers at this address", retry=True)
        done = self._loop.create_task(_ignored(work()))
        try:
            async with asyncio.timeout(DEADLINE_S):
                outcome: R = await asyncio.shield(done)
        except TimeoutError as error:
            done.cancel()  # as gRPC does to the call at the node
            raise RpcError("DEADLINE_EXCEEDED", "no answer in time", retry=True) from error
        await self._way()
        return outcome

    def push_s(self) -> float | None:
        """How long something that the node shows takes to a device; None: the stream broke, and must be opened again."""
        return None if self._stream.random() < self.loss else self._delay_s()

    async def _way(self) -> None:
        if self._stream.random() < self.loss:
            await asyncio.sleep(DEADLINE_S)
            raise RpcError("DEADLINE_EXCEEDED", "no answer in time", retry=True)
        await asyncio.sleep(self._delay_s())

    def _delay_s(self) -> float:
        return self._stream.uniform(*QUICK_S) + (
            self._stream.uniform(0.0, 2 * self.slow_s) if self.slow_s else 0.0
        )


async def _ignored(work: Awaitable[R]) -> R:
    return await work
