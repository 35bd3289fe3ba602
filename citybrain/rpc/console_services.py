"""The city's console as a gRPC service: thin over its port in `citybrain.console.port`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from citybrain.console.port import CityConsole
from citybrain.domain.console import CitySnapshot
from citybrain.rpc.limits import WATCH_INTERVAL_MS
from citybrain.rpc.methods import (
    CITY_ACT,
    CITY_GET,
    CITY_WATCH,
)
from citybrain.rpc.service import Service, close

R = TypeVar("R")


def city_console_service(console: CityConsole) -> Service:
    """The duty officer's service over `console`: get, watch, act."""

    async def get(_nothing: None) -> CitySnapshot:
        return console.snapshot()

    def watch(_nothing: None) -> AsyncIterator[CitySnapshot]:
        return _watched(console.changes(), console.snapshot)

    return (
        Service("CityConsoleService")
        .unary(CITY_GET, get)
        .server_stream(CITY_WATCH, watch)
        .unary(CITY_ACT, console.act)
    )


async def _watched(changes: AsyncIterator[None], read: Callable[[], R]) -> AsyncIterator[R]:
    """What `read` returns, after each change that makes a difference. A slow reader gets the newest
    and never a queue of old ones."""
    last: R | None = None
    try:
        async for _ in changes:
            now = read()
            if now != last:
                yield now
                last = now
            await asyncio.sleep(WATCH_INTERVAL_MS.value / 1000)
    finally:
        await close(changes)
