"""Answers the cores' requests for a plan: builds the problem, solves it on the compute plane within
a budget or else in this process, checks the plan, and submits it.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.decider.command import Notice
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.domain.incident import IncidentReport
from citybrain.errors import QueueFullError, StoreFullError, TravelTimesError
from citybrain.stages import FREE_UNIT_STATES
from citybrain.structs import Struct, replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from citybrain.vocabulary import SEVERITY_RANK, Capability
from citybrain.wire.validation.limits import TEXT_CHARS
from coordinator import limits
from coordinator.cores import world as worlds
from coordinator.cores.state import CityState, avoided_pairs, free_units, slot_of, unserved
from coordinator.errors import (
    ComputeTimeoutError,
    ComputeUnavailableError,
    NoMatchingError,
    PlanRefusedError,
)
from coordinator.inputs import DraftPlan, PlanFailed, PlanMade
from coordinator.planning.checker import check
from coordinator.planning.draft import draft_plan
from coordinator.planning.fleet import city_fleet
from coordinator.planning.problem import FreeUnit, OpenSlot, Problem, Solved, UnreachableSlot
from coordinator.planning.solvers import SOLVERS, solver_input

LOAD_EVERY_S = 2.0
LOAD_WITHIN_S = 30.0  # the twins' first load starts their processes

log = logging.getLogger(__name__)


class ComputePlane(Protocol):
    """A compute plane beside this process."""

    def is_up(self) -> bool: ...

    def unavailable_reason(self) -> str:
        """Why it is not up; "" when it is."""
        ...

    def solve(self, problem: Problem, budget_s: float) -> Solved:
        """Blocking; raises `ComputeUnavailableError` or `ComputeTimeoutError`. A problem without
        slots only loads the twins.
        """
        ...


class PlannerStatus(Struct, frozen=True, kw_only=True):
    """Where the next plan will be made, and why not on the plane."""

    planner: str  # "ray" or "in-process"
    reason: str


class Planner:
    """One plan at a time. `run` and `keep_twins_loaded` belong to the node's loop; `committed` is
    called on the journal's thread. `travel` are the times in force, also on the plane: a plan that
    rests on others is refused.
    """

    def __init__(
        self,
        commit_loop: CommitLoop[CityState],
        clock: Clock,
        *,
        plane: ComputePlane | None,
        no_plane_reason: str,
        budget_s: float,
        on_plan: Callable[[DraftPlan], None],
        travel: TravelTimes = GREAT_CIRCLE,
    ) -> None:
        self._commit_loop, self._clock = commit_loop, clock
        self._plane, self._budget_s, self._travel = plane, budget_s, travel
        self._no_plane_reason, self._on_plan = no_plane_reason, on_plan
        self._loop = asyncio.get_running_loop()
        self._requested = asyncio.Event()
        self._request_number = 0
        self._fallback_reason = ""  # why the last plan was made here although the plane is up
        commit_loop.on_commit(self.committed)

    def status(self) -> PlannerStatus:
        """Where the next plan will be made, and why not on the plane."""
        if self._plane is None:
            reason = self._no_plane_reason
        else:
            reason = self._plane.unavailable_reason() or self._fallback_reason
        return PlannerStatus(
            planner="in-process" if reason else "ray", reason=reason[: TEXT_CHARS.value]
        )

    def committed(self, _state: CityState, committed: Sequence[Committed]) -> None:
        numbers = [
            int(command.subject)
            for one in committed
            for command in one.commands
            if isinstance(command, Notice) and command.code == "plan_requested"
        ]
        if numbers:
            self._loop.call_soon_threadsafe(self._request, numbers[-1])

    async def run(self) -> None:
        while True:
            await self._requested.wait()
            self._requested.clear()
            number, state = self._request_number, self._commit_loop.state
            answer = await asyncio.to_thread(
                self._answer_or_failure, number, state, self._clock.now()
            )
            if isinstance(answer, PlanMade):
                self._on_plan(answer.draft)
            try:
                await asyncio.wrap_future(self._commit_loop.submit(answer))
            except (QueueFullError, StoreFullError) as error:
                log.warning("this plan is dropped, the cores request it again: %s", error)

    async def keep_twins_loaded(self) -> None:
        """Load the twins ahead of need, whenever units have changed."""
        if self._plane is None:
            return
        known = -1
        while True:
            version = self._commit_loop.state.world.planning_version
            if self._plane.is_up() and (version != known or self._fallback_reason):
                try:
                    await asyncio.to_thread(self._load_twins, self._plane)
                    known, self._fallback_reason = version, ""
                except (ComputeUnavailableError, ComputeTimeoutError) as error:
                    log.info("twins not loaded: %s", error)
            elif not self._plane.is_up():
                known = -1
            await asyncio.sleep(LOAD_EVERY_S)

    def _load_twins(self, plane: ComputePlane) -> None:
        problem = build_problem(self._commit_loop.state, self._clock.now())
        plane.solve(replace(problem, slots=()), LOAD_WITHIN_S)

    def _request(self, number: int) -> None:
        self._request_number = number
        self._requested.set()

    def _answer_or_failure(
        self, number: int, state: CityState, at: Timestamp
    ) -> PlanMade | PlanFailed:
        """Whatever an adapter of travel times raises: no plan now, and the planner goes on."""
        try:
            return self._answer(number, state, at)
        except Exception as error:  # supervision boundary: an adapter's own faults
            log.exception("no plan could be made")
            reason = f"no plan could be made ({type(error).__name__}: {error})"
            return PlanFailed(request_number=number, reason=reason[: TEXT_CHARS.value])

    def _answer(self, number: int, state: CityState, at: Timestamp) -> PlanMade | PlanFailed:
        """Runs on a thread of its own: thousands of units take tens of milliseconds."""
        problem = build_problem(state, at)
        began = self._clock.instant()

        def drafted(solved: Solved, planner: str) -> DraftPlan:
            return draft_plan(
                solved.problem,
                solved.solution,
                planner=planner,
                solve_ms=round((self._clock.instant() - began) * 1000 / SECOND_US, 3),
            )

        solved = self._solve_on_plane(problem)
        if solved is not None:
            return PlanMade(request_number=number, draft=drafted(solved, "ray"))
        solved, reason = self._solve_in_process(problem)
        if solved is not None:
            return PlanMade(request_number=number, draft=drafted(solved, "in-process"))
        return PlanFailed(request_number=number, reason=reason)

    def _solve_on_plane(self, problem: Problem) -> Solved | None:
        if self._plane is None or not self._plane.is_up():
            return None
        try:
            solved = self._plane.solve(problem, self._budget_s)
            check(solved.problem, solved.solution, travel=self._travel)
        except (ComputeUnavailableError, ComputeTimeoutError, PlanRefusedError) as error:
            self._fallback_reason = str(error)
            log.warning("planned in-process: %s", error)
            return None
        self._fallback_reason = ""
        return solved

    def _solve_in_process(self, problem: Problem) -> tuple[Solved | None, str]:
        """The solvers in order, each one's plan checked, until one passes."""
        prepared = solver_input(problem, city_fleet(problem, self._travel))
        reason = ""
        for name, solver in SOLVERS.items():
            try:
                solved = solver(prepared)
                check(solved.problem, solved.solution, travel=self._travel)
            except (NoMatchingError, PlanRefusedError, TravelTimesError) as error:
                reason = str(error)
                log.warning("solver %s: %s", name, error)
                continue
            return solved, ""
        return None, reason


def build_problem(state: CityState, at: Timestamp) -> Problem:
    """Every slot that nobody fills, the most urgent first when there are too many, and every unit
    that may be planned with. Pure.
    """
    slots = [found for slot in unserved(state) if (found := slot_of(state, slot)) is not None]
    slots.sort(
        key=lambda found: (-SEVERITY_RANK[found[0].severity], found[1].deadline, found[1].slot)
    )
    reachable = [found for found in slots if _is_fresh(state, found[0], at)]
    unreachable_slots = [found for found in slots if not _is_fresh(state, found[0], at)]
    return Problem(
        world_version=state.world.version,
        at=at,
        slots=tuple(
            OpenSlot(
                capability=slot.capability,
                deadline=slot.deadline,
                task=worlds.task_for(state.world, incident, slot),
            )
            for incident, slot in reachable[: limits.PLAN_SLOTS.value]
        ),
        units=tuple(
            FreeUnit(
                unit=u.unit,
                district=u.district,
                capabilities=u.capabilities,
                place=u.place,
                speed_mps=u.speed_mps,
            )
            for u in free_units(state, at)
        ),
        avoided=avoided_pairs(state, at),
        offline_capabilities=_offline_capabilities(state, at),
        unreachable_slots=tuple(
            UnreachableSlot(slot=slot.slot, incident=incident.incident, capability=slot.capability)
            for incident, slot in unreachable_slots
        ),
        costs=state.policy.costs,
        max_travel_s=state.policy.max_travel_s,
    )


def _is_fresh(state: CityState, incident: IncidentReport, at: Timestamp) -> bool:
    return worlds.is_fresh(state.world, incident.district, at, state.policy.age_limit_s)


def _offline_capabilities(state: CityState, at: Timestamp) -> tuple[Capability, ...]:
    """The capabilities of free units of districts that are offline for too long."""
    offline = {
        d.district
        for d in state.world.districts.values()
        if not worlds.is_fresh(state.world, d.district, at, state.policy.age_limit_s)
    }
    if not offline:
        return ()
    found = {
        capability
        for u in state.world.units.values()
        if u.district in offline and u.state in FREE_UNIT_STATES
        for capability in u.capabilities
    }
    return tuple(sorted(found))
