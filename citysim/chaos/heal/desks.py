"""What the city lacks to be whole, asked at its desks each time anew: every link up, every agent there, nobody away. Asks; changes nothing."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

from citybrain.domain.desk import CityDesk, DistrictDesk
from citybrain.errors import RpcError
from citybrain.rpc.clients import CityDeskClient, DistrictDeskClient
from citysim.demo.city import DemoCity
from citysim.demo.prepare.configs import Ports

ANSWER_S = 3.0  # a desk that takes longer is not there
RAY = "ray"


class Desks:
    """Used as a context: its connections are open inside it."""

    def __init__(self, city: DemoCity, ports: Ports) -> None:
        self._city, self._exits = city, AsyncExitStack()
        self._districts = {
            d.id: DistrictDeskClient(ports.districts[d.id].grpc_address) for d in city.districts
        }
        self._desk = CityDeskClient(ports.city.grpc_address)

    async def __aenter__(self) -> "Desks":
        for client in (self._desk, *self._districts.values()):
            await self._exits.enter_async_context(client)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exits.aclose()

    async def lacks(self, *, wants_ray: bool) -> tuple[str, ...]:
        """One line for each thing; empty: the city is whole. `wants_ray`: planning in-process is not enough."""
        districts = await asyncio.gather(*(self._district(name) for name in self._districts))
        return (
            *(lack for lacks in districts for lack in lacks),
            *await self._of_the_city(wants_ray),
        )

    async def _district(self, name: str) -> tuple[str, ...]:
        try:
            desk = await asyncio.wait_for(self._districts[name].desk(), ANSWER_S)
        except (RpcError, TimeoutError):
            return (f"{name}'s desk does not answer",)
        return tuple(
            missing(desk, tuple(box.id for box in self._city.boxes if box.district == name))
        )

    async def _of_the_city(self, wants_ray: bool) -> tuple[str, ...]:
        try:
            desk = await asyncio.wait_for(self._desk.desk(), ANSWER_S)
        except (RpcError, TimeoutError):
            return ("the city's desk does not answer",)
        return tuple(away(desk, wants_ray=wants_ray))


def missing(desk: DistrictDesk, boxes: tuple[str, ...]) -> Iterator[str]:
    """What a district lacks, by its own screen."""
    yield from (
        f"{desk.district}: its link {link.name} is down" for link in desk.links if not link.up
    )
    online = {agent.agent for agent in desk.agents if agent.online}
    yield from (f"{desk.district}: {box} is not there" for box in boxes if box not in online)


def away(desk: CityDesk, *, wants_ray: bool) -> Iterator[str]:
    """What the city lacks, by its own screen."""
    yield from (f"the city has {line.district} as away" for line in desk.districts if line.away)
    if wants_ray and desk.planner != RAY:
        yield f"the planner is {desk.planner}: {desk.planner_because}"
