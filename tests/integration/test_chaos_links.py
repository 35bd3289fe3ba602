"""Links that can be silenced, delayed and healed: one contract for both networks, kept by real bytes between real processes."""

import asyncio
import sys
from contextlib import asynccontextmanager

import pytest

from citybrain.clock import SECOND_US, SystemClock
from citysim.chaos.net.loopback import ProxyLinks
from citysim.chaos.net.port import Link, Way
from citysim.chaos.net.routed import NetnsLinks, why_not
from citysim.chaos.net.shell import said
from citysim.chaos.place.mark import ours
from citysim.sim.dice import Dice
from citysim.supervise.ports import free_ports

CLOCK = SystemClock()
LINK, OTHER = Link(client="box", server="broker"), Link(client="box", server="city")
SERVER = """
import asyncio, sys
async def serve(reader, writer):  # says back what it hears, and "tick" ten times a second besides
    async def tick():
        while True:
            writer.write(b"tick\\n")
            await asyncio.sleep(0.1)
    ticking = asyncio.ensure_future(tick())
    while line := await reader.readline():
        print("heard", flush=True)
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
    async def say():
        while True:
            writer.write(b"hello\\n")
            await asyncio.sleep(0.1)
    saying = asyncio.ensure_future(say())
    while line := await reader.readline():
        print(line.decode().strip(), flush=True)
asyncio.run(main())
"""
PROBE = """
import socket, sys, time
with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as one:
    print("ready", flush=True)
    began, heard = time.monotonic(), b""
    one.sendall(b"hello\\n")
    while b"echo" not in heard:
        heard += one.recv(1000)
    print(time.monotonic() - began, flush=True)
    print("done", flush=True)
"""


class Ear:
    """A process and what it said so far."""

    def __init__(self, process):
        self.process, self.lines = process, []
        self._listening = asyncio.ensure_future(self._listen())

    async def _listen(self):
        while line := await self.process.stdout.readline():
            self.lines.append((CLOCK.instant(), line.decode().strip()))

    def count(self, word):
        return sum(said == word for _, said in self.lines)

    async def hears(self, word, *, more=1, within_s=10.0):
        await self.has(word, self.count(word) + more, within_s=within_s)

    async def has(self, word, wanted=1, *, within_s=10.0):
        deadline = CLOCK.instant() + within_s * SECOND_US
        while self.count(word) < wanted:
            assert CLOCK.instant() < deadline, (
                f"not {wanted} times {word!r} within {within_s} s: {self.lines[-5:]}"
            )
            await asyncio.sleep(0.01)

    async def goes_quiet(self, word, *, for_s=0.5, within_s=10.0):
        """No `word` for so long (what was under way comes still)."""
        deadline = CLOCK.instant() + within_s * SECOND_US
        while (
            CLOCK.instant() - max([at for at, said in self.lines if said == word], default=0)
            < for_s * SECOND_US
        ):
            assert CLOCK.instant() < deadline, f"{word!r} does not end"
            await asyncio.sleep(0.01)

    async def end(self):
        if self.process.returncode is None:
            self.process.kill()
        await self.process.wait()
        await self._listening


async def started(links, name, program, host, port):
    argv = links.inside(name, (sys.executable, "-u", "-c", program, host, str(port)))
    ear = Ear(await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE))
    await ear.has("ready")
    return ear


def proxies():
    return ProxyLinks((LINK, OTHER), dice=Dice(1))


def namespaces():
    reason = why_not(ours())
    if reason:
        pytest.skip(f"no network namespaces here: {reason}")
    return NetnsLinks(("box", "broker", "city"), mark=ours(), dice=Dice(1))


def called(links, link, ports):
    """Where the client calls the server."""
    host, _, port = (
        links.dialled()
        .get((link.client, link.server), f"{links.host_of(link.server)}:{ports[link.server]}")
        .rpartition(":")
    )
    return host, port


async def round_trip_s(links, link, ports):
    """From when the first word of a new connection is said to when its echo is there."""
    ear = await started(links, link.client, PROBE, *called(links, link, ports))
    await ear.has("done")
    await ear.end()
    return next(float(text) for _, text in ear.lines if text[0].isdigit())


@asynccontextmanager
async def talking(links):
    """A server at each of two links' ends and a client on each: `(links, server, client, client of the other link)`."""
    ports = dict(zip(("broker", "city"), free_ports(2), strict=True))
    ears = []
    await links.open(ports)
    try:
        for server in ports:
            ears += [await started(links, server, SERVER, links.host_of(server), ports[server])]
        for link in (LINK, OTHER):
            ears += [await started(links, link.client, CLIENT, *called(links, link, ports))]
        yield ports, *ears
    finally:
        for ear in ears:
            await ear.end()
        await links.close()


@pytest.fixture(params=[proxies, namespaces])
def links(request):
    return request.param()


def test_a_link_silent_in_both_directions_says_nothing_and_loses_nothing_once_healed(links):
    async def story():
        async with talking(links) as (_ports, broker, _, client, other):
            await client.hears("tick", more=3)
            links.silence(LINK, Way.BOTH)
            await client.goes_quiet("tick")
            await broker.goes_quiet("heard")
            await other.hears("tick", more=3)
            links.heal(LINK)
            await client.hears("tick", more=10)
            await client.hears("echo", more=5)

    asyncio.run(story())


def test_one_direction_may_be_silent_while_the_other_speaks(links):
    async def story():
        async with talking(links) as (_ports, broker, _, client, _other):
            await client.hears("echo", more=3)
            ticks = client.count("tick")
            links.silence(LINK, Way.UP)
            await broker.goes_quiet("heard")
            assert client.count("tick") > ticks, (
                "between namespaces only until TCP misses the acknowledgements, which go the silent way too"
            )
            links.heal(LINK)
            await client.hears("echo", more=3)
            links.silence(LINK, Way.DOWN)
            await client.goes_quiet("tick")
            links.heal(LINK)
            await client.hears("tick", more=3)

    asyncio.run(story())


def test_a_delayed_link_is_slow_by_so_much_and_the_others_are_not(links):
    async def story():
        async with talking(links) as (ports, *_, client, other):
            await client.hears("echo", more=3)
            assert await round_trip_s(links, LINK, ports) < 0.2
            links.delay(LINK, ms=300, jitter_ms=50)
            assert 0.5 <= await round_trip_s(links, LINK, ports) < 2.0
            assert await round_trip_s(links, OTHER, ports) < 0.2
            await other.hears("tick", more=3)
            links.heal(LINK)
            await client.hears("echo", more=3)
            assert await round_trip_s(links, LINK, ports) < 0.2

    asyncio.run(story())


def test_a_server_that_is_gone_is_noticed_by_its_client(links):
    async def story():
        async with talking(links) as (_ports, broker, _, client, other):
            await client.hears("tick")
            broker.process.kill()
            assert await asyncio.wait_for(client.process.wait(), 10) is not None
            await other.hears("tick")

    asyncio.run(story())


def test_nothing_of_the_namespaces_is_left():
    links = namespaces()

    async def story():
        async with talking(links):
            assert str(ours()) in said("ip", "netns", "list")

    asyncio.run(story())
    assert str(ours()) not in said("ip", "netns", "list")
    assert links.host_of("harness") not in said("ip", "-4", "addr")
