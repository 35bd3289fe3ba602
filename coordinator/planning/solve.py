"""The solvers behind one name each: from a problem and a source of candidates to a solution with prices. Which one is asked stands with the caller."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from coordinator import limits
from coordinator.planning.assignment import Assigned, Match, Source, assign, match_dense
from coordinator.planning.fleet import Edges, Ints, Rows, rows_of
from coordinator.planning.greedy import cheapest_ms, match_greedy
from coordinator.planning.problem import Problem, Solution
from coordinator.planning.reasons import next_best


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """A problem in the solvers' form: slots as columns, and where candidates come from."""

    rows: Rows
    source: Source
    banned: frozenset[tuple[int, int]]


Solver = Callable[[Posed], Solution]


def posed(problem: Problem, source: Source) -> Posed:
    rows = {s.slot: row for row, s in enumerate(problem.slots)}
    units = {u.unit: index for index, u in enumerate(problem.units)}
    banned = frozenset(
        (rows[slot], units[unit])
        for slot, unit in problem.avoided
        if slot in rows and unit in units
    )
    return Posed(
        rows=rows_of(problem.slots, problem.at, problem.costs), source=source, banned=banned
    )


def by_assignment(given: Posed, match: Match | None = None) -> Solution:
    """The optimum over all pairs, proved. `match` may run elsewhere."""
    assigned = assign(given.rows, given.source, given.banned, match=match)
    return _solution("assignment", assigned, given.rows.unserved_ms)


def by_dense(given: Posed) -> Solution:
    """The same with the dense solver, when the sparse one cannot."""
    assigned = assign(given.rows, given.source, given.banned, match=match_dense)
    return _solution("assignment-dense", assigned, given.rows.unserved_ms)


def by_greedy(given: Posed) -> Solution:
    """The last resort: quick, feasible, and its gap is shown."""
    every = np.arange(len(given.rows.capability), dtype=np.int64)
    edges = given.source.nearest(given.rows, every, limits.NEAREST.value)
    if given.banned:
        keep = np.array(
            [
                pair not in given.banned
                for pair in zip(edges.row.tolist(), edges.unit.tolist(), strict=True)
            ],
            dtype=np.bool_,
        )
        edges = Edges(
            row=edges.row[keep],
            unit=edges.unit[keep],
            cost_ms=edges.cost_ms[keep],
            rest_ms=edges.rest_ms,
        )
    edge = match_greedy(edges, given.rows)
    least = cheapest_ms(edges, given.rows.unserved_ms)
    return Solution(
        solver="greedy",
        assigned=_units(edges, edge),
        cost_ms=_paid(edges, edge, given.rows.unserved_ms),
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


def _solution(solver: str, assigned: Assigned, unserved_ms: Ints) -> Solution:
    units = _units(assigned.edges, assigned.edge)
    taken = [
        (unit, int(assigned.prices.unit_of[row])) for row, unit in enumerate(units) if unit >= 0
    ]
    return Solution(
        solver=solver,
        assigned=units,
        cost_ms=_paid(assigned.edges, assigned.edge, unserved_ms),
        bound_ms=assigned.prices.bound_ms,
        slot_price=tuple(assigned.prices.slot.tolist()),
        unit_price=tuple((unit, price) for unit, price in sorted(taken) if price),
        next_best=next_best(assigned, unserved_ms),
    )


def _units(edges: Edges, edge: Ints) -> tuple[int, ...]:
    return tuple(int(edges.unit[position]) if position >= 0 else -1 for position in edge.tolist())


def _paid(edges: Edges, edge: Ints, unserved_ms: Ints) -> int:
    served = edge >= 0
    return int(edges.cost_ms[edge[served]].sum() + unserved_ms[~served].sum())
