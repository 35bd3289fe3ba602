"""The crews of the day on their real interface: three that do their work, one that never answers,
one that has a flat tyre at its first order, one that is off duty in the morning; and those of the
neighbours. What a crew finds at a case is the story's to say.
"""

import asyncio
from contextlib import AsyncExitStack

from citybrain.api.methods import CREW
from citybrain.domain.crew import CrewAnswer, CrewOrder
from citybrain.domain.order import FoundNeed
from citybrain.domain.principal import Role
from citybrain.ids import RequestId, UnitId
from citybrain.rpc.public.client import ApiClient
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import CrewAction, Finding, RefusalClass
from citysim.demo.city import DemoCity
from citysim.demo.prepare.configs import Ports, RunFolder
from citysim.people.crew_driver import CrewDriver
from citysim.people.simulated_crew import CrewBehaviour
from district_day.layout import FLAT_TYRE, SILENT

NEVER_S = 1e7
PROMPT = CrewBehaviour(
    speedup=200.0,
    accept_s=(0.1, 0.4),
    depart_s=0.1,
    work_s=(0.3, 0.8),
    report_s=0.5,
    retry_s=2.0,
    refuse_share=0.0,
    away_s=(NEVER_S, NEVER_S),  # an operator says when one is ready again
)
MUTE = replace(PROMPT, accept_s=(NEVER_S, NEVER_S))


class Crews:
    """`found`: by case, what the next crew that finishes there says that it found; `at_work`: cases
    at which crews stay until they are taken out of it."""

    def __init__(self, run: RunFolder, city: DemoCity, ports: Ports) -> None:
        self._run, self._city, self._ports = run, city, ports
        self._exits = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self._flat_tyre: str | None = None  # the request by which its crew said so
        self._said: dict[str, tuple[Finding, tuple[FoundNeed, ...]]] = {}
        self.found: dict[str, tuple[Finding, tuple[FoundNeed, ...]]] = {}
        self.at_work: set[str] = set()

    async def start(self) -> None:
        clock = SystemClock()
        for district, unit in self._city.units():
            client = ApiClient(
                self._ports.districts[district.id].grpc_address,
                CREW,
                tls=self._ports.tls_of((Role.CREW, unit.id)),
            )
            driver = CrewDriver(
                unit=UnitId(unit.id),
                client=await self._exits.enter_async_context(client),
                behaviour=MUTE if unit.id == SILENT else PROMPT,
                speed_mps=unit.speed_mps,
                device=self._run.device(unit.id),
                clock=clock,
                on_accepted=lambda _answer: None,
                says=self._says,
            )
            self._tasks.append(asyncio.create_task(driver.run(), name=f"crew {unit.id}"))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._exits.aclose()

    def failed(self) -> list[BaseException]:
        ended = [task for task in self._tasks if task.done() and not task.cancelled()]
        return [error for task in ended if (error := task.exception()) is not None]

    def _says(self, answer: CrewAnswer, order: CrewOrder | None) -> CrewAnswer:
        if answer.unit == FLAT_TYRE and self._flat_tyre is None:
            self._flat_tyre = answer.request
        if answer.request == self._flat_tyre:
            return replace(
                answer,
                action=CrewAction.CANNOT,
                reason_class=RefusalClass.UNIT_OUT,
                reason="flat tyre",
            )
        if answer.action is not CrewAction.FINISH or order is None:
            return answer
        if order.task.incident in self.at_work:
            return replace(
                answer,
                request=RequestId(f"{answer.request}-at-work"),
                action=CrewAction.FOUND,
                finding=Finding.AS_REPORTED,
            )
        finding, needs = self._found_by(answer.request, order.task.incident)
        return replace(answer, finding=finding, needs=needs)

    def _found_by(self, request: str, case: str) -> tuple[Finding, tuple[FoundNeed, ...]]:
        """The same for the same request, however often it is sent."""
        if request not in self._said:
            self._said[request] = self.found.pop(case, (Finding.UNKNOWN, ()))
        return self._said[request]
