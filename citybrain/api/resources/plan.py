"""Plans of the city."""

from citybrain.api.resources.elements import time_message
from citybrain.api.v1 import plan_pb2 as pb
from citybrain.domain.plan import Plan, ProposedOrder


def plan_message(plan: Plan) -> pb.Plan:
    return pb.Plan(
        id=plan.plan,
        stage=plan.stage.value,
        made_at=time_message(plan.made_at),
        cost=plan.cost,
        bound=plan.bound,
        solver=plan.solver,
        solve_ms=plan.solve_ms,
        orders=[_order(order) for order in plan.orders],
        unassigned=[
            pb.UnassignedSlot(
                incident=slot.incident,
                slot=slot.slot,
                capability=slot.capability,
                reason=slot.reason,
            )
            for slot in plan.unassigned
        ],
    )


def _order(order: ProposedOrder) -> pb.PlannedOrder:
    return pb.PlannedOrder(
        order=order.order,
        unit=order.unit,
        unit_district=order.unit_district,
        incident=order.task.incident,
        incident_district=order.task.incident_district,
        slot=order.task.slot,
        travel_s=order.rationale.travel_s,
        cost=order.rationale.cost,
        next_best_unit=order.rationale.next_best,
        next_best_cost=order.rationale.next_best_cost,
    )
