"""The solvers by name: from a problem and a source of candidates to a solution with prices. Which
one is asked is the caller's choice.
"""

from collections.abc import Callable, Mapping

import numpy as np

from citybrain.structs import Struct, replace
from citybrain.travel.values import Ints, TravelMatrix
from coordinator import limits
from coordinator.planning.assignment import (
    AssignmentResult,
    CandidateSource,
    Match,
    assign,
    match_dense,
    without_pairs,
)
from coordinator.planning.greedy import cheapest_ms, match_greedy
from coordinator.planning.next_best import next_best
from coordinator.planning.pair_costs import Edges, PairCosts, SlotRows, rows_of
from coordinator.planning.problem import Problem, Solution, Solved


class SolverInput(Struct, frozen=True, kw_only=True):
    """A problem in the solvers' form: slots as arrays, where candidates come from, what they
    cost.
    """

    problem: Problem
    rows: SlotRows
    source: CandidateSource
    costs: PairCosts
    banned: frozenset[tuple[int, int]]


Solver = Callable[[SolverInput], Solved]


def solver_input(problem: Problem, source: CandidateSource) -> SolverInput:
    """`problem` in the solvers' form, with candidates from `source`."""
    rows = {s.slot: row for row, s in enumerate(problem.slots)}
    units = {u.unit: index for index, u in enumerate(problem.units)}
    banned = frozenset(
        (rows[slot], units[unit])
        for slot, unit in problem.avoided
        if slot in rows and unit in units
    )
    return SolverInput(
        problem=problem,
        rows=rows_of(problem.slots, problem.at, problem.costs),
        source=source,
        costs=PairCosts(problem.units, problem.costs),
        banned=banned,
    )


def by_assignment(prepared: SolverInput, match: Match | None = None) -> Solved:
    """The optimum over all pairs, proved. `match` may run elsewhere."""
    return _proved("assignment", prepared, match)


def by_dense(prepared: SolverInput) -> Solved:
    """The same with the dense solver, when the sparse one cannot."""
    return _proved("assignment-dense", prepared, match_dense)


def by_greedy(prepared: SolverInput) -> Solved:
    """The last resort: quick, feasible, and its gap is shown."""
    every = np.arange(len(prepared.rows.capability), dtype=np.int64)
    travel = prepared.source.nearest(prepared.rows, every, limits.NEAREST.value)
    edges = without_pairs(prepared.costs.edges(prepared.rows, travel), prepared.banned)
    edge = match_greedy(edges, prepared.rows)
    least = cheapest_ms(edges, prepared.rows.unserved_ms)
    solution = Solution(
        solver="greedy",
        assigned=_units(edges, edge),
        cost_ms=_total_ms(edges, edge, prepared.rows.unserved_ms),
        bound_ms=int(least.sum()),
        slot_price=tuple(least.tolist()),
        unit_price=(),
        next_best=tuple(None for _ in edge),
    )
    return _with_travel(prepared.problem, travel, solution)


SOLVERS: Mapping[str, Solver] = {
    "assignment": by_assignment,
    "assignment-dense": by_dense,
    "greedy": by_greedy,
}  # in the order in which they are asked


def _proved(solver: str, prepared: SolverInput, match: Match | None) -> Solved:
    assigned = assign(prepared.rows, prepared.source, prepared.costs, prepared.banned, match=match)
    solution = _solution(solver, assigned, prepared.rows.unserved_ms)
    return _with_travel(prepared.problem, assigned.travel, solution)


def _with_travel(problem: Problem, travel: TravelMatrix, solution: Solution) -> Solved:
    return Solved(problem=replace(problem, travel=travel), solution=solution)


def _solution(solver: str, assigned: AssignmentResult, unserved_ms: Ints) -> Solution:
    units = _units(assigned.edges, assigned.edge)
    taken = [
        (unit, int(assigned.prices.unit_of[row])) for row, unit in enumerate(units) if unit >= 0
    ]
    return Solution(
        solver=solver,
        assigned=units,
        cost_ms=_total_ms(assigned.edges, assigned.edge, unserved_ms),
        bound_ms=assigned.prices.bound_ms,
        slot_price=tuple(assigned.prices.slot.tolist()),
        unit_price=tuple((unit, price) for unit, price in sorted(taken) if price),
        next_best=next_best(assigned, unserved_ms),
    )


def _units(edges: Edges, edge: Ints) -> tuple[int, ...]:
    return tuple(int(edges.unit[position]) if position >= 0 else -1 for position in edge.tolist())


def _total_ms(edges: Edges, edge: Ints, unserved_ms: Ints) -> int:
    served = edge >= 0
    return int(edges.cost_ms[edge[served]].sum() + unserved_ms[~served].sum())
