"""The public API of a district: gRPC and HTTP give the same answers, and refuse the same requests
for the same reasons.
"""

from urllib.parse import urlencode

import grpc
import pytest
from api_contract import problem_of, served

from citybrain.api.json_text import values_of
from citybrain.api.v1 import (
    action_pb2,
    district_service_pb2,
)
from citybrain.vocabulary import Severity

pb = district_service_pb2
LISTS = {
    "incidents": ("ListIncidents", pb.ListIncidentsRequest),
    "units": ("ListUnits", pb.ListUnitsRequest),
    "orders": ("ListOrders", pb.ListOrdersRequest),
    "sources": ("ListSources", pb.ListSourcesRequest),
    "assets": ("ListAssets", pb.ListAssetsRequest),
    "rules": ("ListRules", pb.ListRulesRequest),
    "kinds": ("ListKinds", pb.ListKindsRequest),
}


@served
async def test_both_wires_give_the_same_lists(district, stub):
    await district.events(4)
    for name, (method, request) in LISTS.items():
        by_http = (await district.get(f"/api/v1/{name}")).json
        by_grpc = values_of(await getattr(stub, method)(request()))
        assert by_http == by_grpc, name
        assert len(by_http[name]) == by_http["total_size"], name
    assert by_http["total_size"] == 8, "the playbooks"


@served
async def test_both_wires_give_the_same_district_and_incident(district, stub):
    await district.events(1)
    by_http = (await district.get("/api/v1/district")).json
    by_grpc = values_of(await stub.GetDistrict(pb.GetDistrictRequest()))
    assert (by_http["id"], by_http["name_zh"]) == ("riverside", "滨江")
    assert by_http == by_grpc
    incident = (await district.get("/api/v1/incidents")).json["incidents"][0]
    by_http = (await district.get(f"/api/v1/incidents/{incident['id']}")).json
    asked = pb.GetIncidentRequest(incident=incident["id"])
    assert by_http == values_of(await stub.GetIncident(asked))
    assert by_http["incident"] == incident
    assert [line["code"] for line in by_http["history"]] == ["reported", "opened", "dispatched"]
    assert by_http["orders"][0]["unit"] == "riverside-1"
    assert [c["source"] for c in by_http["contributions"]] == ["box-1/cam-1"]


@served
async def test_a_list_is_filtered_ordered_searched_and_paged(district, stub):
    await district.events(3)
    await district.events(1, severity=Severity.EXTREME)
    query = {"filter": "severity = Moderate AND open = true", "order_by": "id desc"}
    first = (await district.get(f"/api/v1/incidents?page_size=2&{urlencode(query)}")).json
    assert (first["total_size"], len(first["incidents"])) == (3, 2)
    asked = pb.ListIncidentsRequest(page_size=2, page_token=first["next_page_token"], **query)
    rest = await stub.ListIncidents(asked)
    assert (len(rest.incidents), rest.next_page_token) == (1, "")
    ids = [one["id"] for one in first["incidents"]] + [one.id for one in rest.incidents]
    assert ids == sorted(ids, reverse=True)
    assert len(set(ids)) == 3
    top = (await district.get("/api/v1/incidents?page_size=1")).json["incidents"][0]
    assert top["severity"] == "Extreme", "the queue begins with the most urgent"
    found = (await district.get("/api/v1/incidents?search=CAM-2")).json["incidents"]
    assert [one["source"] for one in found] == ["box-1/cam-2"]


@served
async def test_a_list_that_is_asked_for_is_new_and_the_others_are_not_looked_at(district, stub):
    district.stop_following()
    await stub.ListKinds(pb.ListKindsRequest())
    before = district.api.feed.version
    await district.events(2)
    await stub.ListKinds(pb.ListKindsRequest())
    assert district.api.feed.version == before
    assert len((await stub.ListIncidents(pb.ListIncidentsRequest())).incidents) == 2
    assert len((await stub.ListOrders(pb.ListOrdersRequest())).orders) == 1


REFUSED_LISTS = [
    ({"page_size": 501}, ["page_size"]),
    ({"page_size": -1}, ["page_size"]),
    ({"page_token": "invented"}, ["page_token"]),
    ({"filter": "colour = red"}, ["filter"]),
    ({"filter": "stage"}, ["filter"]),
    ({"order_by": "beauty"}, ["order_by"]),
    ({"order_by": "a b", "filter": "(", "page_size": -1}, ["page_size", "filter", "order_by"]),
    ({"search": "x" * 201}, ["search"]),
]


@served
async def test_both_wires_refuse_the_same_lists_by_field(district, stub):
    for changes, fields in REFUSED_LISTS:
        by_http = await district.get(f"/api/v1/incidents?{urlencode(changes)}")
        assert by_http.status == 400
        assert by_http.headers["content-type"] == "application/problem+json"
        assert [v["field"] for v in by_http.json["violations"]] == fields
        with pytest.raises(grpc.RpcError) as refused:
            await stub.ListIncidents(pb.ListIncidentsRequest(**changes))
        assert problem_of(refused.value) == ("INVALID_ARGUMENT", "invalid_request", fields)
        assert by_http.json["detail"] == refused.value.details()


@served
async def test_what_is_not_there_is_not_found_on_both(district, stub):
    by_http = await district.get("/api/v1/incidents/none")
    assert (by_http.status, by_http.json["reason"]) == (404, "not_found")
    with pytest.raises(grpc.RpcError) as refused:
        await stub.GetIncident(pb.GetIncidentRequest(incident="none"))
    assert problem_of(refused.value) == ("NOT_FOUND", "not_found", [])


@served
async def test_an_action_has_one_outcome_however_often_and_by_which_wire_it_comes(district, stub):
    await district.events(1)
    incident = (await district.get("/api/v1/incidents")).json["incidents"][0]["id"]
    asked = {"request_id": "r-1", "incident": incident, "verb": "close", "actor": "Li Wei"}
    asked |= {"reason": "I was there", "confirmed": True}
    by_http = await district.post("/api/v1/actions", asked)
    after_one = (await district.get(f"/api/v1/incidents/{incident}")).json
    by_grpc = await stub.Act(action_pb2.Action(**asked))
    assert by_http.json == values_of(by_grpc)
    assert (by_grpc.done, by_grpc.incident) == (True, incident), by_grpc
    assert after_one["incident"]["stage"] == "closed"
    assert "Li Wei" in [line["actor"] for line in after_one["history"]]
    assert after_one == (await district.get(f"/api/v1/incidents/{incident}")).json


@served
async def test_what_the_district_refuses_is_an_outcome_and_no_error(district, stub):
    asked = {"request_id": "r-2", "incident": "none", "verb": "close", "actor": "Li"}
    by_http = await district.post("/api/v1/actions", asked)
    assert (by_http.status, by_http.json["done"]) == (200, False)
    assert by_http.json["reason"] == "no_such_incident"
    assert by_http.json == values_of(await stub.Act(action_pb2.Action(**asked)))


@served
async def test_a_bad_action_is_refused_whole_on_both(district, stub):
    asked = {"request_id": "a\u0007", "incident": "", "verb": "dance"}
    by_http = await district.post("/api/v1/actions", asked)
    fields = ["request_id", "actor", "incident", "verb"]
    assert (by_http.status, [v["field"] for v in by_http.json["violations"]]) == (400, fields)
    with pytest.raises(grpc.RpcError) as refused:
        await stub.Act(action_pb2.Action(**asked))
    assert problem_of(refused.value) == ("INVALID_ARGUMENT", "invalid_request", fields)


REPORT = {
    "request_id": "call-1",
    "kind": "waterlogging",
    "place": {"latitude": 30.7, "longitude": 104.1},
    "text": "Water over the\u202e kerb\u0007 <b>here</b>",
    "contact": "555 0100",
    "reporter": "citizen",
    "actor": "Li Wei",
}


@served
async def test_a_phone_call_opens_an_incident_once_by_whichever_wire(district, stub):
    by_http = (await district.post("/api/v1/reports", REPORT)).json
    assert by_http["done"], by_http
    assert by_http == values_of(await stub.Report(action_pb2.Report(**REPORT)))
    detail = (await district.get(f"/api/v1/incidents/{by_http['incident']}")).json
    (call,) = detail["contributions"]
    assert (call["type"], call["reporter"], call["contact"]) == ("person", "citizen", "555 0100")
    assert call["text"] == "Water over the kerb <b>here</b>", "cleaned, and text is never HTML"
    assert (call["verified_by"], call["rule"]) == ("call_back", "")


@served
async def test_a_foreign_case_is_one_incident_however_often_it_is_sent(district, stub):
    case = {"system": "hotline", "case": "C-9", "url": "https://cases.example/C-9"}
    first = {**REPORT, "request_id": "f-1", "foreign_case": case, "kind": "crowding"}
    opened = await stub.Report(action_pb2.Report(**first))
    again = (await district.post("/api/v1/reports", {**first, "request_id": "f-2"})).json
    assert opened.done
    assert again["incident"] == opened.incident
    detail = await stub.GetIncident(pb.GetIncidentRequest(incident=opened.incident))
    (contribution,) = detail.contributions
    assert contribution.type == "foreign_system"
    assert values_of(contribution.foreign_case) == case


@served
async def test_a_report_that_cannot_be_is_refused_by_field_on_both(district, stub):
    asked = {**REPORT, "kind": "Crowd!", "place": {"latitude": 95.0}, "severity": "huge"}
    by_http = await district.post("/api/v1/reports", asked)
    fields = ["kind", "place.latitude", "severity"]
    assert (by_http.status, [v["field"] for v in by_http.json["violations"]]) == (400, fields)
    with pytest.raises(grpc.RpcError) as refused:
        await stub.Report(action_pb2.Report(**asked))
    assert problem_of(refused.value) == ("INVALID_ARGUMENT", "invalid_request", fields)


@served
async def test_http_refuses_by_problem_document_whatever_it_is(district, stub):
    cases = [
        ("GET", "/api/v1/nothing", None, {}, 404, "not_found"),
        ("GET", "/api/v0/incidents", None, {}, 404, "not_found"),
        ("GET", "/api/v2/incidents", None, {}, 404, "not_found"),
        ("DELETE", "/api/v1/incidents", None, {}, 405, "method_not_allowed"),
        ("PUT", "/api/v1/actions", b"{}", {}, 405, "method_not_allowed"),
        ("GET", "/api/v1/actions", None, {}, 405, "method_not_allowed"),
        ("POST", "/api/v1/actions", b"{}", {"content-type": "text/plain"}, 415, "not_json"),
        ("POST", "/api/v1/actions", b"x" * 70_000, {}, 413, "too_large"),
        ("POST", "/api/v1/actions", b"{}", {"origin": "http://elsewhere"}, 403, "foreign_origin"),
        ("POST", "/api/v1/actions", b"{}", {"sec-fetch-site": "cross-site"}, 403, "foreign_origin"),
        ("POST", "/api/v1/actions", b"{", {}, 400, "invalid_request"),
        ("GET", "/api/v1/incidents/%ff", None, {}, 400, "invalid_request"),
        ("GET", "/api/v1/incidents/a%00b", None, {}, 400, "invalid_request"),
    ]
    for method, path, body, headers, status, reason in cases:
        sent = {"content-type": "application/json", **headers}
        answer = await district.http(method, path, body, sent)
        assert (answer.status, answer.json["reason"]) == (status, reason), (method, path)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json["type"] == f"urn:problem-type:citybrain:{reason}"
    refused = await district.http("PUT", "/api/v1/actions", b"{}", {})
    assert refused.headers["allow"] == "POST"


@served
async def test_a_service_of_another_version_is_unknown(district, stub):
    async with district.channel() as channel:
        call = channel.unary_unary("/citybrain.api.v0.DistrictService/GetDistrict")
        with pytest.raises(grpc.RpcError) as refused:
            await call(b"")
        assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
