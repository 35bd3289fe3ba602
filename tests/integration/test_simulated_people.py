"""The demo's crews, duty officer and operator over real gRPC, on fake screens."""

import asyncio
import functools

from consoles import city_screen
from consoles.fake_api import FakeDistrictApi
from consoles.fake_screens import FakeCityScreen

from citybrain.api.methods import CITY, CREW, DISTRICT
from citybrain.api.services.city import city_service
from citybrain.api.services.crew import crew_service
from citybrain.api.services.district import district_service
from citybrain.clock import Timestamp
from citybrain.domain.console import DistrictSnapshot, Outcome, QueueEntry
from citybrain.domain.crew import CrewOrder, CrewView
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import Task
from citybrain.domain.plan import PlanStage
from citybrain.geo import Point
from citybrain.ids import CountingIds, DistrictId, IncidentId, OrderId, SlotId, UnitId
from citybrain.rpc.public.client import ApiClient
from citybrain.rpc.public.services import public_service
from citybrain.rpc.server import serve
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
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
from citysim.people import simulated_officer, simulated_operator
from citysim.people.crew_driver import CrewDriver
from citysim.people.device_log import read
from citysim.people.simulated_crew import CrewBehaviour

HERE, THERE = Point(lat=30.66, lon=104.06), Point(lat=30.661, lon=104.06)
NOW = Timestamp(1_750_000_000_000_000)
AFTER = {
    CrewAction.ACCEPT: OrderStage.ACCEPTED,
    CrewAction.DEPART: OrderStage.EN_ROUTE,
    CrewAction.ARRIVE: OrderStage.ON_SCENE,
    CrewAction.FINISH: OrderStage.DONE,
    CrewAction.CANNOT: OrderStage.REFUSED,
}
QUICK = CrewBehaviour(
    accept_s=(0.0, 0.0),
    depart_s=0.0,
    work_s=(0.0, 0.0),
    report_s=0.05,
    speedup=100.0,
    refuse_share=0.0,
)


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        async def bounded():
            async with asyncio.timeout(60):
                await test(*arguments, **named)

        asyncio.run(bounded())

    return run


async def until(is_so):
    while not is_so():
        await asyncio.sleep(0.02)


class ChangingScreen:
    """A screen that yields at once and after every change."""

    def __init__(self):
        self.changed = asyncio.Event()

    async def changes(self):
        while True:
            yield
            await self.changed.wait()
            self.changed.clear()


class CrewScreen(ChangingScreen):
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
            assignment_number=1,
            stage=OrderStage.ISSUED,
            task=task,
            issued_at=NOW,
        )
        self.pressed, self.places = [], []

    def view(self, unit):
        return CrewView(
            unit=unit, name="Unit 1", state=UnitState.COMMITTED, place=HERE, order=self.order
        )

    async def answer(self, answer, caller=None):
        self.pressed.append(answer.action)
        self.order = replace(self.order, stage=AFTER[answer.action])
        self.changed.set()
        return Outcome(request=answer.request, done=True)

    async def report(self, position, caller=None):
        self.places.append(position.place)
        return Outcome(request="", done=True)


def driver(client, tmp_path, accepted, behaviour=QUICK):
    return CrewDriver(
        unit=UnitId("u-1"),
        client=client,
        behaviour=behaviour,
        speed_mps=8.0,
        device=tmp_path / "u-1.jsonl",
        clock=SystemClock(),
        on_accepted=accepted.append,
    )


@in_a_loop
async def test_a_crew_works_an_order_to_its_end_over_the_real_interface(tmp_path):
    screen, accepted = CrewScreen(), []
    server = await serve("127.0.0.1:0", [public_service(crew_service(screen, CountingIds()))])
    async with ApiClient(f"127.0.0.1:{server.port}", CREW) as client:
        work = asyncio.create_task(driver(client, tmp_path, accepted).run())
        await until(
            lambda: (
                screen.order.stage is OrderStage.DONE
                and len(list(read(tmp_path / "u-1.jsonl"))) == 5
            )
        )
        work.cancel()
    await server.stop(0.1)
    assert screen.pressed == [
        CrewAction.ACCEPT,
        CrewAction.DEPART,
        CrewAction.ARRIVE,
        CrewAction.FINISH,
    ]
    assert [answer.action for answer in accepted] == screen.pressed
    assert screen.places[-1] == THERE
    assert [line.action for line in read(tmp_path / "u-1.jsonl")] == [
        "shown",
        "accept",
        "depart",
        "arrive",
        "finish",
    ]


@in_a_loop
async def test_a_crew_retries_a_district_that_does_not_answer(tmp_path):
    screen = CrewScreen()
    first = await serve("127.0.0.1:0", [public_service(crew_service(screen, CountingIds()))])
    address = f"127.0.0.1:{first.port}"
    await first.stop(0)
    async with ApiClient(address, CREW) as client:
        work = asyncio.create_task(driver(client, tmp_path, []).run())
        await asyncio.sleep(0)
        again = await serve(address, [public_service(crew_service(screen, CountingIds()))])
        await until(lambda: screen.order.stage is OrderStage.DONE)
        work.cancel()
        await again.stop(0.1)


class CityScreen(FakeCityScreen):
    """A city with a plan, which is issued when that is asked for."""

    def __init__(self):
        super().__init__(city_screen.busy_city(city_screen.plan()))

    async def act(self, action, caller=None):
        outcome = await super().act(action)
        self.value = city_screen.busy_city(city_screen.plan(stage=PlanStage.ISSUED))
        return outcome


@in_a_loop
async def test_the_duty_officer_reads_a_plan_and_issues_it_once(monkeypatch):
    monkeypatch.setattr(simulated_officer, "READING_S", 0.3)
    screen, issued = CityScreen(), []
    server = await serve("127.0.0.1:0", [public_service(city_service(screen, CountingIds()))])
    async with ApiClient(f"127.0.0.1:{server.port}", CITY) as client:
        work = asyncio.create_task(
            simulated_officer.SimulatedOfficer(
                client=client, clock=SystemClock(), on_issued=issued.append
            ).run()
        )
        await until(lambda: issued)
        work.cancel()
    await server.stop(0.1)
    assert issued == ["plan-city-1"]
    assert [(a.plan, a.issue, a.officer) for a in screen.actions] == [
        ("plan-city-1", True, simulated_officer.NAME)
    ]


class DistrictScreen(ChangingScreen):
    """A district's queue: one case waits to be opened, one to be verified by a person."""

    def __init__(self):
        super().__init__()
        self.rows, self.actions = {"i-1": IncidentStage.REPORTED, "i-2": IncidentStage.HANDLED}, []
        self.on_poke = []

    @property
    def value(self):
        rows = tuple(self._row(name, stage) for name, stage in self.rows.items())
        return DistrictSnapshot(
            district=DistrictId("a"),
            name="A",
            centre=HERE,
            at=NOW,
            queue=rows,
            units=(),
            agents=(),
            links=(),
            counts={},
        )

    async def act(self, action, caller=None):
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
async def test_the_operator_opens_what_waits_and_never_verifies():
    screen, opened = DistrictScreen(), []
    server = await serve(
        "127.0.0.1:0", [public_service(district_service(FakeDistrictApi(screen), CountingIds()))]
    )
    async with ApiClient(f"127.0.0.1:{server.port}", DISTRICT) as client:
        work = asyncio.create_task(
            simulated_operator.SimulatedOperator(client=client, on_opened=opened.append).run()
        )
        await until(lambda: opened)
        work.cancel()
    await server.stop(0.1)
    assert [(a.incident, a.verb) for a in screen.actions] == [("i-1", OperatorVerb.OPEN)]
    assert opened == ["i-1"]
