"""Sparse assignment with a certificate over *all* pairs: match among candidates, price, and widen
only where the prices do not prove enough.

Column generation: every slot row carries a lower bound on the cost of the units that are not among
its candidates. A matching is optimal for the full problem when no row's price is above that bound.
Rows where it is get more candidates, and the matching is made again; where every unit is a
candidate there is nothing left to prove. Candidates are pairs with their travel times; the times
that were asked for in the end are part of the result, for the checker proves the bound from them.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np

from citybrain.errors import TravelTimesError
from citybrain.structs import Struct, replace
from citybrain.travel.values import Ints, TravelMatrix
from coordinator import limits
from coordinator.errors import NoMatchingError
from coordinator.planning.certificate import Prices, prices_of
from coordinator.planning.pair_costs import Edges, PairCosts, SlotRows

GROWTH = 4  # how many times more candidates a row gets that is not proved


class CandidateSource(Protocol):
    """Where candidates come from: one fleet, or the twins of all districts."""

    def nearest(self, rows: SlotRows, which: Ints, k: int) -> TravelMatrix:
        """As `coordinator.planning.fleet.Fleet.nearest`."""
        ...


# edges and each row's cost of staying empty → per row the position of its edge, or -1
Match = Callable[[Edges, Ints], Ints]


class AssignmentResult(Struct, frozen=True, kw_only=True):
    """A proved assignment among `edges`: per row the position of its edge or -1, and the prices
    that prove it. `travel` holds every time that was asked for, also of pairs that are banned.
    """

    edges: Edges
    edge: Ints
    prices: Prices
    travel: TravelMatrix
    rounds: int


def assign(
    rows: SlotRows,
    source: CandidateSource,
    costs: PairCosts,
    banned: frozenset[tuple[int, int]],
    *,
    match: Match | None = None,
    nearest: int = limits.NEAREST.value,
) -> AssignmentResult:
    """The optimal assignment over all pairs. `banned` are (row, unit) pairs that must not be used.
    Raises `NoMatchingError`, and `TravelTimesError` where bounds never get good enough.
    """
    every = np.arange(len(rows.capability), dtype=np.int64)
    travel = source.nearest(rows, every, nearest)
    rounds = 1
    while True:
        edges = without_pairs(costs.edges(rows, travel), banned)
        edge = (match or match_sparse)(edges, rows.unserved_ms)
        prices = prices_of(edges, edge, rows.unserved_ms)
        unproved = every[prices.slot > edges.outside_bound_ms]
        if len(unproved) == 0:
            return AssignmentResult(
                edges=edges, edge=edge, prices=prices, travel=travel, rounds=rounds
            )
        if nearest >= costs.units:
            raise TravelTimesError(
                travel.source.text, "a finite bound although every pair was asked for"
            )
        nearest *= GROWTH
        travel = _widened(travel, source.nearest(rows, unproved, nearest), unproved)
        rounds += 1


def match_sparse(edges: Edges, unserved_ms: Ints) -> Ints:
    """The cheapest assignment among `edges`; a column of its own lets every row stay empty."""
    rows = len(unserved_ms)
    if rows == 0:
        return np.zeros(0, dtype=np.int64)
    # here, for it is a quarter of the time that a node takes to start
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import min_weight_full_bipartite_matching

    columns, column = np.unique(edges.unit, return_inverse=True)
    row = np.concatenate([edges.row, np.arange(rows)])
    col = np.concatenate([column, len(columns) + np.arange(rows)])
    # + 1: an explicit zero would be no edge
    cost = np.concatenate([edges.cost_ms, unserved_ms]).astype(np.float64) + 1.0
    try:
        matched_row, matched_col = min_weight_full_bipartite_matching(
            csr_array((cost, (row, col)), shape=(rows, len(columns) + rows))
        )
    except ValueError as error:
        raise NoMatchingError(
            f"the sparse solver found no full matching ({error}); the dense one is asked."
        ) from error
    chosen = np.full(rows, -1, dtype=np.int64)
    chosen[matched_row] = matched_col
    return _edge_of(edges, column, chosen)


def match_dense(edges: Edges, unserved_ms: Ints) -> Ints:
    """The same by the dense solver: the check of the sparse one, and its replacement when it fails.
    A row matched at its cost of staying empty stays empty.
    """
    rows = len(unserved_ms)
    columns, column = np.unique(edges.unit, return_inverse=True)
    wide = max(len(columns), rows)
    if rows * wide > limits.DENSE_CELLS.value:
        raise NoMatchingError(
            f"{rows} slots × {wide} units are more than the dense solver's "
            f"{limits.DENSE_CELLS.value} pairs; the greedy one is asked."
        )
    from scipy.optimize import linear_sum_assignment  # here, as above

    matrix = np.repeat(unserved_ms.astype(np.float64)[:, None], wide, axis=1)
    is_better = edges.cost_ms < unserved_ms[edges.row]
    matrix[edges.row[is_better], column[is_better]] = edges.cost_ms[is_better]
    matched_row, matched_col = linear_sum_assignment(matrix)
    chosen = np.full(rows, -1, dtype=np.int64)
    is_served = matrix[matched_row, matched_col] < unserved_ms[matched_row]
    chosen[matched_row[is_served]] = matched_col[is_served]
    return _edge_of(edges, column, chosen)


def _edge_of(edges: Edges, column: Ints, chosen: Ints) -> Ints:
    """Per row the position of the edge to its chosen column; -1 where it stays empty."""
    edge = np.full(len(chosen), -1, dtype=np.int64)
    is_chosen = column == chosen[edges.row]
    edge[edges.row[is_chosen]] = np.flatnonzero(is_chosen)
    return edge


def without_pairs(edges: Edges, banned: frozenset[tuple[int, int]]) -> Edges:
    """`edges` without the (row, unit) pairs that must not be used."""
    if not banned:
        return edges
    keep = np.array(
        [pair not in banned for pair in zip(edges.row.tolist(), edges.unit.tolist(), strict=True)],
        dtype=np.bool_,
    )
    return replace(edges, row=edges.row[keep], unit=edges.unit[keep], cost_ms=edges.cost_ms[keep])


def _widened(travel: TravelMatrix, more: TravelMatrix, which: Ints) -> TravelMatrix:
    """`travel` with the rows of `which` replaced by `more`."""
    keep = ~np.isin(travel.destination, which)
    outside_s = travel.outside_s.copy()
    outside_s[which] = more.outside_s[which]
    return TravelMatrix(
        source=travel.source,
        destination=np.concatenate([travel.destination[keep], more.destination]),
        origin=np.concatenate([travel.origin[keep], more.origin]),
        seconds=np.concatenate([travel.seconds[keep], more.seconds]),
        outside_s=outside_s,
    )
