"""A peer that is frozen, not gone: nothing closes the connection, so keepalive must."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from citybrain.errors import RpcError
from citybrain.rpc import clients
from citybrain.rpc.limits import KEEPALIVE_S, KEEPALIVE_TIMEOUT_S

SERVER = """
import asyncio
from citybrain.domain.console import CitySnapshot
from citybrain.rpc.server import serve
from citybrain.rpc.console_services import city_console_service

class Screen:
    def snapshot(self):
        return CitySnapshot(
            at=1,
            districts=(),
            incidents=(),
            units=(),
            plans=(),
            orders=(),
            planner="",
            planner_reason="",
            counts={},
        )

    async def act(self, action):
        raise NotImplementedError

    async def changes(self):
        yield
        await asyncio.Event().wait()

async def main():
    server = await serve("127.0.0.1:0", [city_console_service(Screen())])
    print(server.port, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def notice(port, pid):
    async with clients.CityConsoleClient(f"127.0.0.1:{port}") as client:
        watching = client.watch()
        await anext(watching)
        os.kill(pid, signal.SIGSTOP)
        async with asyncio.timeout(KEEPALIVE_S.value + KEEPALIVE_TIMEOUT_S.value + 10):
            with pytest.raises(RpcError) as caught:
                await anext(watching)
        return caught.value


def test_a_frozen_peer_is_noticed_by_keepalive():
    server = subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True)
    try:
        error = asyncio.run(notice(server.stdout.readline().strip(), server.pid))
    finally:
        server.kill()
        server.wait()
    assert (error.code, error.retry) == ("UNAVAILABLE", True)
