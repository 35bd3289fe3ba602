"""A plan rests on the travel times of the port in force, and on bounds that are true; a port that
lies is named, and its plan does not count.
"""

import numpy as np
import pytest
from road_travel import ROADS, Lying, first_second, without_nearest
from scipy.optimize import linear_sum_assignment

from citybrain.errors import TravelTimesError
from citybrain.structs import replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.values import Pairs
from coordinator import limits
from coordinator.errors import PlanRefusedError
from coordinator.planning.assignment import assign
from coordinator.planning.checker import check
from coordinator.planning.draft import draft_plan
from coordinator.planning.fleet import city_fleet, origins_of
from coordinator.planning.pair_costs import PairCosts
from coordinator.planning.solvers import SOLVERS, by_assignment, by_greedy, solver_input

BOTH = pytest.mark.parametrize(
    "travel", [GREAT_CIRCLE, ROADS], ids=lambda travel: travel.version.name
)


def solved_by(problem, travel, solver=by_assignment):
    return solver(solver_input(problem, city_fleet(problem, travel)))


def refusal(solved, travel):
    with pytest.raises(PlanRefusedError) as refused:
        check(solved.problem, solved.solution, travel=travel)
    return str(refused.value)


def with_travel(solved, **changed):
    travel = replace(solved.problem.travel, **changed)
    return replace(solved, problem=replace(solved.problem, travel=travel))


def road_optimum(problem):
    """The dense solver on all pairs, each asked of the roads by itself."""
    wide, origins = len(problem.units), origins_of(problem.units)
    costs, given = PairCosts(problem.units, problem.costs), solver_input(problem, None)
    matrix = np.repeat(given.rows.unserved_ms.astype(float)[:, None], wide + len(problem.slots), 1)
    for row, slot in enumerate(problem.slots):
        every = np.arange(wide)
        pairs = Pairs(origin=every, destination=np.full(wide, row))
        seconds = ROADS.seconds(origins, given.rows.places, pairs, problem.at)
        one = replace(
            city_fleet(problem, ROADS).nearest(given.rows, np.array([], dtype=np.int64), 1),
            destination=np.full(wide, row),
            origin=every,
            seconds=np.where(np.isfinite(seconds), seconds, 0.0),
        )
        for unit, cost in enumerate(costs.edges(given.rows, one).cost_ms):
            is_able = slot.capability in problem.units[unit].capabilities
            if (
                is_able
                and seconds[unit] <= problem.max_travel_s
                and (row, unit) not in given.banned
            ):
                matrix[row, unit] = min(matrix[row, unit], cost)
    return int(matrix[linear_sum_assignment(matrix)].sum())


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("slots", "units"), [(3, 2), (8, 40), (40, 12), (30, 120)])
def test_a_plan_by_roads_is_the_optimum_over_all_roads_and_proved(made, seed, slots, units):
    problem = made.city(seed, slots, units)
    solved = solved_by(problem, ROADS)
    check(solved.problem, solved.solution, travel=ROADS)
    assert solved.solution.cost_ms == solved.solution.bound_ms == road_optimum(problem)


@BOTH
def test_what_was_widened_is_in_the_problem_that_is_checked(made, travel):
    problem = made.city(5, 60, 80, capabilities=("patrol",), side=0.05)
    given = solver_input(problem, city_fleet(problem, travel))
    narrow = assign(given.rows, given.source, given.costs, given.banned, nearest=1)
    assert narrow.rounds > 1
    first = given.source.nearest(given.rows, np.arange(60), 1)
    assert len(narrow.travel.seconds) > len(first.seconds)
    used = narrow.travel.seconds_of(narrow.edges.row, narrow.edges.unit)
    assert np.isfinite(used).all()


@BOTH
def test_a_pair_that_was_refused_lately_keeps_its_time(made, travel):
    """It is not sent, and yet the bound on what is left out must hold."""
    problem = made.problem(
        [made.slot("s1")],
        [made.unit("near", lat=30.661), made.unit("far", lat=30.69)],
        avoided=[("s1", "near")],
    )
    solved = solved_by(problem, travel)
    check(solved.problem, solved.solution, travel=travel)
    assert solved.solution.assigned == (1,)
    assert len(solved.problem.travel.seconds) == 2


@BOTH
def test_a_unit_that_names_a_capability_twice_is_one_unit(made, travel):
    twice = made.unit("u1", lat=30.661, capabilities=("patrol", "patrol"))
    solved = solved_by(made.problem([made.slot("s1")], [twice]), travel)
    check(solved.problem, solved.solution, travel=travel)
    assert solved.solution.assigned == (0,)


@BOTH
@pytest.mark.parametrize("solver", SOLVERS.values(), ids=list(SOLVERS))
def test_every_solvers_plan_passes(made, travel, solver):
    for seed in range(4):
        solved = solved_by(made.city(seed, 20, 60), travel, solver)
        check(solved.problem, solved.solution, travel=travel)


def test_a_plan_says_which_travel_times_it_rests_on(made):
    solved = solved_by(made.city(1, 5, 20), ROADS)
    draft = draft_plan(solved.problem, solved.solution, planner="in-process", solve_ms=1.0)
    assert draft.travel == ROADS.version
    units = {unit.unit: index for index, unit in enumerate(solved.problem.units)}
    rows = {slot.slot: row for row, slot in enumerate(solved.problem.slots)}
    for order in draft.orders:
        pair = np.array([rows[order.task.slot]]), np.array([units[order.unit]])
        assert order.rationale.travel_s == solved.problem.travel.seconds_of(*pair)[0]


def test_a_plan_by_other_travel_times_than_those_in_force_is_refused(made):
    solved = solved_by(made.city(1, 5, 20), GREAT_CIRCLE)
    assert "hold times of great-circle/1" in refusal(solved, ROADS)


def test_a_problem_without_travel_times_is_refused(made):
    solved = solved_by(made.city(1, 5, 20), GREAT_CIRCLE)
    nothing = replace(solved, problem=replace(solved.problem, travel=None))
    assert "rests on no travel times" in refusal(nothing, GREAT_CIRCLE)


@BOTH
def test_a_time_that_the_port_does_not_give_is_found(made, travel):
    solved = solved_by(made.city(2, 10, 60), travel)
    seconds = solved.problem.travel.seconds.copy()
    seconds[3] += 0.5
    assert "the plan rests on" in refusal(with_travel(solved, seconds=seconds), travel)


@BOTH
def test_a_bound_that_one_pair_breaks_is_found_and_the_port_named(made, travel):
    """Whatever plan comes of it: a nearer unit was kept back, and the checker finds which."""
    lying = Lying(travel, matrix=without_nearest)
    for seed in range(6):
        problem = made.city(seed, 12, 50)
        said = refusal(solved_by(problem, lying), lying)
        assert f"the travel times of {travel.version.text} leave out u" in said


@BOTH
def test_a_bound_that_was_raised_is_found(made, travel):
    """Also where the plan would have been the same without the lie."""
    solved = solved_by(made.city(2, 10, 200, capabilities=("patrol",)), travel)
    outside_s = solved.problem.travel.outside_s
    assert np.isfinite(outside_s).any()
    raised = np.where(np.isfinite(outside_s), 1e6, outside_s)
    assert "leave out u" in refusal(with_travel(solved, outside_s=raised), travel)


def test_a_bound_that_proves_too_little_is_found(made):
    """A lower bound is as true as before, and the prices do not follow from it."""
    solved = solved_by(made.city(2, 30, 400, capabilities=("patrol",)), GREAT_CIRCLE)
    lowered = np.where(np.isfinite(solved.problem.travel.outside_s), 0.0, np.inf)
    said = refusal(with_travel(solved, outside_s=lowered), GREAT_CIRCLE)
    assert "the bound is not proved" in said


@BOTH
@pytest.mark.parametrize("value", [np.nan, -1.0, np.inf])
def test_a_time_that_is_no_time_is_named_and_gives_no_plan(made, travel, value):
    def spoilt(found):
        return replace(found, seconds=first_second(value)(found.seconds))

    problem = made.city(3, 10, 40)
    with pytest.raises(TravelTimesError, match=f"travel times of {travel.version.text} hold"):
        solved_by(problem, Lying(travel, matrix=spoilt))


@pytest.mark.parametrize("value", [np.nan, -1.0])
def test_a_time_that_is_no_time_when_it_is_asked_for_again_is_a_fault(made, value):
    lying = Lying(ROADS, times=first_second(value))
    assert f"a time of {value} s" in refusal(solved_by(made.city(3, 10, 40), lying), lying)


@BOTH
def test_a_bound_that_never_gets_better_ends_with_an_error(made, travel):
    """Widening ends where every pair was asked for; it does not go round for ever."""

    def never_sure(found):
        return replace(found, outside_s=np.zeros(len(found.outside_s)))

    problem = made.city(3, 20, 40, capabilities=("patrol",))
    with pytest.raises(TravelTimesError, match="a finite bound although every pair"):
        solved_by(problem, Lying(travel, matrix=never_sure))


def test_above_the_limit_evenly_spread_pairs_are_asked_for(made, monkeypatch):
    solved = solved_by(made.city(4, 30, 100), ROADS)
    asked = []

    def counted(seconds):
        asked.append(len(seconds))
        return seconds

    counting = Lying(ROADS, times=counted)
    check(solved.problem, solved.solution, travel=counting)
    everything = sum(asked)
    asked.clear()
    tenth = replace(limits.TRAVEL_PAIRS_ASKED, value=200)
    monkeypatch.setattr(limits, "TRAVEL_PAIRS_ASKED", tenth)
    check(solved.problem, solved.solution, travel=counting)
    again = len(solved.problem.travel.seconds)
    assert again < sum(asked) <= again + 200 + len(solved.problem.slots) < everything


def test_greedy_by_a_lying_port_does_not_count_either(made):
    lying = Lying(ROADS, matrix=without_nearest)
    assert "leave out u" in refusal(solved_by(made.city(1, 12, 50), lying, by_greedy), lying)
