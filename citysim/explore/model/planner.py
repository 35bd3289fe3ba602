"""The production planner, called at once: its answer is in the world as soon as it is requested."""

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citysim.explore.model.state_views import draft_view
from coordinator.cores.state import CityState
from coordinator.inputs import DraftPlan, PlanMade
from coordinator.planning.checker import check
from coordinator.planning.draft import draft_plan
from coordinator.planning.fleet import city_fleet
from coordinator.planning.solvers import by_assignment, solver_input
from coordinator.shell.planner import build_problem


def make_plan(city: CityState, at: Timestamp) -> PlanMade:
    """The production planner's answer to the last request."""
    problem = build_problem(city, at)
    solved = by_assignment(solver_input(problem, city_fleet(problem)))
    check(solved.problem, solved.solution)
    draft = draft_plan(solved.problem, solved.solution, planner="in-process", solve_ms=1.0)
    return PlanMade(request_number=city.replan.request_number, draft=draft)


class DraftTable:
    """Every different draft, once, by a number from 1. Numbers and times in a draft do not make it
    a different one."""

    def __init__(self) -> None:
        self._drafts: list[DraftPlan] = []
        self._numbers: dict[bytes, int] = {}

    def number(self, draft: DraftPlan) -> int:
        key = canonical_json.encode(draft_view(draft))
        if key not in self._numbers:
            self._drafts.append(draft)
            self._numbers[key] = len(self._drafts)
        return self._numbers[key]

    def draft(self, number: int) -> DraftPlan:
        return self._drafts[number - 1]
