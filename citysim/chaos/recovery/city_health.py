"""What is not healthy in the city, as its consoles show it now: links, agents, districts, planner.

Asks the public APIs; changes nothing.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

from citybrain.domain.console import DistrictSnapshot
from citybrain.errors import RpcError
from citybrain.rpc.public.city_clients import CityClient
from citybrain.rpc.public.district_clients import DistrictClient
from citybrain.system_clock import SystemClock
from citysim.demo.city import DemoCity
from citysim.demo.prepare.configs import Ports

ANSWER_S = 3.0  # a console that takes longer counts as not answering
RAY = "ray"


class CityHealth:
    """Used as a context: its connections are open inside it."""

    def __init__(self, city: DemoCity, ports: Ports) -> None:
        self._demo, self._exits = city, AsyncExitStack()
        self._districts = {
            d.id: DistrictClient(ports.districts[d.id].grpc_address, SystemClock())
            for d in city.districts
        }
        self._city = CityClient(ports.city.grpc_address)

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
                snapshot = await self._districts[name].snapshot()
        except (RpcError, TimeoutError):
            return (f"{name}'s console does not answer",)
        boxes = tuple(box.id for box in self._demo.boxes if box.district == name)
        return tuple(district_problems(snapshot, boxes))

    async def _city_problems(self, *, needs_ray: bool) -> tuple[str, ...]:
        try:
            async with asyncio.timeout(ANSWER_S):
                offline = await self._city.rows(
                    "ListDistricts", "districts", filter="online = false"
                )
                city = await self._city.call("GetCity")
        except (RpcError, TimeoutError):
            return ("the city does not answer",)
        problems = tuple(f"the city has {district.id} as offline" for district in offline)
        if needs_ray and city.planner != RAY:
            return (*problems, f"the planner is {city.planner}: {city.planner_reason}")
        return problems


def district_problems(snapshot: DistrictSnapshot, boxes: tuple[str, ...]) -> Iterator[str]:
    """What is not healthy in a district, by its own screen."""
    for link in snapshot.links:
        if not link.up:
            yield f"{snapshot.district}: its link {link.name} is down"
    online = {agent.agent for agent in snapshot.agents if agent.online}
    for box in boxes:
        if box not in online:
            yield f"{snapshot.district}: {box} is offline"
