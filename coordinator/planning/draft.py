"""A checked solution as the plan that the officer will read: orders with their rationale, and for
every empty slot why.
"""

import numpy as np

from citybrain.domain.plan import OrderRationale, UnassignedSlot
from citybrain.travel.values import TravelMatrix
from coordinator.inputs import DraftOrder, DraftPlan
from coordinator.planning.pair_costs import coverage_prices
from coordinator.planning.problem import OpenSlot, Problem, Solution


def draft_plan(problem: Problem, solution: Solution, *, planner: str, solve_ms: float) -> DraftPlan:
    """`solution` in seconds instead of milliseconds, with ids instead of rows. Both as the checker
    accepted them.
    """
    travel = problem.travel
    assert travel is not None, "a plan is drafted once the checker has seen its travel times"
    prices = coverage_prices(problem.units, problem.costs)
    travel_s = _assigned_s(solution, travel)
    near = _near_units(solution, travel)
    orders: list[DraftOrder] = []
    unassigned = [
        UnassignedSlot(
            incident=o.incident, slot=o.slot, capability=o.capability, reason="district_offline"
        )
        for o in problem.unreachable_slots
    ]
    for row, (slot, index) in enumerate(zip(problem.slots, solution.assigned, strict=True)):
        if index == -1:
            unassigned.append(
                UnassignedSlot(
                    incident=slot.task.incident,
                    slot=slot.slot,
                    capability=slot.capability,
                    reason=_why_empty(problem, slot, near.get(row, [])),
                )
            )
            continue
        unit = problem.units[index]
        rationale = _rationale(
            problem, solution, row, travel_s=travel_s[row], coverage_price=prices[unit.district]
        )
        orders.append(
            DraftOrder(
                unit=unit.unit,
                unit_district=unit.district,
                task=slot.task,
                rationale=rationale,
            )
        )
    return DraftPlan(
        made_at=problem.at,
        world_version=problem.world_version,
        planner=planner,
        solver=solution.solver,
        travel=travel.source,
        cost=solution.cost_ms / 1000,
        bound=solution.bound_ms / 1000,
        solve_ms=solve_ms,
        orders=tuple(orders),
        unassigned=tuple(unassigned),
    )


def _assigned_s(solution: Solution, travel: TravelMatrix) -> list[float]:
    """By slot the seconds of its unit; infinite where none is sent."""
    units = np.array(solution.assigned, dtype=np.int64)
    served = np.flatnonzero(units >= 0)
    found = np.full(len(units), np.inf)
    found[served] = travel.seconds_of(served, units[served])
    seconds: list[float] = found.tolist()
    return seconds


def _near_units(solution: Solution, travel: TravelMatrix) -> dict[int, list[int]]:
    """By slot that stays empty the units that are within reach of it."""
    empty = np.flatnonzero(np.array(solution.assigned, dtype=np.int64) < 0)
    (of_empty,) = np.nonzero(np.isin(travel.destination, empty))
    near: dict[int, list[int]] = {}
    for row, unit in zip(
        travel.destination[of_empty].tolist(), travel.origin[of_empty].tolist(), strict=True
    ):
        near.setdefault(row, []).append(unit)
    return near


def _rationale(
    problem: Problem, solution: Solution, row: int, *, travel_s: float, coverage_price: float
) -> OrderRationale:
    slot, unit = problem.slots[row], problem.units[solution.assigned[row]]
    late_s = max(0.0, travel_s - max(0.0, (slot.deadline - problem.at) / 1e6))
    is_cross = unit.district != slot.task.incident_district
    weighted = problem.costs.weight(slot.task.severity) * (
        travel_s + problem.costs.late_factor * late_s
    )
    other = solution.next_best[row] if solution.next_best else None
    is_other = other is not None and other[0] != -1
    return OrderRationale(
        travel_s=round(travel_s, 3),
        cost=round(weighted + coverage_price + (problem.costs.cross_s if is_cross else 0.0), 3),
        next_best=problem.units[other[0]].unit if other is not None and is_other else None,
        next_best_cost=other[1] / 1000 if other is not None and is_other else None,
        cross_district=is_cross,
        coverage_price=round(coverage_price, 3),
    )


def _why_empty(problem: Problem, slot: OpenSlot, near: list[int]) -> str:
    """The reason code of a slot that stays empty: no free unit has the capability, those that have
    it are of offline districts, all are too far, or other slots were more urgent.
    """
    able = [u for u in problem.units if slot.capability in u.capabilities and u.speed_mps > 0]
    if not able:
        return "district_offline" if slot.capability in problem.offline_capabilities else "no_unit"
    if not near:
        return "too_far"
    refused = {unit for name, unit in problem.avoided if name == slot.slot}
    return "refused" if all(problem.units[index].unit in refused for index in near) else "outbid"
