"""A client that is refused while it still sends sees the answer, and no reset connection."""

import asyncio
import contextlib

import pytest
from starlette.applications import Starlette

from citybrain.web import limits
from citybrain.web.admission.admission import Admission
from citybrain.web.serve import serve

HEAD = b"POST /api HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
FOREIGN = HEAD + b"Origin: http://elsewhere\r\n"


async def answer_to(before, after):
    """What a client reads that sends `before`, sees whether it is answered already, and then sends
    `after`."""
    server = await serve(Starlette(), "127.0.0.1", 0, admission=Admission())
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(before)
        read = b""
        if after:
            with contextlib.suppress(TimeoutError):  # most are not answered yet
                async with asyncio.timeout(0.3):
                    read = await reader.readuntil(b"\r\n\r\n")
            writer.write(after)
            await writer.drain()
        async with asyncio.timeout(30):
            read += await reader.read()
        writer.close()
        return read
    finally:
        await server.stop()


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        (FOREIGN + b"Content-Length: 20000\r\n\r\n", b"x" * 20_000, b"403"),
        (
            FOREIGN + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
            b"5000\r\n" + b"x" * 0x5000 + b"\r\n0\r\n\r\n",
            b"403",
        ),
        (b"GET / HTTP/1.1\r\nX: " + b"x" * (limits.HEAD_BYTES.value + 8192), b"x" * 90_000, b"431"),
        (b"what is this\r\n\r\n", b"x" * 90_000, b"400"),
    ],
    ids=["a body", "a chunked body", "a head", "no HTTP"],
)
def test_the_answer_is_read_by_who_still_sends(before, after, status):
    assert asyncio.run(answer_to(before, after)).split(b" ", 2)[1] == status


@pytest.mark.parametrize(
    "head",
    [
        FOREIGN + b"Content-Length: %d\r\n\r\n" % (limits.UNREAD_BYTES.value + 1),
        FOREIGN + b"Content-Length: 20\r\nExpect: 100-continue\r\n\r\n",
    ],
    ids=["too long", "waits for leave"],
)
def test_nobody_waits_for_a_body_that_is_not_worth_it(head):
    assert asyncio.run(answer_to(head, b"")).split(b" ", 2)[1] == b"403"
