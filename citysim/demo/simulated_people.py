"""The demo's simulated people on the real interfaces: crews, the duty officer, operators.

Composition only: it starts and stops them, and counts what they did.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack

from citybrain.api.methods import CITY, CREW, DISTRICT
from citybrain.clock import Clock
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.principal import Role
from citybrain.ids import UnitId
from citybrain.rpc.public.client import ApiClient
from citysim.demo.city import DemoCity
from citysim.demo.messages import Translator
from citysim.demo.prepare.configs import OFFICER, PEOPLE, Ports, RunFolder
from citysim.people.crew_driver import CrewDriver
from citysim.people.simulated_crew import CrewBehaviour
from citysim.people.simulated_officer import SimulatedOfficer
from citysim.people.simulated_operator import SimulatedOperator


class SimulatedPeople:
    """`counts`: what they did, so that the summary can separate it from what the system did.

    `log_line` is called with one line for each thing done.
    """

    def __init__(
        self,
        *,
        run: RunFolder,
        city: DemoCity,
        ports: Ports,
        clock: Clock,
        translate: Translator,
        log_line: Callable[[str], None],
    ) -> None:
        self._run, self._city, self._ports, self._clock = run, city, ports, clock
        self._translate, self._log_line = translate, log_line
        self._exits = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self.counts: Counter[str] = Counter()

    async def start_crews(self, behaviour: CrewBehaviour) -> None:
        """Start a crew for every unit, under its own name."""
        for district, unit in self._city.units():
            client = ApiClient(
                self._ports.districts[district.id].grpc_address,
                CREW,
                tls=self._ports.tls_of((Role.CREW, unit.id)),
            )
            driver = CrewDriver(
                unit=UnitId(unit.id),
                client=await self._exits.enter_async_context(client),
                behaviour=behaviour,
                speed_mps=unit.speed_mps,
                device=self._run.device(unit.id),
                clock=self._clock,
                on_accepted=self._answer_accepted,
            )
            self._start(driver.run(), f"crew {unit.id}")

    async def start_officer(self) -> None:
        """Start the duty officer of the city."""
        address = self._ports.city.grpc_address
        client = await self._exits.enter_async_context(
            ApiClient(address, CITY, tls=self._ports.tls_of(OFFICER))
        )
        officer = SimulatedOfficer(client=client, clock=self._clock, on_issued=self._plan_issued)
        self._start(officer.run(), "officer")

    async def start_operators(self) -> None:
        """Start an operator, who only opens incidents, at each district's console."""
        for district in self._city.districts:
            client = await self._exits.enter_async_context(
                ApiClient(
                    self._ports.districts[district.id].grpc_address,
                    DISTRICT,
                    tls=self._ports.tls_of(PEOPLE),
                )
            )
            operator = SimulatedOperator(client=client, on_opened=self._incident_opened)
            self._start(operator.run(), f"operator {district.id}")

    def failed(self) -> list[BaseException]:
        """The errors that ended any of them; empty while all work."""
        ended = [task for task in self._tasks if task.done() and not task.cancelled()]
        return [error for task in ended if (error := task.exception()) is not None]

    async def stop(self) -> None:
        """Stop them all. Repeated calls have no effect."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._exits.aclose()

    def _start(self, work: Coroutine[object, object, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    def _answer_accepted(self, answer: CrewAnswer) -> None:
        self.counts[f"crew {answer.action}"] += 1
        reason = f" ({self._translate(answer.reason)})" if answer.reason else ""
        action = self._translate(answer.action)
        self._log_line(f"{answer.unit}: {action} · {answer.order}{reason}")

    def _plan_issued(self, plan: str) -> None:
        self.counts["officer issued"] += 1
        self._log_line(f"{self._translate('officer_issued')} {plan}")

    def _incident_opened(self, incident: str) -> None:
        self.counts["operator opened"] += 1
        self._log_line(f"{self._translate('operator_opened')} {incident}")
