"""A peer that is frozen, not gone: nothing closes the connection, so keepalive must."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from citybrain.api.methods import CITY
from citybrain.errors import RpcError
from citybrain.rpc.limits import KEEPALIVE_S, KEEPALIVE_TIMEOUT_S
from citybrain.rpc.public.client import ApiClient

SERVER = """
import asyncio
from consoles import city_screen
from consoles.fake_screens import FakeCityScreen
from citybrain.api.services.city import city_service
from citybrain.ids import CountingIds
from citybrain.rpc.public.services import public_service
from citybrain.rpc.server import serve

async def main():
    screen = FakeCityScreen(city_screen.quiet_city())
    server = await serve("127.0.0.1:0", [public_service(city_service(screen, CountingIds()))])
    print(server.port, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def notice(port, pid):
    async with ApiClient(f"127.0.0.1:{port}", CITY) as client:
        watching = client.watch([{"name": "units", "collection": "units"}])
        await anext(watching)
        os.kill(pid, signal.SIGSTOP)
        async with asyncio.timeout(KEEPALIVE_S.value + KEEPALIVE_TIMEOUT_S.value + 10):
            with pytest.raises(RpcError) as caught:
                await anext(watching)
        return caught.value


def test_a_frozen_peer_is_noticed_by_keepalive():
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True, env=path
    )
    try:
        error = asyncio.run(notice(server.stdout.readline().strip(), server.pid))
    finally:
        server.kill()
        server.wait()
    assert (error.code, error.retry) == ("UNAVAILABLE", True)
