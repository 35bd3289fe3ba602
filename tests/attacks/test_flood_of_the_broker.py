"""Attack 10, at the broker itself: an enrolled box that prepares its packets and sends them by TLS
as fast as its line takes them. What one address may send is bounded by the firewall that is written
beside the broker's configuration.

On machines of their own (network namespaces): what comes over the loopback is not bounded.
"""

import asyncio
import contextlib
import os
import shutil
import sys

import pytest
from authority_rig import CITY, open_authority

from citybrain.broker.write import BrokerRules, write_broker_files
from citybrain.identity.name import parse_short
from citybrain.system_clock import SystemClock
from citysim.chaos.environment.run_tag import own_tag
from citysim.chaos.net.namespace_links import NamespaceLinks, unavailable_reason
from citysim.sim.random_streams import RandomStreams
from citysim.supervise.mqtt_broker import mosquitto_path

BROKER, FLOODER, HONEST = "broker", "flooder", "honest"
PORT, PATIENCE_S, PROBES = 8883, 60, 10


class Machines:
    """Three, and what runs on them: a broker, a box that floods and one that does not."""

    def __init__(self, folder, links):
        self._folder, self._links = folder, links
        self._authority = open_authority(folder / "ca", SystemClock())
        self._running = []

    async def start(self, machine, *argv):
        process = await asyncio.create_subprocess_exec(
            *self._links.wrap_command(machine, argv),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        self._running.append(process)
        return process

    async def command(self, machine, *argv):
        said, _ = await (await self.start(machine, *argv)).communicate()
        return said.decode()

    async def end(self):
        for process in self._running:
            if process.returncode is None:
                process.kill()
            await process.wait()
        self._authority.close()

    def joined(self, short, *hosts):
        name = parse_short(CITY, short)
        return self._authority.issue_here(name, self._folder / short.replace("/", "-"), hosts=hosts)

    async def broker(self):
        """It runs, behind the firewall that was written with its configuration."""
        here = self._links.host_of(BROKER)
        self.joined("broker/main", here)
        rules = BrokerRules(districts=("riverside",))
        written = write_broker_files(
            self._folder / "broker", self._folder / "broker-main", rules, host="0.0.0.0", port=PORT
        )
        assert await self.command(BROKER, "nft", "-f", str(written.firewall)) == ""
        broker = await self.start(BROKER, mosquitto_path(), "-c", str(written.configuration))
        await says(broker, " running")
        broker.drained = asyncio.create_task(broker.stdout.read())  # else it waits for the pipe

    async def client(self, what, machine, short):
        self.joined(short)
        host, identity = self._links.host_of(BROKER), self._folder / short.replace("/", "-")
        words = (what, host, str(PORT), short, str(identity))
        return await self.start(machine, sys.executable, "-m", "broker_clients", *words)

    async def dropped(self):
        """Packets."""
        listed = await self.command(BROKER, "nft", "list", "table", "inet", "citybrain_broker")
        return sum(int(part.split()[0]) for part in listed.split("counter packets ")[1:])


async def says(process, text=""):
    """The next line of it that has `text`."""
    async with asyncio.timeout(PATIENCE_S):
        while line := (await process.stdout.readline()).decode():
            if text in line:
                return line
    raise AssertionError(f"it ended with {await process.wait()}")


@contextlib.asynccontextmanager
async def machines(folder):
    links = NamespaceLinks((BROKER, FLOODER, HONEST), tag=own_tag(), streams=RandomStreams(1))
    await links.open({})
    made = Machines(folder, links)
    try:
        yield made
    finally:
        await made.end()
        await links.close()


@pytest.fixture
def allowed():
    if mosquitto_path() is None:
        pytest.skip("program: no mosquitto (`make system` installs it, or names it)")
    if shutil.which("nft", path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None:
        pytest.skip("program: no nft (`make system` installs it, or names it)")
    if reason := unavailable_reason(own_tag()):
        pytest.skip(f"privilege: no network namespaces here: {reason}")


@pytest.mark.usefixtures("allowed")
def test_a_box_that_floods_the_broker_by_tls_is_slowed_down_and_nobody_else(tmp_path):
    async def attack():
        async with machines(tmp_path) as city:
            await city.broker()
            honest = await city.client("probe", HONEST, "box/box-a1")
            await says(honest)
            flooder = await city.client("flood", FLOODER, "box/flooder")
            await says(flooder, "floods")
            for _ in range(PROBES):
                await says(honest)
            assert flooder.returncode is None, "it floods all the time"
            assert await city.dropped() > 0

    asyncio.run(attack())
