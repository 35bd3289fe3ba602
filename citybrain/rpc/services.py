"""The three screens as gRPC services: thin over the ports of `citybrain.console.port`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from citybrain.console.port import CityConsole, CrewConsole, DistrictConsole
from citybrain.domain.console import CitySnapshot, DistrictSnapshot
from citybrain.domain.crew import CrewView
from citybrain.ids import UnitId
from citybrain.rpc.errors import NotFoundError
from citybrain.rpc.limits import WATCH_GAP_MS
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


def crew_service(screen: CrewConsole) -> Service:
    def view(unit: UnitId) -> CrewView:
        found = screen.view(unit)
        if found is None:
            raise NotFoundError(
                f"this district has no unit {unit!r}. Its units are listed by `citybrain district queue`."
            )
        return found

    def watch(unit: UnitId) -> AsyncIterator[CrewView]:
        return _seen(screen.changes(), lambda: view(unit))

    return (
        Service("CrewService")
        .stream(CREW_WATCH, watch)
        .answer(CREW_ANSWER, screen.answer)
        .answer(CREW_REPORT, screen.report)
    )


def district_console_service(screen: DistrictConsole) -> Service:
    async def get(_nothing: None) -> DistrictSnapshot:
        return screen.snapshot()

    def watch(_nothing: None) -> AsyncIterator[DistrictSnapshot]:
        return _seen(screen.changes(), screen.snapshot)

    return (
        Service("DistrictConsoleService")
        .answer(DISTRICT_GET, get)
        .stream(DISTRICT_WATCH, watch)
        .answer(DISTRICT_ACT, screen.act)
    )


def city_console_service(screen: CityConsole) -> Service:
    async def get(_nothing: None) -> CitySnapshot:
        return screen.snapshot()

    def watch(_nothing: None) -> AsyncIterator[CitySnapshot]:
        return _seen(screen.changes(), screen.snapshot)

    return (
        Service("CityConsoleService")
        .answer(CITY_GET, get)
        .stream(CITY_WATCH, watch)
        .answer(CITY_ACT, screen.act)
    )


async def _seen(changes: AsyncIterator[None], look: Callable[[], R]) -> AsyncIterator[R]:
    """What `look` shows, after each change that makes a difference; a slow reader gets the newest and never a queue of old ones."""
    last: R | None = None
    try:
        async for _ in changes:
            now = look()
            if now != last:
                yield now
                last = now
            await asyncio.sleep(WATCH_GAP_MS.value / 1000)
    finally:
        await close(changes)
