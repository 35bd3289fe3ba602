"""A checked solution as the plan that the officer will read: orders with their rationale, and for
every empty slot why.
"""

from citybrain.domain.plan import OrderRationale, UnassignedSlot
from citybrain.geo import distance_m
from coordinator.inputs import DraftOrder, DraftPlan
from coordinator.planning.fleet import coverage_prices
from coordinator.planning.problem import OpenSlot, Problem, Solution


def draft_plan(problem: Problem, solution: Solution, *, planner: str, solve_ms: float) -> DraftPlan:
    """`solution` in seconds instead of milliseconds, with ids instead of rows."""
    prices = coverage_prices(problem.units, problem.costs)
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
                    reason=_why_empty(problem, slot),
                )
            )
            continue
        unit = problem.units[index]
        rationale = _rationale(problem, solution, row, prices[unit.district])
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
        cost=solution.cost_ms / 1000,
        bound=solution.bound_ms / 1000,
        solve_ms=solve_ms,
        orders=tuple(orders),
        unassigned=tuple(unassigned),
    )


def _rationale(
    problem: Problem, solution: Solution, row: int, coverage_price: float
) -> OrderRationale:
    slot, unit = problem.slots[row], problem.units[solution.assigned[row]]
    travel_s = distance_m(slot.place, unit.place) / unit.speed_mps
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


def _why_empty(problem: Problem, slot: OpenSlot) -> str:
    """The reason code of a slot that stays empty: no free unit has the capability, those that have
    it are of offline districts, all are too far, or other slots were more urgent.
    """
    able = [u for u in problem.units if slot.capability in u.capabilities and u.speed_mps > 0]
    if not able:
        return "district_offline" if slot.capability in problem.offline_capabilities else "no_unit"
    near = [
        u for u in able if distance_m(slot.place, u.place) / u.speed_mps <= problem.max_travel_s
    ]
    if not near:
        return "too_far"
    refused = {unit for name, unit in problem.avoided if name == slot.slot}
    return "refused" if all(u.unit in refused for u in near) else "outbid"
