"""Unary calls of crew phones and consoles to one node, over a mobile network.

Both directions are delayed, and either may fail: the caller then does not know whether the call
took effect.
"""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random  # noqa: TID251 - seeded
from typing import TypeVar

from citybrain.api.problem import problem_of, rpc_error_of
from citybrain.errors import CityBrainError, RpcError
from citysim.sim.event_loop import VirtualTimeLoop

DELAY_S = (0.005, 0.08)
DEADLINE_S = 5.0  # after it the caller gives up

R = TypeVar("R")


class Calls:
    """The network to one node. `loss` is a share; `slow_s` the mean additional delay."""

    def __init__(
        self, *, loop: VirtualTimeLoop, rng: Random, is_reachable: Callable[[], bool]
    ) -> None:
        """`is_reachable`: whether the node's process is up."""
        self._loop, self._rng, self._is_reachable = loop, rng, is_reachable
        self.loss = 0.0
        self.slow_s = 0.0

    async def call(self, work: Callable[[], Awaitable[R]]) -> R:
        """What `work` returns at the node. Raises `RpcError` where no answer came in time, and
        where the node could not take the call in, as a client of the public API hears it."""
        await self._one_way()
        if not self._is_reachable():
            raise RpcError("UNAVAILABLE", "nobody answers at this address", retry=True)
        done = self._loop.create_task(_awaited(work()))
        try:
            async with asyncio.timeout(DEADLINE_S):
                outcome: R = await asyncio.shield(done)
        except TimeoutError as error:
            raise RpcError("DEADLINE_EXCEEDED", "no answer in time", retry=True) from error
        except RpcError:
            raise
        except CityBrainError as error:
            await self._one_way()
            raise rpc_error_of(problem_of(error)) from error
        finally:  # a caller that waits no longer: gRPC cancels the call at the node
            done.cancel()
        await self._one_way()
        return outcome

    def push_delay_s(self) -> float | None:
        """The delay of one message on a stream to a device. None: the stream broke and must be
        opened again."""
        return None if self._rng.random() < self.loss else self._delay_s()

    async def _one_way(self) -> None:
        if self._rng.random() < self.loss:
            await asyncio.sleep(DEADLINE_S)
            raise RpcError("DEADLINE_EXCEEDED", "no answer in time", retry=True)
        await asyncio.sleep(self._delay_s())

    def _delay_s(self) -> float:
        extra_s = self._rng.uniform(0.0, 2 * self.slow_s) if self.slow_s else 0.0
        return self._rng.uniform(*DELAY_S) + extra_s


async def _awaited(work: Awaitable[R]) -> R:
    """A task takes coroutines only."""
    return await work
