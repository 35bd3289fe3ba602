"""Answers the cores' wish for a plan: poses the problem, asks the compute plane within a budget and then this process, checks, and submits what came back."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.decider.command import Notice
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.errors import QueueFullError, StoreFullError
from coordinator.cores.state import CityState
from coordinator.errors import (
    ComputeGoneError,
    ComputeTimeoutError,
    NoMatchingError,
    PlanRefusedError,
)
from coordinator.inputs import DraftPlan, PlanFailed, PlanMade
from coordinator.planning.checker import check
from coordinator.planning.draft import draft
from coordinator.planning.fleet import city_fleet
from coordinator.planning.problem import Problem, Solution
from coordinator.planning.solve import SOLVERS, posed
from coordinator.shell.posing import pose

WARM_EVERY_S = 2.0
WARM_WITHIN_S = 30.0  # the twins' first load starts their processes

log = logging.getLogger(__name__)


class Plane(Protocol):
    """A compute plane beside this process."""

    def is_up(self) -> bool: ...

    def why_not(self) -> str:
        """Why it is not up; "" when it is."""
        ...

    def solve(self, problem: Problem, budget_s: float) -> Solution:
        """Blocking; raises `ComputeGoneError` or `ComputeTimeoutError`. A problem without slots only warms the twins."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannerStatus:
    planner: str  # "ray" or "in-process"
    reason: str


class Planner:
    """One plan at a time. `run` and `keep_warm` belong to the node's loop; `committed` is called on the journal's thread."""

    def __init__(
        self,
        commit_loop: CommitLoop[CityState],
        clock: Clock,
        *,
        plane: Plane | None,
        why_none: str,
        budget_s: float,
        on_plan: Callable[[DraftPlan], None],
    ) -> None:
        self._commit_loop, self._clock, self._plane, self._budget_s = (
            commit_loop,
            clock,
            plane,
            budget_s,
        )
        self._why_none, self._on_plan = why_none, on_plan
        self._loop = asyncio.get_running_loop()
        self._wanted = asyncio.Event()
        self._asked = 0
        self._fell_back = ""  # why the last plan was made here although the plane is up
        commit_loop.on_commit(self.committed)

    def status(self) -> PlannerStatus:
        """Where the next plan will be made, and why not on the plane."""
        reason = self._why_none if self._plane is None else self._plane.why_not() or self._fell_back
        return PlannerStatus(planner="in-process" if reason else "ray", reason=reason)

    def committed(self, _state: CityState, taken: Sequence[Committed]) -> None:
        wishes = [
            int(c.subject)
            for t in taken
            for c in t.commands
            if isinstance(c, Notice) and c.what == "plan_wanted"
        ]
        if wishes:
            self._loop.call_soon_threadsafe(self._wish, wishes[-1])

    async def run(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            asked, state, at = self._asked, self._commit_loop.state, self._clock.now()
            made = await asyncio.to_thread(self._planned, state, at)
            given = (
                PlanMade(asked=asked, draft=made)
                if isinstance(made, DraftPlan)
                else PlanFailed(asked=asked, reason=made)
            )
            if isinstance(made, DraftPlan):
                self._on_plan(made)
            try:
                await asyncio.wrap_future(self._commit_loop.submit(given))
            except (QueueFullError, StoreFullError) as error:
                log.warning("this plan is dropped, the cores ask again: %s", error)

    async def keep_warm(self) -> None:
        """Load the twins ahead of need, whenever units have changed."""
        if self._plane is None:
            return
        known = -1
        while True:
            stirred = self._commit_loop.state.world.stirred
            if self._plane.is_up() and (stirred != known or self._fell_back):
                try:
                    await asyncio.to_thread(self._warm, self._plane)
                    known, self._fell_back = stirred, ""
                except (ComputeGoneError, ComputeTimeoutError) as error:
                    log.info("twins not warmed: %s", error)
            elif not self._plane.is_up():
                known = -1
            await asyncio.sleep(WARM_EVERY_S)

    def _warm(self, plane: Plane) -> None:
        plane.solve(
            replace(pose(self._commit_loop.state, self._clock.now()), slots=()), WARM_WITHIN_S
        )

    def _wish(self, asked: int) -> None:
        self._asked = asked
        self._wanted.set()

    def _planned(self, state: CityState, at: Timestamp) -> DraftPlan | str:
        """Posed and planned, on a thread of its own: thousands of units take tens of milliseconds."""
        return self._plan(pose(state, at))

    def _plan(self, problem: Problem) -> DraftPlan | str:
        """A checked plan, or why there is none."""
        began = self._clock.instant()

        def worded(solution: Solution, planner: str) -> DraftPlan:
            return draft(
                problem,
                solution,
                planner=planner,
                solve_ms=round((self._clock.instant() - began) * 1000 / SECOND_US, 3),
            )

        remote = self._remotely(problem)
        if remote is not None:
            return worded(remote, "ray")
        solution, reason = self._here(problem)
        return worded(solution, "in-process") if solution is not None else reason

    def _remotely(self, problem: Problem) -> Solution | None:
        if self._plane is None or not self._plane.is_up():
            return None
        try:
            solution = self._plane.solve(problem, self._budget_s)
            check(problem, solution)
        except (ComputeGoneError, ComputeTimeoutError, PlanRefusedError) as error:
            self._fell_back = str(error)
            log.warning("planned in-process: %s", error)
            return None
        self._fell_back = ""
        return solution

    def _here(self, problem: Problem) -> tuple[Solution | None, str]:
        """The solvers in order, each one's plan checked, until one passes."""
        given = posed(problem, city_fleet(problem))
        reason = ""
        for name, solver in SOLVERS.items():
            try:
                solution = solver(given)
                check(problem, solution)
            except (NoMatchingError, PlanRefusedError) as error:
                reason = str(error)
                log.warning("solver %s: %s", name, error)
                continue
            return solution, ""
        return None, reason
