"""A checked solution as the plan that the officer will read: orders with reasons, and for every empty slot why."""

from citybrain.domain.plan import Reason, UnassignedSlot
from citybrain.geo import distance_m
from coordinator.inputs import DraftOrder, DraftPlan
from coordinator.planning.fleet import coverage_prices
from coordinator.planning.problem import OpenSlot, Problem, Solution


def draft(problem: Problem, solution: Solution, *, planner: str, solve_ms: float) -> DraftPlan:
    """`solution` in words: seconds instead of milliseconds, names instead of rows."""
    prices = coverage_prices(problem.units, problem.costs)
    orders, unassigned = (
        [],
        [
            UnassignedSlot(
                incident=o.incident, slot=o.slot, capability=o.capability, reason="district_lost"
            )
            for o in problem.out_of_reach
        ],
    )
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
        reason = _reason(problem, solution, row, prices[unit.district])
        orders.append(
            DraftOrder(unit=unit.unit, unit_district=unit.district, task=slot.task, reason=reason)
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


def _reason(problem: Problem, solution: Solution, row: int, coverage_price: float) -> Reason:
    slot, unit = problem.slots[row], problem.units[solution.assigned[row]]
    travel_s = distance_m(slot.place, unit.place) / unit.speed_mps
    late_s = max(0.0, travel_s - max(0.0, (slot.deadline - problem.at) / 1e6))
    is_cross = unit.district != slot.task.incident_district
    weighted = problem.costs.weight(slot.task.severity) * (
        travel_s + problem.costs.late_factor * late_s
    )
    other = solution.next_best[row] if solution.next_best else None
    is_other = other is not None and other[0] != -1
    return Reason(
        travel_s=round(travel_s, 3),
        cost=round(weighted + coverage_price + (problem.costs.cross_s if is_cross else 0.0), 3),
        next_best=problem.units[other[0]].unit if other is not None and is_other else None,
        next_best_cost=other[1] / 1000 if other is not None and is_other else None,
        cross_district=is_cross,
        coverage_price=round(coverage_price, 3),
    )


def _why_empty(problem: Problem, slot: OpenSlot) -> str:
    """No free unit can do it; those that can are of districts that are away; all are too far; or others were more urgent."""
    able = [u for u in problem.units if slot.capability in u.capabilities and u.speed_mps > 0]
    if not able:
        return "district_lost" if slot.capability in problem.away_capabilities else "no_unit"
    near = [
        u for u in able if distance_m(slot.place, u.place) / u.speed_mps <= problem.max_travel_s
    ]
    if not near:
        return "too_far"
    refused = {unit for name, unit in problem.avoided if name == slot.slot}
    return "refused" if all(u.unit in refused for u in near) else "outbid"
