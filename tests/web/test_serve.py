"""A console inside a running loop: its port is known, the process's signals stay the owner's, and
stopping ends open streams in order.
"""

import asyncio
import signal
import socket

import pytest
from consoles import district_screen
from consoles.fake_api import district_app
from consoles.fake_screens import FakeCrewScreen, FakeDistrictScreen

from citybrain.web.admission.admission import AddressTakenError
from citybrain.web.serve import serve

LIVE = "/api/v1/changes?views=%7B%22name%22:%22d%22,%22collection%22:%22district%22%7D"


async def get(port: int, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter, bytes]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
    async with asyncio.timeout(5):
        return reader, writer, await reader.readline()


@pytest.fixture
def app():
    return district_app(FakeDistrictScreen(district_screen.empty_district()), FakeCrewScreen())


def test_it_answers_on_the_port_that_it_names(app):
    async def scenario():
        server = await serve(app, "127.0.0.1", 0)
        _, writer, line = await get(server.port, "/healthz")
        assert line == b"HTTP/1.1 200 OK\r\n"
        writer.close()
        await server.stop()

    asyncio.run(scenario())


def test_signal_handlers_are_left_alone(app):
    async def scenario():
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        server = await serve(app, "127.0.0.1", 0)
        assert {number: signal.getsignal(number) for number in before} == before
        await server.stop()

    asyncio.run(scenario())


def test_a_taken_address_is_named_with_its_cure(app):
    async def scenario():
        with (
            socket.create_server(("127.0.0.1", 0)) as other,
            pytest.raises(AddressTakenError, match="Stop the process that holds it"),
        ):
            await serve(app, "127.0.0.1", other.getsockname()[1])

    asyncio.run(scenario())


def test_stopping_ends_an_open_live_stream_and_frees_the_port(app):
    async def scenario():
        server = await serve(app, "127.0.0.1", 0)
        reader, writer, line = await get(server.port, LIVE)
        assert line == b"HTTP/1.1 200 OK\r\n"
        async with asyncio.timeout(2.5):  # less than the grace: the stream was ended, not cut off
            await server.stop()
            await reader.read()
        writer.close()
        with pytest.raises(OSError, match=r"refused|failed"):
            await asyncio.open_connection("127.0.0.1", server.port)

    asyncio.run(scenario())


def test_an_event_stops_it_too_and_stopping_twice_is_no_error(app):
    async def scenario():
        stop = asyncio.Event()
        server = await serve(app, "127.0.0.1", 0, stop=stop)
        stop.set()
        async with asyncio.timeout(5):
            await server.wait()
        await server.stop()

    asyncio.run(scenario())
