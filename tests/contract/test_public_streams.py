"""The streams of the public API, and the crew's part of it: both wires tell the same."""

import asyncio
import json
from contextlib import aclosing
from urllib.parse import quote

import grpc
import pytest
from api_contract import problem_of, served
from served_district import HERE

from citybrain.api.json_text import values_of
from citybrain.api.v1 import changes_pb2, crew_pb2, crew_pb2_grpc


async def events_of(district, path, **headers):
    """The server-sent events of a stream: (id, data) of those with data."""
    port = int(district.url.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    writer.write(f"GET {path} HTTP/1.1\r\nhost: localhost\r\n{lines}\r\n".encode())
    try:
        event = {}
        async for line in reader:
            name, _, value = line.decode().strip().partition(": ")
            if name in ("id", "data", "event"):
                event[name] = value
            elif not name and "data" in event:
                if event.get("event") != "heartbeat":
                    yield event.get("id"), json.loads(event["data"])
                event = {}
    finally:
        writer.close()


VIEW = {"name": "queue", "collection": "incidents", "limit": 2, "order_by": "id"}
CHANGES = f"/api/v1/changes?views={quote(json.dumps(VIEW))}"


@served
async def test_both_streams_tell_the_same_changes(district, stub):
    await district.events(1)
    district.api.refresh()
    call = stub.Watch(changes_pb2.WatchRequest(views=[changes_pb2.View(**VIEW)]))
    async with aclosing(events_of(district, CHANGES)) as events:
        by_grpc, (number, by_http) = await call.read(), await anext(events)
        assert by_http == values_of(by_grpc)
        assert by_http["version"] == number
        (queue,) = by_http["views"]
        assert (queue["name"], queue["page"]["total"]) == ("queue", 1)
        assert queue["page"]["rows"][0]["incident"]["kind"] == "crowding"
        await district.events(1)
        by_grpc, (number, by_http) = await call.read(), await anext(events)
        assert by_http == values_of(by_grpc)
        delta = by_http["views"][0]["delta"]
        assert (delta["total"], [p["index"] for p in delta["placed"]]) == (2, [1])
    call.cancel()


@served
async def test_a_stream_goes_on_where_it_was_left(district, stub):
    await district.events(1)
    district.api.refresh()
    async with aclosing(events_of(district, CHANGES)) as events:
        number, _ = await anext(events)
    await district.events(1)
    district.api.refresh()
    async with aclosing(events_of(district, CHANGES, **{"last-event-id": number})) as events:
        _, told = await anext(events)
        assert "delta" in told["views"][0], "the difference, and not the page again"
    async with aclosing(
        events_of(district, CHANGES, **{"last-event-id": "another-life.3"})
    ) as events:
        _, told = await anext(events)
        assert told["views"][0]["page"]["total"] == 2


@served
async def test_one_row_is_watched_in_full(district, stub):
    await district.events(1)
    incident = (await district.get("/api/v1/incidents")).json["incidents"][0]["id"]
    district.api.refresh()
    views = [
        changes_pb2.View(name="one", collection="incidents", key=incident),
        changes_pb2.View(name="none", collection="incidents", key="nobody"),
        changes_pb2.View(name="me", collection="district"),
    ]
    call = stub.Watch(changes_pb2.WatchRequest(views=views))
    told = {view.name: view for view in (await call.read()).views}
    assert told["one"].row.incident_detail.incident.id == incident
    assert told["none"].gone
    assert told["me"].page.rows[0].district.id == "riverside"
    call.cancel()


REFUSED_STREAMS = [
    ([], ["views"]),
    ([{}], ["views[0].name", "views[0].collection"]),
    ([VIEW, VIEW], ["views[1].name"]),
    ([{**VIEW, "offset": -1}], ["views[0].offset"]),
    ([{**VIEW, "filter": "("}], ["views[0].filter"]),
    ([VIEW, {**VIEW, "name": "b", "filter": "x = 1"}], ["views[1].filter"]),
    ([{"name": "a", "collection": "units", "key": "k", "filter": "x = 1"}], ["views[0].filter"]),
    ([{"name": "a", "collection": "cats"}], ["views[0].collection"]),
    ([{**VIEW, "limit": 501}], ["views[0].limit"]),
]


@served
async def test_both_wires_refuse_the_same_streams(district, stub):
    for views, fields in REFUSED_STREAMS:
        query = "&".join(f"views={quote(json.dumps(view))}" for view in views)
        by_http = await district.get(f"/api/v1/changes?{query}")
        assert [v["field"] for v in by_http.json["violations"]] == fields
        request = changes_pb2.WatchRequest(views=[changes_pb2.View(**view) for view in views])
        with pytest.raises(grpc.RpcError) as refused:
            await stub.Watch(request).read()
        assert problem_of(refused.value) == ("INVALID_ARGUMENT", "invalid_request", fields)


@served
async def test_a_crew_works_an_order_by_both_wires(district, stub):
    await district.events(1)
    async with district.channel() as channel:
        crew = crew_pb2_grpc.CrewServiceStub(channel)
        watch = crew.Watch(crew_pb2.CrewWatchRequest(unit="riverside-1"))
        order = (await watch.read()).order
        assert (order.stage, order.kind) == ("issued", "crowding")
        answer = {"order": order.id, "assignment_number": order.assignment_number}
        path = "/api/v1/units/riverside-1/answers"
        accepted = await district.post(path, {"request_id": "c-1", "answer": "accept", **answer})
        assert accepted.json["done"], accepted.json
        departed = await crew.Answer(
            crew_pb2.CrewAnswer(request_id="c-2", unit="riverside-1", answer="depart", **answer)
        )
        assert departed.done
        stages = [(await watch.read()).order.stage]
        while stages[-1] != "en_route":
            stages.append((await watch.read()).order.stage)
        place = {"latitude": HERE.lat, "longitude": HERE.lon}
        reported = await district.post(
            "/api/v1/units/riverside-1/positions", {"place": place, "at": "2026-01-01T00:00:00Z"}
        )
        assert reported.json["done"], reported.json
        watch.cancel()


@served
async def test_a_crew_of_no_unit_is_refused(district, stub):
    by_http = await district.get("/api/v1/units/nobody/changes")
    assert (by_http.status, by_http.json["reason"]) == (404, "not_found")
    async with district.channel() as channel:
        crew = crew_pb2_grpc.CrewServiceStub(channel)
        with pytest.raises(grpc.RpcError) as refused:
            await crew.Watch(crew_pb2.CrewWatchRequest(unit="nobody")).read()
        assert problem_of(refused.value)[0] == "NOT_FOUND"
