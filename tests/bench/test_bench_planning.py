"""Assignment over all pairs with a certificate, against scipy's dense solver on the full matrix:
time from the same arrays, ratio in one run."""

import random
import time

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from citybrain.domain.order import Task
from citybrain.geo import Point
from citybrain.vocabulary import Severity
from coordinator.planning.assignment import assign
from coordinator.planning.checker import check
from coordinator.planning.fleet import Fleet, haversine_m, rows_of
from coordinator.planning.problem import FreeUnit, OpenSlot, Problem
from coordinator.planning.solvers import by_assignment, by_greedy, solver_input
from coordinator.policy import Costs

AT = 1_750_000_000_000_000
REPEATS = 5


def a_city(slots, units, seed=1):
    rng = random.Random(seed)
    severities = [Severity.EXTREME, Severity.SEVERE, Severity.MODERATE, Severity.MINOR]

    def where():
        lat, lon = 30.4 + rng.random() * 0.5, 103.8 + rng.random() * 0.5
        return f"d{int((lon - 103.8) * 46)}", Point(lat=lat, lon=lon)

    def slot(i):
        district, place = where()
        task = Task(
            incident=f"i{i}",
            incident_district=district,
            slot=f"s{i}",
            slot_version=1,
            kind="crowding",
            severity=rng.choice(severities),
            place=place,
            traceparent="",
        )
        return OpenSlot(capability="patrol", deadline=AT + 600_000_000, task=task)

    def unit(i):
        district, place = where()
        return FreeUnit(
            unit=f"u{i}", district=district, capabilities=("patrol",), place=place, speed_mps=8.0
        )

    return Problem(
        world_version=1,
        at=AT,
        slots=tuple(map(slot, range(slots))),
        units=tuple(map(unit, range(units))),
        avoided=(),
        offline_capabilities=(),
        unreachable_slots=(),
        costs=Costs(),
        max_travel_s=1e9,
    )


def median_ms(work):
    times = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        result = work()
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times)[len(times) // 2], result


def full_matrix(rows, fleet, problem):
    matrix = np.empty((len(problem.slots), len(problem.units)))
    for i in range(len(problem.slots)):
        one = np.full(len(problem.units), i)
        cost, _ = fleet._cost(rows, one, np.arange(len(problem.units)))
        matrix[i] = cost
    return matrix


@pytest.mark.bench
@pytest.mark.timeout(600)
def test_bench_planning():
    print()
    heads = (
        "slots x units",
        "goal ms",
        "solve+cert",
        "build fleet",
        "dense scipy",
        "ratio",
        "rounds",
        "gap",
        "reasons",
        "check",
        "greedy +%",
    )
    print(" ".join(f"{head:>13}" for head in heads))
    for slots, units, goal in [(50, 2_000, None), (200, 5_000, 15), (1_000, 10_000, 100)]:
        problem = a_city(slots, units)
        rows = rows_of(problem.slots, problem.at, problem.costs)
        cold_ms, _ = median_ms(
            lambda p=problem: Fleet(p.units, p.costs, p.max_travel_s).nearest(
                rows_of(p.slots, p.at, p.costs), np.arange(1), 1
            )
        )
        fleet = Fleet(problem.units, problem.costs, problem.max_travel_s)
        fleet.nearest(rows, np.arange(1), 1)
        ours_ms, assigned = median_ms(lambda r=rows, f=fleet: assign(r, f, frozenset()))
        matrix = full_matrix(rows, fleet, problem)
        dense_ms, chosen = median_ms(lambda m=matrix: linear_sum_assignment(m))
        whole_ms, solution = median_ms(lambda p=problem, f=fleet: by_assignment(solver_input(p, f)))
        check_ms, _ = median_ms(lambda p=problem, s=solution: check(p, s))
        greedy = by_greedy(solver_input(problem, fleet))
        assert solution.cost_ms == int(matrix[chosen].sum()) == assigned.prices.bound_ms
        gap, over = (
            solution.cost_ms - solution.bound_ms,
            100 * (greedy.cost_ms / solution.cost_ms - 1),
        )
        times = (
            ours_ms,
            cold_ms,
            dense_ms,
            ours_ms / dense_ms,
            assigned.rounds,
            gap,
            whole_ms - ours_ms,
            check_ms,
            over,
        )
        print(
            f"{f'{slots} x {units}':>13} {goal or '-':>13} "
            + " ".join(f"{value:>13.2f}" for value in times)
        )


def test_the_dense_peer_and_the_sparse_solver_see_the_same_costs():
    """The benchmark compares like with like: a pair's cost in the matrix is the great circle's."""
    problem = a_city(3, 5)
    rows, fleet = (
        rows_of(problem.slots, problem.at, problem.costs),
        Fleet(problem.units, problem.costs, problem.max_travel_s),
    )
    metres = haversine_m(rows.radians[[0]], fleet.radians[[2]])[0]
    assert full_matrix(rows, fleet, problem)[0, 2] >= 1000 * metres / 8.0
