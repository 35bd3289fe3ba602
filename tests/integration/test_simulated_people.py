"""The demo's crews, duty officer and operator over real gRPC, before screens that keep what they are told."""

import asyncio
import functools
from dataclasses import replace

from citybrain.clock import SystemClock, Timestamp
from citybrain.domain.console import CitySnapshot, DistrictSnapshot, Outcome, QueueEntry
from citybrain.domain.crew import CrewOrder, CrewView
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import Task
from citybrain.domain.plan import Plan, PlanStage
from citybrain.geo import Point
from citybrain.ids import DistrictId, IncidentId, OrderId, PlanId, SlotId, UnitId
from citybrain.rpc.clients import CityConsoleClient, CrewClient, DistrictConsoleClient
from citybrain.rpc.server import serve
from citybrain.rpc.services import city_console_service, crew_service, district_console_service
from citybrain.vocabulary import (
    Certainty,
    CrewAction,
    IncidentKind,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    Severity,
    UnitState,
    Urgency,
)
from citysim.crews import officer, operator
from citysim.crews.device import read
from citysim.crews.driver import CrewDriver
from citysim.crews.mind import Habits

HERE, THERE = Point(lat=30.66, lon=104.06), Point(lat=30.661, lon=104.06)
NOW = Timestamp(1_750_000_000_000_000)
AFTER = {
    CrewAction.ACCEPT: OrderStage.ACCEPTED,
    CrewAction.DEPART: OrderStage.EN_ROUTE,
    CrewAction.ARRIVE: OrderStage.ON_SCENE,
    CrewAction.FINISH: OrderStage.DONE,
    CrewAction.CANNOT: OrderStage.REFUSED,
}
QUICK = Habits(
    accept_s=(0.0, 0.0),
    depart_s=0.0,
    work_s=(0.0, 0.0),
    report_s=0.05,
    hurry=100.0,
    refuse_share=0.0,
)


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        asyncio.run(asyncio.wait_for(test(*arguments, **named), 60))

    return run


async def until(is_so):
    while not is_so():
        await asyncio.sleep(0.02)


class Told:
    """Yields at once and after every change."""

    def __init__(self):
        self.changed = asyncio.Event()

    async def changes(self):
        while True:
            yield
            await self.changed.wait()
            self.changed.clear()


class Phone(Told):
    """A crew's screen: the district's side of one order."""

    def __init__(self):
        super().__init__()
        task = Task(
            incident=IncidentId("i"),
            incident_district=DistrictId("a"),
            slot=SlotId("s"),
            slot_version=1,
            kind=IncidentKind("crowding"),
            severity=Severity.MODERATE,
            place=THERE,
            traceparent="",
        )
        self.order = CrewOrder(
            order=OrderId("o-1"),
            assignment=1,
            stage=OrderStage.ISSUED,
            task=task,
            issued_at=NOW,
        )
        self.pressed, self.places = [], []

    def view(self, unit):
        return CrewView(
            unit=unit, name="Unit 1", state=UnitState.COMMITTED, place=HERE, order=self.order
        )

    async def answer(self, answer):
        self.pressed.append(answer.action)
        self.order = replace(self.order, stage=AFTER[answer.action])
        self.changed.set()
        return Outcome(request=answer.request, done=True)

    async def report(self, position):
        self.places.append(position.place)
        return Outcome(request="", done=True)


def driver(client, tmp_path, said, habits=QUICK):
    return CrewDriver(
        unit=UnitId("u-1"),
        client=client,
        habits=habits,
        speed_mps=8.0,
        device=tmp_path / "u-1.jsonl",
        clock=SystemClock(),
        said=said.append,
    )


@in_a_loop
async def test_a_crew_works_an_order_to_its_end_over_the_real_interface(tmp_path):
    phone, said = Phone(), []
    server = await serve("127.0.0.1:0", [crew_service(phone)])
    async with CrewClient(f"127.0.0.1:{server.port}") as client:
        work = asyncio.create_task(driver(client, tmp_path, said).run())
        await until(
            lambda: (
                phone.order.stage is OrderStage.DONE
                and len(list(read(tmp_path / "u-1.jsonl"))) == 5
            )
        )
        work.cancel()
    await server.stop(0.1)
    assert phone.pressed == [
        CrewAction.ACCEPT,
        CrewAction.DEPART,
        CrewAction.ARRIVE,
        CrewAction.FINISH,
    ]
    assert [answer.action for answer in said] == phone.pressed
    assert phone.places[-1] == THERE
    assert [line.what for line in read(tmp_path / "u-1.jsonl")] == [
        "shown",
        "accept",
        "depart",
        "arrive",
        "finish",
    ]


@in_a_loop
async def test_a_crew_waits_for_a_district_that_is_away(tmp_path):
    phone = Phone()
    first = await serve("127.0.0.1:0", [crew_service(phone)])
    address = f"127.0.0.1:{first.port}"
    await first.stop(0)
    async with CrewClient(address) as client:
        work = asyncio.create_task(driver(client, tmp_path, []).run())
        await asyncio.sleep(0)
        again = await serve(address, [crew_service(phone)])
        await until(lambda: phone.order.stage is OrderStage.DONE)
        work.cancel()
        await again.stop(0.1)


class Desk(Told):
    """The city's screen with one proposed plan."""

    def __init__(self):
        super().__init__()
        self.plan = Plan(
            plan=PlanId("p-1"),
            stage=PlanStage.PROPOSED,
            made_at=NOW,
            world_version=1,
            planner="ray",
            solver="assignment",
            cost=1.0,
            bound=1.0,
            solve_ms=1.0,
            orders=(),
        )
        self.actions = []

    def snapshot(self):
        return CitySnapshot(
            at=NOW,
            districts=(),
            incidents=(),
            units=(),
            plans=(self.plan,),
            drives=(),
            planner="ray",
            planner_because="",
            counts={},
        )

    async def act(self, action):
        self.actions.append(action)
        self.plan = replace(self.plan, stage=PlanStage.ISSUED)
        return Outcome(request=action.request, done=True)


@in_a_loop
async def test_the_duty_officer_reads_a_plan_and_issues_it_once(monkeypatch):
    monkeypatch.setattr(officer, "READING_S", 0.3)
    snapshot, said = Desk(), []
    server = await serve("127.0.0.1:0", [city_console_service(snapshot)])
    async with CityConsoleClient(f"127.0.0.1:{server.port}") as client:
        work = asyncio.create_task(
            officer.Officer(client=client, clock=SystemClock(), said=said.append).run()
        )
        await until(lambda: said)
        work.cancel()
    await server.stop(0.1)
    assert said == ["p-1"]
    assert [(a.plan, a.issue, a.officer) for a in snapshot.actions] == [("p-1", True, officer.NAME)]


class Queue(Told):
    """A district's queue: one case waits to be opened, one to be verified by a person."""

    def __init__(self):
        super().__init__()
        self.rows, self.actions = {"i-1": IncidentStage.REPORTED, "i-2": IncidentStage.HANDLED}, []

    def snapshot(self):
        rows = tuple(self._row(name, stage) for name, stage in self.rows.items())
        return DistrictSnapshot(
            district=DistrictId("a"),
            name="A",
            centre=HERE,
            at=NOW,
            rows=rows,
            units=(),
            agents=(),
            links=(),
            counts={},
        )

    async def act(self, action):
        self.actions.append(action)
        self.rows[action.incident] = IncidentStage.OPENED
        return Outcome(request=action.request, done=True)

    def _row(self, name, stage):
        report = IncidentReport(
            incident=IncidentId(name),
            district=DistrictId("a"),
            kind=IncidentKind("crowding"),
            stage=stage,
            severity=Severity.MINOR,
            urgency=Urgency.EXPECTED,
            certainty=Certainty.POSSIBLE,
            place=HERE,
            opened_at=NOW,
            changed_at=NOW,
            escalated=False,
            slots=(),
            traceparent="",
            events=1,
        )
        waits_for = "person" if stage is not IncidentStage.OPENED else "crew"
        return QueueEntry(
            report=report,
            priority=1.0,
            clocks=(),
            history=(),
            evidence=None,
            source="s",
            rule="r",
            waits_for=waits_for,
        )


@in_a_loop
async def test_the_operator_opens_what_waits_and_never_says_that_it_saw_anything():
    queue, said = Queue(), []
    server = await serve("127.0.0.1:0", [district_console_service(queue)])
    async with DistrictConsoleClient(f"127.0.0.1:{server.port}") as client:
        work = asyncio.create_task(operator.Operator(client=client, said=said.append).run())
        await until(lambda: said)
        work.cancel()
    await server.stop(0.1)
    assert [(a.incident, a.verb) for a in queue.actions] == [("i-1", OperatorVerb.OPEN)]
    assert said == ["i-1"]
