"""The coordinator as districts, the officer and the command line meet it: real gRPC, a real store,
planning in-process.
"""

import asyncio
import functools
from contextlib import asynccontextmanager

import pytest
from grpc_district import ScriptedDistrict

from citybrain.api.methods import CITY
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import OrderProgress
from citybrain.domain.plan import PlanStage
from citybrain.domain.unit import UnitReport
from citybrain.errors import RpcError
from citybrain.geo import Point
from citybrain.link.frames import Acknowledged, Heartbeat
from citybrain.random_ids import RandomIds
from citybrain.rpc.link import open_link
from citybrain.rpc.public.client import ApiClient
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import (
    Certainty,
    IncidentStage,
    OrderStage,
    Severity,
    SlotState,
    UnitState,
    Urgency,
)
from coordinator.config import CityConfig
from coordinator.node import CityNode

pytestmark = pytest.mark.timeout(60)
WITHIN_S = 60.0


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        async def limited():
            async with asyncio.timeout(50):
                await test(*arguments, **named)

        asyncio.run(limited())

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
    """Poll until it holds; a deadline instead of a sleep."""
    async with asyncio.timeout(WITHIN_S):
        while not condition():
            await asyncio.sleep(0.01)
    return condition()


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
        assignment_number=0,
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
        north.post(unit())
        south.post(incident())
        await until(lambda: "issue" in north.steps() and "claim_confirmed" in south.steps())
        assert north.steps() == ["reserve", "issue"]
        assert south.steps() == ["claim", "claim_confirmed"]
        (order,) = node.commit_loop.state.sagas.live
        task = north.received[0].task
        assert (task.incident, task.traceparent) == (
            "i1",
            "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        )
        for stage in ("accepted", "en_route", "on_scene", "done"):
            north.post(progress(order, stage))
        await until(
            lambda: (
                [str(p.stage) for p in south.received if isinstance(p, OrderProgress)]
                == ["accepted", "en_route", "on_scene", "done"]
            )
        )
        # the unit stays free and the slot open here: the next order may follow at once
        await until(lambda: order not in node.commit_loop.state.sagas.live)
        status, newest = node.city.planner.status(), node.commit_loop.state.plans[0]
        assert (status.planner, status.reason) == ("in-process", "Ray is off in the configuration")
        assert newest.planner == "in-process"
        assert newest.cost == newest.bound
        await north.leave()
        await south.leave()


@in_a_loop
async def test_the_officer_issues_by_the_public_api(tmp_path):
    async with a_city(tmp_path, issue="ask") as (node, address, _):
        north, south = ScriptedDistrict("north", address), ScriptedDistrict("south", address)
        north.post(unit())
        south.post(incident())
        await until(
            lambda: any(p.stage is PlanStage.PROPOSED for p in node.commit_loop.state.plans)
        )
        async with ApiClient(address, CITY) as client:
            # one made before both had reported may stand beside it, stale
            (proposed,) = await client.rows("ListPlans", filter="stage = proposed")
            officer = {"actor": "li", "verb": "issue"}
            refused = await client.call("Act", request_id="r0", plan="nowhere", **officer)
            assert (refused.done, refused.reason) == (False, "unknown_plan")
            issued = await client.call("Act", request_id="r1", plan=proposed.id, **officer)
            assert issued.done
            await until(lambda: "issue" in north.steps())
            async with asyncio.timeout(WITHIN_S):
                async for windows in client.watch([{"name": "orders", "collection": "orders"}]):
                    if [order.stage for order in windows.values("orders")] == ["issued"]:
                        break
        await north.leave()
        await south.leave()


@in_a_loop
async def test_letters_count_only_once_and_a_stream_resumes_where_it_was(tmp_path):
    async with a_city(tmp_path) as (node, address, _):
        north = ScriptedDistrict("north", address, log=[unit("n1"), unit("n2")])
        await until(
            lambda: any(isinstance(f, Acknowledged) and f.position == 2 for f in north.frames)
        )
        await north.leave()
        await until(lambda: node.commit_loop.state.world.districts["north"].offline)
        again = ScriptedDistrict(
            "north", address, after=north, log=[unit("n1"), unit("n2"), unit("n3")]
        )
        await until(lambda: again.welcome is not None)
        assert again.welcome.up_acked == 2
        await until(lambda: "n3" in node.commit_loop.state.world.units)
        assert node.commit_loop.state.counts.get("duplicates") is None
        assert not node.commit_loop.state.world.districts["north"].offline
        await again.leave()


@in_a_loop
async def test_letters_down_come_again_until_they_were_acknowledged(tmp_path):
    """The first stream acknowledges nothing; the second receives the same letters, in order."""
    async with a_city(tmp_path) as (_, address, _ports):
        north = ScriptedDistrict("north", address, answers=False)
        south = ScriptedDistrict("south", address, answers=False)
        north.post(unit())
        south.post(incident())
        await until(lambda: north.steps() == ["reserve"])
        await north.leave()
        again = ScriptedDistrict("north", address, after=north, log=north.log, down_acked=0)
        await until(lambda: again.steps()[:1] == ["reserve"])
        assert again.received[0] == north.received[0]
        await again.leave()
        await south.leave()


@in_a_loop
async def test_a_newer_session_ends_the_older_stream(tmp_path):
    async with a_city(tmp_path) as (node, address, _):
        older = ScriptedDistrict("north", address)
        await until(lambda: older.welcome is not None)
        newer = ScriptedDistrict("north", address, after=older)
        await until(lambda: newer.welcome is not None)
        await until(lambda: older._task.done())
        assert node.commit_loop.state.world.districts["north"].session == 2
        assert not node.commit_loop.state.world.districts["north"].offline
        stale = ScriptedDistrict("north", address, session=2**62)
        await until(lambda: stale.error is not None)
        assert stale.error.code == "INVALID_ARGUMENT"
        assert not node.commit_loop.state.world.districts["north"].offline
        await newer.leave()


@in_a_loop
async def test_after_a_restart_the_orders_go_on(tmp_path):
    async with a_city(tmp_path) as (node, address, _):
        north, south = ScriptedDistrict("north", address), ScriptedDistrict("south", address)
        north.post(unit())
        south.post(incident())
        await until(
            lambda: [str(d.stage) for d in node.commit_loop.state.sagas.live.values()] == ["issued"]
        )
        (order,) = node.commit_loop.state.sagas.live
        await north.leave()
        await south.leave()
    async with a_city(tmp_path) as (node, address, _):
        assert node.commit_loop.divergence is None
        assert [str(d.stage) for d in node.commit_loop.state.sagas.live.values()] == ["issued"]
        assert all(d.offline for d in node.commit_loop.state.world.districts.values())
        back = ScriptedDistrict(
            "north", address, after=north, log=north.log, down_acked=north.down_acked
        )
        back.post(progress(order, "accepted"))
        await until(lambda: str(node.commit_loop.state.sagas.live[order].crew_stage) == "accepted")
        assert back.steps() == []
        await back.leave()


@in_a_loop
async def test_a_stream_without_a_hello_is_refused_by_name(tmp_path):
    async def without_hello():
        yield Heartbeat(at=1)
        await asyncio.sleep(WITHIN_S)

    async def read(address):
        async with asyncio.timeout(WITHIN_S):
            async for _frame in open_link(address, without_hello()):
                pass

    async with a_city(tmp_path) as (_, address, _ports):
        with pytest.raises(RpcError) as refused:
            await read(address)
        assert refused.value.code == "INVALID_ARGUMENT"
        assert "hello" in str(refused.value)


@in_a_loop
async def test_the_console_is_served_beside_it(tmp_path):
    async with a_city(tmp_path) as (_, _address, ports):
        reader, writer = await asyncio.open_connection("127.0.0.1", ports["web"])
        host = f"127.0.0.1:{ports['web']}"
        request = f"GET /api/v1/city HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
        writer.write(request.encode())
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 200")
        assert b'"planner":"in-process"' in answer
