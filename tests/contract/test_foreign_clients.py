"""Clients that know nothing of this project: one finds the services by reflection, one reads the
OpenAPI document; both list, and dispatch a unit.
"""

import asyncio
import json
import urllib.parse
import urllib.request

import grpc
import pytest
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import (
    ProtoReflectionDescriptorDatabase,
)
from served_city import ServedCity
from served_district import ServedDistrict, unit

from citybrain.api.limits import REQUEST_BYTES
from citybrain.rpc.limits import PUBLIC_MESSAGE_BYTES

# no playbook knows it, so that nobody is sent by itself
NEEDS_A_PERSON = {"incident_kind": "unheard_of"}


class ReflectingClient:
    """Builds every message out of what the server says of itself."""

    def __init__(self, address):
        self.channel = grpc.insecure_channel(address)
        database = ProtoReflectionDescriptorDatabase(self.channel)
        self.services = database.get_services()
        self.pool = DescriptorPool(database)

    def call(self, service, method, **fields):
        found = self.pool.FindServiceByName(service).methods_by_name[method]
        asked, answered = GetMessageClass(found.input_type), GetMessageClass(found.output_type)
        call = self.channel.unary_unary(
            f"/{service}/{method}",
            request_serializer=asked.SerializeToString,
            response_deserializer=answered.FromString,
        )
        return call(asked(**fields), timeout=20)


class DescribedClient:
    """Knows the address of the description, and goes by what that says."""

    def __init__(self, url):
        self.url = url
        self.document = self._json("GET", "/api/v1/openapi.json")
        self.operations = {
            operation["operationId"]: (verb.upper(), path, operation)
            for path, verbs in self.document["paths"].items()
            for verb, operation in verbs.items()
        }

    def call(self, operation_id, **given):
        verb, path, operation = self.operations[operation_id]
        query = {}
        for parameter in operation.get("parameters", ()):
            name = parameter["name"]
            if parameter["in"] == "path":
                path = path.replace(f"{{{name}}}", urllib.parse.quote(given.pop(name)))
            elif name in given:
                query[name] = given.pop(name)
        body = json.dumps(given).encode() if "requestBody" in operation else None
        answer = self._json(verb, f"{path}?{urllib.parse.urlencode(query)}", body)
        self._fits(answer, operation["responses"]["200"])
        return answer

    def _fits(self, answer, response):
        """The answer has the described fields and no other."""
        reference = response["content"]["application/json"]["schema"]["$ref"]
        schema = self.document["components"]["schemas"][reference.rpartition("/")[2]]
        assert set(answer) <= set(schema["properties"])

    def _json(self, verb, path, body=None):
        asked = urllib.request.Request(
            self.url + path, data=body, method=verb, headers={"content-type": "application/json"}
        )
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return json.load(answer)


def with_a_district(use):
    async def go():
        async with asyncio.timeout(60), ServedDistrict(unit("riverside-1")) as district:
            await district.events(1, **NEEDS_A_PERSON)
            await asyncio.to_thread(use, district)

    asyncio.run(go())


def test_a_client_finds_the_services_by_reflection_and_dispatches_a_unit():
    service = "citybrain.api.v1.DistrictService"

    def use(district):
        client = ReflectingClient(district.address)
        assert service in client.services
        assert [s for s in client.services if ".wire." in s] == [], "peers' services are not shown"
        (incident,) = client.call(service, "ListIncidents", filter="open = true").incidents
        (free,) = client.call(service, "ListUnits", filter="free = true").units
        outcome = client.call(
            service,
            "Act",
            request_id="a-1",
            incident=incident.id,
            verb="assign",
            unit=free.id,
            actor="a foreign program",
        )
        assert outcome.done, outcome
        (order,) = client.call(service, "ListOrders", filter=f"unit = {free.id}").orders
        assert (order.incident, order.stage) == (incident.id, "issued")
        client.channel.close()

    with_a_district(use)


def test_a_request_that_is_too_large_is_refused_by_both_tiers_and_their_next_one_is_not():
    """By whom depends on how much it is too large: the API says why, gRPC alone says no more."""

    def use(node, service, act, fields):
        client = ReflectingClient(node.address)
        for length in (REQUEST_BYTES.value, 2 * PUBLIC_MESSAGE_BYTES.value):
            with pytest.raises(grpc.RpcError) as refused:
                client.call(service, act, reason="x" * length, **fields)
            assert refused.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
        fits = "x" * (REQUEST_BYTES.value // 2)
        with pytest.raises(grpc.RpcError) as refused:
            client.call(service, act, reason=fits, **fields)
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT, (
            "read, and refused by field"
        )
        client.channel.close()

    asked = {"request_id": "r", "actor": "a foreign program"}
    district = {**asked, "incident": "i", "verb": "close"}
    with_a_district(lambda node: use(node, "citybrain.api.v1.DistrictService", "Act", district))
    city = {**asked, "plan": "p", "verb": "issue"}
    with_the_city(lambda node, _: use(node, "citybrain.api.v1.CityService", "Act", city))


def test_a_client_of_the_description_alone_dispatches_a_unit():
    def use(district):
        client = DescribedClient(district.url)
        (incident,) = client.call("District_ListIncidents", filter="open = true")["incidents"]
        (free,) = client.call("District_ListUnits", filter="free = true")["units"]
        outcome = client.call(
            "District_Act",
            request_id="a-1",
            incident=incident["id"],
            verb="assign",
            unit=free["id"],
            actor="a foreign program",
        )
        assert outcome["done"], outcome
        detail = client.call("District_GetIncident", incident=incident["id"])
        assert [order["unit"] for order in detail["orders"]] == [free["id"]]

    with_a_district(use)


def test_a_client_of_the_description_alone_reports_for_a_foreign_system():
    def use(district):
        client = DescribedClient(district.url)
        kinds = [kind["id"] for kind in client.call("District_ListKinds")["kinds"]]
        outcome = client.call(
            "District_Report",
            request_id="case-7",
            kind=kinds[0],
            place={"latitude": 30.8, "longitude": 104.2},
            reporter="citizen",
            actor="hotline",
            foreign_case={"system": "hotline", "case": "7"},
        )
        assert outcome["done"], outcome
        detail = client.call("District_GetIncident", incident=outcome["incident"])
        assert [c["type"] for c in detail["contributions"]] == ["foreign_system"]

    with_a_district(use)


def with_the_city(use):
    async def go():
        async with asyncio.timeout(60), ServedCity() as city:
            plan = await city.plan()
            await asyncio.to_thread(use, city, plan)

    asyncio.run(go())


def test_a_client_finds_the_city_by_reflection_and_issues_a_plan():
    service = "citybrain.api.v1.CityService"

    def use(city, plan):
        client = ReflectingClient(city.address)
        assert service in client.services
        (proposed,) = client.call(service, "ListPlans", filter="stage = proposed").plans
        assert proposed.id == plan
        detail = client.call(service, "GetPlan", plan=plan)
        assert [order.unit for order in detail.orders] == ["oldtown-1"]
        outcome = client.call(
            service, "Act", request_id="p-1", plan=plan, verb="issue", actor="a foreign program"
        )
        assert outcome.done, outcome
        (order,) = client.call(service, "ListOrders", filter="live = true").orders
        assert order.plan == plan
        client.channel.close()

    with_the_city(use)


def test_a_client_of_the_citys_description_alone_rejects_a_plan():
    def use(city, plan):
        client = DescribedClient(city.url)
        outcome = client.call(
            "City_Act", request_id="p-1", plan=plan, verb="reject", actor="a foreign program"
        )
        assert outcome["done"], outcome
        assert client.call("City_GetPlan", plan=plan)["plan"]["stage"] == "rejected"
        districts = client.call("City_ListDistricts", filter="online = true")["districts"]
        assert len(districts) == 3

    with_the_city(use)
