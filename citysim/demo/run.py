"""One run of the demo from the first process to the last: starts the city, puts people to work, watches, stops in order, judges. Draws nothing itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from citybrain.bus.broker import Kind
from citybrain.clock import SECOND_US, Clock, Timestamp, seconds_between
from citybrain.domain.incident import IncidentReport
from citybrain.ids import IdSource
from citybrain.rpc.clients import CityConsoleClient, DistrictConsoleClient
from citybrain.vocabulary import IncidentStage
from citysim.crews.mind import Habits
from citysim.demo import programs
from citysim.demo.city import DemoCity
from citysim.demo.outcome.account import account
from citysim.demo.outcome.latency import hops
from citysim.demo.outcome.verdict import Outcome, missing
from citysim.demo.people import People
from citysim.demo.prepare.configs import Ports, RunFolder
from citysim.demo.processes import Processes
from citysim.demo.screen.board import Board, watch
from citysim.demo.words import Words
from citysim.laws.gather import Gathering
from citysim.laws.table import check_all
from citysim.supervise.supervisor import Happening, Supervisor

LAWS_EVERY_S = 5.0
TOLD_STAGES = (
    frozenset(  # the turns of a case that make a line; the steps between are told by the crews
        {
            IncidentStage.OPENED,
            IncidentStage.DISPATCHED,
            IncidentStage.HANDLED,
            IncidentStage.CLOSED,
            IncidentStage.REOPENED,
            IncidentStage.REJECTED,
            IncidentStage.DEFERRED,
        }
    )
)
DRAIN_S = 8.0  # how long the last words of agents and districts may take to be heard before the city is stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the user asked for. `duration_s` 0: until a signal."""

    duration_s: float
    seed: int
    you_issue: bool
    has_operators: bool
    broker: Kind


class DemoRun:
    """Use `running` as a context, then `outcome` once it was left. `step` hears of each set-up step as it begins and ends."""

    def __init__(
        self,
        *,
        run: RunFolder,
        city: DemoCity,
        ports: Ports,
        wishes: Wishes,
        clock: Clock,
        ids: IdSource,
        words: Words,
    ) -> None:
        self._run, self._city, self._ports, self._wishes, self._clock, self._words = (
            run,
            city,
            ports,
            wishes,
            clock,
            words,
        )
        self.board = Board(clock.now(), self._on_stage)
        self._gathering = Gathering(run.files(city))
        supervisor = Supervisor(
            logs=run.logs, clock=clock, mark=ids.token(), say=self._on_happening
        )
        self._processes = Processes(
            supervisor, programs.all_programs(run, city, ports, wishes.broker)
        )
        self._people = People(
            run=run, city=city, ports=ports, clock=clock, words=words, say=self.say
        )
        self._began = clock.now()

    @asynccontextmanager
    async def running(self, step: Callable[[str], None]) -> AsyncIterator["DemoRun"]:
        """The whole city is up inside this context and nothing of it is left after it, however it is left."""
        async with AsyncExitStack() as exits:
            exits.push_async_callback(self._processes.stop)
            await self._processes.start(step)
            step("step_people")
            self._began = self._clock.now()
            exits.push_async_callback(self._wind_down, step)
            await self._put_people_to_work()
            watching = asyncio.create_task(self._watch(), name="watch")
            judging = asyncio.create_task(self._judge(), name="judge")
            exits.push_async_callback(_cancelled, watching, judging)
            yield self

    async def outcome(self) -> Outcome:
        """What the run came to; after `running` was left, so that everything is at rest."""
        history = await asyncio.to_thread(self._gathering.history, is_final=True)
        laws = await asyncio.to_thread(check_all, history)
        told, frames = account(history), self.board.frames.total()
        return Outcome(
            seconds=seconds_between(self._began, self._clock.now()),
            account=told,
            frames=frames,
            hops=hops(history),
            laws=laws,
            deaths=self._processes.deaths(),
            simulated=dict(sorted(self._people.counts.items())),
            missing=missing(told, frames, laws),
        )

    def detail(self, step: str) -> str:
        """What a set-up step is about."""
        return self._wishes.broker if step == "step_broker" else "…"

    def seconds_left(self) -> float | None:
        """Until the wished end; None when there is none."""
        if not self._wishes.duration_s:
            return None
        return max(0.0, self._wishes.duration_s - seconds_between(self._began, self._clock.now()))

    def faults(self) -> list[BaseException]:
        """What ended a simulated person: the demo cannot go on as promised."""
        return self._people.failed()

    def pids(self) -> dict[str, int]:
        """Of every process that is up, by name."""
        return self._processes.pids()

    def is_ready(self, name: str) -> bool:
        """Whether the process of that name is up and said so."""
        return self._processes.is_ready(name)

    def say(self, line: str) -> None:
        """One more happening, with its time."""
        self.board.happened(f"{_clock_text(self._clock.now())}  {line}")

    def _on_stage(self, district: str, report: IncidentReport) -> None:
        if report.stage in TOLD_STAGES:
            self.say(
                f"{district}: {self._words(report.kind)} {self._words(report.stage)} · {report.incident}"
            )

    async def _put_people_to_work(self) -> None:
        await self._people.crews(Habits(seed=self._wishes.seed))
        if not self._wishes.you_issue:
            await self._people.officer()
        if self._wishes.has_operators:
            await self._people.operators()

    async def _watch(self) -> None:
        async with AsyncExitStack() as clients:
            districts = {
                d.id: await clients.enter_async_context(
                    DistrictConsoleClient(self._ports.districts[d.id].grpc_address)
                )
                for d in self._city.districts
            }
            city = await clients.enter_async_context(
                CityConsoleClient(self._ports.city.grpc_address)
            )
            await watch(self.board, districts, city)

    async def _judge(self) -> None:
        while True:
            await asyncio.sleep(LAWS_EVERY_S)
            history = await asyncio.to_thread(self._gathering.history)
            self.board.laws = await asyncio.to_thread(check_all, history)

    async def _wind_down(self, step: Callable[[str], None]) -> None:
        """Agents first; what they said last is heard, then the crews go home."""
        step("stopping")
        await self._processes.stop_agents()
        deadline = self._clock.instant() + round(DRAIN_S * SECOND_US)
        while self.board.backlog() and self._clock.instant() < deadline:
            await asyncio.sleep(0.2)
        await self._people.leave()

    def _on_happening(self, happening: Happening) -> None:
        if happening.what != "ready":
            self.say(
                " ".join(
                    filter(
                        None,
                        (
                            happening.name,
                            self._words(happening.what),
                            f"({happening.detail})" if happening.detail else "",
                        ),
                    )
                )
            )


async def _cancelled(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _clock_text(at: Timestamp) -> str:
    seconds = at // SECOND_US % 86_400
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
