"""Greedy by weight: the baseline that the optimum is compared with, and the last resort. Its bound
is valid though loose: every slot at its cheapest.
"""

import numpy as np

from citybrain.travel.values import Ints
from coordinator.planning.pair_costs import Edges, SlotRows


def match_greedy(edges: Edges, rows: SlotRows) -> Ints:
    """The heaviest slot takes its cheapest unit, then the next one; ties by deadline, then by row.
    Per row the position of its edge, or -1.
    """
    chosen = np.full(len(rows.capability), -1, dtype=np.int64)
    taken: set[int] = set()
    by_row: dict[int, list[int]] = {}
    for position in np.lexsort((edges.unit, edges.cost_ms)).tolist():
        by_row.setdefault(int(edges.row[position]), []).append(position)
    for row in np.lexsort((np.arange(len(chosen)), rows.slack_s, -rows.weight)).tolist():
        for position in by_row.get(row, []):
            unit = int(edges.unit[position])
            if unit not in taken and edges.cost_ms[position] < rows.unserved_ms[row]:
                chosen[row] = position
                taken.add(unit)
                break
    return chosen


def cheapest_ms(edges: Edges, unserved_ms: Ints) -> Ints:
    """Per row the least it can cost by any unit, candidate or not: the slot prices of the greedy
    plan's bound.
    """
    least = np.minimum(unserved_ms, edges.outside_bound_ms)
    np.minimum.at(least, edges.row, edges.cost_ms)
    return least
