"""What a district writes to another district's crew, over real gRPC between two real districts and
a real city: it arrives, its answer comes back, and while a link is down it waits.
"""

import asyncio
import functools
from contextlib import asynccontextmanager

from principals import OPERATOR

from citybrain.decider.command import Reply
from citybrain.decider.commit_thread import CommitThread
from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewAnswer, CrewReply
from citybrain.domain.event import Event, OutboxItem
from citybrain.domain.order import ORDER_OVER
from citybrain.domain.plan import OrderRationale
from citybrain.domain.principal import Role, unauthenticated
from citybrain.geo import Point
from citybrain.journal.sqlite import SqliteStore
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.random_ids import RandomIds
from citybrain.rpc.link import district_link_service, open_link
from citybrain.rpc.server import serve
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import (
    Certainty,
    CrewAction,
    OperatorVerb,
    Phase,
    Severity,
    SlotState,
    Urgency,
)
from coordinator import inputs as city_inputs
from coordinator.cores.world import task_for
from coordinator.policy import IssueMode, Policy
from coordinator.shell.assembly import decider_of as city_decider
from coordinator.shell.districts import Districts
from district_node import inputs as district_inputs
from district_node.cores import view
from district_node.inputs import UnitSetup
from district_node.playbook import LocalizedName, NeedRule, Playbook
from district_node.shell.assembly import decider_of as district_decider
from district_node.shell.quarantine import FileQuarantine
from district_node.shell.uplink import Uplink

HERE = Point(lat=30.66, lon=104.06)
CROWDING = Playbook(
    kind="crowding",
    title=LocalizedName(en="Crowding", zh="人群聚集"),
    needs=(NeedRule(capability="patrol"),),
)
PATROL = UnitSetup(
    unit="north-1", name="Patrol 1", capabilities=("patrol",), place=HERE, speed_mps=8.0
)
CREW = unauthenticated("north-1", Role.CREW)
RATIONALE = OrderRationale(
    travel_s=1.0,
    cost=1.0,
    next_best=None,
    next_best_cost=None,
    cross_district=True,
    coverage_price=0.0,
)


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        async def within():
            async with asyncio.timeout(60):
                await test(*arguments, **named)

        asyncio.run(within())

    return run


async def until(condition):
    while not condition():
        await asyncio.sleep(0.01)


class Node:
    """One tier on its store; of a district also its link to the city."""

    def __init__(self, folder, name, decider_of, clock):
        folder.mkdir()
        self.folder, self.clock = folder, clock
        self.store = SqliteStore.open(folder / "store.db", ids=RandomIds())
        self.loop = CommitThread(decider_of(self.store), clock, self.store)
        self.loop.start()
        self.name, self.uplink, self.task = name, None, None

    @property
    def state(self):
        return self.loop.state

    async def do(self, what):
        return await asyncio.wrap_future(self.loop.submit(what))

    async def reply_to(self, what):
        done = await self.do(what)
        return next(command for command in done.commands if isinstance(command, Reply))

    async def begin(self, *units):
        setup = district_inputs.Setup(
            district=self.name,
            name=LocalizedName(en=self.name.title(), zh=self.name),
            centre=HERE,
            units=units,
            playbooks=(CROWDING,),
        )
        await self.do(district_inputs.NodeStarted(setup=setup, epoch=self.store.epoch()))

    async def connect(self, port):
        self.uplink = Uplink(
            commit_loop=self.loop,
            store=self.store,
            open_link=lambda outgoing: open_link(f"127.0.0.1:{port}", outgoing),
            clock=self.clock,
            ids=RandomIds(),
            quarantine=FileQuarantine(self.folder, self.clock),
            on_change=lambda: None,
        )
        self.task = asyncio.create_task(self.uplink.run())
        await until(lambda: self.uplink.is_up)

    async def stop(self):
        if self.task is not None:
            self.task.cancel()
            await asyncio.wait([self.task])
        await asyncio.to_thread(self.loop.stop)
        self.store.close()


class World:
    """North owns a patrol; south has a case and nobody to send."""

    @classmethod
    @asynccontextmanager
    async def up(cls, folder):
        world, clock = cls(), SystemClock()
        world.clock = clock
        world.city = Node(folder / "city", "city", city_decider, clock)
        world.north, world.south = (
            Node(folder / name, name, district_decider, clock) for name in ("north", "south")
        )
        epoch, policy = world.city.store.epoch(), Policy(issue=IssueMode.AUTO)
        await world.city.do(city_inputs.NodeStarted(policy=policy, epoch=epoch))
        await world.north.begin(PATROL)
        await world.south.begin()
        world.districts = Districts(world.city.loop, world.city.store, clock)
        await world.open_the_city(0)
        try:
            for district in (world.north, world.south):
                await district.connect(world.server.port)
            yield world
        finally:
            for node in (world.north, world.south):
                await node.stop()
            await world.server.stop(0)
            await world.city.stop()

    async def open_the_city(self, port):
        """Its server is the only thing of it that goes and comes."""
        services = [district_link_service(self.districts)]
        self.server = await serve(f"127.0.0.1:{port}", services)

    async def send_the_patrol(self):
        """South's case gets north's patrol by a plan of the city."""
        items = (OutboxItem(seq=1, content=self._alarm()),)
        await self.south.do(district_inputs.BatchReceived(agent="box", incarnation=1, items=items))
        known = self.city.loop
        await until(lambda: known.state.world.requested_slots and known.state.world.units)
        await until(lambda: known.state.replan.is_awaited)
        plan = city_inputs.DraftPlan(
            made_at=self.clock.now(),
            world_version=known.state.world.version,
            planner="in-process",
            solver="assignment",
            cost=1.0,
            bound=1.0,
            solve_ms=1.0,
            orders=(self._draft(),),
        )
        number = known.state.replan.request_number
        await self.city.do(city_inputs.PlanMade(request_number=number, draft=plan))
        await until(lambda: self.case.slots[0].state is SlotState.CONFIRMED and self.screen.order)

    @property
    def case(self):
        (only,) = self.south.state.incidents.values()
        return only

    @property
    def screen(self):
        return view.crew_view(self.north.state, "north-1")

    @property
    def lines(self):
        return [line.code for line in self.case.history if line.code.startswith("message_")]

    async def write(self, text):
        return await self.say(OperatorVerb.MESSAGE, unit="north-1", text=text)

    async def say(self, verb, **said):
        incident = self.case.incident
        action = OperatorAction(
            request=f"says-{verb}", operator="Li Na", incident=incident, verb=verb, **said
        )
        acted = district_inputs.OperatorActed(action=action, principal=OPERATOR)
        return await self.south.reply_to(acted)

    async def answer(self, text):
        reply = CrewReply(
            request=f"says-{text}",
            unit="north-1",
            message=self.screen.messages[0].message,
            text=text,
        )
        return await self.north.reply_to(district_inputs.CrewReplied(reply=reply, principal=CREW))

    def _alarm(self):
        return Event(
            episode="e1",
            kind=OBJECTS_INSIDE,
            phase=Phase.START,
            source="cam-1",
            rule="rule",
            incident_kind="crowding",
            place=HERE,
            severity=Severity.SEVERE,
            urgency=Urgency.EXPECTED,
            certainty=Certainty.OBSERVED,
            observed_at=self.clock.now(),
            error_ms=1.0,
            measurements={},
            traceparent="",
        )

    def _draft(self):
        world = self.city.state.world
        ((slot, name),) = world.requested_slots.items()
        report = world.incidents[name]
        found = next(one for one in report.slots if one.slot == slot)
        return city_inputs.DraftOrder(
            unit="north-1",
            unit_district="north",
            task=task_for(world, report, found),
            rationale=RATIONALE,
        )


@in_a_loop
async def test_a_message_reaches_another_districts_crew_and_its_answer_the_case(tmp_path):
    async with World.up(tmp_path) as world:
        await world.send_the_patrol()
        assert (await world.write("走四号门")).done
        await until(lambda: world.screen.messages)
        (shown,) = world.screen.messages
        assert (shown.text, shown.actor) == ("走四号门", OPERATOR.name)
        assert shown.district_name.startswith("South")
        await until(lambda: world.lines[-1] == "message_with_crew")
        assert (await world.answer("收到")).done
        await until(lambda: world.lines[-1] == "message_answered")
        assert (await world.say(OperatorVerb.SET_SEVERITY, severity=Severity.EXTREME)).done
        await until(lambda: world.screen.order.task.severity is Severity.EXTREME)
        await until(lambda: world.case.history[-1].code == "crew_corrected")
        (kept,) = world.south.state.messages["north-1"]
        assert (kept.read_at is not None, [one.text for one in kept.replies]) == (True, ["收到"])
        assert world.lines == [
            "message_sent_on",
            "message_with_crew",
            "message_read",
            "message_answered",
        ]


@in_a_loop
async def test_while_a_link_is_down_it_waits_and_what_comes_too_late_is_said_to(tmp_path):
    async with World.up(tmp_path) as world:
        await world.send_the_patrol()
        port = world.server.port
        await world.server.stop(0)
        await until(lambda: not world.south.state.city.up)
        assert (await world.write("use gate 4")).reason == "message_waits"
        assert world.screen.messages == ()
        order = world.screen.order
        answer = district_inputs.CrewAnswered(
            answer=CrewAnswer(
                request="cannot",
                unit="north-1",
                order=order.order,
                assignment_number=order.assignment_number,
                action=CrewAction.CANNOT,
                reason="flat tyre",
            ),
            principal=CREW,
        )
        assert (await world.north.reply_to(answer)).done
        await world.open_the_city(port)
        await until(lambda: world.lines[-1] == "message_not_reached")
        (kept,) = world.south.state.messages["north-1"]
        assert (kept.not_reached, world.screen.messages) == (ORDER_OVER, ())
