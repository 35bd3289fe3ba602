"""A crew's device does one thing at a time: it logs a button's outcome before the next order."""

import asyncio

from citybrain.api.resources.crew import crew_screen_message
from citybrain.clock import SECOND_US
from citybrain.domain.console import Outcome
from citybrain.domain.crew import CrewOrder, CrewView
from citybrain.domain.order import FoundNeed, Task
from citybrain.geo import Point
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import Finding, IncidentKind, OrderStage, Severity, UnitState
from citysim.people.crew_driver import CrewDriver
from citysim.people.device_log import read
from citysim.people.simulated_crew import CrewBehaviour

CLOCK = SystemClock()
HERE = Point(lat=30.66, lon=104.06)
TASK = Task(
    incident="i-1",
    incident_district="a",
    slot="s-1",
    slot_version=1,
    kind=IncidentKind("crowding"),
    severity=Severity.MODERATE,
    place=HERE,
    traceparent="",
)


def view(order, assignment_number, stage=OrderStage.ISSUED):
    issued = CrewOrder(
        order=order,
        assignment_number=assignment_number,
        stage=stage,
        task=TASK,
        issued_at=CLOCK.now(),
    )
    return CrewView(unit="u-1", name="Unit 1", state=UnitState.COMMITTED, place=HERE, order=issued)


class EagerDistrict:
    """Shows the crew its next order before it has answered the button of the first."""

    def __init__(self):
        self.pressed, self.next_is_shown = asyncio.Event(), asyncio.Event()

    async def stream(self, _method, **_fields):
        yield crew_screen_message(view("o-1", 1))
        await self.pressed.wait()
        self.next_is_shown.set()
        yield crew_screen_message(view("o-2", 2))
        await asyncio.Event().wait()

    async def call(self, method, **fields):
        if method == "ReportPosition":
            return Outcome(request="", done=True)
        self.pressed.set()
        await self.next_is_shown.wait()
        for _ in range(10):
            await asyncio.sleep(0)  # the watch has every chance to go first
        return Outcome(request=fields["request_id"], done=True)


def test_the_outcome_of_a_button_is_logged_before_the_next_order(tmp_path):
    async def scenario():
        driver = CrewDriver(
            unit="u-1",
            client=EagerDistrict(),
            behaviour=CrewBehaviour(refuse_share=1.0, accept_s=(0.0, 0.0)),
            speed_mps=8.0,
            device=tmp_path / "u-1.jsonl",
            clock=CLOCK,
            on_accepted=lambda _answer: None,
        )
        running, deadline = asyncio.ensure_future(driver.run()), CLOCK.instant() + 10 * SECOND_US
        while len(list(read(tmp_path / "u-1.jsonl"))) < 3 and CLOCK.instant() < deadline:
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(scenario())
    logged = [(entry.action, entry.order) for entry in read(tmp_path / "u-1.jsonl")]
    assert logged[:3] == [("shown", "o-1"), ("cannot", "o-1"), ("shown", "o-2")]


class SceneOfOneCrew:
    """Shows the crew that it is on the scene; keeps the first button that it presses."""

    def __init__(self):
        self.pressed = asyncio.get_running_loop().create_future()

    async def stream(self, _method, **_fields):
        yield crew_screen_message(view("o-1", 1, OrderStage.ON_SCENE))
        await asyncio.Event().wait()

    async def call(self, method, **fields):
        if method == "Answer" and not self.pressed.done():
            self.pressed.set_result(fields)
        return Outcome(request=fields.get("request_id", ""), done=True)


def test_what_a_crew_found_goes_with_its_button(tmp_path):
    async def scenario():
        district = SceneOfOneCrew()
        driver = CrewDriver(
            unit="u-1",
            client=district,
            behaviour=CrewBehaviour(work_s=(0.0, 0.0)),
            speed_mps=8.0,
            device=tmp_path / "u-1.jsonl",
            clock=CLOCK,
            on_accepted=lambda _answer: None,
            says=lambda answer, order: replace(
                answer, finding=Finding.WORSE, needs=(FoundNeed(capability="pump", quantity=2),)
            ),
        )
        running = asyncio.ensure_future(driver.run())
        async with asyncio.timeout(10):
            pressed = await district.pressed
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return pressed

    pressed = asyncio.run(scenario())
    assert (pressed["answer"], pressed["finding"]) == ("finish", "worse")
    assert pressed["needs"] == [{"capability": "pump", "quantity": 2}]
