"""What the best plan without a pair would cost, and whom it would send: the rationale of the pair.
Exact among the candidates, by shortest exchanges.

Forbidding the pair of row i makes i take another unit, whose row takes another … until a free unit
(or an empty slot) ends the chain, or the chain comes back to the unit that i gave up. With reduced
costs (cost minus prices, never negative) the cheapest chain is a shortest path (Dijkstra, ended
early). Giving up the unit costs nothing by itself: the prices are the greatest ones, so a chain of
exchanges at no cost hands its worth on to a unit of price 0.
"""

from heapq import heapify, heappop, heappush

import numpy as np

from citybrain.travel.values import Ints
from coordinator.planning.assignment import AssignmentResult
from coordinator.planning.certificate import owners

LEFT_EMPTY = -1
Hop = tuple[int, int, int]  # reduced cost, the row that holds the unit, the unit


def next_best(assigned: AssignmentResult, unserved_ms: Ints) -> tuple[tuple[int, int] | None, ...]:
    """Per row that is served: (unit or LEFT_EMPTY, what the order would cost in the best plan
    without this pair, in ms); None where it stays empty.
    """
    edges, prices = assigned.edges, assigned.prices
    owner = owners(edges, assigned.edge)
    unit_price = (
        np.where(owner >= 0, prices.unit_of[owner], 0)
        if len(prices.unit_of)
        else np.zeros(0, dtype=np.int64)
    )
    reduced = edges.cost_ms - prices.slot[edges.row] - unit_price
    exits = _exits(assigned, owner, reduced, unserved_ms)
    hops = _hops(assigned, owner, reduced)
    return tuple(
        _best_for(row, assigned, hops, exits) if assigned.edge[row] >= 0 else None
        for row in range(len(unserved_ms))
    )


def _best_for(
    row: int, assigned: AssignmentResult, hops: list[list[Hop]], exits: list[tuple[int, int]]
) -> tuple[int, int]:
    """The cheapest chain that begins with `row` giving up its unit."""
    paid = int(assigned.edges.cost_ms[assigned.edge[row]])
    best, unit = exits[row]
    frontier = list(hops[row])
    heapify(frontier)
    reached: set[int] = set()
    while frontier:
        far, at, first = heappop(frontier)
        if far >= best:
            break
        if at == row:  # back at the unit that was given up
            best, unit = far, first
            break
        if at in reached:
            continue
        reached.add(at)
        if far + exits[at][0] < best:
            best, unit = far + exits[at][0], first
        for reduced, holder, _ in hops[at]:
            heappush(frontier, (far + reduced, holder, first))
    return unit, paid + best


def _exits(
    assigned: AssignmentResult, owner: Ints, reduced: Ints, unserved_ms: Ints
) -> list[tuple[int, int]]:
    """Per row the cheapest way to end a chain: (reduced cost, a free unit or LEFT_EMPTY)."""
    exits = [(int(gap), LEFT_EMPTY) for gap in unserved_ms - assigned.prices.slot]
    free = np.flatnonzero(owner < 0)
    free = free[np.lexsort((assigned.edges.unit[free], reduced[free]))]
    rows, first = np.unique(assigned.edges.row[free], return_index=True)
    for row, position in zip(rows.tolist(), free[first].tolist(), strict=True):
        if reduced[position] <= exits[row][0]:
            exits[row] = (int(reduced[position]), int(assigned.edges.unit[position]))
    return exits


def _hops(assigned: AssignmentResult, owner: Ints, reduced: Ints) -> list[list[Hop]]:
    """Per row the units that other rows took."""
    hops: list[list[Hop]] = [[] for _ in range(len(assigned.edge))]
    taken = np.flatnonzero((owner >= 0) & (owner != assigned.edges.row))
    for row, far, holder, unit in zip(
        assigned.edges.row[taken].tolist(),
        reduced[taken].tolist(),
        owner[taken].tolist(),
        assigned.edges.unit[taken].tolist(),
        strict=True,
    ):
        hops[row].append((far, holder, unit))
    return hops
