"""Assignment over all pairs with a certificate, against scipy's dense solver on the full matrix:
time from the same arrays, ratio in one run."""

import random
import time

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from citybrain.domain.order import Task
from citybrain.geo import Point, distance_m
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.values import Pairs, TravelMatrix
from citybrain.vocabulary import Severity
from coordinator.planning.assignment import assign
from coordinator.planning.checker import check
from coordinator.planning.fleet import city_fleet, origins_of
from coordinator.planning.pair_costs import PairCosts, rows_of
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


def full_matrix(rows, problem):
    matrix = np.empty((len(problem.slots), len(problem.units)))
    costs, origins = PairCosts(problem.units, problem.costs), origins_of(problem.units)
    every = np.arange(len(problem.units))
    for i in range(len(problem.slots)):
        one = np.full(len(every), i)
        pairs = Pairs(origin=every, destination=one)
        seconds = GREAT_CIRCLE.seconds(origins, rows.places, pairs, problem.at)
        travel = TravelMatrix(
            source=GREAT_CIRCLE.version,
            destination=one,
            origin=every,
            seconds=seconds,
            outside_s=np.full(len(problem.slots), np.inf),
        )
        matrix[i] = costs.edges(rows, travel).cost_ms
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
            lambda p=problem: city_fleet(p).nearest(
                rows_of(p.slots, p.at, p.costs), np.arange(1), 1
            )
        )
        fleet, costs = city_fleet(problem), PairCosts(problem.units, problem.costs)
        fleet.nearest(rows, np.arange(1), 1)
        ours_ms, assigned = median_ms(lambda r=rows, f=fleet, c=costs: assign(r, f, c, frozenset()))
        matrix = full_matrix(rows, problem)
        dense_ms, chosen = median_ms(lambda m=matrix: linear_sum_assignment(m))
        whole_ms, solved = median_ms(lambda p=problem, f=fleet: by_assignment(solver_input(p, f)))
        check_ms, _ = median_ms(lambda s=solved: check(s.problem, s.solution))
        solution = solved.solution
        greedy = by_greedy(solver_input(problem, fleet)).solution
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
    rows = rows_of(problem.slots, problem.at, problem.costs)
    metres = distance_m(problem.slots[0].place, problem.units[2].place)
    assert full_matrix(rows, problem)[0, 2] >= 1000 * metres / 8.0
