"""Prices (duals) of an optimal assignment: the proof that no other plan is cheaper. Recovered from
the matching by shortest paths.

scipy gives the matching only. With c the costs and m the matching, the unit prices are the greatest
v <= 0 with v_j <= v_m(i) + c_ij - c_im(i) on every edge: a shortest-path problem among the matched
rows (Bellman-Ford on whole numbers, so exact). Slot prices follow: u_i = c_im(i) - v_m(i).
"""

import numpy as np

from citybrain.structs import Struct
from citybrain.travel.values import Ints
from coordinator.errors import NoMatchingError
from coordinator.planning.pair_costs import Edges


class Prices(Struct, frozen=True, kw_only=True):
    """`slot[i] + unit_of[i]` is the cost of row i's choice; `unit_of` is the price (never positive)
    of the unit that row i took.
    """

    slot: Ints
    unit_of: Ints

    @property
    def bound_ms(self) -> int:
        return int(self.slot.sum() + self.unit_of.sum())


def prices_of(edges: Edges, edge: Ints, unserved_ms: Ints) -> Prices:
    """The prices of a matching; raises `NoMatchingError` where the matching is not the cheapest
    among `edges`.
    """
    rows = len(unserved_ms)
    paid = unserved_ms.copy()
    is_served = edge >= 0
    paid[is_served] = edges.cost_ms[edge[is_served]]
    owner = owners(edges, edge)
    inner = owner >= 0  # edges to units that some row took
    source, target, extra = (
        edges.row[inner],
        owner[inner],
        edges.cost_ms[inner] - paid[edges.row[inner]],
    )
    order = np.argsort(target, kind="stable")
    source, target, extra = source[order], target[order], extra[order]
    starts = (
        np.flatnonzero(np.r_[True, target[1:] != target[:-1]])
        if len(target)
        else np.zeros(0, dtype=np.int64)
    )
    heads = target[starts]
    price = np.zeros(rows, dtype=np.int64)
    for _ in range(rows + 1):
        if len(starts) == 0:
            break
        lowered = np.minimum(price[heads], np.minimum.reduceat(price[source] + extra, starts))
        if np.array_equal(lowered, price[heads]):
            break
        price[heads] = lowered
    else:
        raise NoMatchingError(
            "the matching is not optimal: a cheaper cycle of exchanges exists. "
            "Another solver is asked."
        )
    prices = Prices(slot=paid - price, unit_of=price)
    if not _is_feasible(edges, owner, prices, unserved_ms):
        raise NoMatchingError(
            "the matching is not optimal: a free unit or an empty slot would be cheaper. "
            "Another solver is asked."
        )
    return prices


def owners(edges: Edges, edge: Ints) -> Ints:
    """Per edge the row that took its unit; -1 where nobody did."""
    is_served = edge >= 0
    size = int(edges.unit.max()) + 1 if len(edges.unit) else 0
    taken = np.full(size, -1, dtype=np.int64)
    taken[edges.unit[edge[is_served]]] = np.flatnonzero(is_served)
    return taken[edges.unit]


def _is_feasible(edges: Edges, owner: Ints, prices: Prices, unserved_ms: Ints) -> bool:
    """No edge, and no slot left empty, is cheaper than its prices."""
    unit_price = np.where(owner >= 0, prices.unit_of[owner], 0)
    return bool(
        np.all(edges.cost_ms >= prices.slot[edges.row] + unit_price)
        and np.all(prices.slot <= unserved_ms)
    )
