"""The stream between a district and the city, over real gRPC, with and without certificates."""

import asyncio
import functools

import pytest
from consoles import city_screen
from consoles.fake_screens import FakeCityScreen
from joined_tls import JoinedTls
from link_letters import up_frame

from citybrain.api.limits import REQUEST_BYTES
from citybrain.api.methods import CITY
from citybrain.api.services.city import city_service
from citybrain.domain.order import OrderAnswer
from citybrain.errors import MalformedError, RpcError
from citybrain.geo import Point
from citybrain.ids import CountingIds
from citybrain.limits import MESSAGE_BYTES
from citybrain.link.frames import Acknowledged, Heartbeat, Hello, LetterFrame, Welcome
from citybrain.rpc import clients
from citybrain.rpc.limits import PUBLIC_MESSAGE_BYTES
from citybrain.rpc.link import district_link_service, open_link
from citybrain.rpc.methods import EXCHANGE
from citybrain.rpc.public.blocking_client import BlockingApiClient
from citybrain.rpc.public.client import ApiClient
from citybrain.rpc.public.services import public_service
from citybrain.rpc.server import serve
from citybrain.structs import replace
from citybrain.vocabulary import OrderStep, OrderVerdict

HELLO = Hello(
    district="riverside",
    name="滨江",
    centre=Point(lat=30.66, lon=104.06),
    epoch="e1",
    session=3,
    up_next=1,
    down_acked=0,
)
WELCOME = Welcome(epoch="c1", up_acked=0, down_next=1, next_session=2)
ANSWER = OrderAnswer(order="o-1", step=OrderStep.CLAIM, verdict=OrderVerdict.CLAIMED)


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        async def bounded():
            async with asyncio.timeout(60):
                await test(*arguments, **named)

        asyncio.run(bounded())

    return run


class City:
    """Welcomes a hello, acknowledges letters, echoes heartbeats; notes how each stream ended."""

    def __init__(self):
        self.open, self.received, self.raised = 0, [], []

    async def exchange(self, incoming):
        self.open += 1
        try:
            async for frame in incoming:
                self.received.append(frame)
                match frame:
                    case Hello():
                        yield WELCOME
                    case LetterFrame():
                        yield Acknowledged(position=frame.position)
                    case Heartbeat():
                        yield Heartbeat(at=frame.at, echo=frame.at)
        except MalformedError as error:
            self.raised.append(error.reason)
            raise
        finally:
            self.open -= 1


class Quiet:
    """Sends what it is given, then keeps the stream open until it is ended."""

    def __init__(self, *frames):
        self._frames, self.ended = frames, False

    async def __call__(self):
        try:
            for frame in self._frames:
                yield frame
            await asyncio.Event().wait()
        finally:
            self.ended = True


async def eventually(condition, within_s=60.0):
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)


async def city_at(guard=None):
    city = City()
    server = await serve("127.0.0.1:0", [district_link_service(city)], guard=guard)
    return city, server, f"127.0.0.1:{server.port}"


@in_a_loop
async def test_frames_go_both_ways_in_order():
    city, server, address = await city_at()
    sent = Quiet(HELLO, *(up_frame(n, ANSWER) for n in range(1, 501)), Heartbeat(at=9))
    link = open_link(address, sent())
    got = [await anext(link) for _ in range(502)]
    assert got == [
        WELCOME,
        *(Acknowledged(position=n) for n in range(1, 501)),
        Heartbeat(at=9, echo=9),
    ]
    assert len(city.received) == 502
    await link.aclose()
    await eventually(lambda: sent.ended and city.open == 0)
    await server.stop(0)


@in_a_loop
async def test_a_district_that_has_sent_everything_ends_the_stream_in_order():
    city, server, address = await city_at()

    async def brief():
        yield HELLO

    assert [frame async for frame in open_link(address, brief())] == [WELCOME]
    assert city.open == 0
    await server.stop(0)


@in_a_loop
async def test_when_the_city_stops_its_districts_get_an_error_that_is_worth_a_retry():
    city, server, address = await city_at()
    sent = Quiet(HELLO)
    link = open_link(address, sent())
    await anext(link)
    async with asyncio.timeout(5):
        await server.stop(30)
    with pytest.raises(RpcError) as caught:
        await anext(link)
    assert (caught.value.code, caught.value.retry) == ("UNAVAILABLE", True)
    await eventually(lambda: sent.ended and city.open == 0)


@in_a_loop
async def test_when_the_city_is_not_there_the_district_knows_at_once():
    _, server, address = await city_at()
    await server.stop(0)
    with pytest.raises(RpcError, match="UNAVAILABLE"):
        await anext(open_link(address, Quiet(HELLO)()))


@in_a_loop
async def test_an_error_in_the_districts_sender_is_raised_in_its_receiver():
    city, server, address = await city_at()

    async def failing():
        yield HELLO
        raise KeyError("the district's own fault")

    with pytest.raises(KeyError, match="the district's own fault"):
        [frame async for frame in open_link(address, failing())]
    await eventually(lambda: city.open == 0)
    await server.stop(0)


@in_a_loop
async def test_a_cancelled_district_leaves_nothing_open():
    city, server, address = await city_at()
    sent = Quiet(HELLO)

    async def follow():
        async for _ in open_link(address, sent()):
            pass

    following = asyncio.create_task(follow())
    await eventually(lambda: city.open == 1 and city.received)
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following
    await eventually(lambda: sent.ended and city.open == 0)
    await server.stop(0)


@in_a_loop
async def test_a_letter_of_more_than_a_message_may_have_arrives_with_its_position():
    """It is refused by position at the far end, and must not end the stream here."""
    city, server, address = await city_at()
    huge = LetterFrame(position=1, after=0, payload=b"\0" * 2 * MESSAGE_BYTES.value)
    link = open_link(address, Quiet(HELLO, huge)())
    assert [await anext(link), await anext(link)] == [WELCOME, Acknowledged(position=1)]
    assert city.received == [HELLO, huge]
    await link.aclose()
    await server.stop(0)


@in_a_loop
async def test_on_a_port_of_both_a_letter_may_be_longer_than_a_request_of_the_public_api():
    city, screen = City(), FakeCityScreen(city_screen.quiet_city())
    public = public_service(city_service(screen, CountingIds()))
    server = await serve("127.0.0.1:0", [district_link_service(city), public])
    address = f"127.0.0.1:{server.port}"
    length = 2 * PUBLIC_MESSAGE_BYTES.value
    link = open_link(
        address, Quiet(HELLO, LetterFrame(position=1, after=0, payload=b"\0" * length))()
    )
    assert [await anext(link), await anext(link)] == [WELCOME, Acknowledged(position=1)]
    await link.aclose()
    async with ApiClient(address, CITY) as client:
        for length in (REQUEST_BYTES.value, 2 * PUBLIC_MESSAGE_BYTES.value):
            with pytest.raises(RpcError) as caught:
                await client.call("GetPlan", plan="x" * length)
            assert (caught.value.code, caught.value.reason) == ("RESOURCE_EXHAUSTED", "too_large")
            assert not caught.value.retry
    await server.stop(0)


@in_a_loop
async def test_an_undecodable_frame_ends_its_stream_and_no_other():
    city, server, address = await city_at()
    good = open_link(address, Quiet(HELLO, Heartbeat(at=1), Heartbeat(at=2))())
    await anext(good)
    garbage = replace(EXCHANGE, encode_request=lambda _frame: b"\xff\xff")
    async with clients.Connection(address, (garbage,)) as bad:
        with pytest.raises(RpcError) as caught:
            await anext(bad.bidi_stream(garbage, Quiet(HELLO)()))
    assert caught.value.code == "INVALID_ARGUMENT"
    assert city.raised == ["undecodable"]
    assert [await anext(good), await anext(good)] == [
        Heartbeat(at=1, echo=1),
        Heartbeat(at=2, echo=2),
    ]
    await good.aclose()
    await server.stop(0)


@pytest.fixture(scope="module")
def joined(tmp_path_factory):
    """Gives the TLS options of whoever joined."""
    made = JoinedTls(tmp_path_factory.mktemp("joined"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def strangers(tmp_path_factory):
    """… and those of another authority, trusting the first."""
    made = JoinedTls(tmp_path_factory.mktemp("strangers"))
    yield made
    made.close()


@in_a_loop
async def test_with_certificates_a_district_is_the_one_that_its_certificate_names(joined):
    city, server, address = await city_at(joined.guard("city/c"))
    link = open_link(address, Quiet(HELLO)(), tls=joined("district/riverside"))
    assert isinstance(await anext(link), Welcome)
    await link.aclose()
    city.received.clear()
    with pytest.raises(RpcError, match="district/oldtown, and the message is for") as caught:
        await anext(open_link(address, Quiet(HELLO)(), tls=joined("district/oldtown")))
    assert caught.value.code == "PERMISSION_DENIED"
    assert city.received == [], "the city never receives a hello that is not its sender's"
    assert joined.refused == ["not_its_own"]
    await server.stop(0)


@in_a_loop
async def test_without_the_right_certificate_no_client_connects(joined, strangers):
    _, server, address = await city_at(joined.guard("city/c"))
    foreign = replace(strangers("district/riverside"), ca=joined("district/riverside").ca)
    for tls in (None, foreign):
        with pytest.raises(RpcError, match="UNAVAILABLE"):
            await anext(open_link(address, Quiet(HELLO)(), tls=tls))
    await server.stop(0)


@in_a_loop
async def test_the_blocking_client_presents_certificates_too(joined):
    screen = FakeCityScreen(city_screen.quiet_city())
    services = [public_service(city_service(screen, CountingIds()))]
    server = await serve("127.0.0.1:0", services, guard=joined.guard("city/c"))
    officer = joined("duty-officer/li-wei")

    def ask():
        address = f"127.0.0.1:{server.port}"
        with BlockingApiClient(address, CITY, tls=officer) as client:
            return client.call("GetCity")

    assert (await asyncio.to_thread(ask)).planner == "ray"
    await server.stop(0)
