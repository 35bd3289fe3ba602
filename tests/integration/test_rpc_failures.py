"""What a client of the public API gets when the node refuses, is slow, drains, stops or is not
there.
"""

import asyncio

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from served_consoles import ServedConsoles, action, eventually, in_a_loop

from citybrain.api.client.districts import DISTRICT_VIEWS
from citybrain.api.methods import DISTRICT
from citybrain.conditions import ConditionCode
from citybrain.errors import (
    CityBrainError,
    NodeStoppingError,
    QueueFullError,
    RpcError,
    StoreFullError,
)
from citybrain.rpc.errors import ListenError
from citybrain.rpc.public.blocking_client import BlockingApiClient
from citybrain.rpc.public.client import ApiClient
from citybrain.rpc.public.methods import public_methods
from citybrain.rpc.server import serve
from citybrain.structs import replace

ACT = public_methods(DISTRICT)["Act"]


@pytest.mark.parametrize(
    ("raised", "code", "reason", "retry"),
    [
        (QueueFullError("the inbox has no room"), "RESOURCE_EXHAUSTED", "overloaded", True),
        (StoreFullError("/srv/x is full"), "RESOURCE_EXHAUSTED", "disk_full", True),
        (CityBrainError("it cannot be decided"), "INTERNAL", "failed", False),
        (ZeroDivisionError("a bug"), "INTERNAL", "failed", False),
    ],
)
@in_a_loop
async def test_an_error_of_the_node_reaches_the_caller_by_its_reason_and_the_node_goes_on(
    raised, code, reason, retry
):
    async with ServedConsoles() as node, ApiClient(node.address, DISTRICT) as client:
        node.district.answers = [raised]
        with pytest.raises(RpcError) as caught:
            await client.call("Act", **action())
        assert (caught.value.code, caught.value.reason, caught.value.retry) == (code, reason, retry)
        assert str(raised) not in caught.value.detail
        assert (await client.call("Act", **action())).done


@in_a_loop
async def test_a_repeatable_call_is_repeated_with_its_request_id_while_the_node_is_unavailable():
    async with ServedConsoles() as node, ApiClient(node.address, DISTRICT) as client:
        node.district.answers = [NodeStoppingError("stopping"), NodeStoppingError("stopping")]
        assert (await client.call("Act", **action("r-7"))).done
        assert [a.request for a in node.district.asked] == ["r-7"] * 3


@in_a_loop
async def test_a_call_that_takes_too_long_ends_at_its_deadline():
    async with ServedConsoles() as node, ApiClient(node.address, DISTRICT) as client:
        node.district.answers = ["wait"]
        asked = DISTRICT.methods["Act"].request(**action())
        with pytest.raises(RpcError) as caught:
            await client.unary(replace(ACT, deadline_s=0.2), asked)
        assert (caught.value.code, caught.value.retry) == ("DEADLINE_EXCEEDED", True)


@pytest.mark.parametrize("payload", [b"\xff\xff", b"", b"\x0a\x02\x07\x07", b"\xfa\x07\x03new"])
@in_a_loop
async def test_undecodable_bytes_are_an_invalid_argument(payload):
    async with ServedConsoles() as node, ApiClient(node.address, DISTRICT) as client:
        with pytest.raises(RpcError) as caught:
            await client.unary(replace(ACT, encode_request=lambda _action: payload), None)
        assert (caught.value.code, caught.value.retry) == ("INVALID_ARGUMENT", False)
        assert node.district.asked == []
        assert (await client.call("GetDistrict")).id == "riverside"


@in_a_loop
async def test_health_is_serving_until_the_server_drains_and_then_not():
    async with ServedConsoles() as node, grpc.aio.insecure_channel(node.address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        for name in (
            "",
            "citybrain.api.v1.CrewService",
            "citybrain.api.v1.DistrictService",
        ):
            answer = await stub.Check(health_pb2.HealthCheckRequest(service=name))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING, name
        watching = stub.Watch(health_pb2.HealthCheckRequest(service="citybrain.api.v1.CrewService"))
        assert (await watching.read()).status == health_pb2.HealthCheckResponse.SERVING
        async with ApiClient(node.address, DISTRICT) as client:
            node.district.answers = ["wait"]
            slow = asyncio.create_task(client.call("Act", **action()))
            await node.district.busy.wait()
            stopping = asyncio.create_task(node.server.stop(10))
            assert (await watching.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING
            node.district.go_on.set()
            assert (await slow).detail == "late", "a call in progress is let finish"
            watching.cancel()
            await stopping


@in_a_loop
async def test_health_follows_what_keeps_the_node_from_what_it_is_for():
    service = "citybrain.api.v1.DistrictService"
    serving = health_pb2.HealthCheckResponse
    async with ServedConsoles() as node, grpc.aio.insecure_channel(node.address) as channel:
        stub = health_pb2_grpc.HealthStub(channel)
        watching = [
            stub.Watch(health_pb2.HealthCheckRequest(service=name)) for name in ("", service)
        ]
        assert [(await one.read()).status for one in watching] == [serving.SERVING] * 2
        await asyncio.to_thread(node.conditions.begin, ConditionCode.DISK_FULL, "no room")
        assert [(await one.read()).status for one in watching] == [serving.NOT_SERVING] * 2
        answer = await stub.Check(health_pb2.HealthCheckRequest(service=service))
        assert answer.status == serving.NOT_SERVING
        node.conditions.begin(ConditionCode.PEER_BEGAN_EMPTY, "the city")
        await asyncio.to_thread(node.conditions.end, ConditionCode.DISK_FULL)
        assert [(await one.read()).status for one in watching] == [serving.SERVING] * 2, (
            "what is wrong with a peer leaves a node ready"
        )
        for one in watching:
            one.cancel()


@in_a_loop
async def test_stopping_ends_the_watchers_at_once_and_asks_them_to_reconnect():
    async with ServedConsoles() as node, ApiClient(node.address, DISTRICT) as client:
        watching = client.watch(DISTRICT_VIEWS)
        await anext(watching)
        async with asyncio.timeout(5):
            await node.server.stop(30)
        with pytest.raises(RpcError, match="stopping") as caught:
            await anext(watching)
        assert (caught.value.code, caught.value.retry) == ("UNAVAILABLE", True)
        await eventually(lambda: node.api.feed.watchers == 0)


@in_a_loop
async def test_a_port_in_use_is_named():
    async with ServedConsoles() as node:
        question = "Is another process using that port, and is the address this machine's"
        with pytest.raises(ListenError, match=rf"{question}\? Choose another"):
            await serve(node.address, [])


@in_a_loop
async def test_no_server_is_unavailable():
    async with ServedConsoles() as node:
        address = node.address
    async with ApiClient(address, DISTRICT) as client:
        with pytest.raises(RpcError) as caught:
            await client.call("GetIncident", incident="inc-1")
        assert (caught.value.code, caught.value.retry) == ("UNAVAILABLE", True)

    def ask():
        with (
            BlockingApiClient(address, DISTRICT) as blocking,
            pytest.raises(RpcError, match="UNAVAILABLE"),
        ):
            blocking.windows(DISTRICT_VIEWS)

    await asyncio.to_thread(ask)
