"""What operators, programs and crews do, and what a crew sees."""

import asyncio
import json

import pytest

from citybrain.clock import ManualClock, later
from citybrain.decider.changes import Changes
from citybrain.decider.commit_thread import CommitThread
from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewAnswer, CrewPosition
from citybrain.domain.principal import Role
from citybrain.domain.report import Report, Reporter
from citybrain.errors import NodeStoppingError
from citybrain.geo import bearing_deg
from citybrain.journal.memory import MemoryStore
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import CrewAction, IncidentStage, OperatorVerb, OrderStage
from district_node.cores import view
from district_node.inputs import NodeStarted
from district_node.shell.assembly import decider_of
from district_node.shell.consoles import (
    CrewConsoleAdapter,
    DistrictConsoleAdapter,
)
from district_node.shell.positions.unit_positions import UnitPositions


class Node:
    def __init__(self, scenario, **options):
        self.scenario, self.clock = scenario, SystemClock()
        store = self.store = MemoryStore()
        self.commit_loop = CommitThread(decider_of(store), self.clock, store)
        changes = Changes(self.commit_loop)
        self.positions = UnitPositions(self.clock)
        self.console = DistrictConsoleAdapter(self.commit_loop, **options)
        self.crew_console = CrewConsoleAdapter(self.commit_loop, changes, self.positions)

    async def __aenter__(self):
        self.commit_loop.start()
        await self.submit(NodeStarted(setup=self.scenario.state.setup))
        return self

    async def __aexit__(self, *_):
        self.commit_loop.stop()

    def incident(self):
        (incident,) = self.commit_loop.state.incidents.values()
        return incident

    async def submit(self, given):
        return await asyncio.wrap_future(self.commit_loop.submit(given))

    async def send_event(self, seq=1, **changes):
        from citybrain.domain.event import OutboxItem
        from district_node.inputs import BatchReceived

        await self.submit(
            BatchReceived(
                agent="box-1",
                incarnation=7,
                items=(OutboxItem(seq=seq, content=self.scenario.event(**changes)),),
            )
        )


@pytest.fixture
def started(scenario):
    return scenario.start(scenario.a_unit("riverside-1"))


def test_actions_come_back_with_their_outcome(started):
    async def go():
        async with Node(started) as node:
            await node.send_event()
            incident = node.incident().incident
            action = OperatorAction(
                request="r-1", operator="Li Na", incident=incident, verb=OperatorVerb.CLOSE
            )
            refused = await node.console.act(action)
            assert (refused.request, refused.done, refused.reason) == ("r-1", False, "no_reason")
            view_now = node.crew_console.view("riverside-1")
            answer = CrewAnswer(
                request="p-1",
                unit="riverside-1",
                order=view_now.order.order,
                assignment_number=view_now.order.assignment_number,
                action=CrewAction.ACCEPT,
            )
            assert (await node.crew_console.answer(answer)).done
            done = await node.console.act(
                OperatorAction(
                    request="r-2",
                    operator="Li Na",
                    incident=incident,
                    verb=OperatorVerb.CLOSE,
                    reason="gone",
                    confirmed=True,
                )
            )
            assert done.done
            assert node.incident().stage is IncidentStage.CLOSED
            assert node.crew_console.view("nobody") is None

    asyncio.run(go())


def test_a_crew_sees_what_it_had_to_do_before_with_the_names_of_now(started):
    async def go():
        async with Node(started) as node:
            await node.send_event()
            given = node.crew_console.view("riverside-1").order
            assert node.crew_console.view("riverside-1").ended_orders == ()
            answer = CrewAnswer(
                request="p-1",
                unit="riverside-1",
                order=given.order,
                assignment_number=given.assignment_number,
                action=CrewAction.CANNOT,
                reason="Road blocked",
            )
            await node.crew_console.answer(answer)
            (ended,) = node.crew_console.view("riverside-1").ended_orders
            assert (ended.order, ended.stage, ended.reason) == (
                given.order,
                OrderStage.REFUSED,
                "Road blocked",
            )
            assert (ended.task.number, ended.place_name) == (given.task.number, given.place_name)
            assert ended.place_name.en
            setup = replace(started.state.setup, centre=started.near(5_000))
            await node.submit(NodeStarted(setup=setup))
            (renamed,) = node.crew_console.view("riverside-1").ended_orders
            assert renamed.place_name != ended.place_name

    asyncio.run(go())


def test_a_node_that_stops_says_so(started):
    async def go():
        async with Node(started) as node:
            pass
        action = OperatorAction(
            request="r-1", operator="Li Na", incident="i", verb=OperatorVerb.OPEN
        )
        with pytest.raises(NodeStoppingError):
            await node.console.act(action)

    asyncio.run(go())


def test_changes_wake_every_watcher(started):
    async def go():
        async with Node(started) as node:
            stream = node.crew_console.changes()
            await anext(stream)
            await node.send_event()
            async with asyncio.timeout(5):
                await anext(stream)
            assert node.crew_console.view("riverside-1").order is not None
            await stream.aclose()

    asyncio.run(go())


def test_positions_are_shown_at_once_and_journaled_now_and_then(started):
    async def go():
        async with Node(started) as node:
            for metres in range(1, 6):
                position = CrewPosition(
                    unit="riverside-1", place=started.near(metres), at=started.clock.now() + metres
                )
                assert (await node.crew_console.report(position)).done
            assert node.crew_console.view("riverside-1").place == started.near(5)
            assert node.commit_loop.state.roster.units["riverside-1"].place == started.near(1)
            lost = await node.crew_console.report(
                CrewPosition(unit="nobody", place=started.near(1), at=started.clock.now())
            )
            assert (lost.done, lost.reason) == (False, "no_such_unit")

    asyncio.run(go())


@pytest.fixture
def reported(started):
    """Positions of riverside-1 as its device reports them; the clock that they come in by."""
    clock, unit = ManualClock(), started.unit("riverside-1")
    positions = UnitPositions(clock)

    def report(place, seconds=0.0):
        position = CrewPosition(unit=unit.unit, place=place, at=later(clock.now(), seconds))
        return positions.record(position, unit)

    return positions, report, clock


def test_an_older_position_does_not_take_the_place_of_a_newer_one(scenario, reported):
    positions, report, clock = reported
    assert report(scenario.near(2))
    assert not report(scenario.near(1), -1)
    assert positions.of("riverside-1").place == scenario.near(2)
    clock.advance(5)
    assert report(scenario.near(3))


def test_a_unit_that_moves_heads_where_it_moves_to(scenario, reported):
    positions, report, clock = reported
    report(scenario.near(0))
    assert positions.of("riverside-1").heading_deg is None, "nobody knows by one position"
    clock.advance(5)
    report(scenario.near(40))
    heading = positions.of("riverside-1").heading_deg
    assert heading == round(bearing_deg(scenario.near(0), scenario.near(40)))
    clock.advance(5)
    report(scenario.near(400_000))
    clock.advance(5)
    report(scenario.near(80))
    assert positions.of("riverside-1").heading_deg is None, "it was nobody knows where"


def test_a_time_that_is_still_to_come_is_now(scenario, reported):
    positions, report, _ = reported
    report(scenario.near(2), 1e9)
    report(scenario.near(3))
    assert positions.of("riverside-1").place == scenario.near(3)


def test_what_is_out_of_reach_is_journaled_and_not_shown_as_the_newest(scenario, reported):
    positions, report, clock = reported
    assert report(scenario.near(2))
    clock.advance(5)
    assert report(scenario.near(400_000)), "the journal has it"
    assert positions.of("riverside-1") is None


def test_a_clock_that_has_run_out_raises_the_priority(started):
    started.send_event()
    incident = started.incident()
    due = incident.clocks[0].due
    assert view.priority(incident, due) == view.priority(incident, due - 1) + view.OVERDUE_PRIORITY


def test_a_report_has_its_incident_and_whoever_took_it_a_clean_name(started):
    async def go():
        async with Node(started) as node:
            report = Report(
                request="r-1",
                taken_by="Li\x1b[2J Na\u202e",
                reporter=Reporter.CITIZEN,
                kind="crowding",
                place=started.near(0),
                text="a crowd\x07",
            )
            outcome = await node.console.report(report)
            incident = node.incident()
            assert (outcome.done, outcome.incident) == (True, incident.incident)
            assert incident.first_source == incident.history[0].actor == "Li[2J Na"

    asyncio.run(go())


def test_a_program_that_the_district_knows_is_a_principal_in_its_own_role(started):
    async def go():
        async with Node(started, programs={"acme-cases": Role.ADAPTER}) as node:
            await node.send_event()
            incident = node.incident().incident
            for name in ("acme-cases", "Li Na"):
                await node.console.act(
                    OperatorAction(
                        request=name, operator=name, incident=incident, verb=OperatorVerb.ESCALATE
                    )
                )
            return [json.loads(record.payload) for record in node.store.records()]

    principals = [payload["principal"] for payload in asyncio.run(go()) if "principal" in payload]
    roles = [(principal["name"], principal["roles"]) for principal in principals]
    assert roles == [("acme-cases", ["adapter"]), ("Li Na", ["operator"])]
