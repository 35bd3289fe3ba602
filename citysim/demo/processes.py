"""The processes of one city under one supervisor: started in their order, found by name, stopped agents first. Knows no screen and no people."""

import asyncio
from collections.abc import Callable, Sequence

from citysim.demo import programs
from citysim.supervise.child import Program
from citysim.supervise.supervisor import Supervisor

STEPS = (  # what is started together, and what the step is called
    ("step_broker", (programs.BROKER_STOPS,)),
    ("step_city", (programs.CITY_STOPS, programs.DISTRICTS_STOP)),
    ("step_agents", (programs.AGENTS_STOP,)),
)


class Processes:
    """`those` are the city's programs; `step` hears of each step as it begins."""

    def __init__(self, supervisor: Supervisor, those: Sequence[Program]) -> None:
        self._supervisor, self._programs = supervisor, tuple(those)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(program.name for program in self._programs)

    async def start(self, step: Callable[[str], None]) -> None:
        """The broker, then the nodes, then the agents; returns when all are ready, raises `ProgramFailedError` when one does not come up."""
        for name, ranks in STEPS:
            step(name)
            results = await asyncio.gather(
                *(self._supervisor.start(p) for p in self._programs if p.stop_rank in ranks),
                return_exceptions=True,
            )
            for error in results:
                if isinstance(error, BaseException):
                    raise error

    async def stop_agents(self) -> None:
        await self._supervisor.stop_rank(programs.AGENTS_STOP)

    async def stop(self) -> None:
        """All of them, in their order, and whatever they left behind."""
        await self._supervisor.stop()

    def pids(self) -> dict[str, int]:
        """Of every process that is up, by name."""
        return {name: pid for name in self.names if (pid := self._supervisor.pid(name)) is not None}

    def is_ready(self, name: str) -> bool:
        """Whether the process of that name is up and said so."""
        return self._supervisor.is_ready(name)

    def deaths(self) -> dict[str, int]:
        """How often each process died without being asked to."""
        return self._supervisor.deaths()
