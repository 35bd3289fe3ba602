"""Free units as arrays (positions, speeds, prices), and for slots the nearest of them with costs
and a bound on all the others.

One fleet may be the whole city's (in-process) or one district's (a twin): both give `Edges`, and
edges of several fleets join.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from citybrain.geo import EARTH_RADIUS_M
from citybrain.ids import DistrictId
from citybrain.structs import Struct
from citybrain.vocabulary import Capability
from coordinator.planning.problem import FreeUnit, OpenSlot, Problem
from coordinator.policy import Costs

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# the bound of a slot for which every unit is among the candidates
NONE_LEFT = np.iinfo(np.int64).max // 4
# units of like speed share a tree, so that a fast one far away does not loosen the bound
SPEED_BANDS = 6


class SlotRows(Struct, frozen=True, kw_only=True):
    """Slots as arrays, one row each."""

    xyz: Floats  # (n, 3) on the unit sphere
    radians: Floats  # (n, 2) latitude, longitude
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


def rows_of(slots: Sequence[OpenSlot], at: int, costs: Costs) -> SlotRows:
    """`slots` as arrays; `at` is the time from which deadlines are measured."""
    radians = np.radians(
        np.array([(s.place.lat, s.place.lon) for s in slots], dtype=np.float64).reshape(-1, 2)
    )
    weight = np.array([costs.weight(s.task.severity) for s in slots], dtype=np.float64)
    return SlotRows(
        xyz=_on_sphere(radians),
        radians=radians,
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


class Fleet:
    """Units with their search trees, one per capability and band of speed. Built once, queried
    often.
    """

    def __init__(
        self,
        units: Sequence[FreeUnit],
        costs: Costs,
        max_travel_s: float,
        prices: Mapping[DistrictId, float] | None = None,
    ) -> None:
        self._costs, self._max_travel_s = costs, max_travel_s
        self.radians = np.radians(
            np.array([(u.place.lat, u.place.lon) for u in units], dtype=np.float64).reshape(-1, 2)
        )
        self._xyz = _on_sphere(self.radians)
        self._speed = np.array([u.speed_mps for u in units], dtype=np.float64)
        codes = {
            district: code for code, district in enumerate(sorted({u.district for u in units}))
        }
        self._codes = codes
        self._district = np.array([codes[u.district] for u in units], dtype=np.int64)
        prices = coverage_prices(units, costs) if prices is None else prices
        self._price = np.array([prices.get(u.district, 0.0) for u in units], dtype=np.float64)
        self._trees: dict[Capability, list[tuple[Ints, cKDTree, float, float]]] = {}
        self._holders = _holders(units)

    def has(self, capability: Capability) -> bool:
        return capability in self._holders

    def nearest(self, rows: SlotRows, which: Ints, k: int) -> Edges:
        """For each row of `which` the `k` nearest units of every band that have its capability and
        are within reach.
        """
        found: list[tuple[Ints, Ints]] = []
        rest = np.full(len(rows.capability), NONE_LEFT, dtype=np.int64)
        for capability in sorted({rows.capability[i] for i in which}):
            members = np.array(
                [i for i in which if rows.capability[i] == capability], dtype=np.int64
            )
            for units, tree, fastest, cheapest in self._bands(capability):
                row, unit, arc_m = self._search(rows, members, units, tree, k, fastest)
                found.append((row, unit))
                rest[members] = np.minimum(
                    rest[members], self._least(rows, members, arc_m, fastest, cheapest)
                )
        row = np.concatenate([r for r, _ in found]) if found else np.zeros(0, dtype=np.int64)
        unit = np.concatenate([u for _, u in found]) if found else np.zeros(0, dtype=np.int64)
        cost, is_in_reach = self._cost(rows, row, unit)
        return Edges(
            row=row[is_in_reach],
            unit=unit[is_in_reach],
            cost_ms=cost[is_in_reach],
            outside_bound_ms=rest,
        )

    def _bands(self, capability: Capability) -> list[tuple[Ints, cKDTree, float, float]]:
        if capability not in self._trees:
            units = self._holders.get(capability, np.zeros(0, dtype=np.int64))
            units = units[self._speed[units] > 0]
            in_order = units[np.argsort(self._speed[units], kind="stable")]
            distinct = len(np.unique(self._speed[in_order]))
            parts = [
                p for p in np.array_split(in_order, min(SPEED_BANDS, max(1, distinct))) if len(p)
            ]
            self._trees[capability] = [
                (p, cKDTree(self._xyz[p]), float(self._speed[p].max()), float(self._price[p].min()))
                for p in parts
            ]
        return self._trees[capability]

    def _search(
        self, rows: SlotRows, members: Ints, units: Ints, tree: cKDTree, k: int, fastest: float
    ) -> tuple[Ints, Ints, Floats]:
        """Pairs found, and per member the least distance of everything not found (inf: everything
        within reach was found).
        """
        k = min(k, len(units))
        reach = (
            2 * np.sin(min(np.pi, self._max_travel_s * fastest / EARTH_RADIUS_M) / 2) * (1 + 1e-9)
            + 1e-12
        )
        chord, index = tree.query(rows.xyz[members], k=k, distance_upper_bound=reach)
        chord, index = chord.reshape(len(members), k), index.reshape(len(members), k)
        is_found = np.isfinite(chord)
        row = np.repeat(members, k)[is_found.ravel()]
        last = np.where(is_found[:, -1], chord[:, -1], 2.0)
        arc_m = np.where(
            is_found[:, -1] & (k < len(units)),
            2 * np.arcsin(np.minimum(1.0, last / 2)) * EARTH_RADIUS_M,
            np.inf,
        )
        return row, units[index[is_found]], arc_m

    def _least(
        self, rows: SlotRows, members: Ints, arc_m: Floats, fastest: float, cheapest: float
    ) -> Ints:
        """A lower bound (rounded down, less 1 ms) on the cost of a unit at least `arc_m` away."""
        is_some = np.isfinite(arc_m)
        travel_s = np.where(is_some, arc_m, 0.0) / fastest
        least = (
            np.floor((_weighted_s(rows, members, travel_s, self._costs) + cheapest) * 1000).astype(
                np.int64
            )
            - 1
        )
        return np.where(is_some, least, NONE_LEFT)

    def _cost(self, rows: SlotRows, row: Ints, unit: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        travel_s = haversine_m(rows.radians[row], self.radians[unit]) / self._speed[unit]
        own = np.array([self._codes.get(d, -1) for d in rows.district], dtype=np.int64)
        cross_s = np.where(own[row] == self._district[unit], 0.0, self._costs.cross_s)
        cost = _weighted_s(rows, row, travel_s, self._costs) + cross_s + self._price[unit]
        return np.rint(cost * 1000).astype(np.int64), travel_s <= self._max_travel_s


def city_fleet(problem: Problem) -> Fleet:
    """All free units of `problem` as one fleet."""
    return Fleet(problem.units, problem.costs, problem.max_travel_s)


def haversine_m(a: Floats, b: Floats) -> Floats:
    """Great-circle distances of places in radians, pair by pair."""
    half = (b - a) / 2
    h = np.sin(half[:, 0]) ** 2 + np.cos(a[:, 0]) * np.cos(b[:, 0]) * np.sin(half[:, 1]) ** 2
    distances: Floats = 2 * EARTH_RADIUS_M * np.arcsin(np.minimum(1.0, np.sqrt(h)))
    return distances


def join_edges(parts: Sequence[Edges], rows: int) -> Edges:
    """Edges of several fleets or rounds as one; the bound of a row is the least of its parts'."""
    rest = np.full(rows, NONE_LEFT, dtype=np.int64)
    for part in parts:
        rest = np.minimum(rest, part.outside_bound_ms)
    empty = np.zeros(0, dtype=np.int64)
    return Edges(
        row=np.concatenate([empty, *(p.row for p in parts)]),
        unit=np.concatenate([empty, *(p.unit for p in parts)]),
        cost_ms=np.concatenate([empty, *(p.cost_ms for p in parts)]),
        outside_bound_ms=rest,
    )


def _weighted_s(rows: SlotRows, which: Ints, travel_s: Floats, costs: Costs) -> Floats:
    """Travel and lateness in weighted seconds."""
    late_s = np.maximum(0.0, travel_s - np.maximum(0.0, rows.slack_s[which]))
    return rows.weight[which] * (travel_s + costs.late_factor * late_s)


def _on_sphere(radians: Floats) -> Floats:
    lat, lon = radians[:, 0], radians[:, 1]
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _holders(units: Sequence[FreeUnit]) -> dict[Capability, Ints]:
    lists: dict[Capability, list[int]] = {}
    for index, unit in enumerate(units):
        for capability in unit.capabilities:
            lists.setdefault(capability, []).append(index)
    return {capability: np.array(indices, dtype=np.int64) for capability, indices in lists.items()}
