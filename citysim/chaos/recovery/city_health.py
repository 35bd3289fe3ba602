"""What is not healthy in the city, as its consoles show it now: links, agents, districts, planner.

Asks the public APIs; changes nothing.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

from citybrain.api.lists.port import PublicMessage
from citybrain.api.methods import CITY, DISTRICT
from citybrain.errors import RpcError
from citybrain.rpc.public.client import ApiClient
from citysim.demo.city import DemoCity
from citysim.demo.prepare.configs import OFFICER, PEOPLE, Ports

ANSWER_S = 3.0  # a console that takes longer counts as not answering
RAY = "ray"


class CityHealth:
    """Used as a context: its connections are open inside it."""

    def __init__(self, city: DemoCity, ports: Ports) -> None:
        self._demo, self._exits = city, AsyncExitStack()
        self._districts = {
            d.id: ApiClient(ports.districts[d.id].grpc_address, DISTRICT, tls=ports.tls_of(PEOPLE))
            for d in city.districts
        }
        self._city = ApiClient(ports.city.grpc_address, CITY, tls=ports.tls_of(OFFICER))

    async def __aenter__(self) -> "CityHealth":
        for client in (self._city, *self._districts.values()):
            await self._exits.enter_async_context(client)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exits.aclose()

    async def problems(self, *, needs_ray: bool) -> tuple[str, ...]:
        """One line for each; empty: all is well. `needs_ray`: in-process planning is a problem."""
        districts = await asyncio.gather(*(self._district(name) for name in self._districts))
        return (
            *(problem for problems in districts for problem in problems),
            *await self._city_problems(needs_ray=needs_ray),
        )

    async def _district(self, name: str) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(ANSWER_S):
                district = await self._districts[name].call("GetDistrict")
        except (RpcError, TimeoutError):
            return (f"{name}'s console does not answer",)
        boxes = tuple(box.id for box in self._demo.boxes if box.district == name)
        return tuple(district_problems(district, boxes))

    async def _city_problems(self, *, needs_ray: bool) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(ANSWER_S):
                offline = await self._city.rows("ListDistricts", filter="online = false")
                city = await self._city.call("GetCity")
        except (RpcError, TimeoutError):
            return ("the city does not answer",)
        problems = tuple(f"the city has {district.id} as offline" for district in offline)
        if needs_ray and city.planner != RAY:
            return (*problems, f"the planner is {city.planner}: {city.planner_reason}")
        return problems


def district_problems(district: PublicMessage, boxes: tuple[str, ...]) -> Iterator[str]:
    """What is not healthy in a district, by what it says of itself."""
    for link in district.links:
        if not link.up:
            yield f"{district.id}: its link {link.name} is down"
    online = {fresh.agent for fresh in district.watch if fresh.online}
    for box in boxes:
        if box not in online:
            yield f"{district.id}: {box} is offline"
