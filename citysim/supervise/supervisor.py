"""Keeps programs running: starts them, restarts them with backoff, stops them in order.

Leaves no process behind.
"""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.structs import Struct
from citysim.errors import ProgramFailedError
from citysim.supervise import process_tree
from citysim.supervise.child_process import ChildProcess, Program
from citysim.supervise.restart_backoff import RestartHistory, delay_after_death

ORPHAN_GRACE_S = 3.0
EventKind = Literal["started", "ready", "died", "gave_up", "stopped"]


class ProcessEvent(Struct, frozen=True, kw_only=True):
    """Something that happened to the program `name`. `detail`: an exit code, or empty."""

    kind: EventKind
    name: str
    detail: str = ""


@dataclass(slots=True)  # mutable: one program's present state
class _Supervised:
    program: Program
    child: ChildProcess | None
    started: Instant
    history: RestartHistory
    deaths: int = 0


class Supervisor:
    """One per run.

    `tag` names the run: no other run on this machine has it. `on_event` is called on the event
    loop.
    """

    def __init__(
        self, *, logs: Path, clock: Clock, tag: str, on_event: Callable[[ProcessEvent], None]
    ) -> None:
        self._logs, self._clock, self._tag, self._on_event = logs, clock, tag, on_event
        self._supervised: dict[str, _Supervised] = {}
        self._watchers: dict[str, asyncio.Task[None]] = {}
        process_tree.become_subreaper()

    async def start(self, program: Program) -> None:
        """Start `program` and wait until it is ready; raises `ProgramFailedError`."""
        child = self._spawn(program)
        supervised = _Supervised(
            program=program, child=child, started=self._clock.instant(), history=RestartHistory()
        )
        self._supervised[program.name] = supervised
        await child.wait_ready()
        self._emit("ready", program.name)
        self._watchers[program.name] = asyncio.create_task(
            self._watch(supervised), name=f"watch {program.name}"
        )

    def pid(self, name: str) -> int | None:
        """The pid of the process of that name; None while it is down or was never started."""
        supervised = self._supervised.get(name)
        return None if supervised is None or supervised.child is None else supervised.child.pid

    def deaths(self) -> dict[str, int]:
        """How often each program died without being asked to."""
        return {name: supervised.deaths for name, supervised in sorted(self._supervised.items())}

    def is_ready(self, name: str) -> bool:
        supervised = self._supervised.get(name)
        return (
            supervised is not None
            and supervised.child is not None
            and supervised.child.ready.is_set()
        )

    async def stop(self) -> None:
        """Stop every program, lowest `stop_order` first, and everything they left behind."""
        for order in sorted({one.program.stop_order for one in self._supervised.values()}):
            await self.stop_programs(order)
        await self._end_orphans()

    async def stop_programs(self, order: int) -> None:
        """Stop the programs of one `stop_order`, all at the same time."""
        stopping = [one for one in self._supervised.values() if one.program.stop_order == order]
        watchers = [
            self._watchers.pop(one.program.name)
            for one in stopping
            if one.program.name in self._watchers
        ]
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)
        await asyncio.gather(*(self._stop_one(one) for one in stopping if one.child is not None))

    async def _stop_one(self, supervised: _Supervised) -> None:
        assert supervised.child is not None
        code = await supervised.child.stop()
        supervised.child = None
        self._emit("stopped", supervised.program.name, str(code))

    def _spawn(self, program: Program) -> ChildProcess:
        self._emit("started", program.name)
        return ChildProcess.start(
            program, log=self._logs / f"{program.name}.log", tag=self._tag_of(program)
        )

    async def _watch(self, supervised: _Supervised) -> None:
        """Start the program again whenever it ends, until it died too often."""
        name = supervised.program.name
        while supervised.child is not None:
            code = await supervised.child.wait()
            supervised.child, supervised.deaths = None, supervised.deaths + 1
            # What it left behind would hold its ports and memory (Ray's processes, for one).
            process_tree.signal_tagged(self._tag_of(supervised.program), signal.SIGKILL)
            supervised.history, delay_s = delay_after_death(
                supervised.history, started=supervised.started, died=self._clock.instant()
            )
            self._emit("died", name, str(code))
            if delay_s is None:
                self._emit("gave_up", name)
                return
            await asyncio.sleep(delay_s)
            supervised.started = self._clock.instant()
            supervised.child = self._spawn(supervised.program)
            await self._wait_ready(supervised.program, supervised.child)

    async def _wait_ready(self, program: Program, child: ChildProcess) -> None:
        try:
            await child.wait_ready()
        except ProgramFailedError:
            await child.stop()  # `_watch` learns of its end and tries again
        else:
            self._emit("ready", program.name)

    def _emit(self, kind: EventKind, name: str, detail: str = "") -> None:
        self._on_event(ProcessEvent(kind=kind, name=name, detail=detail))

    def _tag_of(self, program: Program) -> str:
        return f"{self._tag}/{program.name}/"

    async def _end_orphans(self) -> None:
        deadline = self._clock.instant() + round(ORPHAN_GRACE_S * SECOND_US)
        number = signal.SIGTERM
        while process_tree.signal_tagged(f"{self._tag}/", number):
            if self._clock.instant() > deadline:
                number = signal.SIGKILL
            await asyncio.sleep(0.1)
        process_tree.collect_orphans()
