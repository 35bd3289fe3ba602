"""Carries faults out and takes them back: signals, links, disks, clocks. Decides nothing; the table says what is done for each kind."""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from citybrain.clock import SECOND_US, Clock
from citysim.chaos.fault.kinds import Fault, FaultKind
from citysim.chaos.net.port import Link, Links
from citysim.chaos.place.clocks import Clocks
from citysim.chaos.place.disks import Disks
from citysim.demo.prepare.configs import BROKER, CITY
from citysim.demo.processes import Processes
from citysim.errors import NoFaultTargetError
from citysim.supervise import tree

REFILL_S = 0.1  # what a process deletes on a full disk is taken again


@dataclass(slots=True, kw_only=True)
class Hands:
    """`frozen` are pids that were stopped and not yet continued."""

    processes: Processes
    links: Links
    disks: Disks
    clocks: Clocks
    broker_folder: Path
    clock: Clock
    frozen: set[int] = field(default_factory=set)

    async def strike(self, fault: Fault) -> int:
        """Begin it; the pid that was killed, 0 when none was. Raises `NoFaultTargetError`."""
        return await STRIKE[fault.kind](self, fault)

    async def hold(self, fault: Fault) -> None:
        """Until its time is up."""
        until = self.clock.instant() + round(fault.hold_s * SECOND_US)
        while (rest_s := (until - self.clock.instant()) / SECOND_US) > 0:
            if fault.kind is FaultKind.DISK_FULL:
                await asyncio.to_thread(self.disks.fill, fault.target)
            await asyncio.sleep(min(rest_s, REFILL_S))

    def take_back(self, fault: Fault) -> None:
        """End it. Does no harm when it had not begun, or was taken back before."""
        TAKE_BACK[fault.kind](self, fault)

    def not_replaced(self, fault: Fault, killed: int) -> tuple[str, ...]:
        """What was killed must be there again, as another process."""
        if not killed:
            return ()
        name = fault.target
        running = (
            self.daemons(name)
            if fault.kind is FaultKind.RAY_HEAD
            else [self.processes.pids().get(name)]
        )
        return (
            ()
            if any(pid not in (None, killed) for pid in running)
            else (f"{name} was not started again",)
        )

    def daemons(self, name: str) -> list[int]:
        """Those of the Ray below the coordinator, and of no other."""
        return [pid for pid in tree.descendants(self.pid(CITY)) if tree.program_of(pid) == name]

    def pid(self, name: str) -> int:
        pid = self.processes.pids().get(name)
        if pid is None:
            raise NoFaultTargetError(f"{name} is not running")
        return pid


async def _kill(hands: Hands, fault: Fault) -> int:
    pid = hands.pid(fault.target)
    os.kill(pid, signal.SIGKILL)
    return pid


async def _forget(hands: Hands, fault: Fault) -> int:
    """Its files go while it stands still, so that it can write none of them again; then it is killed."""
    pid = hands.pid(BROKER)
    os.kill(pid, signal.SIGSTOP)
    for path in sorted(hands.broker_folder.glob("*.db*")):
        path.unlink()
    os.kill(pid, signal.SIGKILL)
    return pid


async def _behead(hands: Hands, fault: Fault) -> int:
    pids = hands.daemons(fault.target)
    if not pids:
        raise NoFaultTargetError(f"there is no {fault.target} below the coordinator")
    os.kill(pids[0], signal.SIGKILL)
    return pids[0]


async def _freeze(hands: Hands, fault: Fault) -> int:
    pid = hands.pid(fault.target)
    os.kill(pid, signal.SIGSTOP)
    hands.frozen.add(pid)
    return 0


async def _cut(hands: Hands, fault: Fault) -> int:
    hands.links.silence(link_of(fault), fault.way)
    return 0


async def _slow(hands: Hands, fault: Fault) -> int:
    hands.links.delay(link_of(fault), ms=fault.amount, jitter_ms=fault.jitter_ms)
    return 0


async def _fill(hands: Hands, fault: Fault) -> int:
    await asyncio.to_thread(hands.disks.fill, fault.target)
    return 0


async def _step(hands: Hands, fault: Fault) -> int:
    hands.clocks.step(fault.target, fault.amount, hands.clock.instant())
    return 0


def _thaw(hands: Hands, fault: Fault) -> None:
    while hands.frozen:
        with suppress(ProcessLookupError):
            os.kill(hands.frozen.pop(), signal.SIGCONT)


def _nothing(hands: Hands, fault: Fault) -> None:
    """It was over when it had happened: the supervisor starts what died."""


def _link_again(hands: Hands, fault: Fault) -> None:
    hands.links.heal(link_of(fault))


def _free(hands: Hands, fault: Fault) -> None:
    hands.disks.free(fault.target)


def _step_back(hands: Hands, fault: Fault) -> None:
    hands.clocks.step(fault.target, 0.0, hands.clock.instant())


STRIKE: Mapping[FaultKind, Callable[[Hands, Fault], Awaitable[int]]] = {
    FaultKind.KILL: _kill,
    FaultKind.CUT: _cut,
    FaultKind.ONE_WAY: _cut,
    FaultKind.DELAY: _slow,
    FaultKind.DISK_FULL: _fill,
    FaultKind.CLOCK_STEP: _step,
    FaultKind.BROKER_FORGETS: _forget,
    FaultKind.RAY_HEAD: _behead,
    FaultKind.FREEZE: _freeze,
}
TAKE_BACK: Mapping[FaultKind, Callable[[Hands, Fault], None]] = {
    FaultKind.KILL: _nothing,
    FaultKind.CUT: _link_again,
    FaultKind.ONE_WAY: _link_again,
    FaultKind.DELAY: _link_again,
    FaultKind.DISK_FULL: _free,
    FaultKind.CLOCK_STEP: _step_back,
    FaultKind.BROKER_FORGETS: _nothing,
    FaultKind.RAY_HEAD: _nothing,
    FaultKind.FREEZE: _thaw,
}


def link_of(fault: Fault) -> Link:
    client, _, server = fault.target.partition(">")
    return Link(client=client, server=server)
