"""The three console services over real gRPC, from both kinds of client and from plain stubs."""

import asyncio

import grpc
import pytest
from served_consoles import ServedConsoles, action, eventually, in_a_loop

from citybrain.domain.console import Outcome, PlanAction
from citybrain.domain.crew import CrewAnswer, CrewPosition
from citybrain.errors import RpcError
from citybrain.geo import Point
from citybrain.rpc import blocking_clients, clients
from citybrain.vocabulary import CrewAction
from citybrain.wire.v1 import console_pb2, console_pb2_grpc

HERE = Point(lat=30.66, lon=104.06)


@in_a_loop
async def test_a_district_is_read_and_acted_on():
    async with ServedConsoles() as node, clients.DistrictConsoleClient(node.address) as client:
        assert await client.snapshot() == node.district.snapshot()
        assert await client.act(action()) == Outcome(request="r-1", done=True)
        assert node.district.asked == [action()]


@in_a_loop
async def test_the_city_is_read_and_its_plan_issued():
    issue = PlanAction(request="r-2", officer="wang", plan="plan-1", issue=True)
    async with ServedConsoles() as node, clients.CityConsoleClient(node.address) as client:
        assert await client.snapshot() == node.city.snapshot()
        assert (await client.act(issue)).done
        assert node.city.asked == [issue]
        watching = client.watch()
        assert await anext(watching) == node.city.snapshot()
        await watching.aclose()


@in_a_loop
async def test_a_crew_sees_its_screen_answers_and_reports():
    answer = CrewAnswer(
        request="r-3", unit="u-1", order="o-1", assignment_number=4, action=CrewAction.ACCEPT
    )
    position = CrewPosition(unit="u-1", place=HERE, at=5)
    async with ServedConsoles() as node, clients.CrewClient(node.address) as client:
        assert await client.view("u-1") == node.crews.view("u-1")
        assert (await client.answer(answer)).done
        assert (await client.report(position)).done
        assert node.crews.asked == [answer, position]


@in_a_loop
async def test_a_unit_of_another_district_is_not_found():
    async with ServedConsoles() as node, clients.CrewClient(node.address) as client:
        with pytest.raises(RpcError, match="no unit 'u-9'") as caught:
            await client.view("u-9")
        assert (caught.value.code, caught.value.retry) == ("NOT_FOUND", False)


@in_a_loop
async def test_the_blocking_clients_return_the_same():
    async with ServedConsoles() as node:

        def ask():
            with (
                blocking_clients.DistrictConsoleClient(node.address) as district,
                blocking_clients.CityConsoleClient(node.address) as city,
                blocking_clients.CrewClient(node.address) as crew,
            ):
                assert district.snapshot() == node.district.snapshot()
                assert district.act(action()).done
                assert next(district.watch()) == node.district.snapshot()
                assert city.snapshot() == next(city.watch()) == node.city.snapshot()
                assert city.act(PlanAction(request="r", officer="w", plan="p", issue=False)).done
                assert crew.view("u-1") == next(crew.watch("u-1"))
                assert crew.answer(
                    CrewAnswer(
                        request="r",
                        unit="u-1",
                        order="o",
                        assignment_number=1,
                        action=CrewAction.ARRIVE,
                    )
                ).done
                assert crew.report(CrewPosition(unit="u-1", place=HERE, at=1)).done
                with pytest.raises(RpcError, match="NOT_FOUND"):
                    crew.view("u-9")

        await asyncio.to_thread(ask)


@in_a_loop
async def test_a_client_made_of_the_generated_stubs_works():
    async with ServedConsoles() as node:

        def ask():
            with grpc.insecure_channel(node.address) as channel:
                return console_pb2_grpc.DistrictConsoleServiceStub(channel).Get(
                    console_pb2.SnapshotRequest(), timeout=5
                )

        assert (await asyncio.to_thread(ask)).name == "滨江"


@in_a_loop
async def test_a_watcher_sees_the_screen_at_once_and_again_after_changes():
    async with ServedConsoles() as node, clients.DistrictConsoleClient(node.address) as client:
        watching = client.watch()
        assert (await anext(watching)).at == 0
        for expected in (1, 2, 3):
            await node.district.change()
            assert (await anext(watching)).at == expected
        await watching.aclose()


@in_a_loop
async def test_a_slow_watcher_gets_the_newest_and_no_queue_of_old_ones():
    async with ServedConsoles() as node, clients.DistrictConsoleClient(node.address) as client:
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
async def test_a_watcher_that_leaves_is_forgotten():
    async with ServedConsoles() as node:
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
