"""The independent checker: shares no code with the solvers. A plan counts only when it finds no
fault.

Travel times: those that the plan rests on are the port's (`travel_audit`). Feasible: every row one
unit or none, no unit twice, capability, reach, nothing that was refused lately. Cost: computed anew
from the travel times. Bound: the prices are checked against *all* pairs (weak duality): a pair
whose time the problem holds by that time, every other one by its slot's lower bound. Two rounding
milliseconds a pair are allowed.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from citybrain.travel.values import TravelMatrix
from coordinator.errors import PlanRefusedError
from coordinator.planning.problem import OpenSlot, Problem, Solution
from coordinator.planning.travel_audit import travel_faults

ROUNDING_MS = 2


def check(problem: Problem, solution: Solution, *, travel: TravelTimes = GREAT_CIRCLE) -> None:
    """Raises `PlanRefusedError` with every fault found. `problem` is the one with the travel times
    that the solver left in it; `travel` is the port in force.
    """
    faults = tuple(_shape_faults(problem, solution)) or tuple(travel_faults(problem, travel))
    if not faults and problem.travel is not None:
        table = _CostTable(problem, solution)
        faults = (
            *_pair_faults(problem, solution, problem.travel),
            *_cost_faults(problem, solution, problem.travel, table),
            *_bound_faults(problem, solution, problem.travel, table),
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


def _pair_faults(problem: Problem, solution: Solution, travel: TravelMatrix) -> Iterator[str]:
    refused = set(problem.avoided)
    served, sent = _served(solution)
    seconds = travel.seconds_of(served, sent)
    for row, index, travel_s in zip(served.tolist(), sent.tolist(), seconds.tolist(), strict=True):
        slot, unit = problem.slots[row], problem.units[index]
        if slot.capability not in unit.capabilities:
            yield f"{unit.unit} cannot {slot.capability} (slot {slot.slot})"
        if travel_s > problem.max_travel_s:  # infinite: the problem holds no time for the pair
            yield f"{unit.unit} is out of reach of slot {slot.slot}"
        if (slot.slot, unit.unit) in refused:
            yield f"{unit.unit} refused slot {slot.slot} lately"


def _cost_faults(
    problem: Problem, solution: Solution, travel: TravelMatrix, table: "_CostTable"
) -> Iterator[str]:
    served, sent = _served(solution)
    total = float(table.cost_ms(served, sent, travel.seconds_of(served, sent)).sum())
    total += sum(
        _unserved_ms(problem, slot)
        for slot, index in zip(problem.slots, solution.assigned, strict=True)
        if index == -1
    )
    if abs(total - solution.cost_ms) > ROUNDING_MS * max(1, len(problem.slots)):
        yield f"it states a cost of {solution.cost_ms} ms, and costs {total:.0f} ms"
    if solution.bound_ms > solution.cost_ms:
        yield f"its bound {solution.bound_ms} ms is above its cost {solution.cost_ms} ms"


def _bound_faults(
    problem: Problem, solution: Solution, travel: TravelMatrix, table: "_CostTable"
) -> Iterator[str]:
    """The bound is the sum of prices that no pair, and no slot left empty, undercuts."""
    total = sum(solution.slot_price) + sum(price for _, price in solution.unit_price)
    if total != solution.bound_ms:
        yield f"its prices add up to {total} ms, its bound is {solution.bound_ms} ms"
    for slot, price in zip(problem.slots, solution.slot_price, strict=True):
        if price > _unserved_ms(problem, slot) + ROUNDING_MS:
            yield f"slot {slot.slot} has a price above its cost of staying empty"
    yield from _undercut_inside(problem, travel, table)
    yield from _undercut_outside(problem, travel, table)


def _undercut_inside(problem: Problem, travel: TravelMatrix, table: "_CostTable") -> Iterator[str]:
    """The first pair with a travel time that is cheaper than its prices."""
    refused = set(problem.avoided)
    row, unit = travel.destination, travel.origin
    missing = (
        table.slot_price[row] + table.unit_price[unit] - table.cost_ms(row, unit, travel.seconds)
    )
    is_cheap = (missing > ROUNDING_MS) & (travel.seconds <= problem.max_travel_s)
    for position in np.flatnonzero(is_cheap).tolist():
        slot, found = problem.slots[row[position]], problem.units[unit[position]]
        if slot.capability in found.capabilities and (slot.slot, found.unit) not in refused:
            yield (
                f"{found.unit} for slot {slot.slot} is cheaper than the prices allow: "
                "the bound is not proved"
            )
            return


def _undercut_outside(problem: Problem, travel: TravelMatrix, table: "_CostTable") -> Iterator[str]:
    """The first slot whose units without a travel time may be cheaper than its price: by the bound
    on their seconds and the cheapest district. Units out of reach cannot be.
    """
    is_some = travel.outside_s <= problem.max_travel_s
    least_ms = table.weighted_s(
        np.arange(len(problem.slots)), np.where(is_some, travel.outside_s, 0)
    )
    least_ms = (least_ms + table.cheapest_s) * 1000
    missing = np.where(is_some, table.slot_price - least_ms, 0)
    for row in np.flatnonzero(missing > ROUNDING_MS)[:1].tolist():
        yield (
            f"a unit that the problem holds no time of may be cheaper for slot "
            f"{problem.slots[row].slot} than the prices allow: the bound is not proved"
        )


class _CostTable:
    """What slots and units weigh in a cost, and their prices, as arrays."""

    def __init__(self, problem: Problem, solution: Solution) -> None:
        self._costs = costs = problem.costs
        free: dict[str, int] = {}
        for unit in problem.units:
            free[unit.district] = free.get(unit.district, 0) + 1
        coverage = {
            name: costs.coverage_s * min(1.0, costs.reserve_units / count)
            for name, count in free.items()
        }
        codes = {name: code for code, name in enumerate(sorted(free))}
        self._unit_district = np.array([codes[u.district] for u in problem.units], dtype=np.int64)
        self._coverage_s = np.array([coverage[u.district] for u in problem.units])
        self._slot_district = np.array(
            [codes.get(s.task.incident_district, -1) for s in problem.slots], dtype=np.int64
        )
        self._weight = np.array([costs.weight(s.task.severity) for s in problem.slots])
        self._slack_s = np.array([max(0.0, (s.deadline - problem.at) / 1e6) for s in problem.slots])
        self.slot_price = np.array(solution.slot_price, dtype=np.float64)
        self.unit_price = np.zeros(len(problem.units))
        for index, price in solution.unit_price:
            self.unit_price[index] = price
        cheapest: dict[str, float] = {}
        for unit in problem.units:
            for capability in unit.capabilities:
                known = cheapest.get(capability, np.inf)
                cheapest[capability] = min(known, coverage[unit.district])
        self.cheapest_s = np.array([cheapest.get(s.capability, np.inf) for s in problem.slots])

    def weighted_s(
        self, row: NDArray[np.int64], travel_s: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        late_s = np.maximum(0.0, travel_s - self._slack_s[row])
        weighted: NDArray[np.float64] = self._weight[row] * (
            travel_s + self._costs.late_factor * late_s
        )
        return weighted

    def cost_ms(
        self, row: NDArray[np.int64], unit: NDArray[np.int64], travel_s: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        is_own = self._slot_district[row] == self._unit_district[unit]
        cross_s = np.where(is_own, 0.0, self._costs.cross_s)
        seconds = self.weighted_s(row, travel_s) + cross_s + self._coverage_s[unit]
        costs: NDArray[np.float64] = seconds * 1000
        return costs


def _served(solution: Solution) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The slots that get a unit, and the units."""
    units = np.array(solution.assigned, dtype=np.int64)
    served = np.flatnonzero(units >= 0)
    return served, units[served]


def _unserved_ms(problem: Problem, slot: OpenSlot) -> float:
    return problem.costs.weight(slot.task.severity) * problem.costs.unserved_s * 1000
