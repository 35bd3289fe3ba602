"""The processes of the day: broker, city, three districts, five boxes; the link that is cut and the
node that is killed.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from citybrain.clock import SECOND_US
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citysim.chaos.net.port import Direction, Link
from citysim.chaos.net.proxy_links import ProxyLinks
from citysim.demo import programs
from citysim.demo.city import DemoCity
from citysim.demo.prepare.configs import CITY, Ports, RunFolder
from citysim.demo.processes import Processes
from citysim.sim.random_streams import RandomStreams
from citysim.supervise.supervisor import Supervisor
from district_day.layout import DISTRICT, dial_through

CLOCK = SystemClock()
TO_CITY = Link(client=DISTRICT, server=CITY)


class Town:
    """Use `running`; whatever happens inside, nothing of it is left."""

    def __init__(self, run: RunFolder, city: DemoCity, ports: Ports) -> None:
        self._run, self._city, self.ports = run, city, ports
        self._links = ProxyLinks([TO_CITY], streams=RandomStreams(1))
        self.processes: Processes | None = None

    @asynccontextmanager
    async def running(self, on_step: Callable[[str], None]) -> AsyncIterator["Town"]:
        async with AsyncExitStack() as exits:
            exits.push_async_callback(self._links.close)
            await self._links.open({CITY: self.ports.city.grpc})
            address = self._links.dial_addresses()[DISTRICT, CITY]
            self.ports = dial_through(self._run, self.ports, address)
            supervisor = Supervisor(
                logs=self._run.logs,
                clock=CLOCK,
                tag=RandomIds().token(),
                on_event=lambda _event: None,
            )
            plain = programs.all_programs(self._run, self._city, self.ports)
            self.processes = Processes(supervisor, plain)
            exits.push_async_callback(self.processes.stop)
            await self.processes.start(on_step)
            yield self

    def cut(self) -> None:
        """The district has no city any more."""
        self._links.block(TO_CITY, Direction.BOTH)

    def heal(self) -> None:
        self._links.heal(TO_CITY)

    async def kill(self, name: str = DISTRICT, within_s: float = 60.0) -> float:
        """kill -9 of that node, the district's unless named; seconds until it serves again."""
        assert self.processes is not None
        old, began = self.processes.pids()[name], CLOCK.instant()
        os.kill(old, signal.SIGKILL)
        while True:
            pid = self.processes.pids().get(name)
            if pid not in (None, old) and self.processes.is_ready(name):
                return (CLOCK.instant() - began) / SECOND_US
            if CLOCK.instant() - began > within_s * SECOND_US:
                raise TimeoutError(f"{name} was not back within {within_s:.0f} s")
            await asyncio.sleep(0.05)
