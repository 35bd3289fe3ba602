"""Calls and stream round trips against bare grpc.aio with the same bytes, on loopback, in one
process."""

import asyncio
import time

import grpc
import pytest
from consoles import district_screen
from consoles.fake_api import FakeDistrictApi
from link_letters import up_frame

from citybrain.api.methods import DISTRICT
from citybrain.api.services.district import district_service
from citybrain.domain.console import Outcome
from citybrain.domain.order import OrderAnswer
from citybrain.geo import Point
from citybrain.ids import CountingIds
from citybrain.link.frames import Acknowledged, Hello, LetterFrame, Welcome
from citybrain.rpc.link import district_link_service, open_link
from citybrain.rpc.public.client import ApiClient
from citybrain.rpc.public.services import public_service
from citybrain.rpc.server import serve
from citybrain.vocabulary import OrderStep, OrderVerdict
from citybrain.wire.link import encode_frame

CALLS, FRAMES = 800, 8000
ANSWER = OrderAnswer(order="o-1", step=OrderStep.CLAIM, verdict=OrderVerdict.CLAIMED)
FRAME = encode_frame(up_frame(1, ANSWER))


class Screen:
    def __init__(self):
        self.value, self.on_poke = district_screen.empty_district(), []

    async def act(self, action, caller=None):
        return Outcome(request=action.request, done=True)

    async def exchange(self, incoming):
        async for frame in incoming:
            yield (
                Acknowledged(position=frame.position)
                if isinstance(frame, LetterFrame)
                else Welcome(epoch="e", up_acked=0, down_next=1, next_session=2)
            )


async def outgoing():
    yield Hello(
        district="d",
        name="",
        centre=Point(lat=0, lon=0),
        epoch="e",
        session=1,
        up_next=1,
        down_acked=0,
    )
    for n in range(1, FRAMES + 1):
        yield up_frame(n, ANSWER)


async def ours():
    screen = Screen()
    server = await serve(
        "127.0.0.1:0",
        [
            public_service(district_service(FakeDistrictApi(screen), CountingIds())),
            district_link_service(screen),
        ],
    )
    address = f"127.0.0.1:{server.port}"
    async with ApiClient(address, DISTRICT) as client:
        action = {"request_id": "r", "actor": "o", "incident": "i", "verb": "open"}
        times = [await timed(client.call("Act", **action)) for _ in range(CALLS)]
    start = time.perf_counter()
    assert len([1 async for _ in open_link(address, outgoing())]) == FRAMES + 1
    rate = FRAMES / (time.perf_counter() - start)
    await server.stop(0)
    return sorted(times), rate


async def bare():
    async def answer(payload, _context):
        return payload

    async def exchange(payloads, _context):
        async for payload in payloads:
            yield payload

    handlers = {
        "Act": grpc.unary_unary_rpc_method_handler(answer),
        "Exchange": grpc.stream_stream_rpc_method_handler(exchange),
    }
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("bare", handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        call, stream = channel.unary_unary("/bare/Act"), channel.stream_stream("/bare/Exchange")
        times = [await timed(call(FRAME)) for _ in range(CALLS)]
        start = time.perf_counter()
        got = 0
        async for _ in stream(frames()):
            got += 1
        assert got == FRAMES
        rate = FRAMES / (time.perf_counter() - start)
    await server.stop(0)
    return sorted(times), rate


async def frames():
    for _ in range(FRAMES):
        yield FRAME


async def timed(work):
    start = time.perf_counter()
    await work
    return time.perf_counter() - start


@pytest.mark.bench
def test_bench_rpc():
    (own_times, own_rate), (bare_times, bare_rate) = asyncio.run(ours()), asyncio.run(bare())
    print(f"\n{'':>24} {'ours':>10} {'bare grpc':>10} {'ratio':>6}")
    for name, share in (("call p50 ms", 0.5), ("call p99 ms", 0.99)):
        own, raw = (1000 * times[int(share * CALLS)] for times in (own_times, bare_times))
        print(f"{name:>24} {own:>10.2f} {raw:>10.2f} {own / raw:>6.2f}")
    print(
        f"{'stream round trips/s':>24} {own_rate:>10,.0f} {bare_rate:>10,.0f}"
        f" {own_rate / bare_rate:>6.2f}"
    )
