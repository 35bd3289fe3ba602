"""The public API of the city: gRPC and HTTP give the same answers, and refuse the same requests for
the same reasons; a map watches what lies in its window.
"""

import asyncio
from contextlib import aclosing
from urllib.parse import urlencode

import grpc
import pytest
from api_contract import problem_of
from consoles.reports import CENTRES, near, report, unit
from served_city import ServedCity

from citybrain.api.json_text import values_of
from citybrain.api.methods import CITY
from citybrain.api.v1 import changes_pb2, city_service_pb2, city_service_pb2_grpc
from citybrain.rpc.public.blocking_client import BlockingApiClient
from citybrain.rpc.public.client import ApiClient

pb = city_service_pb2
LISTS = {
    "districts": ("ListDistricts", pb.ListDistrictsRequest),
    "incidents": ("ListIncidents", pb.ListCityIncidentsRequest),
    "units": ("ListUnits", pb.ListCityUnitsRequest),
    "orders": ("ListOrders", pb.ListCityOrdersRequest),
    "plans": ("ListPlans", pb.ListPlansRequest),
}
ACTION = {"request_id": "r-1", "actor": "Wang Fang", "verb": "issue"}


def served(test):
    def run():
        async def go():
            async with asyncio.timeout(60), ServedCity() as city, city.channel() as channel:
                await test(city, city_service_pb2_grpc.CityServiceStub(channel))

        asyncio.run(go())

    run.__name__ = test.__name__
    return run


def area_of(district, metres=500):
    """An area around a district's centre, as the filter takes it."""
    _, centre = CENTRES[district]
    south_west, north_east = near(centre, -metres, -metres), near(centre, metres, metres)
    return f"{south_west.lat},{south_west.lon},{north_east.lat},{north_east.lon}"


@served
async def test_both_wires_give_the_same_lists(city, stub):
    plan = await city.plan()
    await stub.Act(pb.PlanAction(plan=plan, **ACTION))
    for name, (method, request) in LISTS.items():
        by_http = (await city.get(f"/api/v1/{name}")).json
        assert by_http == values_of(await getattr(stub, method)(request())), name
        assert len(by_http[name]) == by_http["total_size"] > 0, name
    by_http = (await city.get("/api/v1/city")).json
    assert by_http == values_of(await stub.GetCity(pb.GetCityRequest()))
    assert (by_http["name_zh"], by_http["planner"]) == ("三江市", "in-process")


@served
async def test_a_plan_says_of_every_order_why_and_what_else_would_cost(city, stub):
    plan = await city.plan()
    by_http = (await city.get(f"/api/v1/plans/{plan}")).json
    assert by_http == values_of(await stub.GetPlan(pb.GetPlanRequest(plan=plan)))
    assert (by_http["plan"]["orders"], by_http["plan"]["cross_district_orders"]) == (1, 1)
    (order,) = by_http["orders"]
    assert (order["unit_name"], order["incident"]) == ("Patrol 1", "inc-riverside-12")
    assert (order["next_best_unit"], order["next_best_district"]) == ("hillside-1", "hillside")
    missing = await city.get("/api/v1/plans/none")
    assert (missing.status, missing.json["reason"]) == (404, "not_found")


@served
async def test_a_plan_is_issued_once_by_whichever_wire_and_its_orders_are_listed(city, stub):
    plan = await city.plan()
    outcome = await stub.Act(pb.PlanAction(plan=plan, **ACTION))
    assert outcome.done, outcome
    assert values_of(outcome) == (await city.post("/api/v1/actions", {"plan": plan, **ACTION})).json
    orders = await stub.ListOrders(pb.ListCityOrdersRequest(filter=f"plan = {plan}"))
    (order,) = orders.orders
    assert (order.stage, order.crew_stage, order.live) == ("proposing", "proposed", True)
    assert (order.unit, order.unit_name, order.kind) == ("oldtown-1", "Patrol 1", "crowding")
    late = await city.post("/api/v1/actions", {**ACTION, "plan": plan, "verb": "reject"})
    assert (late.json["done"], late.json["reason"]) == (False, "plan_issued")


@served
async def test_a_plan_in_full_is_new_where_people_call_its_unit_otherwise(city, stub):
    plan = await city.plan()
    view = changes_pb2.View(name="plan", collection="plans", key=plan)
    call = stub.Watch(changes_pb2.WatchRequest(views=[view]))
    (said,) = (await call.read()).views
    assert said.row.plan_detail.orders[0].unit_name == "Patrol 1"
    await city.say("oldtown", unit(1, district="oldtown", name="Night patrol"))
    (said,) = (await call.read()).views
    assert said.row.plan_detail.orders[0].unit_name == "Night patrol"
    assert said.row.plan_detail == await stub.GetPlan(pb.GetPlanRequest(plan=plan))
    call.cancel()


@served
async def test_a_list_that_is_asked_for_is_new_whatever_lists_were_asked_for_before(city, stub):
    city.stop_following()
    for n, lists in enumerate((["incidents"], ["plans", "districts"], [])):
        await city.say("oldtown", unit(1, district="oldtown", name=f"Patrol {n} b"))
        for name in lists:
            method, request = LISTS[name]
            await getattr(stub, method)(request())
        before = city.api.feed.version
        await stub.ListPlans(pb.ListPlansRequest())
        assert city.api.feed.version == before, "what it was not asked for is not looked at"
        listed = await stub.ListUnits(pb.ListCityUnitsRequest(filter="id = oldtown-1"))
        assert [one.name for one in listed.units] == [f"Patrol {n} b"]
        assert city.api.feed.version.number == before.number + 1


REFUSED_ACTIONS = [
    ({}, ["request_id", "actor", "plan", "verb"]),
    ({**ACTION, "plan": "p", "verb": "postpone"}, ["verb"]),
    ({**ACTION, "plan": "p\u0007"}, ["plan"]),
    ({**ACTION, "plan": "p", "reason": "x" * 2_001}, ["reason"]),
]


@served
async def test_both_wires_refuse_the_same_actions_by_field(city, stub):
    for asked, fields in REFUSED_ACTIONS:
        by_http = await city.post("/api/v1/actions", asked)
        assert (by_http.status, [v["field"] for v in by_http.json["violations"]]) == (400, fields)
        with pytest.raises(grpc.RpcError) as refused:
            await stub.Act(pb.PlanAction(**asked))
        assert problem_of(refused.value) == ("INVALID_ARGUMENT", "invalid_request", fields)
    assert city.loop.state.plans == ()


@served
async def test_a_map_gets_what_lies_in_its_area_and_what_enters_it(city, stub):
    inside = await stub.ListUnits(pb.ListCityUnitsRequest(filter=f"area = {area_of('oldtown')}"))
    assert [one.id for one in inside.units] == ["oldtown-1"]
    view = changes_pb2.View(name="map", collection="units", filter=f"area = {area_of('oldtown')}")
    call = stub.Watch(changes_pb2.WatchRequest(views=[view]))
    (told,) = (await call.read()).views
    assert [row.key for row in told.page.rows] == ["oldtown-1"]
    await city.say("riverside", unit(1, district="riverside", place=CENTRES["oldtown"][1]))
    (told,) = (await call.read()).views
    assert [(placed.index, placed.key) for placed in told.delta.placed] == [(1, "riverside-1")]
    await city.say("riverside", unit(1, district="riverside", place=CENTRES["hillside"][1]))
    (told,) = (await call.read()).views
    assert list(told.delta.removed) == ["riverside-1"]
    call.cancel()


REFUSED_LISTS = [
    ({"filter": "area = here"}, ["filter"]),
    ({"filter": "area = 31,104,30,105"}, ["filter"]),
    ({"filter": "area = 30,104,31,nan"}, ["filter"]),
    ({"filter": "area = -91,0,0,0"}, ["filter"]),
    ({"filter": "colour = red"}, ["filter"]),
    ({"order_by": "beauty"}, ["order_by"]),
    ({"page_size": 501}, ["page_size"]),
    ({"page_token": "invented"}, ["page_token"]),
]


@served
async def test_both_wires_refuse_the_same_lists_by_field(city, stub):
    for changes, fields in REFUSED_LISTS:
        by_http = await city.get(f"/api/v1/units?{urlencode(changes)}")
        assert (by_http.status, [v["field"] for v in by_http.json["violations"]]) == (400, fields)
        with pytest.raises(grpc.RpcError) as refused:
            await stub.ListUnits(pb.ListCityUnitsRequest(**changes))
        assert problem_of(refused.value) == ("INVALID_ARGUMENT", "invalid_request", fields)


@served
async def test_a_district_that_is_lost_and_one_that_comes_with_another_store_are_shown(city, stub):
    district = pb.ListDistrictsRequest(filter="id = oldtown")
    (oldtown,) = (await stub.ListDistricts(district)).districts
    assert (oldtown.online, oldtown.units, oldtown.units_free) == (True, 1, 1)
    await city.connect("oldtown", epoch="e2")
    (oldtown,) = (await stub.ListDistricts(district)).districts
    assert (oldtown.units, oldtown.units_free) == (0, 0)
    units = await stub.ListUnits(pb.ListCityUnitsRequest(filter="district = oldtown"))
    assert units.total_size == 0, "what its old store had said is forgotten"


@served
async def test_the_clients_keep_their_windows_like_the_city_has_them(city, stub):
    view = {"name": "open", "collection": "incidents", "filter": "open = true", "limit": 2}
    async with ApiClient(city.address, CITY) as client:
        watching = client.watch([view, {"name": "city", "collection": "city", "key": "city"}])
        async with aclosing(watching):
            windows = await anext(watching)
            assert [one.id for one in windows.values("open")] == ["inc-riverside-12"]
            for n in (3, 4):
                await city.say("hillside", report(n, "hillside"))
            while windows.total("open") != 3:
                windows = await anext(watching)
            asked = pb.ListCityIncidentsRequest(filter="open = true", page_size=2)
            listed = await stub.ListIncidents(asked)
            assert windows.values("open") == list(listed.incidents)
            assert len(windows.values("city")) == 1


@served
async def test_the_blocking_client_reads_all_pages(city, stub):
    for n in range(1, 8):
        await city.say("hillside", unit(n, district="hillside"))

    def ask():
        with BlockingApiClient(city.address, CITY) as client:
            everything = client.rows("ListUnits")
            windows = next(client.watch([{"name": "u", "collection": "units", "limit": 3}]))
            return [one.id for one in everything], windows.total("u")

    ids, total = await asyncio.to_thread(ask)
    listed = await stub.ListUnits(pb.ListCityUnitsRequest())
    assert (len(listed.units), total) == (9, 9)
    assert ids == [one.id for one in listed.units]
