"""What the city lacks to be whole, asked at its desks each time anew: every link up, every agent there, nobody away. Asks; changes nothing."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack

from citybrain.domain.console import CitySnapshot, DistrictSnapshot
from citybrain.errors import RpcError
from citybrain.rpc.clients import CityConsoleClient, DistrictConsoleClient
from citysim.demo.city import DemoCity
from citysim.demo.prepare.configs import Ports

ANSWER_S = 3.0  # a desk that takes longer is not there
RAY = "ray"


class Consoles:
    """Used as a context: its connections are open inside it."""

    def __init__(self, city: DemoCity, ports: Ports) -> None:
        self._city, self._exits = city, AsyncExitStack()
        self._districts = {
            d.id: DistrictConsoleClient(ports.districts[d.id].grpc_address) for d in city.districts
        }
        self._snapshot = CityConsoleClient(ports.city.grpc_address)

    async def __aenter__(self) -> "Consoles":
        for client in (self._snapshot, *self._districts.values()):
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
            snapshot = await asyncio.wait_for(self._districts[name].snapshot(), ANSWER_S)
        except (RpcError, TimeoutError):
            return (f"{name}'s desk does not answer",)
        return tuple(
            missing(snapshot, tuple(box.id for box in self._city.boxes if box.district == name))
        )

    async def _of_the_city(self, wants_ray: bool) -> tuple[str, ...]:
        try:
            snapshot = await asyncio.wait_for(self._snapshot.snapshot(), ANSWER_S)
        except (RpcError, TimeoutError):
            return ("the city's desk does not answer",)
        return tuple(away(snapshot, wants_ray=wants_ray))


def missing(snapshot: DistrictSnapshot, boxes: tuple[str, ...]) -> Iterator[str]:
    """What a district lacks, by its own screen."""
    yield from (
        f"{snapshot.district}: its link {link.name} is down"
        for link in snapshot.links
        if not link.up
    )
    online = {agent.agent for agent in snapshot.agents if agent.online}
    yield from (f"{snapshot.district}: {box} is not there" for box in boxes if box not in online)


def away(snapshot: CitySnapshot, *, wants_ray: bool) -> Iterator[str]:
    """What the city lacks, by its own screen."""
    yield from (f"the city has {line.district} as away" for line in snapshot.districts if line.away)
    if wants_ray and snapshot.planner != RAY:
        yield f"the planner is {snapshot.planner}: {snapshot.planner_because}"
