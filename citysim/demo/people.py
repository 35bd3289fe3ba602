"""The simulated people of the demo at their real desks and devices: crews, the duty officer, an operator. Composition only."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from typing import Any

from citybrain.clock import Clock
from citybrain.domain.crew import CrewAnswer
from citybrain.ids import UnitId
from citybrain.rpc.clients import CityConsoleClient, CrewClient, DistrictConsoleClient
from citysim.crews.driver import CrewDriver
from citysim.crews.mind import Habits
from citysim.crews.officer import Officer
from citysim.crews.operator import Operator
from citysim.demo.city import DemoCity
from citysim.demo.prepare.configs import Ports, RunFolder
from citysim.demo.words import Words


class People:
    """`counts` says what they did, so that the summary can tell it from what the system did. `say` hears one line for each thing done."""

    def __init__(
        self,
        *,
        run: RunFolder,
        city: DemoCity,
        ports: Ports,
        clock: Clock,
        words: Words,
        say: Callable[[str], None],
    ) -> None:
        self._run, self._city, self._ports, self._clock = run, city, ports, clock
        self._words, self._say = words, say
        self._exits = AsyncExitStack()
        self._tasks: list[asyncio.Task[None]] = []
        self.counts: Counter[str] = Counter()

    async def crews(self, habits: Habits) -> None:
        """Put a crew behind every unit."""
        clients = {
            d.id: await self._exits.enter_async_context(
                CrewClient(self._ports.districts[d.id].grpc_address)
            )
            for d in self._city.districts
        }
        for district, unit in self._city.units():
            driver = CrewDriver(
                unit=UnitId(unit.id),
                client=clients[district.id],
                habits=habits,
                speed_mps=unit.speed_mps,
                device=self._run.device(unit.id),
                clock=self._clock,
                said=self._pressed,
            )
            self._begin(driver.run(), f"crew {unit.id}")

    async def officer(self) -> None:
        """Put the duty officer before the city's screen."""
        client = await self._exits.enter_async_context(
            CityConsoleClient(self._ports.city.grpc_address)
        )
        self._begin(Officer(client=client, clock=self._clock, said=self._issued).run(), "officer")

    async def operators(self) -> None:
        """Put an operator, who only opens, before each district's queue."""
        for district in self._city.districts:
            client = await self._exits.enter_async_context(
                DistrictConsoleClient(self._ports.districts[district.id].grpc_address)
            )
            self._begin(Operator(client=client, said=self._opened).run(), f"operator {district.id}")

    def failed(self) -> list[BaseException]:
        """What ended one of them; empty while all are at work."""
        ended = [task for task in self._tasks if task.done() and not task.cancelled()]
        return [error for task in ended if (error := task.exception()) is not None]

    async def leave(self) -> None:
        """All go home."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._exits.aclose()

    def _begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        self._tasks.append(asyncio.create_task(work, name=name))

    def _pressed(self, answer: CrewAnswer) -> None:
        self.counts[f"crew {answer.action}"] += 1
        self._say(
            f"{answer.unit}: {self._words(answer.action)} · {answer.order}"
            + (f" ({self._words(answer.reason)})" if answer.reason else "")
        )

    def _issued(self, plan: str) -> None:
        self.counts["officer issued"] += 1
        self._say(f"{self._words('officer_issued')} {plan}")

    def _opened(self, incident: str) -> None:
        self.counts["operator opened"] += 1
        self._say(f"{self._words('operator_opened')} {incident}")
