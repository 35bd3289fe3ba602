"""Attack 13: one address opens 520 connections, sends half of a request's head on each, and waits.
Before, the server answered everybody 503 for as long as the attacker liked.
"""

import asyncio
from contextlib import asynccontextmanager

import pytest
from consoles import district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen

from citybrain.structs import replace
from citybrain.telemetry import metrics_endpoint
from citybrain.telemetry.metrics import MetricsRegistry
from citybrain.web import limits
from citybrain.web.serve import serve

ATTACKER, NEIGHBOUR = "127.0.0.1", "127.0.0.2"
HALF_OPEN = 520


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(limits, "HEAD_WAIT", replace(limits.HEAD_WAIT, value=2))
    monkeypatch.setattr(limits, "BODY_WAIT", replace(limits.BODY_WAIT, value=1))


@asynccontextmanager
async def console(registry):
    app = district_app(FakeDistrictScreen(district_screen.empty_district()), FakeCrewScreen())
    admission = metrics_endpoint.measured_admission(registry, ())
    server = await serve(app, ATTACKER, 0, admission=admission)
    yield server.port, "/healthz"
    await server.stop()


@asynccontextmanager
async def metrics_of_a_box(registry):
    endpoint = metrics_endpoint.serve(registry, port=0)
    yield endpoint.port, "/metrics"
    await asyncio.to_thread(endpoint.stop)


SERVERS = [console, metrics_of_a_box]


async def connected(source, port):
    return await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0))


async def status(source, port, path):
    """The status that a whole request of `source` is answered with; 0: the connection was shut."""
    async with asyncio.timeout(10):
        reader, writer = await connected(source, port)
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            line = await reader.readline()
        except ConnectionError:
            return 0
        finally:
            writer.close()
        return int(line.split()[1]) if line else 0


async def half_open(port, count=HALF_OPEN):
    held = []
    for _ in range(count):
        reader, writer = await connected(ATTACKER, port)
        writer.write(b"GET /metrics HTTP/1.1\r\nHo")
        held.append((reader, writer))
    return held


async def all_shut(held):
    async with asyncio.timeout(20):
        for reader, writer in held:
            try:
                while await reader.read(65_536):
                    pass
            except ConnectionError:
                pass
            writer.close()


@pytest.mark.parametrize("server", SERVERS)
def test_another_address_is_served_meanwhile_and_the_attackers_own_afterwards(server):
    registry = MetricsRegistry()

    async def scenario():
        async with server(registry) as (port, path):
            held = await half_open(port)
            assert await status(NEIGHBOUR, port, path) == 200
            assert await status(ATTACKER, port, path) == 0
            await all_shut(held)
            assert await status(ATTACKER, port, path) == 200

    asyncio.run(scenario())
    shut_at_once = HALF_OPEN - limits.ADDRESS_CLIENTS.value + 1
    assert registry.value("http_refused_total", reason="address_full") == shut_at_once
    late = registry.value("http_refused_total", reason="head_late")
    assert late == limits.ADDRESS_CLIENTS.value


@pytest.mark.parametrize("server", SERVERS)
def test_a_head_that_comes_byte_by_byte_is_late_all_the_same(server):
    async def scenario():
        async with server(MetricsRegistry()) as (port, _):
            reader, writer = await connected(ATTACKER, port)

            async def trickle():
                for byte in b"GET / HTTP/1.1\r\nX: " + b"x" * 10_000:
                    writer.write(bytes((byte,)))
                    await asyncio.sleep(0.05)  # the attack itself

            trickling = asyncio.create_task(trickle())
            async with asyncio.timeout(10):
                assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")
            trickling.cancel()
            await asyncio.gather(trickling, return_exceptions=True)
            writer.close()

    asyncio.run(scenario())


def test_a_second_head_on_one_connection_has_no_longer_time_than_the_first():
    async def scenario():
        async with console(MetricsRegistry()) as (port, path):
            reader, writer = await connected(ATTACKER, port)
            writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            async with asyncio.timeout(10):
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
                writer.write(b"GET / HT")
                assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")
            writer.close()

    asyncio.run(scenario())


def test_a_body_that_does_not_come_is_late():
    registry = MetricsRegistry()

    async def scenario():
        async with console(registry) as (port, _):
            reader, writer = await connected(ATTACKER, port)
            writer.write(
                f"POST /api/v1/actions HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                "Content-Type: application/json\r\nContent-Length: 9000\r\n\r\n{".encode()
            )
            async with asyncio.timeout(10):
                assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")
            writer.close()

    asyncio.run(scenario())
    assert registry.value("http_refused_total", reason="body_late") == 1


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize(
    ("sent", "answer", "reason"),
    [
        (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", 431, "head_too_large"),
        (b"\x16\x03\x01 hello, TLS\r\n\r\n", 400, "not_http"),
        (b"GET /\xff\xfe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400, "not_http"),
    ],
    ids=["a large head", "another protocol", "no UTF-8"],
)
def test_what_is_no_request_is_refused_and_counted(server, sent, answer, reason):
    registry = MetricsRegistry()

    async def scenario():
        async with server(registry) as (port, _):
            reader, writer = await connected(ATTACKER, port)
            writer.write(sent)
            async with asyncio.timeout(10):
                assert int((await reader.readline()).split()[1]) == answer
            writer.close()

    asyncio.run(scenario())
    assert registry.value("http_refused_total", reason=reason) == 1


def test_a_flood_of_refusals_is_one_line_in_the_log(caplog):
    async def scenario():
        async with console(MetricsRegistry()) as (port, _):
            await all_shut(await half_open(port))

    asyncio.run(scenario())
    lines = [r.getMessage() for r in caplog.records if "refused an HTTP client" in r.getMessage()]
    assert [line.split("(")[1].split(")")[0] for line in lines] == ["address_full", "head_late"]
