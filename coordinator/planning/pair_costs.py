"""What sending a unit to a slot costs, for the pairs whose travel times are known; and a bound on
the cost of all the others. Knows no place: seconds come from the port of travel times.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from citybrain.clock import Timestamp
from citybrain.ids import DistrictId
from citybrain.structs import Struct
from citybrain.travel.values import Floats, Ints, Places, TravelMatrix, places_of
from citybrain.vocabulary import Capability
from coordinator.planning.problem import FreeUnit, OpenSlot
from coordinator.policy import Costs

# the bound of a slot for which every unit is among the candidates
NONE_LEFT = np.iinfo(np.int64).max // 4


class SlotRows(Struct, frozen=True, kw_only=True):
    """Slots as arrays, one row each."""

    at: Timestamp  # from which deadlines are measured, and when units would leave
    places: Places
    weight: Floats
    slack_s: Floats  # until the deadline
    capability: tuple[Capability, ...]
    district: tuple[DistrictId, ...]
    unserved_ms: Ints


class Edges(Struct, frozen=True, kw_only=True):
    """Candidate pairs: slot row, unit index, cost; and per row a lower bound on the cost of every
    unit that is not among them.
    """

    row: Ints
    unit: Ints
    cost_ms: Ints
    outside_bound_ms: Ints  # (n,), by row


def rows_of(slots: Sequence[OpenSlot], at: Timestamp, costs: Costs) -> SlotRows:
    """`slots` as arrays; `at` is the time from which deadlines are measured."""
    weight = np.array([costs.weight(s.task.severity) for s in slots], dtype=np.float64)
    return SlotRows(
        at=at,
        places=places_of([s.place for s in slots]),
        weight=weight,
        slack_s=np.array([(s.deadline - at) / 1e6 for s in slots], dtype=np.float64),
        capability=tuple(s.capability for s in slots),
        district=tuple(s.task.incident_district for s in slots),
        unserved_ms=np.rint(weight * costs.unserved_s * 1000).astype(np.int64),
    )


def coverage_prices(units: Sequence[FreeUnit], costs: Costs) -> Mapping[DistrictId, float]:
    """What taking one more unit costs, per district, by how many free ones it has."""
    free: dict[DistrictId, int] = {}
    for unit in units:
        free[unit.district] = free.get(unit.district, 0) + 1
    return {district: costs.coverage(count) for district, count in free.items()}


class PairCosts:
    """The costs of one problem's units, to be asked for any of its slots."""

    def __init__(self, units: Sequence[FreeUnit], costs: Costs) -> None:
        self.units = len(units)
        self._costs = costs
        prices = coverage_prices(units, costs)
        self._codes = {district: code for code, district in enumerate(sorted(prices))}
        self._district = np.array([self._codes[u.district] for u in units], dtype=np.int64)
        self._price = np.array([prices[u.district] for u in units], dtype=np.float64)
        self._cheapest: dict[Capability, float] = {}
        for held, district in sorted({(u.capabilities, u.district) for u in units}):
            for capability in held:
                known = self._cheapest.get(capability, np.inf)
                self._cheapest[capability] = min(known, prices[district])

    def edges(self, rows: SlotRows, travel: TravelMatrix) -> Edges:
        """The pairs of `travel` with their costs; its bounds as bounds on costs."""
        row, unit = travel.destination, travel.origin
        own = np.array([self._codes.get(d, -1) for d in rows.district], dtype=np.int64)
        cross_s = np.where(own[row] == self._district[unit], 0.0, self._costs.cross_s)
        weighted_s = self._weighted_s(rows, row, travel.seconds)
        return Edges(
            row=row,
            unit=unit,
            cost_ms=np.rint((weighted_s + cross_s + self._price[unit]) * 1000).astype(np.int64),
            outside_bound_ms=self._least_ms(rows, travel.outside_s),
        )

    def _least_ms(self, rows: SlotRows, outside_s: Floats) -> Ints:
        """A lower bound (rounded down, less 1 ms) on the cost of a unit that is at least so far."""
        is_some = np.isfinite(outside_s)
        every = np.arange(len(outside_s), dtype=np.int64)
        weighted_s = self._weighted_s(rows, every, np.where(is_some, outside_s, 0.0))
        cheapest = np.array(
            [self._cheapest.get(capability, 0.0) for capability in rows.capability],
            dtype=np.float64,
        )
        least = np.floor((weighted_s + cheapest) * 1000).astype(np.int64) - 1
        return np.where(is_some, least, NONE_LEFT)

    def _weighted_s(self, rows: SlotRows, which: Ints, travel_s: Floats) -> Floats:
        """Travel and lateness in weighted seconds."""
        late_s = np.maximum(0.0, travel_s - np.maximum(0.0, rows.slack_s[which]))
        return rows.weight[which] * (travel_s + self._costs.late_factor * late_s)
