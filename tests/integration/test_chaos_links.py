"""Links that can be blocked, delayed and healed: one contract for both networks, on real bytes."""

import asyncio
import sys
from contextlib import asynccontextmanager

import pytest

from citybrain.clock import SECOND_US
from citybrain.system_clock import SystemClock
from citysim.chaos.environment.run_tag import own_tag
from citysim.chaos.net.namespace_links import NamespaceLinks, unavailable_reason
from citysim.chaos.net.port import Direction, Link
from citysim.chaos.net.proxy_links import ProxyLinks
from citysim.chaos.net.system_command import run_command
from citysim.sim.random_streams import RandomStreams
from citysim.supervise.tcp_ports import free_ports

CLOCK = SystemClock()
LINK, OTHER = Link(client="box", server="broker"), Link(client="box", server="city")
SERVER = """
import asyncio, sys
async def serve(reader, writer):  # echoes what it reads, and sends "tick" ten times a second
    async def tick():
        while True:
            writer.write(b"tick\\n")
            await asyncio.sleep(0.1)
    ticking = asyncio.ensure_future(tick())
    while line := await reader.readline():
        print("received", flush=True)
        writer.write(b"echo\\n")
    ticking.cancel()
async def main():
    server = await asyncio.start_server(serve, sys.argv[1], int(sys.argv[2]))
    print("ready", flush=True)
    await server.serve_forever()
asyncio.run(main())
"""
CLIENT = """
import asyncio, sys
async def main():
    reader, writer = await asyncio.open_connection(sys.argv[1], int(sys.argv[2]))
    print("ready", flush=True)
    async def talk():
        while True:
            writer.write(b"hello\\n")
            await asyncio.sleep(0.1)
    talking = asyncio.ensure_future(talk())
    while line := await reader.readline():
        print(line.decode().strip(), flush=True)
asyncio.run(main())
"""
PROBE = """
import socket, sys, time
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as one:
    print("ready", flush=True)
    began, received = time.monotonic(), b""
    one.sendall(b"hello\\n")
    while b"echo" not in received:
        received += one.recv(1000)
    print(time.monotonic() - began, flush=True)
    print("done", flush=True)
"""


class Listener:
    """A process and the lines that it printed so far."""

    def __init__(self, process):
        self.process, self.lines = process, []
        self._reading = asyncio.ensure_future(self._read())

    async def _read(self):
        while line := await self.process.stdout.readline():
            self.lines.append((CLOCK.instant(), line.decode().strip()))

    def count(self, text):
        return sum(line == text for _, line in self.lines)

    async def prints(self, text, *, more=1, within_s=10.0):
        await self.has(text, self.count(text) + more, within_s=within_s)

    async def has(self, text, wanted=1, *, within_s=10.0):
        deadline = CLOCK.instant() + within_s * SECOND_US
        while self.count(text) < wanted:
            assert CLOCK.instant() < deadline, (
                f"not {wanted} times {text!r} within {within_s} s: {self.lines[-5:]}"
            )
            await asyncio.sleep(0.01)

    async def goes_quiet(self, text, *, for_s=0.5, within_s=10.0):
        """No `text` for so long (what was under way still comes)."""
        deadline = CLOCK.instant() + within_s * SECOND_US
        while (
            CLOCK.instant() - max([at for at, line in self.lines if line == text], default=0)
            < for_s * SECOND_US
        ):
            assert CLOCK.instant() < deadline, f"{text!r} does not end"
            await asyncio.sleep(0.01)

    async def end(self):
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._reading


async def started(links, name, program, host, port):
    argv = links.wrap_command(name, (sys.executable, "-u", "-c", program, host, str(port)))
    listener = Listener(await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE))
    await listener.has("ready")
    return listener


def proxies():
    return ProxyLinks((LINK, OTHER), streams=RandomStreams(1))


def namespaces():
    reason = unavailable_reason(own_tag())
    if reason:
        pytest.skip(f"privilege: no network namespaces here: {reason}")
    return NamespaceLinks(("box", "broker", "city"), tag=own_tag(), streams=RandomStreams(1))


def address_of(links, link, ports):
    """Where the client connects to reach the server."""
    host, _, port = (
        links.dial_addresses()
        .get((link.client, link.server), f"{links.host_of(link.server)}:{ports[link.server]}")
        .rpartition(":")
    )
    return host, port


async def round_trip_s(links, link, ports):
    """From the first bytes of a new connection to their echo."""
    listener = await started(links, link.client, PROBE, *address_of(links, link, ports))
    await listener.has("done")
    await listener.end()
    return next(float(text) for _, text in listener.lines if text[0].isdigit())


@asynccontextmanager
async def talking(links):
    """A server at the end of each of two links, and a client on each.

    Yields the ports, the two servers, and the two clients.
    """
    ports = dict(zip(("broker", "city"), free_ports(2), strict=True))
    listeners = []
    await links.open(ports)
    try:
        for server in ports:
            listeners += [
                await started(links, server, SERVER, links.host_of(server), ports[server])
            ]
        for link in (LINK, OTHER):
            listeners += [
                await started(links, link.client, CLIENT, *address_of(links, link, ports))
            ]
        yield ports, *listeners
    finally:
        for listener in listeners:
            await listener.end()
        await links.close()


@pytest.fixture(params=[proxies, namespaces])
def links(request):
    return request.param()


def test_a_link_blocked_in_both_directions_passes_nothing_and_loses_nothing_once_healed(links):
    async def scenario():
        async with talking(links) as (_ports, broker, _, client, other):
            await client.prints("tick", more=3)
            links.block(LINK, Direction.BOTH)
            await client.goes_quiet("tick")
            await broker.goes_quiet("received")
            await other.prints("tick", more=3)
            links.heal(LINK)
            await client.prints("tick", more=10)
            await client.prints("echo", more=5)

    asyncio.run(scenario())


def test_one_direction_may_be_blocked_while_the_other_passes(links):
    async def scenario():
        async with talking(links) as (_ports, broker, _, client, _other):
            await client.prints("echo", more=3)
            ticks = client.count("tick")
            links.block(LINK, Direction.UP)
            await broker.goes_quiet("received")
            assert client.count("tick") > ticks, (
                "in namespaces only until TCP misses its acknowledgements, which are blocked too"
            )
            links.heal(LINK)
            await client.prints("echo", more=3)
            links.block(LINK, Direction.DOWN)
            await client.goes_quiet("tick")
            links.heal(LINK)
            await client.prints("tick", more=3)

    asyncio.run(scenario())


def test_a_delayed_link_is_slow_by_so_much_and_the_others_are_not(links):
    async def scenario():
        async with talking(links) as (ports, *_, client, other):
            await client.prints("echo", more=3)
            assert await round_trip_s(links, LINK, ports) < 0.2
            links.delay(LINK, ms=300, jitter_ms=50)
            assert 0.5 <= await round_trip_s(links, LINK, ports) < 2.0
            assert await round_trip_s(links, OTHER, ports) < 0.2
            await other.prints("tick", more=3)
            links.heal(LINK)
            await client.prints("echo", more=3)
            assert await round_trip_s(links, LINK, ports) < 0.2

    asyncio.run(scenario())


def test_a_server_that_is_gone_is_noticed_by_its_client(links):
    async def scenario():
        async with talking(links) as (_ports, broker, _, client, other):
            await client.prints("tick")
            broker.process.kill()
            async with asyncio.timeout(10):
                assert await client.process.wait() is not None
            await other.prints("tick")

    asyncio.run(scenario())


def test_nothing_of_the_namespaces_is_left():
    links = namespaces()

    async def scenario():
        async with talking(links):
            assert str(own_tag()) in run_command("ip", "netns", "list")

    asyncio.run(scenario())
    assert str(own_tag()) not in run_command("ip", "netns", "list")
    assert links.host_of("harness") not in run_command("ip", "-4", "addr")
