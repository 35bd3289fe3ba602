"""What the ports behind the screens show and carry out."""

import asyncio

import pytest

from citybrain.clock import ManualClock, SystemClock
from citybrain.decider.changes import Changes
from citybrain.decider.commit_thread import CommitThread
from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewAnswer, CrewPosition
from citybrain.journal.memory import MemoryStore
from citybrain.vocabulary import CrewAction, IncidentStage, OperatorVerb
from district_node.cores import view
from district_node.inputs import NodeStarted
from district_node.shell.screens import Around, CrewsScreen, DistrictConsoleScreen, Places
from district_node.shell.works import decider_of


class Node:
    def __init__(self, story):
        self.story, self.clock = story, SystemClock()
        store = MemoryStore()
        self.commit_loop = CommitThread(decider_of(store), self.clock, store)
        changes = Changes(self.commit_loop)
        self.places = Places(self.clock)
        around = Around(
            agents=lambda: (),
            links=lambda: (),
            counts=lambda: {"records": float(self.commit_loop.seq)},
        )
        self.snapshot = DistrictConsoleScreen(
            self.commit_loop, self.clock, changes, around, self.places
        )
        self.crews = CrewsScreen(self.commit_loop, changes, self.places)

    async def __aenter__(self):
        self.commit_loop.start()
        await self.do(NodeStarted(setup=self.story.state.setup))
        return self

    async def __aexit__(self, *_):
        self.commit_loop.stop()

    async def do(self, what):
        return await asyncio.wrap_future(self.commit_loop.submit(what))

    async def say(self, seq=1, **changes):
        from citybrain.domain.event import OutboxItem
        from district_node.inputs import BatchReceived

        await self.do(
            BatchReceived(
                agent="box-1",
                incarnation=7,
                items=(OutboxItem(seq=seq, event=self.story.event(**changes)),),
            )
        )


@pytest.fixture
def told(story):
    return story.start(story.a_unit("riverside-1"))


def test_the_desk_shows_the_queue_most_pressing_first(told):
    async def go():
        async with Node(told) as node:
            await node.say(1, episode="a", severity="Minor", incident_kind="loitering")
            await node.say(
                2, episode="b", severity="Extreme", source="cam-2", incident_kind="line_intrusion"
            )
            await node.say(
                3, episode="c", severity="Severe", source="cam-3", incident_kind="unheard_of"
            )
            snapshot = node.snapshot.snapshot()
            assert [row.report.severity for row in snapshot.rows] == ["Extreme", "Severe", "Minor"]
            assert [row.waits_for for row in snapshot.rows][1] == "person"
            assert snapshot.rows[0].source == "box-1/cam-2"
            assert snapshot.name == "Riverside 滨江"
            assert snapshot.counts["events"] == 3

    asyncio.run(go())


def test_a_row_that_nothing_happened_to_is_not_drawn_again(told):
    async def go():
        async with Node(told) as node:
            await node.say(1, episode="a")
            before = node.snapshot.snapshot().rows[0]
            await node.say(2, episode="b", incident_kind="loitering", source="cam-2")
            rows = {row.report.incident: row for row in node.snapshot.snapshot().rows}
            assert rows[before.report.incident] is before

    asyncio.run(go())


def test_actions_come_back_with_their_outcome(told):
    async def go():
        async with Node(told) as node:
            await node.say()
            incident = node.snapshot.snapshot().rows[0].report.incident
            action = OperatorAction(
                request="r-1", operator="Li Na", incident=incident, verb=OperatorVerb.CLOSE
            )
            refused = await node.snapshot.act(action)
            assert (refused.request, refused.done, refused.reason) == ("r-1", False, "no_reason")
            view_now = node.crews.view("riverside-1")
            answer = CrewAnswer(
                request="p-1",
                unit="riverside-1",
                order=view_now.order.order,
                assignment=view_now.order.assignment,
                action=CrewAction.ACCEPT,
            )
            assert (await node.crews.answer(answer)).done
            done = await node.snapshot.act(
                OperatorAction(
                    request="r-2",
                    operator="Li Na",
                    incident=incident,
                    verb=OperatorVerb.CLOSE,
                    reason="gone",
                )
            )
            assert done.done
            assert node.snapshot.snapshot().rows[0].report.stage is IncidentStage.CLOSED
            assert node.crews.view("nobody") is None

    asyncio.run(go())


def test_a_node_that_stops_says_so(told):
    async def go():
        async with Node(told) as node:
            pass
        outcome = await node.snapshot.act(
            OperatorAction(request="r-1", operator="Li Na", incident="i", verb=OperatorVerb.OPEN)
        )
        assert (outcome.done, outcome.reason) == (False, "stopping")

    asyncio.run(go())


def test_changes_wake_whoever_watches(told):
    async def go():
        async with Node(told) as node:
            stream = node.snapshot.changes()
            await anext(stream)
            await node.say()
            async with asyncio.timeout(5):
                await anext(stream)
            assert node.snapshot.snapshot().rows
            await stream.aclose()

    asyncio.run(go())


def test_positions_are_shown_at_once_and_journaled_now_and_then(told):
    async def go():
        async with Node(told) as node:
            for metres in range(1, 6):
                position = CrewPosition(
                    unit="riverside-1", place=told.near(metres), at=told.clock.now() + metres
                )
                assert (await node.crews.report(position)).done
            assert node.crews.view("riverside-1").place == told.near(5)
            assert node.snapshot.snapshot().units[0].place == told.near(5)
            assert node.commit_loop.state.roster.units["riverside-1"].place == told.near(1)
            lost = await node.crews.report(
                CrewPosition(unit="nobody", place=told.near(1), at=told.clock.now())
            )
            assert (lost.done, lost.reason) == (False, "no_such_unit")

    asyncio.run(go())


def test_an_older_position_does_not_take_the_place_of_a_newer_one(story):
    clock = ManualClock()
    places = Places(clock)
    assert places.note(CrewPosition(unit="u", place=story.near(2), at=clock.now()))
    assert not places.note(CrewPosition(unit="u", place=story.near(1), at=clock.now() - 1))
    assert places.of("u").place == story.near(2)
    clock.advance(5)
    assert places.note(CrewPosition(unit="u", place=story.near(3), at=clock.now()))


def test_a_clock_that_has_run_out_presses_upwards(told):
    told.say()
    incident = told.incident()
    due = incident.clocks[0].due
    assert view.priority(incident, due) == view.priority(incident, due - 1) + view.OVERDUE
