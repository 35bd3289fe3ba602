"""A client that does not read its answer is shut out; one that reads slowly is served whole."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.responses import StreamingResponse
from starlette.routing import Route

from citybrain.structs import replace
from citybrain.web import limits
from citybrain.web.admission.admission import Admission
from citybrain.web.serve import serve

CHUNK = b"x" * 65_536
CHUNKS = 400  # more than the kernel holds for a client


@pytest.fixture(autouse=True)
def short_wait(monkeypatch):
    monkeypatch.setattr(limits, "READER_WAIT", replace(limits.READER_WAIT, value=1))


def streaming(ended):
    async def endless():
        try:
            for _ in range(CHUNKS):
                yield CHUNK
        finally:
            ended.set()

    async def stream(_):
        return StreamingResponse(endless())

    return Starlette(routes=[Route("/", stream)])


async def asked(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
    writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    return reader, writer


def test_who_reads_nothing_is_shut_out():
    refused = []

    async def scenario():
        ended = asyncio.Event()
        admission = Admission(count=refused.append)
        server = await serve(streaming(ended), "127.0.0.1", 0, admission=admission)
        _, writer = await asked(server.port)
        async with asyncio.timeout(10):
            await ended.wait()
        assert admission.connections.total == 0
        writer.close()
        await server.stop()

    asyncio.run(scenario())
    assert refused == ["reader_stalled"]


def test_who_reads_gets_all():
    refused = []

    async def scenario():
        admission = Admission(count=refused.append)
        server = await serve(streaming(asyncio.Event()), "127.0.0.1", 0, admission=admission)
        reader, writer = await asked(server.port)
        received = 0
        async with asyncio.timeout(20):
            while received < CHUNKS * len(CHUNK):
                received += len(await reader.read(1 << 20))
        writer.close()
        await server.stop()

    asyncio.run(scenario())
    assert refused == []
