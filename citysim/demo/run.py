"""One run of the demo: starts the city and its people, watches, stops in order, gives the outcome.

Draws nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from citybrain.api.methods import CITY, DISTRICT
from citybrain.clock import SECOND_US, Clock, Timestamp, seconds_between
from citybrain.domain.incident import IncidentReport
from citybrain.ids import IdSource
from citybrain.rpc.public.client import ApiClient
from citybrain.structs import Struct
from citybrain.vocabulary import IncidentStage
from citysim.demo import programs
from citysim.demo.city import DemoCity
from citysim.demo.enrolment_port import enrolment_port
from citysim.demo.messages import Translator
from citysim.demo.outcome.latency import hop_latencies
from citysim.demo.outcome.run_statistics import run_statistics
from citysim.demo.outcome.verdict import DemoOutcome, missing
from citysim.demo.prepare.configs import BROKER, OFFICER, PEOPLE, Ports, RunFolder
from citysim.demo.processes import Processes
from citysim.demo.revocations import follow_revocations
from citysim.demo.screen.city_monitor import CityMonitor, follow_consoles
from citysim.demo.simulated_people import SimulatedPeople
from citysim.laws.history_reader import HistoryReader
from citysim.laws.table import check_all
from citysim.people.simulated_crew import CrewBehaviour
from citysim.supervise.supervisor import ProcessEvent, Supervisor

CHECK_LAWS_S = 5.0
# The stages of an incident that make a log line; for those between, the crews' answers do.
LOGGED_STAGES = frozenset(
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
DRAIN_S = 8.0  # how long the last items and letters may take to arrive before the city is stopped


class DemoOptions(Struct, frozen=True, kw_only=True):
    """What the user asked for. `duration_s` 0: until a signal."""

    duration_s: float
    seed: int
    you_issue: bool
    has_operators: bool


class DemoRun:
    """Use `running` as a context, then ask for the `outcome` once it was left."""

    def __init__(
        self,
        *,
        run: RunFolder,
        city: DemoCity,
        ports: Ports,
        options: DemoOptions,
        clock: Clock,
        ids: IdSource,
        translate: Translator,
    ) -> None:
        self._city, self._ports, self._options = city, ports, options
        self._clock, self._ids, self._translate = clock, ids, translate
        self._run = run
        self.monitor = CityMonitor(clock.now(), self._on_stage_change)
        self._history_reader = HistoryReader(run.files(city))
        supervisor = Supervisor(
            logs=run.logs, clock=clock, tag=ids.token(), on_event=self._on_process_event
        )
        self._processes = Processes(supervisor, programs.all_programs(run, city, ports))
        self._people = SimulatedPeople(
            run=run,
            city=city,
            ports=ports,
            clock=clock,
            translate=translate,
            log_line=self._log_line,
        )
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._began = clock.now()

    @asynccontextmanager
    async def running(self, on_step: Callable[[str], None]) -> AsyncIterator["DemoRun"]:
        """The city is up inside this context; however it is left, nothing of it remains.

        `on_step` is called with each set-up step as it begins.
        """
        async with AsyncExitStack() as exits:
            if self._ports.is_proved:
                port = enrolment_port(self._run.authority, clock=self._clock, ids=self._ids)
                await exits.enter_async_context(port)
            exits.push_async_callback(self._processes.stop)
            await self._processes.start(on_step)
            on_step("step_people")
            self._began = self._clock.now()
            exits.push_async_callback(self._stop_in_order, on_step)
            await self._start_people()
            self._tasks = (
                asyncio.create_task(self._watch(), name="watch"),
                asyncio.create_task(self._check_laws(), name="check laws"),
            )
            if self._ports.is_proved:
                revoked = follow_revocations(
                    self._run, self._ports, lambda: self.pids().get(BROKER)
                )
                self._tasks = (*self._tasks, asyncio.create_task(revoked, name="revocations"))
            exits.push_async_callback(_cancel, *self._tasks)
            yield self

    async def outcome(self) -> DemoOutcome:
        """The run's outcome; ask for it after `running` was left, so that all is at rest."""
        history = await asyncio.to_thread(self._history_reader.history, is_final=True)
        laws = await asyncio.to_thread(check_all, history)
        statistics, frames = run_statistics(history), self.monitor.frames.total()
        return DemoOutcome(
            seconds=seconds_between(self._began, self._clock.now()),
            statistics=statistics,
            frames=frames,
            hops=hop_latencies(history),
            laws=laws,
            deaths=self._processes.deaths(),
            simulated=dict(sorted(self._people.counts.items())),
            missing=missing(statistics, frames, laws),
        )

    def detail(self, step: str) -> str:
        """What a set-up step is about."""
        if step != "step_broker":
            return "…"
        return "mosquitto" if self._ports.is_proved else f"iotcore. {self._translate('lab')}"

    def seconds_left(self) -> float | None:
        """Until the end that the user asked for; None when there is none."""
        if not self._options.duration_s:
            return None
        return max(0.0, self._options.duration_s - seconds_between(self._began, self._clock.now()))

    def errors(self) -> list[BaseException]:
        """What ended a simulated person, the watch or the check of the laws: the demo cannot go on
        as promised.
        """
        ended = [task for task in self._tasks if task.done() and not task.cancelled()]
        own = [error for task in ended if (error := task.exception()) is not None]
        return [*self._people.failed(), *own]

    def pids(self) -> dict[str, int]:
        """By name, the pid of every process that is up."""
        return self._processes.pids()

    def is_ready(self, name: str) -> bool:
        """Whether the process of that name is up and ready."""
        return self._processes.is_ready(name)

    def _log_line(self, line: str) -> None:
        self.monitor.add_log_line(f"{_clock_text(self._clock.now())}  {line}")

    def _on_stage_change(self, district: str, report: IncidentReport) -> None:
        if report.stage in LOGGED_STAGES:
            kind, stage = self._translate(report.kind), self._translate(report.stage)
            self._log_line(f"{district}: {kind} {stage} · {report.incident}")

    async def _start_people(self) -> None:
        await self._people.start_crews(CrewBehaviour(seed=self._options.seed))
        if not self._options.you_issue:
            await self._people.start_officer()
        if self._options.has_operators:
            await self._people.start_operators()

    async def _watch(self) -> None:
        async with AsyncExitStack() as clients:
            districts = {
                d.id: await clients.enter_async_context(
                    ApiClient(
                        self._ports.districts[d.id].grpc_address,
                        DISTRICT,
                        tls=self._ports.tls_of(PEOPLE),
                    )
                )
                for d in self._city.districts
            }
            city = ApiClient(self._ports.city.grpc_address, CITY, tls=self._ports.tls_of(OFFICER))
            await clients.enter_async_context(city)
            await follow_consoles(self.monitor, districts, city, self._clock)

    async def _check_laws(self) -> None:
        while True:
            await asyncio.sleep(CHECK_LAWS_S)
            history = await asyncio.to_thread(self._history_reader.history)
            self.monitor.laws = await asyncio.to_thread(check_all, history)

    async def _stop_in_order(self, on_step: Callable[[str], None]) -> None:
        """Stops the agents, waits for what they sent last, then stops the people."""
        on_step("stopping")
        await self._processes.stop_agents()
        deadline = self._clock.instant() + round(DRAIN_S * SECOND_US)
        while self.monitor.backlog() and self._clock.instant() < deadline:
            await asyncio.sleep(0.2)
        await self._people.stop()

    def _on_process_event(self, event: ProcessEvent) -> None:
        if event.kind == "ready":
            return
        detail = f"({event.detail})" if event.detail else ""
        self._log_line(" ".join(filter(None, (event.name, self._translate(event.kind), detail))))


async def _cancel(*tasks: asyncio.Task[None]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def _clock_text(at: Timestamp) -> str:
    seconds = at // SECOND_US % 86_400
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
