"""The three screens over real gRPC, asked by both kinds of client and by a stranger's."""

import asyncio
import functools
from dataclasses import replace

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from citybrain.domain.console import (
    CitySnapshot,
    DistrictSnapshot,
    OperatorAction,
    Outcome,
    PlanAction,
)
from citybrain.domain.crew import CrewAnswer, CrewPosition, CrewView
from citybrain.errors import IllegalTriggerError, QueueFullError, RpcError, StoreBusyError
from citybrain.geo import Point
from citybrain.rpc import clients, sync
from citybrain.rpc.errors import ListenError
from citybrain.rpc.methods import DISTRICT_ACT, DISTRICT_GET
from citybrain.rpc.server import serve
from citybrain.rpc.services import city_console_service, crew_service, district_console_service
from citybrain.vocabulary import CrewAction, OperatorVerb, UnitState
from citybrain.wire.v1 import console_pb2, desk_pb2_grpc

HERE = Point(lat=30.66, lon=104.06)


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        asyncio.run(asyncio.wait_for(test(*arguments, **named), 60))

    return run


class Screen:
    """Changes when told to; counts who watches; answers as told."""

    def __init__(self):
        self.version, self.watchers, self.asked = 0, 0, []
        self.answers = []  # what the next actions raise or return
        self.busy = asyncio.Event()
        self.go_on = asyncio.Event()
        self._changed = asyncio.Condition()

    async def change(self):
        async with self._changed:
            self.version += 1
            self._changed.notify_all()

    async def changes(self):
        self.watchers += 1
        try:
            seen = self.version
            yield
            while True:
                async with self._changed:
                    await self._changed.wait_for(lambda: self.version != seen)  # noqa: B023 - waited for within the turn
                    seen = self.version
                yield
        finally:
            self.watchers -= 1

    async def act(self, action):
        self.asked.append(action)
        answer = self.answers.pop(0) if self.answers else Outcome(request=action.request, done=True)
        if answer == "wait":
            self.busy.set()
            await self.go_on.wait()
            answer = Outcome(request=action.request, done=True, detail="late")
        if isinstance(answer, Exception):
            raise answer
        return answer


class District(Screen):
    def snapshot(self):
        return DistrictSnapshot(
            district="riverside",
            name="滨江",
            centre=HERE,
            at=self.version,
            rows=(),
            units=(),
            agents=(),
            links=(),
            counts={"events": float(self.version)},
        )


class City(Screen):
    def snapshot(self):
        return CitySnapshot(
            at=self.version,
            districts=(),
            incidents=(),
            units=(),
            plans=(),
            drives=(),
            planner="ray",
            planner_because="",
            counts={},
        )


class Crews(Screen):
    def view(self, unit):
        return (
            CrewView(unit=unit, name="Patrol 1", state=UnitState.AVAILABLE, place=HERE, order=None)
            if unit == "u-1"
            else None
        )

    async def answer(self, answer):
        return await self.act(answer)

    async def report(self, position):
        self.asked.append(position)
        return Outcome(request="", done=True)


def action(request="r-1", verb=OperatorVerb.ESCALATE):
    return OperatorAction(
        request=request, operator="li", incident="inc-1", verb=verb, reason="大水"
    )


class Node:
    """All services on one server, as long as the block lasts."""

    async def __aenter__(self):
        self.district, self.city, self.crews = District(), City(), Crews()
        services = [
            district_console_service(self.district),
            city_console_service(self.city),
            crew_service(self.crews),
        ]
        self.server = await serve("127.0.0.1:0", services)
        self.address = f"127.0.0.1:{self.server.port}"
        return self

    async def __aexit__(self, *_):
        await self.server.stop(0.2)


@in_a_loop
async def test_a_district_is_seen_and_acted_on():
    async with Node() as node, clients.DistrictConsoleClient(node.address) as client:
        assert await client.snapshot() == node.district.snapshot()
        assert await client.act(action()) == Outcome(request="r-1", done=True)
        assert node.district.asked == [action()]


@in_a_loop
async def test_the_city_is_seen_and_its_plan_issued():
    issue = PlanAction(request="r-2", officer="wang", plan="plan-1", issue=True)
    async with Node() as node, clients.CityConsoleClient(node.address) as client:
        assert await client.snapshot() == node.city.snapshot()
        assert (await client.act(issue)).done
        assert node.city.asked == [issue]
        watching = client.watch()
        assert await anext(watching) == node.city.snapshot()
        await watching.aclose()


@in_a_loop
async def test_a_crew_sees_its_screen_answers_and_reports():
    answer = CrewAnswer(
        request="r-3", unit="u-1", order="o-1", assignment=4, action=CrewAction.ACCEPT
    )
    position = CrewPosition(unit="u-1", place=HERE, at=5)
    async with Node() as node, clients.CrewClient(node.address) as client:
        assert await client.view("u-1") == node.crews.view("u-1")
        assert (await client.answer(answer)).done
        assert (await client.report(position)).done
        assert node.crews.asked == [answer, position]


@in_a_loop
async def test_a_unit_of_another_district_is_not_found():
    async with Node() as node, clients.CrewClient(node.address) as client:
        with pytest.raises(RpcError, match="no unit 'u-9'") as caught:
            await client.view("u-9")
        assert (caught.value.code, caught.value.retry) == ("NOT_FOUND", False)


@in_a_loop
async def test_the_blocking_clients_say_the_same():
    async with Node() as node:

        def ask():
            with (
                sync.DistrictConsoleClient(node.address) as district,
                sync.CityConsoleClient(node.address) as city,
                sync.CrewClient(node.address) as crew,
            ):
                assert district.snapshot() == node.district.snapshot()
                assert district.act(action()).done
                assert next(district.watch()) == node.district.snapshot()
                assert city.snapshot() == next(city.watch()) == node.city.snapshot()
                assert city.act(PlanAction(request="r", officer="w", plan="p", issue=False)).done
                assert crew.view("u-1") == next(crew.watch("u-1"))
                assert crew.answer(
                    CrewAnswer(
                        request="r", unit="u-1", order="o", assignment=1, action=CrewAction.ARRIVE
                    )
                ).done
                assert crew.report(CrewPosition(unit="u-1", place=HERE, at=1)).done
                with pytest.raises(RpcError, match="NOT_FOUND"):
                    crew.view("u-9")

        await asyncio.to_thread(ask)


@in_a_loop
async def test_a_client_made_of_the_generated_stubs_is_understood():
    async with Node() as node:

        def ask():
            with grpc.insecure_channel(node.address) as channel:
                return desk_pb2_grpc.DistrictDeskServiceStub(channel).Get(
                    console_pb2.SnapshotRequest(), timeout=5
                )

        assert (await asyncio.to_thread(ask)).name == "滨江"


@in_a_loop
async def test_a_watcher_sees_the_screen_at_once_and_again_after_changes():
    async with Node() as node, clients.DistrictConsoleClient(node.address) as client:
        watching = client.watch()
        assert (await anext(watching)).at == 0
        for expected in (1, 2, 3):
            await node.district.change()
            assert (await anext(watching)).at == expected
        await watching.aclose()


@in_a_loop
async def test_a_slow_watcher_gets_the_newest_and_no_queue_of_old_ones():
    async with Node() as node, clients.DistrictConsoleClient(node.address) as client:
        watching = client.watch()
        await anext(watching)
        for _ in range(500):
            await node.district.change()
        seen = [(await anext(watching)).at]
        while seen[-1] != 500:
            seen.append((await anext(watching)).at)
        assert len(seen) <= 5
        await watching.aclose()


@in_a_loop
async def test_a_watcher_who_leaves_is_forgotten():
    async with Node() as node:
        client = clients.DistrictConsoleClient(node.address)
        watchers = [client.watch() for _ in range(5)]
        for watching in watchers:
            await anext(watching)
        assert node.district.watchers == 5
        await watchers[0].aclose()
        await eventually(lambda: node.district.watchers == 4)
        await client.close()
        await eventually(lambda: node.district.watchers == 0)
        with pytest.raises((RpcError, StopAsyncIteration)):
            await anext(watchers[1])


@pytest.mark.parametrize(
    ("raised", "code", "retry"),
    [
        (QueueFullError("the inbox has no room"), "RESOURCE_EXHAUSTED", True),
        (
            IllegalTriggerError(
                noun="incident", stage="closed", trigger="dispatch", legal="reopen"
            ),
            "FAILED_PRECONDITION",
            False,
        ),
        (ZeroDivisionError("a bug"), "UNKNOWN", False),
    ],
)
@in_a_loop
async def test_an_error_of_the_node_reaches_the_caller_by_name_and_the_node_goes_on(
    raised, code, retry
):
    async with Node() as node, clients.DistrictConsoleClient(node.address) as client:
        node.district.answers = [raised]
        with pytest.raises(RpcError) as caught:
            await client.act(action())
        assert (caught.value.code, caught.value.retry) == (code, retry)
        assert str(raised) in caught.value.detail
        assert (await client.act(action())).done


@in_a_loop
async def test_a_repeatable_call_is_repeated_with_its_request_id_while_the_node_is_unavailable():
    async with Node() as node, clients.DistrictConsoleClient(node.address) as client:
        node.district.answers = [StoreBusyError("starting"), StoreBusyError("starting")]
        assert (await client.act(action("r-7"))).done
        assert [a.request for a in node.district.asked] == ["r-7"] * 3


@in_a_loop
async def test_a_call_that_takes_too_long_ends_at_its_deadline():
    async with Node() as node, clients.DistrictConsoleClient(node.address) as client:
        node.district.answers = ["wait"]
        with pytest.raises(RpcError) as caught:
            await client.call(replace(DISTRICT_ACT, deadline_s=0.2), action())
        assert (caught.value.code, caught.value.retry) == ("DEADLINE_EXCEEDED", True)


@pytest.mark.parametrize("payload", [b"\xff\xff", b"", b"\x0a\x02\x07\x07"])
@in_a_loop
async def test_bytes_that_are_no_request_are_an_invalid_argument(payload):
    async with Node() as node, clients.DistrictConsoleClient(node.address) as client:
        with pytest.raises(RpcError) as caught:
            await client.call(
                replace(DISTRICT_ACT, encode_request=lambda _action: payload), action()
            )
        assert (caught.value.code, caught.value.retry) == ("INVALID_ARGUMENT", False)
        assert node.district.asked == []
        assert (await client.snapshot()).district == "riverside"


@in_a_loop
async def test_health_is_serving_until_the_server_drains_and_then_not():
    async with Node() as node, grpc.aio.insecure_channel(node.address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        for name in (
            "",
            "citybrain.wire.v1.CrewService",
            "citybrain.wire.v1.DistrictConsoleService",
            "citybrain.wire.v1.CityConsoleService",
        ):
            answer = await stub.Check(health_pb2.HealthCheckRequest(service=name))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING, name
        watching = stub.Watch(
            health_pb2.HealthCheckRequest(service="citybrain.wire.v1.CrewService")
        )
        assert (await watching.read()).status == health_pb2.HealthCheckResponse.SERVING
        async with clients.DistrictConsoleClient(node.address) as client:
            node.district.answers = ["wait"]
            slow = asyncio.create_task(client.act(action()))
            await node.district.busy.wait()
            stopping = asyncio.create_task(node.server.stop(10))
            assert (await watching.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
            node.district.go_on.set()
            assert (await slow).detail == "late", "a call in progress is let finish"
            watching.cancel()
            await stopping


@in_a_loop
async def test_stopping_ends_the_watchers_at_once_and_asks_them_to_come_again():
    async with Node() as node, clients.DistrictConsoleClient(node.address) as client:
        watching = client.watch()
        await anext(watching)
        await asyncio.wait_for(node.server.stop(30), 5)
        with pytest.raises(RpcError, match="stopping") as caught:
            await anext(watching)
        assert (caught.value.code, caught.value.retry) == ("UNAVAILABLE", True)
        assert node.district.watchers == 0


@in_a_loop
async def test_a_port_in_use_is_named():
    async with Node() as node:
        with pytest.raises(
            ListenError,
            match=r"Is another process using that port, and is the address this machine\'s\? Choose another",
        ):
            await serve(node.address, [])


@in_a_loop
async def test_nobody_there_is_unavailable():
    async with Node() as node:
        address = node.address
    async with clients.DistrictConsoleClient(address) as client:
        with pytest.raises(RpcError) as caught:
            await client.call(replace(DISTRICT_GET, deadline_s=3.0), None)
        assert (caught.value.code, caught.value.retry) == ("UNAVAILABLE", True)
    with (
        sync.DistrictConsoleClient(address) as blocking,
        pytest.raises(RpcError, match="UNAVAILABLE"),
    ):
        blocking.snapshot()


async def eventually(condition, within_s=10.0):
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)
