"""Injects faults and reverts them: signals, links, disks, clocks.

Decides nothing: two tables say what is done for each kind.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from citybrain.clock import SECOND_US, Clock
from citysim.chaos.environment.process_clocks import ProcessClocks
from citysim.chaos.environment.small_disks import SmallDisks
from citysim.chaos.fault.kinds import Fault, FaultKind
from citysim.chaos.net.port import Link, Links
from citysim.demo.prepare.configs import BROKER, CITY
from citysim.demo.processes import Processes
from citysim.errors import NoFaultTargetError
from citysim.supervise import process_tree

REFILL_S = 0.1  # the space of what a process deletes on a full disk is taken again


@dataclass(slots=True, kw_only=True)  # mutable, and made of live objects
class FaultInjector:
    """`frozen`: the pids that were stopped and not yet continued."""

    processes: Processes
    links: Links
    disks: SmallDisks
    clocks: ProcessClocks
    broker_folder: Path
    clock: Clock
    frozen: set[int] = field(default_factory=set)

    async def inject(self, fault: Fault) -> int:
        """Begin the fault. Returns the pid that was killed, or 0; raises `NoFaultTargetError`."""
        return await INJECT[fault.kind](self, fault)

    async def hold(self, fault: Fault) -> None:
        """Return when its time is up."""
        until = self.clock.instant() + round(fault.hold_s * SECOND_US)
        while (left_s := (until - self.clock.instant()) / SECOND_US) > 0:
            if fault.kind is FaultKind.DISK_FULL:
                await asyncio.to_thread(self.disks.fill, fault.target)
            await asyncio.sleep(min(left_s, REFILL_S))

    def revert(self, fault: Fault) -> None:
        """End the fault. No effect when it had not begun, or was reverted before."""
        REVERT[fault.kind](self, fault)

    def not_replaced(self, fault: Fault, killed: int) -> tuple[str, ...]:
        """A line unless what was killed runs again, as another process."""
        if not killed:
            return ()
        name = fault.target
        if fault.kind is FaultKind.RAY_HEAD:
            running: list[int | None] = [*self.daemons(name)]
        else:
            running = [self.processes.pids().get(name)]
        if any(pid not in (None, killed) for pid in running):
            return ()
        return (f"{name} was not started again",)

    def daemons(self, name: str) -> list[int]:
        """The pids of this daemon of the Ray below the coordinator, and of no other Ray."""
        below = process_tree.descendants(self.pid(CITY))
        return [pid for pid in below if process_tree.program_of(pid) == name]

    def pid(self, name: str) -> int:
        pid = self.processes.pids().get(name)
        if pid is None:
            raise NoFaultTargetError(f"{name} is not running")
        return pid


async def _kill(injector: FaultInjector, fault: Fault) -> int:
    pid = injector.pid(fault.target)
    os.kill(pid, signal.SIGKILL)
    return pid


async def _wipe_broker(injector: FaultInjector, _fault: Fault) -> int:
    """Delete its files while it is stopped, so that it writes none of them again; then kill it."""
    pid = injector.pid(BROKER)
    os.kill(pid, signal.SIGSTOP)
    for path in sorted(injector.broker_folder.glob("*.db*")):
        path.unlink()
    os.kill(pid, signal.SIGKILL)
    return pid


async def _kill_ray_daemon(injector: FaultInjector, fault: Fault) -> int:
    pids = injector.daemons(fault.target)
    if not pids:
        raise NoFaultTargetError(f"there is no {fault.target} below the coordinator")
    os.kill(pids[0], signal.SIGKILL)
    return pids[0]


async def _freeze(injector: FaultInjector, fault: Fault) -> int:
    pid = injector.pid(fault.target)
    os.kill(pid, signal.SIGSTOP)
    injector.frozen.add(pid)
    return 0


async def _block_link(injector: FaultInjector, fault: Fault) -> int:
    injector.links.block(link_of(fault), fault.direction)
    return 0


async def _delay_link(injector: FaultInjector, fault: Fault) -> int:
    injector.links.delay(link_of(fault), ms=fault.amount, jitter_ms=fault.jitter_ms)
    return 0


async def _fill_disk(injector: FaultInjector, fault: Fault) -> int:
    await asyncio.to_thread(injector.disks.fill, fault.target)
    return 0


async def _step_clock(injector: FaultInjector, fault: Fault) -> int:
    injector.clocks.step(fault.target, fault.amount, injector.clock.instant())
    return 0


def _resume(injector: FaultInjector, _fault: Fault) -> None:
    while injector.frozen:
        with suppress(ProcessLookupError):
            os.kill(injector.frozen.pop(), signal.SIGCONT)


def _no_revert(_injector: FaultInjector, _fault: Fault) -> None:
    """The fault was over at once: the supervisor restarts what died."""


def _heal_link(injector: FaultInjector, fault: Fault) -> None:
    injector.links.heal(link_of(fault))


def _free_disk(injector: FaultInjector, fault: Fault) -> None:
    injector.disks.free(fault.target)


def _reset_clock(injector: FaultInjector, fault: Fault) -> None:
    injector.clocks.step(fault.target, 0.0, injector.clock.instant())


INJECT: Mapping[FaultKind, Callable[[FaultInjector, Fault], Awaitable[int]]] = {
    FaultKind.KILL: _kill,
    FaultKind.CUT: _block_link,
    FaultKind.ONE_WAY: _block_link,
    FaultKind.DELAY: _delay_link,
    FaultKind.DISK_FULL: _fill_disk,
    FaultKind.CLOCK_STEP: _step_clock,
    FaultKind.BROKER_FORGETS: _wipe_broker,
    FaultKind.RAY_HEAD: _kill_ray_daemon,
    FaultKind.FREEZE: _freeze,
}
REVERT: Mapping[FaultKind, Callable[[FaultInjector, Fault], None]] = {
    FaultKind.KILL: _no_revert,
    FaultKind.CUT: _heal_link,
    FaultKind.ONE_WAY: _heal_link,
    FaultKind.DELAY: _heal_link,
    FaultKind.DISK_FULL: _free_disk,
    FaultKind.CLOCK_STEP: _reset_clock,
    FaultKind.BROKER_FORGETS: _no_revert,
    FaultKind.RAY_HEAD: _no_revert,
    FaultKind.FREEZE: _resume,
}


def link_of(fault: Fault) -> Link:
    client, _, server = fault.target.partition(">")
    return Link(client=client, server=server)
