"""The consoles as gRPC services: thin over the ports of `citybrain.console.port`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from citybrain.console.port import CityConsole, CrewConsole, DistrictConsole
from citybrain.domain.console import CitySnapshot, DistrictSnapshot
from citybrain.domain.crew import CrewView
from citybrain.ids import UnitId
from citybrain.rpc.errors import NotFoundError
from citybrain.rpc.limits import WATCH_INTERVAL_MS
from citybrain.rpc.methods import (
    CITY_ACT,
    CITY_GET,
    CITY_WATCH,
    CREW_ANSWER,
    CREW_REPORT,
    CREW_WATCH,
    DISTRICT_ACT,
    DISTRICT_GET,
    DISTRICT_WATCH,
)
from citybrain.rpc.service import Service, close

R = TypeVar("R")


def crew_service(console: CrewConsole) -> Service:
    """The crew's service over `console`: watch, answer, report."""

    def view(unit: UnitId) -> CrewView:
        found = console.view(unit)
        if found is None:
            raise NotFoundError(
                f"this district has no unit {unit!r}. Its units are listed by `citybrain district"
                " queue`."
            )
        return found

    def watch(unit: UnitId) -> AsyncIterator[CrewView]:
        return _watched(console.changes(), lambda: view(unit))

    return (
        Service("CrewService")
        .server_stream(CREW_WATCH, watch)
        .unary(CREW_ANSWER, console.answer)
        .unary(CREW_REPORT, console.report)
    )


def district_console_service(console: DistrictConsole) -> Service:
    """The operator's service over `console`: get, watch, act."""

    async def get(_nothing: None) -> DistrictSnapshot:
        return console.snapshot()

    def watch(_nothing: None) -> AsyncIterator[DistrictSnapshot]:
        return _watched(console.changes(), console.snapshot)

    return (
        Service("DistrictConsoleService")
        .unary(DISTRICT_GET, get)
        .server_stream(DISTRICT_WATCH, watch)
        .unary(DISTRICT_ACT, console.act)
    )


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
