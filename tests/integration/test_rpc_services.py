"""A district's public API over real gRPC, from both kinds of client."""

import asyncio

import pytest
from served_consoles import ACTION, ServedConsoles, action, eventually, in_a_loop

from citybrain.api.client.crews import crew_view_of
from citybrain.api.client.districts import DISTRICT_VIEWS, snapshot_of
from citybrain.api.methods import CREW, DISTRICT
from citybrain.domain.crew import CrewAnswer, CrewPosition
from citybrain.domain.report import Report, Reporter
from citybrain.errors import RpcError
from citybrain.geo import Point
from citybrain.rpc.public.blocking_client import BlockingApiClient
from citybrain.rpc.public.client import ApiClient
from citybrain.vocabulary import CrewAction

HERE = Point(lat=30.66, lon=104.06)
PLACE = {"latitude": HERE.lat, "longitude": HERE.lon}
CALL = {
    "request_id": "r-4",
    "actor": "li",
    "reporter": "citizen",
    "kind": "crowding",
    "place": PLACE,
    "text": "a crowd",
    "contact": "555 0100",
}
REPORT = Report(
    request="r-4",
    taken_by="li",
    reporter=Reporter.CITIZEN,
    kind="crowding",
    place=HERE,
    text="a crowd",
    contact="555 0100",
)
BUTTON = {"request_id": "r-3", "unit": "u-1", "order": "o-1", "assignment_number": 4}
ANSWER = CrewAnswer(
    request="r-3", unit="u-1", order="o-1", assignment_number=4, action=CrewAction.ACCEPT
)
POSITION = {"unit": "u-1", "place": PLACE, "at": {"seconds": 5}}


def events(windows):
    (district,) = windows.values("district")
    return district.counts["events"]


@in_a_loop
async def test_a_district_is_read_and_acted_on_and_reported_to():
    async with ServedConsoles() as node, ApiClient(node.address, DISTRICT) as client:
        shown = snapshot_of(await client.windows(DISTRICT_VIEWS), 7)
        assert (shown.district, shown.centre, shown.at) == ("riverside", HERE, 7)
        assert shown.counts == {"events": 0.0}
        assert (await client.call("GetDistrict")).id == "riverside"
        assert await client.rows("ListIncidents", filter="open = true") == []
        assert (await client.call("Act", **action())).done
        assert (await client.call("Report", **CALL)).done
        assert node.district.asked == [ACTION, REPORT]
        with pytest.raises(RpcError, match="NOT_FOUND"):
            await client.call("GetIncident", incident="inc-9")


@in_a_loop
async def test_a_request_is_a_message_or_its_fields():
    async with ServedConsoles() as node, ApiClient(node.address, DISTRICT) as client:
        message = DISTRICT.methods["Act"].request(**action())
        assert (await client.call("Act", message)).done
        assert node.district.asked == [ACTION]
        with pytest.raises(ValueError, match="colour"):
            await client.call("Act", colour="red")


@in_a_loop
async def test_a_crew_sees_its_screen_answers_and_reports():
    async with ServedConsoles() as node, ApiClient(node.address, CREW) as client:
        screen = await anext(client.stream("Watch", unit="u-1"))
        assert crew_view_of(screen) == node.crews.view("u-1")
        assert (await client.call("Answer", answer="accept", **BUTTON)).done
        assert (await client.call("ReportPosition", **POSITION)).done
        position = CrewPosition(unit="u-1", place=HERE, at=5_000_000)
        assert node.crews.asked == [ANSWER, position]


@in_a_loop
async def test_a_unit_of_another_district_is_not_found():
    async with ServedConsoles() as node, ApiClient(node.address, CREW) as client:
        with pytest.raises(RpcError, match="u-9") as caught:
            await anext(client.stream("Watch", unit="u-9"))
        assert (caught.value.code, caught.value.retry) == ("NOT_FOUND", False)


@in_a_loop
async def test_the_blocking_client_returns_the_same():
    async with ServedConsoles() as node:

        def ask():
            with (
                BlockingApiClient(node.address, DISTRICT) as district,
                BlockingApiClient(node.address, CREW) as crew,
            ):
                assert events(district.windows(DISTRICT_VIEWS)) == 0
                assert events(next(district.watch(DISTRICT_VIEWS))) == 0
                assert district.rows("ListUnits") == []
                assert district.call("Act", **action()).done
                with pytest.raises(RpcError, match="NOT_FOUND"):
                    district.call("GetIncident", incident="inc-9")
                assert next(crew.stream("Watch", unit="u-1")).unit == "u-1"
                assert crew.call("Answer", answer="accept", **BUTTON).done
                with pytest.raises(RpcError, match="NOT_FOUND"):
                    next(crew.stream("Watch", unit="u-9"))
                left_open = district.watch(DISTRICT_VIEWS)
                next(left_open)
            district.close()
            left_open.close()

        await asyncio.to_thread(ask)
        await eventually(lambda: node.api.feed.watchers == 0)
        assert node.crews.asked == [ANSWER]


@in_a_loop
async def test_a_stream_that_the_node_ends_is_an_error_of_the_blocking_client_too():
    async with ServedConsoles() as node:
        client = BlockingApiClient(node.address, DISTRICT)
        watching = client.watch(DISTRICT_VIEWS)
        await asyncio.to_thread(next, watching)
        await node.server.stop(0.2)
        with pytest.raises(RpcError, match="UNAVAILABLE"):
            await asyncio.to_thread(next, watching)
        await asyncio.to_thread(client.close)


@in_a_loop
async def test_a_watcher_sees_the_screen_at_once_and_again_after_changes():
    async with ServedConsoles() as node, ApiClient(node.address, DISTRICT) as client:
        watching = client.watch(DISTRICT_VIEWS)
        assert events(await anext(watching)) == 0
        for expected in (1, 2, 3):
            await node.district.change()
            assert events(await anext(watching)) == expected
        await watching.aclose()


@in_a_loop
async def test_a_slow_watcher_gets_the_newest_and_no_queue_of_old_ones():
    async with ServedConsoles() as node, ApiClient(node.address, DISTRICT) as client:
        watching = client.watch(DISTRICT_VIEWS)
        await anext(watching)
        for _ in range(500):
            await node.district.change()
        seen = [events(await anext(watching))]
        while seen[-1] != 500:
            seen.append(events(await anext(watching)))
        assert len(seen) <= 5
        await watching.aclose()


@in_a_loop
async def test_a_watcher_that_leaves_is_forgotten():
    async with ServedConsoles() as node:
        client = ApiClient(node.address, DISTRICT)
        watchers = [client.watch(DISTRICT_VIEWS) for _ in range(5)]
        for watching in watchers:
            await anext(watching)
        assert node.api.feed.watchers == 5
        await watchers[0].aclose()
        await eventually(lambda: node.api.feed.watchers == 4)
        await client.close()
        await eventually(lambda: node.api.feed.watchers == 0)
        with pytest.raises((RpcError, StopAsyncIteration)):
            await anext(watchers[1])
