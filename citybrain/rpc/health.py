"""grpc.health.v1 of one server: it serves while the node can do what it is for.

All names say the same, the whole server's ("") and each service's: one journal, one clock and one
broker stand behind all of them. What makes a node unready is `citybrain.conditions.UNREADY`.
"""

import asyncio
from collections.abc import Iterable
from contextlib import suppress

from grpc_health.v1 import health, health_pb2

from citybrain.conditions import Conditions

WHOLE_SERVER = ""


class NodeHealth:
    """Made on the server's loop. `begin` before the server starts, `end` when it drains."""

    def __init__(self, services: Iterable[str], conditions: Conditions | None) -> None:
        """`conditions` None: nothing is watched, and the server serves until it drains."""
        self.servicer = health.aio.HealthServicer()
        self._names, self._conditions = (WHOLE_SERVER, *services), conditions
        self._loop, self._changed = asyncio.get_running_loop(), asyncio.Event()
        self._following: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Report what is so now, and every change from now on, to those who watch too."""
        if self._conditions is not None:
            self._conditions.on_change(self._wake)
            self._following = asyncio.create_task(self._follow(), name="grpc health")
        await self._report()

    async def end(self) -> None:
        """NOT_SERVING, for good."""
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        await self.servicer.enter_graceful_shutdown()

    def _wake(self) -> None:
        """From any thread; a condition may outlast the server's loop."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._changed.set)

    async def _follow(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            await self._report()

    async def _report(self) -> None:
        is_ready = self._conditions is None or self._conditions.are_ready
        serving = health_pb2.HealthCheckResponse.ServingStatus
        status = serving.SERVING if is_ready else serving.NOT_SERVING
        for name in self._names:
            await self.servicer.set(name, status)
