"""The three screens as gRPC services: thin over the ports of `citybrain.desk.port`."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from citybrain.desk.port import CityScreen, CrewScreen, DistrictScreen
from citybrain.domain.crew import CrewView
from citybrain.domain.desk import CityDesk, DistrictDesk
from citybrain.ids import UnitId
from citybrain.rpc.errors import NoSuch
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


def crew_service(screen: CrewScreen) -> Service:
    def view(unit: UnitId) -> CrewView:
        found = screen.view(unit)
        if found is None:
            raise NoSuch(
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


def district_desk_service(screen: DistrictScreen) -> Service:
    async def get(_nothing: None) -> DistrictDesk:
        return screen.desk()

    def watch(_nothing: None) -> AsyncIterator[DistrictDesk]:
        return _seen(screen.changes(), screen.desk)

    return (
        Service("DistrictDeskService")
        .answer(DISTRICT_GET, get)
        .stream(DISTRICT_WATCH, watch)
        .answer(DISTRICT_ACT, screen.act)
    )


def city_desk_service(screen: CityScreen) -> Service:
    async def get(_nothing: None) -> CityDesk:
        return screen.desk()

    def watch(_nothing: None) -> AsyncIterator[CityDesk]:
        return _seen(screen.changes(), screen.desk)

    return (
        Service("CityDeskService")
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
