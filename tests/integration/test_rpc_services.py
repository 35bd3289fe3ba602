"""A district's public API over real gRPC, from both kinds of client."""

import asyncio

import pytest
from served_consoles import ServedConsoles, action, eventually, in_a_loop

from citybrain.clock import ManualClock
from citybrain.domain.crew import CrewAnswer, CrewPosition
from citybrain.domain.report import Report, Reporter
from citybrain.errors import RpcError
from citybrain.geo import Point
from citybrain.rpc.public import blocking_district_clients, district_clients
from citybrain.rpc.public.district_clients import DistrictClient
from citybrain.vocabulary import CrewAction

HERE = Point(lat=30.66, lon=104.06)
CLOCK = ManualClock()
REPORT = Report(
    request="r-4",
    taken_by="li",
    reporter=Reporter.CITIZEN,
    kind="crowding",
    place=HERE,
    text="a crowd",
    contact="555 0100",
)


@in_a_loop
async def test_a_district_is_read_and_acted_on_and_reported_to():
    async with ServedConsoles() as node, DistrictClient(node.address, CLOCK) as client:
        shown = await client.snapshot()
        assert (shown.district, shown.centre, shown.at) == ("riverside", HERE, CLOCK.now())
        assert shown.counts == {"events": 0.0}
        assert (await client.act(action())).done
        assert (await client.report(REPORT)).done
        assert node.district.asked == [action(), REPORT]
        with pytest.raises(RpcError, match="NOT_FOUND"):
            await client.incident("inc-9")


@in_a_loop
async def test_a_crew_sees_its_screen_answers_and_reports():
    answer = CrewAnswer(
        request="r-3", unit="u-1", order="o-1", assignment_number=4, action=CrewAction.ACCEPT
    )
    position = CrewPosition(unit="u-1", place=HERE, at=5)
    async with ServedConsoles() as node, district_clients.CrewClient(node.address) as client:
        assert await client.view("u-1") == node.crews.view("u-1")
        assert (await client.answer(answer)).done
        assert (await client.report(position)).done
        assert node.crews.asked == [answer, position]


@in_a_loop
async def test_a_unit_of_another_district_is_not_found():
    async with ServedConsoles() as node, district_clients.CrewClient(node.address) as client:
        with pytest.raises(RpcError, match="u-9") as caught:
            await client.view("u-9")
        assert (caught.value.code, caught.value.retry) == ("NOT_FOUND", False)


@in_a_loop
async def test_the_blocking_clients_return_the_same():
    async with ServedConsoles() as node:

        def ask():
            with (
                blocking_district_clients.DistrictClient(node.address, CLOCK) as district,
                blocking_district_clients.CrewClient(node.address) as crew,
            ):
                assert district.snapshot() == next(district.watch())
                assert district.act(action()).done
                assert district.report(REPORT).done
                with pytest.raises(RpcError, match="NOT_FOUND"):
                    district.incident("inc-9")
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
async def test_a_watcher_sees_the_screen_at_once_and_again_after_changes():
    async with ServedConsoles() as node, DistrictClient(node.address, CLOCK) as client:
        watching = client.watch()
        assert (await anext(watching)).counts["events"] == 0
        for expected in (1, 2, 3):
            await node.district.change()
            assert (await anext(watching)).counts["events"] == expected
        await watching.aclose()


@in_a_loop
async def test_a_slow_watcher_gets_the_newest_and_no_queue_of_old_ones():
    async with ServedConsoles() as node, DistrictClient(node.address, CLOCK) as client:
        watching = client.watch()
        await anext(watching)
        for _ in range(500):
            await node.district.change()
        seen = [(await anext(watching)).counts["events"]]
        while seen[-1] != 500:
            seen.append((await anext(watching)).counts["events"])
        assert len(seen) <= 5
        await watching.aclose()


@in_a_loop
async def test_a_watcher_that_leaves_is_forgotten():
    async with ServedConsoles() as node:
        client = DistrictClient(node.address, CLOCK)
        watchers = [client.watch() for _ in range(5)]
        for watching in watchers:
            await anext(watching)
        assert node.api.feed.watchers == 5
        await watchers[0].aclose()
        await eventually(lambda: node.api.feed.watchers == 4)
        await client.close()
        await eventually(lambda: node.api.feed.watchers == 0)
        with pytest.raises((RpcError, StopAsyncIteration)):
            await anext(watchers[1])
