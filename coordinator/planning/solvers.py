"""The solvers by name: from a problem and a source of candidates to a solution with prices. Which
one is asked is the caller's choice.
"""

from collections.abc import Callable, Mapping

import numpy as np

from citybrain.structs import Struct
from coordinator import limits
from coordinator.planning.assignment import (
    AssignmentResult,
    CandidateSource,
    Match,
    assign,
    match_dense,
    without_pairs,
)
from coordinator.planning.fleet import Edges, Ints, SlotRows, rows_of
from coordinator.planning.greedy import cheapest_ms, match_greedy
from coordinator.planning.next_best import next_best
from coordinator.planning.problem import Problem, Solution


class SolverInput(Struct, frozen=True, kw_only=True):
    """A problem in the solvers' form: slots as arrays, and where candidates come from."""

    rows: SlotRows
    source: CandidateSource
    banned: frozenset[tuple[int, int]]


Solver = Callable[[SolverInput], Solution]


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
        rows=rows_of(problem.slots, problem.at, problem.costs), source=source, banned=banned
    )


def by_assignment(prepared: SolverInput, match: Match | None = None) -> Solution:
    """The optimum over all pairs, proved. `match` may run elsewhere."""
    assigned = assign(prepared.rows, prepared.source, prepared.banned, match=match)
    return _solution("assignment", assigned, prepared.rows.unserved_ms)


def by_dense(prepared: SolverInput) -> Solution:
    """The same with the dense solver, when the sparse one cannot."""
    assigned = assign(prepared.rows, prepared.source, prepared.banned, match=match_dense)
    return _solution("assignment-dense", assigned, prepared.rows.unserved_ms)


def by_greedy(prepared: SolverInput) -> Solution:
    """The last resort: quick, feasible, and its gap is shown."""
    every = np.arange(len(prepared.rows.capability), dtype=np.int64)
    nearest = prepared.source.nearest(prepared.rows, every, limits.NEAREST.value)
    edges = without_pairs(nearest, prepared.banned)
    edge = match_greedy(edges, prepared.rows)
    least = cheapest_ms(edges, prepared.rows.unserved_ms)
    return Solution(
        solver="greedy",
        assigned=_units(edges, edge),
        cost_ms=_total_ms(edges, edge, prepared.rows.unserved_ms),
        bound_ms=int(least.sum()),
        slot_price=tuple(least.tolist()),
        unit_price=(),
        next_best=tuple(None for _ in edge),
    )


SOLVERS: Mapping[str, Solver] = {
    "assignment": by_assignment,
    "assignment-dense": by_dense,
    "greedy": by_greedy,
}  # in the order in which they are asked


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
