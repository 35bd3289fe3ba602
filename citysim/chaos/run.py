"""One chaos run from the first process to the last: starts the city, carries out its faults one by one, reads the laws after each, stops in order, judges."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from citybrain.bus.broker import Kind
from citybrain.clock import SECOND_US, Clock, Timestamp, later, seconds_between
from citysim.chaos.city import habits
from citysim.chaos.fault.kinds import Fault, FaultKind
from citysim.chaos.hands import Hands
from citysim.chaos.heal.calm import closed_since
from citysim.chaos.heal.consoles import Consoles
from citysim.chaos.heal.debts import debts, unpaid
from citysim.chaos.heal.recovery import Healing, Recovery
from citysim.chaos.net.port import Links
from citysim.chaos.outcome.told import Outcome, Told
from citysim.chaos.place.clocks import Clocks
from citysim.chaos.place.disks import Disks
from citysim.chaos.place.mark import Mark
from citysim.demo import programs
from citysim.demo.city import DemoCity
from citysim.demo.outcome.account import account
from citysim.demo.people import People
from citysim.demo.prepare.configs import BROKER, Ports, RunFolder
from citysim.demo.processes import Processes
from citysim.demo.words import Words
from citysim.errors import NoFaultTargetError
from citysim.laws.gather import Gathering
from citysim.laws.history import History, Stall
from citysim.laws.report import LawReport
from citysim.laws.table import check_all
from citysim.supervise.child import Program
from citysim.supervise.supervisor import Happening, Supervisor

RAY_UP_S = 90.0  # from when the coordinator is ready until planning is Ray's
CALM_S = 120.0  # in which something that began after the last fault must have gone the whole way
DRAIN_S = 30.0
LOOK_S = 0.2
RETRY_S = 0.5  # of a node whose disk was full
CLOCKS_AGREE_S = 1.0  # of two processes of one machine, never stepped


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a run takes place. The links are open and the ports are those that its configurations name."""

    run: RunFolder
    city: DemoCity
    ports: Ports
    broker: Kind
    links: Links
    disks: Disks
    clocks: Clocks
    mark: Mark


class ChaosRun:
    """Use `running` as a context, `carry_out` the faults inside it, and ask for the `outcome` after it. `impossible`: by kind, why it cannot be done here."""

    def __init__(
        self,
        *,
        stage: Stage,
        seed: int,
        faults: Sequence[Fault],
        impossible: Mapping[FaultKind, str],
        clock: Clock,
        words: Words,
    ) -> None:
        self._stage, self._seed, self._faults, self._impossible, self._clock = (
            stage,
            seed,
            tuple(faults),
            impossible,
            clock,
        )
        self.happenings: list[str] = []
        supervisor = Supervisor(
            logs=stage.run.logs, clock=clock, mark=str(stage.mark), say=self._on_happening
        )
        whole = programs.all_programs(stage.run, stage.city, stage.ports, stage.broker)
        self._processes = Processes(supervisor, [self._placed(program) for program in whole])
        self._people = People(
            run=stage.run,
            city=stage.city,
            ports=stage.ports,
            clock=clock,
            words=words,
            say=lambda _line: None,
        )
        self._gathering = Gathering(stage.run.files(stage.city))
        self._snapshots = Consoles(stage.city, stage.ports)
        self._healing = Healing(
            processes=self._processes, snapshots=self._snapshots, read=self._history, clock=clock
        )
        self._hands = Hands(
            processes=self._processes,
            links=stage.links,
            disks=stage.disks,
            clocks=stage.clocks,
            broker_folder=stage.run.broker,
            clock=clock,
        )
        self._stalls: list[Stall] = []
        self._known_breaks: set[str] = set()
        self._told: list[Told] = []
        self._began = clock.now()
        self._calm = "was not waited for"

    @asynccontextmanager
    async def running(self, step: Callable[[str], None]) -> AsyncIterator["ChaosRun"]:
        """The whole city is up inside this context and nothing of it is left after it, however it is left."""
        async with AsyncExitStack() as exits:
            exits.push_async_callback(self._processes.stop)
            await self._processes.start(step)
            step("step_people")
            exits.push_async_callback(self._people.leave)
            await self._people.crews(habits(self._seed))
            await self._people.operators()
            await exits.enter_async_context(self._snapshots)
            step("step_whole")
            first = await self._healing.over(
                since=self._clock.instant(), wants_ray=True, within_s=RAY_UP_S
            )
            if first.took_s is None:
                self._told.append(Told(fault=None, recovery=first))
            yield self

    async def carry_out(self) -> AsyncIterator[Told]:
        """One fault after another; what came of each. Raises what ended a simulated person."""
        for fault in self._faults:
            for error in self._people.failed():
                raise error
            self._told.append(await self._one(fault))
            yield self._told[-1]

    async def calm(self) -> None:
        """After the last fault: something goes the whole way, then the agents stop, the crews go home, and what is under way arrives."""
        began = self._clock.now()
        works = await self._until(lambda history: closed_since(history, began), CALM_S)
        self._calm = (
            "" if works else f"no incident was closed within {CALM_S:.0f} s of the last fault"
        )
        await self._processes.stop_agents()
        await self._until(_is_drained, DRAIN_S)
        await self._people.leave()
        if not await self._until(_is_drained, DRAIN_S):
            self._calm = (
                self._calm
                or f"letters were still under way {DRAIN_S:.0f} s after everybody had stopped"
            )

    async def outcome(self) -> Outcome:
        """What the run came to; after `running` was left, so that everything is at rest."""
        history = replace(await asyncio.to_thread(self._history), is_final=True)
        return Outcome(
            seed=self._seed,
            net=self._stage.links.name,
            seconds=seconds_between(self._began, self._clock.now()),
            told=tuple(self._told),
            laws=await asyncio.to_thread(check_all, history),
            account=account(history),
            records={
                name: len(node.steps)
                for name, node in [
                    *history.districts,
                    *([("city", history.city)] if history.city is not None else []),
                ]
            },
            deaths=self._processes.deaths(),
            calm=self._calm,
            impossible=dict(self._impossible),
        )

    async def _one(self, fault: Fault) -> Told:
        if fault.kind in self._impossible:
            return Told(fault=fault, skipped=self._impossible[fault.kind])
        await asyncio.sleep(fault.rest_s)
        is_ray = fault.kind is FaultKind.RAY_HEAD
        if is_ray:
            await self._healing.over(since=self._clock.instant(), wants_ray=True, within_s=RAY_UP_S)
        began = self._clock.now()
        try:
            killed = await self._hands.strike(fault)
            await self._hands.hold(fault)
        except NoFaultTargetError as error:
            return Told(fault=fault, recovery=Recovery(took_s=None, lacks=(str(error),)))
        finally:
            self._hands.take_back(fault)
        self._note_stall(fault, began)
        recovery = await self._healing.over(
            since=self._clock.instant(),
            lacks_now=lambda: self._hands.not_replaced(fault, killed),
            wants_ray=is_ray,
        )
        laws = await asyncio.to_thread(lambda: check_all(self._history()))
        return Told(
            fault=fault,
            recovery=recovery,
            checked=sum(law.checked for law in laws),
            broken=self._new_breaks(laws),
        )

    def _new_breaks(self, laws: Sequence[LawReport]) -> tuple[str, ...]:
        found = [f"{law.law}: {sentence}" for law in laws for sentence in law.broken]
        new = tuple(sentence for sentence in found if sentence not in self._known_breaks)
        self._known_breaks.update(new)
        return new

    def _note_stall(self, fault: Fault, began: Timestamp) -> None:
        """In the node's own time, which may be ahead of ours."""
        if fault.kind in (FaultKind.FREEZE, FaultKind.DISK_FULL):
            ahead_s = self._stage.clocks.ahead_s(fault.target, self._clock.instant())
            tail_s = ahead_s + (RETRY_S if fault.kind is FaultKind.DISK_FULL else 0.0)
            self._stalls.append(
                Stall(node=fault.target, since=began, until=later(self._clock.now(), tail_s))
            )

    def _history(self) -> History:
        stepped = [
            abs(fault.amount) for fault in self._faults if fault.kind is FaultKind.CLOCK_STEP
        ]
        return replace(
            self._gathering.history(),
            stalls=tuple(self._stalls),
            clock_error_s=max(stepped, default=0.0) + CLOCKS_AGREE_S,
        )

    async def _until(self, is_so: Callable[[History], bool], within_s: float) -> bool:
        deadline = self._clock.instant() + within_s * SECOND_US
        while not is_so(await asyncio.to_thread(self._history)):
            if self._clock.instant() > deadline:
                return False
            await asyncio.sleep(LOOK_S)
        return True

    def _placed(self, program: Program) -> Program:
        """In its network, under its clock. The broker is not ours: it has the machine's."""
        argv = (
            program.argv
            if program.name == BROKER
            else self._stage.clocks.under(program.name, program.argv)
        )
        return replace(program, argv=self._stage.links.inside(program.name, argv))

    def _on_happening(self, happening: Happening) -> None:
        self.happenings.append(
            " ".join(
                filter(
                    None, (str(self._clock.now()), happening.name, happening.what, happening.detail)
                )
            )
        )


def _is_drained(history: History) -> bool:
    return not [line for line in unpaid(debts(history), history) if "letter" in line]
