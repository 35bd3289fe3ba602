"""The independent checker: shares no code with the solvers. A plan counts only when it finds no
fault.

Feasible: every row one unit or none, no unit twice, capability, reach, nothing that was refused
lately. Cost: computed anew from the places, in plain Python. Bound: the prices are checked against
*all* pairs (weak duality), not against the solver's candidates. Two rounding milliseconds a pair
are allowed.
"""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from citybrain.geo import EARTH_RADIUS_M, Point
from coordinator.errors import PlanRefusedError
from coordinator.planning.problem import FreeUnit, OpenSlot, Problem, Solution

ROUNDING_MS = 2


def check(problem: Problem, solution: Solution) -> None:
    """Raises `PlanRefusedError` with every fault found."""
    faults = tuple(_shape_faults(problem, solution))
    if not faults:
        free = _free_per_district(problem)
        faults = (
            *_pair_faults(problem, solution),
            *_cost_faults(problem, solution, free),
            *_bound_faults(problem, solution, free),
        )
    if faults:
        raise PlanRefusedError(solution.solver, faults)


def _shape_faults(problem: Problem, solution: Solution) -> Iterator[str]:
    if len(solution.assigned) != len(problem.slots) or len(solution.slot_price) != len(
        problem.slots
    ):
        yield f"it has {len(solution.assigned)} slots, the problem has {len(problem.slots)}"
        return
    taken = [unit for unit in solution.assigned if unit != -1]
    if any(not 0 <= unit < len(problem.units) for unit in taken):
        yield "it sends a unit that the problem does not have"
    if len(set(taken)) != len(taken):
        yield "it sends a unit twice"
    if len({slot.slot for slot in problem.slots}) != len(problem.slots):
        yield "the problem names a slot twice"
    if any(price > 0 or not 0 <= unit < len(problem.units) for unit, price in solution.unit_price):
        yield "a unit's price is positive or of no unit"


def _pair_faults(problem: Problem, solution: Solution) -> Iterator[str]:
    refused = set(problem.avoided)
    for slot, index in zip(problem.slots, solution.assigned, strict=True):
        if index == -1:
            continue
        unit = problem.units[index]
        if slot.capability not in unit.capabilities:
            yield f"{unit.unit} cannot {slot.capability} (slot {slot.slot})"
        if (
            unit.speed_mps <= 0
            or _metres(slot.place, unit.place) / unit.speed_mps > problem.max_travel_s + 0.001
        ):
            yield f"{unit.unit} is out of reach of slot {slot.slot}"
        if (slot.slot, unit.unit) in refused:
            yield f"{unit.unit} refused slot {slot.slot} lately"


def _cost_faults(problem: Problem, solution: Solution, free: dict[str, int]) -> Iterator[str]:
    total = 0.0
    for slot, index in zip(problem.slots, solution.assigned, strict=True):
        total += (
            _unserved_ms(problem, slot)
            if index == -1
            else _pair_ms(problem, slot, problem.units[index], free)
        )
    if abs(total - solution.cost_ms) > ROUNDING_MS * max(1, len(problem.slots)):
        yield f"it states a cost of {solution.cost_ms} ms, and costs {total:.0f} ms"
    if solution.bound_ms > solution.cost_ms:
        yield f"its bound {solution.bound_ms} ms is above its cost {solution.cost_ms} ms"


def _bound_faults(problem: Problem, solution: Solution, free: dict[str, int]) -> Iterator[str]:
    """The bound is the sum of prices that no pair, and no slot left empty, undercuts."""
    total = sum(solution.slot_price) + sum(price for _, price in solution.unit_price)
    if total != solution.bound_ms:
        yield f"its prices add up to {total} ms, its bound is {solution.bound_ms} ms"
    for slot, price in zip(problem.slots, solution.slot_price, strict=True):
        if price > _unserved_ms(problem, slot) + ROUNDING_MS:
            yield f"slot {slot.slot} has a price above its cost of staying empty"
    yield from _undercut(problem, solution, free)


def _undercut(problem: Problem, solution: Solution, free: dict[str, int]) -> Iterator[str]:
    """Pairs that are cheaper than their prices. Only units near enough in latitude can be: the
    others cost more by their travel alone.
    """
    columns = _Columns(problem, solution, free)
    refused = set(problem.avoided)
    for slot, price in zip(problem.slots, solution.slot_price, strict=True):
        near = columns.near(slot, price, problem)
        if len(near) == 0:
            continue
        missing = price + columns.unit_price[near] - columns.cost_ms(slot, near, problem)
        for index in near[missing > ROUNDING_MS].tolist():
            unit = problem.units[index]
            if slot.capability in unit.capabilities and (slot.slot, unit.unit) not in refused:
                yield (
                    f"{unit.unit} for slot {slot.slot} is cheaper than the prices allow: "
                    "the bound is not proved"
                )
                return


class _Columns:
    """The units as arrays, by latitude, for checking every pair that could undercut."""

    def __init__(self, problem: Problem, solution: Solution, free: dict[str, int]) -> None:
        self._lat = np.array([math.radians(u.place.lat) for u in problem.units])
        self._lon = np.array([math.radians(u.place.lon) for u in problem.units])
        self._speed = np.array([u.speed_mps for u in problem.units])
        self._coverage = np.array([_coverage_s(problem, free[u.district]) for u in problem.units])
        names = sorted({u.district for u in problem.units})
        self._codes = {name: code for code, name in enumerate(names)}
        self._district = np.array([self._codes[u.district] for u in problem.units], dtype=np.int64)
        self.unit_price = np.zeros(len(problem.units))
        for unit, price in solution.unit_price:
            self.unit_price[unit] = price
        self._order = np.argsort(self._lat, kind="stable")
        self._sorted_lat = self._lat[self._order]
        self._fastest = float(self._speed.max()) if len(self._speed) else 0.0

    def near(self, slot: OpenSlot, price_ms: int, problem: Problem) -> NDArray[np.int64]:
        seconds = price_ms / 1000 / problem.costs.weight(slot.task.severity)
        reach = (
            min(math.pi, min(seconds, problem.max_travel_s) * self._fastest / EARTH_RADIUS_M) + 1e-9
        )
        lat = math.radians(slot.place.lat)
        low, high = np.searchsorted(self._sorted_lat, [lat - reach, lat + reach])
        return self._order[low:high]

    def cost_ms(
        self, slot: OpenSlot, which: NDArray[np.int64], problem: Problem
    ) -> NDArray[np.float64]:
        """Costs of `slot` by the units `which`; infinite where out of reach."""
        lat, lon = math.radians(slot.place.lat), math.radians(slot.place.lon)
        north = np.cos(lat) * np.sin(self._lat[which]) - np.sin(lat) * np.cos(
            self._lat[which]
        ) * np.cos(self._lon[which] - lon)
        east = np.cos(self._lat[which]) * np.sin(self._lon[which] - lon)
        along = np.sin(lat) * np.sin(self._lat[which]) + np.cos(lat) * np.cos(
            self._lat[which]
        ) * np.cos(self._lon[which] - lon)
        metres = np.arctan2(np.hypot(north, east), along) * EARTH_RADIUS_M
        with np.errstate(divide="ignore"):
            travel_s = np.where(self._speed[which] > 0, metres / self._speed[which], np.inf)
        slack_s = max(0.0, (slot.deadline - problem.at) / 1e6)
        late_s = np.maximum(0.0, travel_s - slack_s)
        cross_s = np.where(
            self._district[which] == self._codes.get(slot.task.incident_district, -1),
            0.0,
            problem.costs.cross_s,
        )
        weighted = problem.costs.weight(slot.task.severity) * (
            travel_s + problem.costs.late_factor * late_s
        )
        cost = (weighted + cross_s + self._coverage[which]) * 1000
        return np.where(travel_s <= problem.max_travel_s, cost, np.inf)


def _pair_ms(problem: Problem, slot: OpenSlot, unit: FreeUnit, free: dict[str, int]) -> float:
    travel_s = _metres(slot.place, unit.place) / unit.speed_mps
    late_s = max(0.0, travel_s - max(0.0, (slot.deadline - problem.at) / 1e6))
    weighted = problem.costs.weight(slot.task.severity) * (
        travel_s + problem.costs.late_factor * late_s
    )
    cross_s = 0.0 if unit.district == slot.task.incident_district else problem.costs.cross_s
    return (weighted + cross_s + _coverage_s(problem, free[unit.district])) * 1000


def _unserved_ms(problem: Problem, slot: OpenSlot) -> float:
    return problem.costs.weight(slot.task.severity) * problem.costs.unserved_s * 1000


def _coverage_s(problem: Problem, free_units: int) -> float:
    return problem.costs.coverage_s * min(1.0, problem.costs.reserve_units / free_units)


def _free_per_district(problem: Problem) -> dict[str, int]:
    free: dict[str, int] = {}
    for unit in problem.units:
        free[unit.district] = free.get(unit.district, 0) + 1
    return free


def _metres(a: Point, b: Point) -> float:
    """Great-circle distance by the angle between vectors (another formula than the solvers')."""
    va, vb = _vector(a), _vector(b)
    cross = (
        va[1] * vb[2] - va[2] * vb[1],
        va[2] * vb[0] - va[0] * vb[2],
        va[0] * vb[1] - va[1] * vb[0],
    )
    dot = sum(x * y for x, y in zip(va, vb, strict=True))
    return math.atan2(math.sqrt(sum(x * x for x in cross)), dot) * EARTH_RADIUS_M


def _vector(p: Point) -> tuple[float, float, float]:
    lat, lon = math.radians(p.lat), math.radians(p.lon)
    return math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
