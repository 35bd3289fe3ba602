"""The coordinator as districts, the officer and the command line meet it: real gRPC, a real store, planning in-process."""

import asyncio
import functools
from contextlib import asynccontextmanager

import pytest

from citybrain.clock import SystemClock
from citybrain.domain.console import PlanAction
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.link import Down, Heartbeat, Hello, Seen, Up, Welcome
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.plan import PlanStage
from citybrain.domain.unit import UnitReport
from citybrain.errors import RpcError
from citybrain.geo import Point
from citybrain.ids import RandomIds
from citybrain.rpc.clients import CityConsoleClient
from citybrain.rpc.link import open_link
from citybrain.vocabulary import (
    Certainty,
    IncidentStage,
    OrderStage,
    OrderStep,
    OrderVerdict,
    Severity,
    SlotState,
    UnitState,
    Urgency,
)
from coordinator.config import CityConfig
from coordinator.node import CityNode

pytestmark = pytest.mark.timeout(60)
WITHIN_S = 20.0
YES = {
    OrderStep.RESERVE: OrderVerdict.RESERVED,
    OrderStep.CLAIM: OrderVerdict.CLAIMED,
    OrderStep.ISSUE: OrderVerdict.ISSUED,
}


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        asyncio.run(asyncio.wait_for(test(*arguments, **named), 50))

    return run


def config(folder, **plan):
    return CityConfig.model_validate(
        {
            "name": {"en": "Test", "zh": "测试"},
            "data_dir": str(folder),
            "listen": {"grpc": "127.0.0.1:0", "web": "127.0.0.1:0"},
            "plan": {"issue": "auto", "min_replan_s": 0.1, **plan},
            "ray": {"mode": "off"},
        }
    )


@asynccontextmanager
async def a_city(folder, **plan):
    node = CityNode(config(folder, **plan), clock=SystemClock(), ids=RandomIds())
    try:
        ports = await node.start()
        yield node, f"127.0.0.1:{ports['grpc']}", ports
    finally:
        await node.stop()


async def until(condition, what="it"):
    """Look until it holds; a deadline instead of a sleep."""
    async with asyncio.timeout(WITHIN_S):
        while not condition():
            await asyncio.sleep(0.01)
    return condition()


class ScriptedDistrict:
    """A district that answers yes to everything, on a real stream; its log is a list. Without `answers` it hears, and journals nothing."""

    def __init__(self, name, address, *, session=1, log=(), down_acked=0, answers=True):
        self.name, self._address, self._session, self._answers = name, address, session, answers
        self.log = list(log)
        self.down_acked = self._heard = down_acked
        self.got = []
        self.frames = []
        self.welcome = None
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._run())
        self.error = None

    def say(self, letter):
        self.log.append(letter)
        self._news.set()

    async def leave(self):
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _outgoing(self):
        yield Hello(
            district=self.name,
            name=self.name,
            centre=Point(lat=30.6, lon=104.0),
            epoch=f"store-{self.name}",
            session=self._session,
            up_next=len(self.log) + 1,
            down_acked=self.down_acked,
        )
        sent = None
        said = self.down_acked
        while True:
            self._news.clear()
            if self.welcome is not None:
                sent = self.welcome.up_acked if sent is None else sent
                for position in range(sent + 1, len(self.log) + 1):
                    yield Up(position=position, letter=self.log[position - 1])
                    sent = position
                if self.down_acked != said:
                    said = self.down_acked
                    yield Seen(position=said)
            yield Heartbeat(at=1)
            try:
                async with asyncio.timeout(1.0):
                    await self._news.wait()
            except TimeoutError:
                pass

    async def _run(self):
        try:
            async for frame in open_link(self._address, self._outgoing()):
                self.frames.append(frame)
                match frame:
                    case Welcome():
                        self.welcome = frame
                    case Down(position=position, letter=letter):
                        self._hear(position, letter)
                self._news.set()
        except RpcError as error:
            self.error = error

    def _hear(self, position, letter):
        assert position == self._heard + 1, "the log has a hole"
        self._heard = position
        if self._answers:
            self.down_acked = position
        self.got.append(letter)
        if isinstance(letter, OrderRequest) and self._answers:
            self.say(
                OrderAnswer(
                    order=letter.order,
                    step=letter.step,
                    verdict=YES.get(letter.step, OrderVerdict.DONE),
                )
            )

    def steps(self):
        return [str(letter.step) for letter in self.got if isinstance(letter, OrderRequest)]


def unit(name="n1", district="north"):
    return UnitReport(
        unit=name,
        district=district,
        name=name,
        capabilities=("patrol",),
        state=UnitState.AVAILABLE,
        place=Point(lat=30.66, lon=104.06),
        speed_mps=8.0,
        order=None,
        assignment=0,
        at=1,
    )


def incident(name="i1", district="south", deadline=2_000_000_000_000_000):
    slot = SlotReport(
        slot=f"slot-{name}",
        capability="patrol",
        version=1,
        state=SlotState.OPEN,
        deadline=deadline,
        from_city=True,
    )
    return IncidentReport(
        incident=name,
        district=district,
        kind="crowding",
        stage=IncidentStage.OPENED,
        severity=Severity.SEVERE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        place=Point(lat=30.65, lon=104.06),
        opened_at=1,
        changed_at=1,
        escalated=True,
        slots=(slot,),
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        events=1,
    )


def progress(order, stage):
    return OrderProgress(
        order=order,
        unit="n1",
        unit_district="north",
        incident="i1",
        incident_district="south",
        stage=OrderStage(stage),
        at=2,
    )


@in_a_loop
async def test_help_comes_from_the_other_district(tmp_path):
    async with a_city(tmp_path) as (node, address, _):
        north, south = ScriptedDistrict("north", address), ScriptedDistrict("south", address)
        north.say(unit())
        south.say(incident())
        await until(lambda: "issue" in north.steps() and "claim_confirmed" in south.steps())
        assert north.steps() == ["reserve", "issue"]
        assert south.steps() == ["claim", "claim_confirmed"]
        (order,) = node.commit_loop.state.drives.live
        task = north.got[0].task
        assert (task.incident, task.traceparent) == (
            "i1",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        for stage in ("accepted", "en_route", "on_scene", "done"):
            north.say(progress(order, stage))
        await until(
            lambda: (
                [str(p.stage) for p in south.got if isinstance(p, OrderProgress)]
                == ["accepted", "en_route", "on_scene", "done"]
            )
        )
        await until(lambda: not len(node.commit_loop.state.drives.live))
        snapshot = node.city.snapshot()
        assert (snapshot.planner, snapshot.planner_because) == (
            "in-process",
            "Ray is off in the configuration",
        )
        assert snapshot.plans[0].planner == "in-process"
        assert snapshot.plans[0].cost == snapshot.plans[0].bound
        await north.leave()
        await south.leave()


@in_a_loop
async def test_the_officer_issues_by_the_real_desk_service(tmp_path):
    async with a_city(tmp_path, issue="ask") as (node, address, _):
        north, south = ScriptedDistrict("north", address), ScriptedDistrict("south", address)
        north.say(unit())
        south.say(incident())
        await until(
            lambda: any(p.stage is PlanStage.PROPOSED for p in node.commit_loop.state.plans)
        )
        async with CityConsoleClient(address) as client:
            snapshot = await client.snapshot()
            (proposed,) = [
                p for p in snapshot.plans if p.stage is PlanStage.PROPOSED
            ]  # one made before both had spoken may stand beside it, stale
            refused = await client.act(
                PlanAction(request="r0", officer="li", plan="nowhere", issue=True)
            )
            assert (refused.done, refused.reason) == (False, "unknown_plan")
            assert (
                await client.act(
                    PlanAction(request="r1", officer="li", plan=proposed.plan, issue=True)
                )
            ).done
            await until(lambda: "issue" in north.steps())
            async with asyncio.timeout(WITHIN_S):
                async for shown in client.watch():
                    if shown.drives and shown.drives[0].drive == "issued":
                        break
        await north.leave()
        await south.leave()


@in_a_loop
async def test_letters_are_seen_only_once_and_a_stream_resumes_where_it_was(tmp_path):
    async with a_city(tmp_path) as (node, address, _):
        north = ScriptedDistrict("north", address, log=[unit("n1"), unit("n2")])
        await until(lambda: any(isinstance(f, Seen) and f.position == 2 for f in north.frames))
        await north.leave()
        await until(lambda: node.city.snapshot().districts[0].away)
        again = ScriptedDistrict(
            "north", address, session=2, log=[unit("n1"), unit("n2"), unit("n3")]
        )
        await until(lambda: again.welcome is not None)
        assert again.welcome.up_acked == 2
        await until(lambda: "n3" in node.commit_loop.state.world.units)
        assert node.commit_loop.state.tally.get("duplicates") is None
        assert not node.city.snapshot().districts[0].away
        await again.leave()


@in_a_loop
async def test_letters_down_come_again_until_they_were_seen(tmp_path):
    """The first stream hears and answers nothing; the second hears the same letters, in order."""
    async with a_city(tmp_path) as (_, address, _ports):
        north = ScriptedDistrict("north", address, answers=False)
        south = ScriptedDistrict("south", address, answers=False)
        north.say(unit())
        south.say(incident())
        await until(lambda: north.steps() == ["reserve"])
        await north.leave()
        again = ScriptedDistrict("north", address, session=2, log=north.log, down_acked=0)
        await until(lambda: again.steps()[:1] == ["reserve"])
        assert again.got[0] == north.got[0]
        await again.leave()
        await south.leave()


@in_a_loop
async def test_a_newer_session_ends_the_older_stream(tmp_path):
    async with a_city(tmp_path) as (node, address, _):
        older = ScriptedDistrict("north", address, session=1)
        await until(lambda: older.welcome is not None)
        newer = ScriptedDistrict("north", address, session=2)
        await until(lambda: newer.welcome is not None)
        await until(lambda: older._task.done())
        assert node.commit_loop.state.world.districts["north"].session == 2
        assert not node.city.snapshot().districts[0].away
        stale = ScriptedDistrict("north", address, session=1)
        await until(lambda: stale.error is not None)
        assert stale.error.code == "INVALID_ARGUMENT"
        assert not node.city.snapshot().districts[0].away
        await newer.leave()


@in_a_loop
async def test_after_a_restart_the_orders_go_on(tmp_path):
    async with a_city(tmp_path) as (node, address, _):
        north, south = ScriptedDistrict("north", address), ScriptedDistrict("south", address)
        north.say(unit())
        south.say(incident())
        await until(
            lambda: (
                [str(d.stage) for d in node.commit_loop.state.drives.live.values()] == ["issued"]
            )
        )
        (order,) = node.commit_loop.state.drives.live
        await north.leave()
        await south.leave()
    async with a_city(tmp_path) as (node, address, _):
        assert node.commit_loop.divergence is None
        assert [str(d.stage) for d in node.commit_loop.state.drives.live.values()] == ["issued"]
        assert all(d.away for d in node.city.snapshot().districts)
        back = ScriptedDistrict(
            "north", address, session=2, log=north.log, down_acked=north.down_acked
        )
        back.say(progress(order, "accepted"))
        await until(lambda: str(node.commit_loop.state.drives.live[order].crew) == "accepted")
        assert back.steps() == []
        await back.leave()


@in_a_loop
async def test_a_stream_without_a_hello_is_refused_by_name(tmp_path):
    async def rude():
        yield Heartbeat(at=1)
        await asyncio.sleep(WITHIN_S)

    async with a_city(tmp_path) as (_, address, _ports):
        with pytest.raises(RpcError) as refused:
            async with asyncio.timeout(WITHIN_S):
                async for _frame in open_link(address, rude()):
                    pass
        assert refused.value.code == "INVALID_ARGUMENT"
        assert "hello" in str(refused.value)


@in_a_loop
async def test_the_console_is_served_beside_it(tmp_path):
    async with a_city(tmp_path) as (_, _address, ports):
        reader, writer = await asyncio.open_connection("127.0.0.1", ports["web"])
        writer.write(
            f"GET /desk HTTP/1.1\r\nHost: 127.0.0.1:{ports['web']}\r\nConnection: close\r\n\r\n".encode()
        )
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 200")
        assert b'"planner":"in-process"' in answer
