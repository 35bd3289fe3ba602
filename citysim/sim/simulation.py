"""One simulation: a fault phase, while faults begin and end, then a recovery phase without faults.

It runs the world and injects the scheduled faults. The verdict is the oracle's.
"""

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from citysim.sim.faults.table import KINDS
from citysim.sim.scenario import Fault, Scenario
from citysim.sim.world import SimulatedWorld

RECOVERY_CHECK_S = 5.0  # how often the recovery phase asks whether everything has recovered
LIMITS_MAX = 4  # of a recovery phase: two looks may take an hour and a half each, beside its hour
SHUTDOWN_S = 1.0

Question = Callable[[SimulatedWorld], bool]


class Simulation:
    """`run_fault_phase`, `run_recovery_phase`, `close`; or `run_until` a moment of either."""

    def __init__(
        self, scenario: Scenario, *, keep_trace: bool = False, verbose: bool = False
    ) -> None:
        """`verbose`: every journal record gets a trace line, which the digest does not cover."""
        self.world = SimulatedWorld(scenario, keep_trace=keep_trace)
        self._active: dict[int, Fault] = {}
        self.recovered_after_s = -1.0  # -1: it did not recover within the limit
        self.in_recovery = False
        loop = self.world.loop
        for fault in scenario.faults:
            if fault.at_s > 0:
                loop.call_at(fault.at_s, self._begin, fault)
            else:
                loop.call_soon(self._begin, fault)  # before any process starts
        loop.call_at(scenario.fault_phase_s, self._begin_recovery)
        if verbose:
            self.world.trace_records()
        self.world.begin()

    def run_until(self, at_s: float) -> None:
        with _without_logs_and_gc():
            self.world.loop.run_until(at_s)

    def run_fault_phase(self) -> None:
        self.run_until(self.world.scenario.fault_phase_s)

    def run_recovery_phase(
        self, is_quiescent: Question, is_looking: Question = lambda _world: False
    ) -> None:
        """Until `is_quiescent`, or the scenario's limit. While `is_looking` no time of that passes:
        a playbook may give one look as long as the limit is."""
        scenario = self.world.scenario
        at_s, limit_s = scenario.fault_phase_s, scenario.recovery_limit_s
        end_s, last_s = at_s + limit_s, at_s + LIMITS_MAX * limit_s
        while at_s < end_s:
            if is_looking(self.world):
                end_s = min(end_s + RECOVERY_CHECK_S, last_s)
            at_s = min(at_s + RECOVERY_CHECK_S, end_s)
            self.run_until(at_s)
            if is_quiescent(self.world):
                self.recovered_after_s = at_s - scenario.fault_phase_s
                return

    def close(self) -> None:
        """Stops every process, so that no task outlives its simulation."""
        self.world.people.stop()
        self.world.clock_keepers.stop()
        for computer in self.world.computers.values():
            computer.is_powered_off = True
            computer.die("the simulation is over")
        self.run_until(self.world.loop.time() + SHUTDOWN_S)

    def _begin(self, fault: Fault) -> None:
        if self.in_recovery:
            return
        world = self.world
        duration = f" for {fault.duration_s:g} s" if fault.duration_s else ""
        magnitude = f" ({fault.magnitude:g})" if fault.magnitude else ""
        world.note("fault", f"{fault.number} {fault.kind}", f"{fault.target}{duration}{magnitude}")
        self._active[fault.number] = fault
        KINDS[fault.kind].begin(world, fault.target, fault.magnitude)
        world.loop.call_later(fault.duration_s, self._end, fault)

    def _end(self, fault: Fault) -> None:
        """Ends it, unless another fault of the same kind on the same target is still active."""
        if self._active.pop(fault.number, None) is None:
            return
        if any(
            (other.kind, other.target) == (fault.kind, fault.target)
            for other in self._active.values()
        ):
            return
        if fault.duration_s:
            self.world.note("fault", f"{fault.number} {fault.kind}", "is over")
        KINDS[fault.kind].end(self.world, fault.target, fault.magnitude)

    def _begin_recovery(self) -> None:
        """The fault phase is over: every active fault ends."""
        self.in_recovery = True
        self.world.note("fault", "recovery phase begins")
        for fault in list(self._active.values()):
            self._end(fault)
        self.world.liars.fall_silent()


@contextmanager
def _without_logs_and_gc() -> Iterator[None]:
    """Logs would repeat the trace; a collection would run finalizers at moments that depend on
    the machine's memory."""
    was_on, level = gc.isenabled(), logging.root.manager.disable
    gc.disable()
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(level)
        if was_on:
            gc.enable()
