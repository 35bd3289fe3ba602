"""The processes of one city under one supervisor: started in order, stopped agents first.

Knows no screen and no people.
"""

import asyncio
from collections.abc import Callable, Sequence

from citysim.demo import programs
from citysim.supervise.child_process import Program
from citysim.supervise.supervisor import Supervisor

# Set-up step → the stop orders of the programs that are started together in it.
STEPS = (
    ("step_broker", (programs.BROKER_STOPS,)),
    ("step_city", (programs.CITY_STOPS, programs.DISTRICTS_STOP)),
    ("step_agents", (programs.AGENTS_STOP,)),
)


class Processes:
    """The city's programs, found by name."""

    def __init__(self, supervisor: Supervisor, city_programs: Sequence[Program]) -> None:
        self._supervisor, self._programs = supervisor, tuple(city_programs)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(program.name for program in self._programs)

    async def start(self, on_step: Callable[[str], None]) -> None:
        """Start the broker, then the nodes, then the agents; return when all are ready.

        `on_step` is called with each step as it begins. Raises `ProgramFailedError` when one does
        not come up.
        """
        for step, orders in STEPS:
            on_step(step)
            starting = [p for p in self._programs if p.stop_order in orders]
            results = await asyncio.gather(
                *(self._supervisor.start(program) for program in starting), return_exceptions=True
            )
            for error in results:
                if isinstance(error, BaseException):
                    raise error

    async def stop_agents(self) -> None:
        await self._supervisor.stop_programs(programs.AGENTS_STOP)

    async def stop(self) -> None:
        """Stop all of them, in their order, and whatever they left behind."""
        await self._supervisor.stop()

    def pids(self) -> dict[str, int]:
        """By name, the pid of every process that is up."""
        return {name: pid for name in self.names if (pid := self._supervisor.pid(name)) is not None}

    def is_ready(self, name: str) -> bool:
        """Whether the process of that name is up and ready."""
        return self._supervisor.is_ready(name)

    def deaths(self) -> dict[str, int]:
        """How often each process died without being asked to."""
        return self._supervisor.deaths()
