"""One chaos run from the first process to the last.

Starts the city, injects the faults one by one, checks the laws after each, stops in order, and
gives the outcome.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from citybrain.broker.write import DATA
from citybrain.clock import SECOND_US, Clock, Timestamp, later, seconds_between
from citybrain.structs import replace
from citysim.chaos.city import crew_behaviour
from citysim.chaos.environment.process_clocks import ProcessClocks
from citysim.chaos.environment.run_tag import RunTag
from citysim.chaos.environment.small_disks import SmallDisks
from citysim.chaos.fault.kinds import Fault, FaultKind
from citysim.chaos.fault_injector import FaultInjector
from citysim.chaos.net.port import Links
from citysim.chaos.outcome.run_outcome import ChaosOutcome, FaultOutcome
from citysim.chaos.recovery.backlog import backlog, undelivered
from citysim.chaos.recovery.city_health import CityHealth
from citysim.chaos.recovery.liveness import incident_closed_since
from citysim.chaos.recovery.recovery_monitor import Recovery, RecoveryMonitor
from citysim.demo import programs
from citysim.demo.city import DemoCity
from citysim.demo.messages import Translator
from citysim.demo.outcome.run_statistics import run_statistics
from citysim.demo.prepare.configs import BROKER, Ports, RunFolder
from citysim.demo.processes import Processes
from citysim.demo.simulated_people import SimulatedPeople
from citysim.errors import NoFaultTargetError
from citysim.laws.history import History, Stall
from citysim.laws.history_reader import HistoryReader
from citysim.laws.report import LawReport
from citysim.laws.table import check_all
from citysim.supervise.child_process import Program
from citysim.supervise.supervisor import ProcessEvent, Supervisor

RAY_UP_S = 90.0  # from when the coordinator is ready until Ray plans
RECOVERY_S = 120.0  # in which an incident that began after the last fault must be closed
DRAIN_S = 30.0
POLL_S = 0.2
RETRY_S = 0.5  # of a node whose disk was full
CLOCK_ERROR_S = 1.0  # between two processes of one machine whose clocks were never stepped


@dataclass(frozen=True, slots=True, kw_only=True)  # not a Struct: it is made of live objects
class RunEnvironment:
    """Where a run takes place. The links are open; the configurations name these ports."""

    run: RunFolder
    city: DemoCity
    ports: Ports
    links: Links
    disks: SmallDisks
    clocks: ProcessClocks
    tag: RunTag


class ChaosRun:
    """Use `running` as a context, inject the faults inside it, ask for the `outcome` after it.

    `impossible`: by kind, why it cannot be injected here.
    """

    def __init__(
        self,
        *,
        environment: RunEnvironment,
        seed: int,
        faults: Sequence[Fault],
        impossible: Mapping[FaultKind, str],
        clock: Clock,
        translate: Translator,
    ) -> None:
        self._environment, self._seed, self._faults = environment, seed, tuple(faults)
        self._impossible, self._clock = impossible, clock
        run, city, ports = environment.run, environment.city, environment.ports
        self.process_events: list[str] = []
        self._processes = self._make_processes()
        self._people = SimulatedPeople(
            run=run,
            city=city,
            ports=ports,
            clock=clock,
            translate=translate,
            log_line=lambda _line: None,
        )
        self._history_reader = HistoryReader(run.files(city))
        self._health = CityHealth(city, ports)
        self._recovery = RecoveryMonitor(
            processes=self._processes, health=self._health, read=self._history, clock=clock
        )
        self._injector = FaultInjector(
            processes=self._processes,
            links=environment.links,
            disks=environment.disks,
            clocks=environment.clocks,
            broker_folder=run.broker / DATA,
            clock=clock,
        )
        self._stalls: list[Stall] = []
        self._known_violations: set[str] = set()
        self._outcomes: list[FaultOutcome] = []
        self._began = clock.now()
        self._recovery_failure = "the recovery phase was not reached"

    @asynccontextmanager
    async def running(self, on_step: Callable[[str], None]) -> AsyncIterator["ChaosRun"]:
        """The city is up inside this context; however it is left, nothing of it remains."""
        async with AsyncExitStack() as exits:
            exits.push_async_callback(self._processes.stop)
            await self._processes.start(on_step)
            on_step("step_people")
            exits.push_async_callback(self._people.stop)
            await self._people.start_crews(crew_behaviour(self._seed))
            await self._people.start_operators()
            await exits.enter_async_context(self._health)
            on_step("step_health")
            first = await self._wait_for_ray()
            if first.took_s is None:
                self._outcomes.append(FaultOutcome(fault=None, recovery=first))
            yield self

    async def inject_faults(self) -> AsyncIterator[FaultOutcome]:
        """Inject one fault after another; yields each outcome. Raises what ended a person."""
        for fault in self._faults:
            for error in self._people.failed():
                raise error
            self._outcomes.append(await self._inject(fault))
            yield self._outcomes[-1]

    async def recovery_phase(self) -> None:
        """After the last fault: an incident is closed, then all stop, and what is sent arrives."""
        began = self._clock.now()
        works = await self._until(lambda history: incident_closed_since(history, began), RECOVERY_S)
        self._recovery_failure = (
            "" if works else f"no incident was closed within {RECOVERY_S:.0f} s of the last fault"
        )
        await self._processes.stop_agents()
        await self._until(_is_drained, DRAIN_S)
        await self._people.stop()
        if not await self._until(_is_drained, DRAIN_S) and not self._recovery_failure:
            self._recovery_failure = (
                f"letters were still under way {DRAIN_S:.0f} s after everything had stopped"
            )

    async def outcome(self) -> ChaosOutcome:
        """The run's outcome; ask for it after `running` was left, so that nothing is under way."""
        history = replace(await asyncio.to_thread(self._history), is_final=True)
        return ChaosOutcome(
            seed=self._seed,
            net=self._environment.links.name,
            seconds=seconds_between(self._began, self._clock.now()),
            faults=tuple(self._outcomes),
            laws=await asyncio.to_thread(check_all, history),
            statistics=run_statistics(history),
            records={node.name: len(node.records) for node in history.nodes()},
            deaths=self._processes.deaths(),
            recovery_failure=self._recovery_failure,
            impossible=dict(self._impossible),
        )

    async def _inject(self, fault: Fault) -> FaultOutcome:
        if fault.kind in self._impossible:
            return FaultOutcome(fault=fault, skipped=self._impossible[fault.kind])
        await asyncio.sleep(fault.rest_s)
        needs_ray = fault.kind is FaultKind.RAY_HEAD
        if needs_ray:
            await self._wait_for_ray()
        began = self._clock.now()
        try:
            killed = await self._injector.inject(fault)
            await self._injector.hold(fault)
        except NoFaultTargetError as error:
            failed = Recovery(took_s=None, problems=(str(error),))
            return FaultOutcome(fault=fault, recovery=failed)
        finally:
            self._injector.revert(fault)
        self._note_stall(fault, began)
        recovery = await self._recovery.wait(
            since=self._clock.instant(),
            extra_problems=lambda: self._injector.not_replaced(fault, killed),
            needs_ray=needs_ray,
        )
        laws = await asyncio.to_thread(lambda: check_all(self._history()))
        return FaultOutcome(
            fault=fault,
            recovery=recovery,
            checked=sum(law.checked for law in laws),
            violations=self._new_violations(laws),
        )

    async def _wait_for_ray(self) -> Recovery:
        return await self._recovery.wait(
            since=self._clock.instant(), needs_ray=True, within_s=RAY_UP_S
        )

    def _new_violations(self, laws: Sequence[LawReport]) -> tuple[str, ...]:
        found = [f"{law.law}: {sentence}" for law in laws for sentence in law.violations]
        new = tuple(sentence for sentence in found if sentence not in self._known_violations)
        self._known_violations.update(new)
        return new

    def _note_stall(self, fault: Fault, began: Timestamp) -> None:
        """In the node's own time, which may be ahead of this process's."""
        if fault.kind in (FaultKind.FREEZE, FaultKind.DISK_FULL):
            lead_s = self._environment.clocks.lead_s(fault.target, self._clock.instant())
            tail_s = lead_s + (RETRY_S if fault.kind is FaultKind.DISK_FULL else 0.0)
            until = later(self._clock.now(), tail_s)
            self._stalls.append(Stall(node=fault.target, since=began, until=until))

    def _history(self) -> History:
        steps_s = [
            abs(fault.amount) for fault in self._faults if fault.kind is FaultKind.CLOCK_STEP
        ]
        return replace(
            self._history_reader.history(),
            stalls=tuple(self._stalls),
            clock_error_s=max(steps_s, default=0.0) + CLOCK_ERROR_S,
        )

    async def _until(self, is_true: Callable[[History], bool], within_s: float) -> bool:
        deadline = self._clock.instant() + within_s * SECOND_US
        while not is_true(await asyncio.to_thread(self._history)):
            if self._clock.instant() > deadline:
                return False
            await asyncio.sleep(POLL_S)
        return True

    def _make_processes(self) -> Processes:
        environment = self._environment
        supervisor = Supervisor(
            logs=environment.run.logs,
            clock=self._clock,
            tag=str(environment.tag),
            on_event=self._on_process_event,
        )
        plain = programs.all_programs(environment.run, environment.city, environment.ports)
        return Processes(supervisor, [self._in_environment(program) for program in plain])

    def _in_environment(self, program: Program) -> Program:
        """In its network, under its clock. The broker has the machine's clock: it is not ours."""
        argv = program.argv
        if program.name != BROKER:
            argv = self._environment.clocks.wrap_command(program.name, argv)
        return replace(program, argv=self._environment.links.wrap_command(program.name, argv))

    def _on_process_event(self, event: ProcessEvent) -> None:
        parts = (str(self._clock.now()), event.name, event.kind, event.detail)
        self.process_events.append(" ".join(filter(None, parts)))


def _is_drained(history: History) -> bool:
    return not [line for line in undelivered(backlog(history), history) if "letter" in line]
