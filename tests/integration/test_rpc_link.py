"""The stream between a district and the city, over real gRPC, with and without certificates."""

import asyncio
import functools
import subprocess
from dataclasses import replace

import pytest

from citybrain.domain.console import CitySnapshot
from citybrain.domain.link import Heartbeat, Hello, Seen, Up, Welcome
from citybrain.domain.order import OrderAnswer
from citybrain.errors import MalformedError, RpcError
from citybrain.geo import Point
from citybrain.rpc import clients, sync
from citybrain.rpc.link import district_link_service, open_link
from citybrain.rpc.methods import EXCHANGE
from citybrain.rpc.server import serve
from citybrain.rpc.services import city_console_service
from citybrain.rpc.transport import Tls
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
ANSWER = OrderAnswer(order="o-1", step=OrderStep.CLAIM, verdict=OrderVerdict.CLAIMED)


def in_a_loop(test):
    @functools.wraps(test)
    def run(*arguments, **named):
        asyncio.run(asyncio.wait_for(test(*arguments, **named), 60))

    return run


class City:
    """Welcomes a hello, acknowledges letters, echoes heartbeats; remembers how each stream ended."""

    def __init__(self):
        self.open, self.heard, self.raised = 0, [], []

    async def exchange(self, incoming):
        self.open += 1
        try:
            async for frame in incoming:
                self.heard.append(frame)
                match frame:
                    case Hello():
                        yield Welcome(epoch="c1", up_acked=0, down_next=1)
                    case Up():
                        yield Seen(position=frame.position)
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


async def eventually(condition, within_s=10.0):
    async with asyncio.timeout(within_s):
        while not condition():
            await asyncio.sleep(0.01)


async def city_at(tls=None):
    city = City()
    server = await serve("127.0.0.1:0", [district_link_service(city)], tls=tls)
    return city, server, f"127.0.0.1:{server.port}"


@in_a_loop
async def test_frames_go_both_ways_in_order():
    city, server, address = await city_at()
    sent = Quiet(HELLO, *(Up(position=n, letter=ANSWER) for n in range(1, 501)), Heartbeat(at=9))
    link = open_link(address, sent())
    got = [await anext(link) for _ in range(502)]
    assert got == [
        Welcome(epoch="c1", up_acked=0, down_next=1),
        *(Seen(position=n) for n in range(1, 501)),
        Heartbeat(at=9, echo=9),
    ]
    assert len(city.heard) == 502
    await link.aclose()
    await eventually(lambda: sent.ended and city.open == 0)
    await server.stop(0)


@in_a_loop
async def test_a_district_that_says_all_it_has_ends_the_stream_in_order():
    city, server, address = await city_at()

    async def brief():
        yield HELLO

    assert [frame async for frame in open_link(address, brief())] == [
        Welcome(epoch="c1", up_acked=0, down_next=1)
    ]
    assert city.open == 0
    await server.stop(0)


@in_a_loop
async def test_when_the_city_stops_its_districts_are_told_to_come_again():
    city, server, address = await city_at()
    sent = Quiet(HELLO)
    link = open_link(address, sent())
    await anext(link)
    await asyncio.wait_for(server.stop(30), 5)
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
async def test_what_the_district_fails_to_say_comes_out_where_it_listens():
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
    await eventually(lambda: city.open == 1 and city.heard)
    following.cancel()
    with pytest.raises(asyncio.CancelledError):
        await following
    await eventually(lambda: sent.ended and city.open == 0)
    await server.stop(0)


@in_a_loop
async def test_a_frame_that_is_none_ends_its_stream_and_no_other():
    city, server, address = await city_at()
    good = open_link(address, Quiet(HELLO, Heartbeat(at=1), Heartbeat(at=2))())
    await anext(good)
    garbage = replace(EXCHANGE, encode_request=lambda _frame: b"\xff\xff")
    async with clients.Connection(address) as bad:
        with pytest.raises(RpcError) as caught:
            await anext(bad.converse(garbage, Quiet(HELLO)()))
    assert caught.value.code == "INVALID_ARGUMENT"
    assert city.raised == ["undecodable"]
    assert [await anext(good), await anext(good)] == [
        Heartbeat(at=1, echo=1),
        Heartbeat(at=2, echo=2),
    ]
    await good.aclose()
    await server.stop(0)


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Gives `tls(name)` of one authority, and of another with `tls(name, "other")`."""
    folder = tmp_path_factory.mktemp("certificates")
    for authority in ("own", "other"):
        openssl(
            folder,
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            f"{authority}.key",
            "-out",
            f"{authority}.crt",
            "-days",
            "2",
            "-subj",
            "/CN=ca",
        )

    def tls(name, authority="own"):
        stem = f"{authority}-{name}"
        (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
        openssl(
            folder,
            "req",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            f"{stem}.key",
            "-out",
            f"{stem}.csr",
            "-subj",
            f"/CN={name}",
        )
        issued = [
            "-CA",
            f"{authority}.crt",
            "-CAkey",
            f"{authority}.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            "names",
        ]
        openssl(folder, "x509", "-req", "-in", f"{stem}.csr", *issued, "-out", f"{stem}.crt")
        return Tls(
            ca=folder / "own.crt", certificate=folder / f"{stem}.crt", key=folder / f"{stem}.key"
        )

    return tls


@in_a_loop
async def test_with_certificates_a_district_is_who_its_certificate_says(certificates):
    city, server, address = await city_at(certificates("city"))
    link = open_link(address, Quiet(HELLO)(), tls=certificates("riverside"))
    assert isinstance(await anext(link), Welcome)
    await link.aclose()
    city.heard.clear()
    with pytest.raises(RpcError, match="certificate is of 'oldtown'") as caught:
        await anext(open_link(address, Quiet(HELLO)(), tls=certificates("oldtown")))
    assert caught.value.code == "PERMISSION_DENIED"
    assert city.heard == [], "the city never hears a hello that is not its sender's"
    await server.stop(0)


@in_a_loop
async def test_without_the_right_certificate_nobody_gets_in(certificates):
    _, server, address = await city_at(certificates("city"))
    for tls in (None, certificates("riverside", "other")):
        with pytest.raises(RpcError, match="UNAVAILABLE"):
            await anext(open_link(address, Quiet(HELLO)(), tls=tls))
    await server.stop(0)


@in_a_loop
async def test_the_blocking_clients_show_certificates_too(certificates):
    class Screen:
        def snapshot(self):
            return CitySnapshot(
                at=1,
                districts=(),
                incidents=(),
                units=(),
                plans=(),
                drives=(),
                planner="ray",
                planner_because="",
                counts={},
            )

        async def act(self, action):
            raise NotImplementedError

        async def changes(self):
            yield

    server = await serve("127.0.0.1:0", [city_console_service(Screen())], tls=certificates("city"))

    def ask():
        with sync.CityConsoleClient(
            f"127.0.0.1:{server.port}", tls=certificates("officer")
        ) as client:
            return client.snapshot()

    assert (await asyncio.to_thread(ask)).planner == "ray"
    await server.stop(0)
