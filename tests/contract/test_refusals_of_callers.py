"""The refusals for who calls, played at both tiers: by HTTP where people sign in, by gRPC where
callers have certificates."""

import asyncio

import grpc
import pytest
from api_contract import details_of
from joined_tls import JoinedTls
from served_city import ServedCity
from served_district import ServedDistrict

from citybrain.api.problem_types import NOT_PERMITTED, NOT_SIGNED_IN
from citybrain.api.v1 import (
    action_pb2,
    city_service_pb2,
    city_service_pb2_grpc,
    district_service_pb2_grpc,
)
from citybrain.domain.principal import Role
from citybrain.people.accounts import Accounts
from citybrain.people.door import open_door
from citybrain.people.store import PeopleStore, ensure_store
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock

ASKED = {"request_id": "r-1", "actor": "Wang Fang"}
# of each tier: the node, gRPC's stub and message, the fields of an act
TIERS = {
    "district": (
        ServedDistrict,
        district_service_pb2_grpc.DistrictServiceStub,
        action_pb2.Action,
        {**ASKED, "incident": "i-1", "verb": "close", "reason": "gone"},
    ),
    "city": (
        ServedCity,
        city_service_pb2_grpc.CityServiceStub,
        city_service_pb2.PlanAction,
        {**ASKED, "plan": "p-1", "verb": "reject"},
    ),
}


@pytest.fixture
def signed(tmp_path):
    """Where people sign in: the door, and the token of a program that only reads."""
    clock, ids = SystemClock(), RandomIds()
    store = PeopleStore(ensure_store(tmp_path))
    token = Accounts(store, clock=clock, ids=ids).new_token("audit", Role.AUDITOR)
    door = open_door(
        tmp_path, node="n", address="127.0.0.1:0", clock=clock, ids=ids, count=lambda _: None
    )
    Accounts(store, clock=clock, ids=ids).add("Li Na", (Role.OPERATOR,), "correct horse battery")
    yield door, token
    door.close()
    store.close()


@pytest.fixture
def joined(tmp_path):
    made = JoinedTls(tmp_path)
    yield made
    made.close()


@pytest.mark.parametrize("tier", sorted(TIERS))
def test_by_http_the_unknown_and_the_unpermitted_are_answered_alike_at_both_tiers(tier, signed):
    door, token = signed
    callers = [
        ({}, NOT_SIGNED_IN),
        ({"authorization": "Bearer made-up"}, NOT_SIGNED_IN),
        ({"authorization": f"Bearer {token}"}, NOT_PERMITTED),
    ]
    node, _, _, fields = TIERS[tier]

    async def go():
        async with node(door=door) as served:
            before = served.loop.seq
            for headers, kind in callers:
                answer = await served.post("/api/v1/actions", fields, **headers)
                assert answer.headers["content-type"] == "application/problem+json"
                assert (answer.status, answer.json["reason"]) == (kind.http, kind.reason)
                assert ("www-authenticate" in answer.headers) == (kind is NOT_SIGNED_IN)
                assert "retry-after" not in answer.headers
            assert served.loop.seq == before, "nothing was done"

    asyncio.run(go())


@pytest.mark.parametrize("tier", sorted(TIERS))
def test_by_grpc_a_certificate_without_the_right_gets_the_reason_that_http_gives(tier, joined):
    node, stub, message, fields = TIERS[tier]
    credentials = joined("auditor/he-ping").for_channel()

    async def go():
        async with node(guard=joined.guard(f"{tier}/riverside")) as served:
            before = served.loop.seq
            async with grpc.aio.secure_channel(served.address, credentials) as channel:
                with pytest.raises(grpc.RpcError) as caught:
                    await stub(channel).Act(message(**fields))
            assert caught.value.code().name == NOT_PERMITTED.code
            said = details_of(caught.value)
            assert (said.reason, said.retry_after_s) == (NOT_PERMITTED.reason, None)
            assert served.loop.seq == before, "nothing was done"

    asyncio.run(go())
