"""The assignment is the optimum over all pairs, and its prices prove it."""

import itertools

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from citybrain.structs import replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from coordinator.errors import NoMatchingError
from coordinator.planning import assignment, certificate, fleet
from coordinator.planning.checker import check
from coordinator.planning.fleet import Fleet, city_fleet
from coordinator.planning.pair_costs import PairCosts, rows_of
from coordinator.planning.solvers import by_assignment, by_dense, by_greedy, solver_input

EVERY_UNIT = 1_000_000


def full_costs(problem):
    """All pairs' costs: the reference's matrix (a pair that may not be is as dear as an empty
    slot).
    """
    rows = rows_of(problem.slots, problem.at, problem.costs)
    travel = city_fleet(problem).nearest(rows, np.arange(len(problem.slots)), EVERY_UNIT)
    edges = PairCosts(problem.units, problem.costs).edges(rows, travel)
    wide = max(len(problem.units), len(problem.slots))
    matrix = np.repeat(rows.unserved_ms.astype(float)[:, None], wide, axis=1)
    banned = solver_input(problem, None).banned
    for row, unit, cost in zip(edges.row, edges.unit, edges.cost_ms, strict=True):
        if (int(row), int(unit)) not in banned:
            matrix[row, unit] = min(matrix[row, unit], cost)
    return matrix


def checked(problem, source=None, solver=by_assignment):
    """The solver's plan, which the checker accepts."""
    solved = solver(solver_input(problem, source or city_fleet(problem)))
    check(solved.problem, solved.solution)
    return solved.solution


def dense_optimum(problem):
    matrix = full_costs(problem)
    return int(matrix[linear_sum_assignment(matrix)].sum())


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("slots", "units"), [(1, 1), (3, 2), (8, 40), (40, 12), (60, 300)])
def test_cost_is_the_dense_optimum_and_the_gap_is_zero(made, seed, slots, units):
    problem = made.city(seed, slots, units)
    solution = checked(problem)
    assert solution.cost_ms == dense_optimum(problem)
    assert solution.bound_ms == solution.cost_ms


def test_few_candidates_at_first_are_widened_until_the_bound_holds(made):
    problem = made.city(5, 60, 80, capabilities=("patrol",), side=0.05)
    given = solver_input(problem, city_fleet(problem))
    narrow = assignment.assign(given.rows, given.source, given.costs, given.banned, nearest=1)
    assert narrow.rounds > 1
    assert narrow.prices.bound_ms == dense_optimum(problem)


def test_the_dense_solver_agrees_with_the_sparse_one(made):
    problem = made.city(7, 30, 60)
    assert checked(problem, solver=by_dense).cost_ms == checked(problem).cost_ms


def test_greedy_is_feasible_never_cheaper_and_its_bound_holds(made):
    for seed in range(10):
        problem = made.city(seed, 20, 15, side=0.05)
        greedy, best = checked(problem, solver=by_greedy), checked(problem)
        assert greedy.bound_ms <= best.cost_ms <= greedy.cost_ms


def test_no_units_at_all_leaves_every_slot_empty(made):
    problem = made.problem([made.slot("s1"), made.slot("s2")], [])
    assert checked(problem).assigned == (-1, -1)


def test_no_slots_give_an_empty_plan(made):
    problem = made.problem([], [made.unit()])
    solution = checked(problem)
    assert solution.assigned == ()
    assert solution.cost_ms == solution.bound_ms == 0


def test_a_unit_where_the_slot_is_costs_no_travel_and_is_taken(made):
    problem = made.problem([made.slot("s1")], [made.unit("u0", lat=30.7), made.unit("u1")])
    assert checked(problem).assigned == (1,)


def test_a_unit_that_stands_still_or_lies_out_of_reach_is_never_sent(made):
    problem = made.problem([made.slot()], [made.unit("u0", speed=0.0), made.unit("u1", lat=33.0)])
    assert checked(problem).assigned == (-1,)


def test_the_twins_of_all_districts_together_give_the_citys_optimum(made):
    """Several fleets joined: the least of their bounds stands for all."""
    problem = made.city(3, 25, 90)
    names = sorted({u.district for u in problem.units})
    index = {
        d: np.array([i for i, u in enumerate(problem.units) if u.district == d]) for d in names
    }
    twins = {d: Fleet([problem.units[i] for i in index[d]], problem.max_travel_s) for d in names}

    class Twins:
        def nearest(self, rows, which, k):
            parts = []
            for d in names:
                found = twins[d].nearest(rows, which, k)
                parts.append(replace(found, origin=index[d][found.origin]))
            return fleet.join(parts, len(rows.capability), which, GREAT_CIRCLE.version)

    assert checked(problem, Twins()).cost_ms == dense_optimum(problem)


def test_a_matching_that_is_not_optimal_has_no_prices(made):
    """Swapping two rows' units of an optimal plan leaves a cheaper cycle: no certificate."""
    problem = made.problem(
        [made.slot("s1", lat=30.60), made.slot("s2", lat=30.70)],
        [made.unit("u1", lat=30.60), made.unit("u2", lat=30.70)],
    )
    given = solver_input(problem, city_fleet(problem))
    assigned = assignment.assign(given.rows, given.source, given.costs, given.banned)
    edges = assigned.edges
    swapped = np.array(
        [np.flatnonzero((edges.row == r) & (edges.unit == u))[0] for r, u in ((0, 1), (1, 0))]
    )
    with pytest.raises(NoMatchingError, match="cycle"):
        certificate.prices_of(edges, swapped, given.rows.unserved_ms)
    empty = np.array([-1, -1])
    with pytest.raises(NoMatchingError, match="cheaper"):
        certificate.prices_of(edges, empty, given.rows.unserved_ms)


def test_next_best_is_the_resolved_optimum_without_the_pair(made):
    """Brute force on small cases: forbid the pair, solve again, compare the whole plan's cost; and
    the unit named is in such an optimum.
    """
    for seed in range(25):
        problem = made.city(seed, 5, 6, capabilities=("patrol",), side=0.05)
        solution = checked(problem)
        matrix = full_costs(problem)
        for row, unit in enumerate(solution.assigned):
            if unit == -1:
                assert solution.next_best[row] is None
                continue
            without = matrix.copy()
            without[row, unit] = matrix[row].max() * 10
            best = brute_force(without)
            other, cost = solution.next_best[row]
            assert cost - matrix[row, unit] == best - solution.cost_ms
            forced = without.copy()
            if other != -1:
                forced[row] = matrix[row].max() * 10
                forced[row, other] = matrix[row, other]
                assert brute_force(forced) == best


def brute_force(matrix):
    rows, wide = matrix.shape
    return min(
        sum(matrix[r, c] for r, c in enumerate(columns))
        for columns in itertools.permutations(range(wide), rows)
    )
