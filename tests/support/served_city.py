"""The city on real sockets: production shells over a store in memory, its public API on gRPC and
HTTP. What districts say is submitted to its journal.
"""

import asyncio
import contextlib

from consoles.reports import CENTRES, report, slot, unit
from served_node import ServedNode

from citybrain.api.services.city import city_service
from citybrain.decider.commit_thread import CommitThread
from citybrain.decider.decider import Decider
from citybrain.domain.link import UpLetter
from citybrain.domain.plan import OrderRationale
from citybrain.ids import CountingIds
from citybrain.journal.memory import MemoryStore
from citybrain.limits import COMMIT_QUEUE
from citybrain.rpc.link import district_link_service
from citybrain.rpc.public.services import public_service
from citybrain.rpc.server import serve
from citybrain.system_clock import SystemClock
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.web.serve import serve as serve_web
from coordinator.api.adapter import CityApiAdapter
from coordinator.city_cores import city_cores
from coordinator.cores.world import task_for
from coordinator.inputs import (
    DistrictConnected,
    DistrictLetterReceived,
    DraftOrder,
    DraftPlan,
    NodeStarted,
    PlanMade,
)
from coordinator.policy import IssueMode, Policy
from coordinator.shell.assembly import City
from coordinator.shell.planner import Planner
from coordinator.web.app import build


class ServedCity(ServedNode):
    """As long as the block lasts: three districts, a unit of each, an incident that asks for one.
    Plans are made by `plan` alone. The parameters are those of `ServedDistrict`."""

    def __init__(self, *, cores=None, queue=COMMIT_QUEUE.value, guard=None, door=None) -> None:
        self.clock, self.store = SystemClock(), MemoryStore()
        self._guard, self._door = guard, door
        self._cores, self._queue = cores or city_cores(), queue
        self._positions: dict[str, int] = {}

    async def __aenter__(self) -> "ServedCity":
        decider = Decider(self._cores, self.store)
        self.loop = CommitThread(decider, self.clock, self.store, queue=self._queue)
        city = City(self.loop, self.store, self.clock, make_planner=self._planner)
        self.api = CityApiAdapter(
            self.loop,
            act=city.act,
            planner=city.planner.status,
            name={"en": "Three Rivers", "zh": "三江市"},
            clock=self.clock,
            epoch="life",
        )
        self.loop.start()
        await self.submit(NodeStarted(policy=Policy(issue=IssueMode.ASK), epoch=self.store.epoch()))
        for district in CENTRES:
            await self.connect(district)
            await self.say(district, unit(1, district=district))
        asked = slot(12, from_city=True)
        await self.say("riverside", report(12, "riverside", slots=(asked,), severity="Severe"))
        services = (city_service(self.api, CountingIds()),)
        offered = [public_service(one) for one in services]
        offered.append(district_link_service(city.districts))
        self._rpc = await serve("127.0.0.1:0", offered, guard=self._guard)
        app = build(services, clock=self.clock, door=self._door)
        self._web = await serve_web(app, "127.0.0.1", 0)
        self.address = f"127.0.0.1:{self._rpc.port}"
        self.url = f"http://127.0.0.1:{self._web.port}"
        self._running = asyncio.create_task(self.api.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._running
        await self._web.stop(0.2)
        await self._rpc.stop(0.2)
        self.loop.stop()

    def stop_following(self) -> None:
        """From now on lists are brought up to date by requests alone."""
        self._running.cancel()

    async def submit(self, given):
        return await asyncio.wrap_future(self.loop.submit(given))

    async def connect(self, district: str, epoch: str = "e1") -> None:
        name, centre = CENTRES[district]
        self._positions[district] = 0
        await self.submit(
            DistrictConnected(
                district=district,
                name=name,
                centre=centre,
                epoch=epoch,
                session=1,
                up_next=1,
                down_acked=0,
            )
        )

    async def say(self, district: str, letter: UpLetter) -> None:
        """A letter of that district's log."""
        self._positions[district] += 1
        await self.submit(
            DistrictLetterReceived(
                district=district,
                epoch="e1",
                position=self._positions[district],
                letter=letter,
            )
        )

    async def plan(self) -> str:
        """Old Town's unit is proposed for Riverside's incident; the id of the plan."""
        world = self.loop.state.world
        incident = world.incidents["inc-riverside-12"]
        order = DraftOrder(
            unit="oldtown-1",
            unit_district="oldtown",
            task=task_for(world, incident, incident.slots[0]),
            rationale=OrderRationale(
                travel_s=212.0,
                cost=636.0,
                next_best="hillside-1",
                next_best_cost=981.0,
                cross_district=True,
                coverage_price=40.0,
            ),
        )
        draft = DraftPlan(
            made_at=self.clock.now(),
            world_version=world.version,
            planner="in-process",
            solver="assignment",
            cost=636.0,
            bound=636.0,
            solve_ms=1.5,
            orders=(order,),
        )
        number = self.loop.state.replan.request_number
        await self.submit(PlanMade(request_number=number, draft=draft))
        return self.loop.state.plans[0].plan

    def _planner(self) -> Planner:
        return Planner(
            self.loop,
            self.clock,
            plane=None,
            no_plane_reason="Ray is off in the configuration",
            budget_s=1.0,
            on_plan=lambda *_: None,
            travel=GREAT_CIRCLE,
        )
