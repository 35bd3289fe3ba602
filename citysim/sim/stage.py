"""Tells a story: storm, while its faults come and go, then calm. Judges nothing; whoever wants to judge looks at the world when it is told."""

import gc
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from citysim.sim.faults.kinds import KINDS
from citysim.sim.scenario import Fault, Scenario
from citysim.sim.world import World

LOOK_EVERY_S = 5.0  # in the calm: whether everything has come to rest
CLOSING_S = 1.0


class Stage:
    """One story. `storm`, then `calm`, then `close`; or `until` some moment of either."""

    def __init__(
        self, scenario: Scenario, *, keep_trace: bool = False, verbose: bool = False
    ) -> None:
        self.world = World(scenario, keep_trace=keep_trace)
        self._under_way: dict[int, Fault] = {}
        self.quiet_after_s = -1.0  # -1: it never came to rest
        self.is_calm = False
        loop = self.world.loop
        for fault in scenario.faults:
            if fault.at_s > 0:
                loop.call_at(fault.at_s, self._begin, fault)
            else:
                loop.call_soon(self._begin, fault)  # before anything starts
        loop.call_at(scenario.storm_s, self._heal)
        if verbose:
            self.world.show_records()
        self.world.begin()

    def until(self, at_s: float) -> None:
        """Tell it up to this moment."""
        with _alone():
            self.world.loop.run_until(at_s)

    def storm(self) -> None:
        self.until(self.world.scenario.storm_s)

    def calm(self, is_quiet: Callable[[World], bool]) -> None:
        """Until everything rests, or the bound is passed."""
        scenario = self.world.scenario
        at_s, end_s = scenario.storm_s, scenario.storm_s + scenario.calm_s
        while at_s < end_s:
            at_s = min(at_s + LOOK_EVERY_S, end_s)
            self.until(at_s)
            if is_quiet(self.world):
                self.quiet_after_s = at_s - scenario.storm_s
                return

    def close(self) -> None:
        """Everything is switched off, so that no task outlives its story."""
        self.world.people.leave()
        for computer in self.world.computers.values():
            computer.is_held = True
            computer.die("the story is over")
        self.until(self.world.loop.time() + CLOSING_S)

    def _begin(self, fault: Fault) -> None:
        if self.is_calm:
            return
        world, kind = self.world, KINDS[fault.kind]
        lasts = f" for {fault.lasts_s:g} s" if fault.lasts_s else ""
        world.note(
            "fault",
            f"{fault.number} {fault.kind}",
            f"{fault.target}{lasts}{f' ({fault.amount:g})' if fault.amount else ''}",
        )
        self._under_way[fault.number] = fault
        kind.begin(world, fault.target, fault.amount)
        world.loop.call_later(fault.lasts_s, self._end, fault)

    def _end(self, fault: Fault) -> None:
        """Over, unless another of the same kind on the same target goes on."""
        if self._under_way.pop(fault.number, None) is None:
            return
        if any(
            (other.kind, other.target) == (fault.kind, fault.target)
            for other in self._under_way.values()
        ):
            return
        if fault.lasts_s:
            self.world.note("fault", f"{fault.number} {fault.kind}", "is over")
        KINDS[fault.kind].end(self.world, fault.target, fault.amount)

    def _heal(self) -> None:
        """The storm is over: so is every fault."""
        self.is_calm = True
        self.world.note("fault", "all is calm")
        for fault in list(self._under_way.values()):
            self._end(fault)


@contextmanager
def _alone() -> Iterator[None]:
    """Logs are silent (the trace tells the story) and nothing is collected in between: what a finalizer does must not depend on memory."""
    was_on, level = gc.isenabled(), logging.root.manager.disable
    gc.disable()
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(level)
        if was_on:
            gc.enable()
