"""A plan with its costs and reasons, to and from protobuf. It travels inside the city snapshot."""

from citybrain.domain.plan import OrderRationale, Plan, ProposedOrder, UnassignedSlot
from citybrain.wire.order import from_pb_task, to_pb_task
from citybrain.wire.v1 import plan_pb2 as pb
from citybrain.wire.validation import enums, limits
from citybrain.wire.validation.fields import (
    bounded,
    finite,
    identifier,
    natural,
    non_negative,
    text,
    timestamp,
)


def to_pb_plan(p: Plan) -> pb.Plan:
    return pb.Plan(
        plan=p.plan,
        stage=enums.PLAN_STAGE.to_pb[p.stage],
        made_at=p.made_at,
        world_version=p.world_version,
        planner=p.planner,
        solver=p.solver,
        cost=p.cost,
        bound=p.bound,
        solve_ms=p.solve_ms,
        orders=[_to_pb_proposed(o) for o in p.orders],
        unassigned=[
            pb.UnassignedSlot(
                incident=u.incident, slot=u.slot, capability=u.capability, reason=u.reason
            )
            for u in p.unassigned
        ],
    )


def from_pb_plan(m: pb.Plan) -> Plan:
    return Plan(
        plan=identifier(m.plan, "plan"),
        stage=enums.PLAN_STAGE.from_pb(m.stage),
        made_at=timestamp(m.made_at, "made_at"),
        world_version=natural(m.world_version, "world_version"),
        planner=text(m.planner, "planner"),
        solver=text(m.solver, "solver"),
        cost=finite(m.cost, "cost"),
        bound=finite(m.bound, "bound"),
        solve_ms=non_negative(m.solve_ms, "solve_ms"),
        orders=tuple(_from_pb_proposed(o) for o in bounded(m.orders, limits.PLAN_ORDERS)),
        unassigned=tuple(_from_pb_unassigned(u) for u in bounded(m.unassigned, limits.PLAN_ORDERS)),
    )


def _to_pb_proposed(o: ProposedOrder) -> pb.ProposedOrder:
    return pb.ProposedOrder(
        order=o.order,
        unit=o.unit,
        unit_district=o.unit_district,
        task=to_pb_task(o.task),
        rationale=_to_pb_rationale(o.rationale),
    )


def _from_pb_proposed(m: pb.ProposedOrder) -> ProposedOrder:
    return ProposedOrder(
        order=identifier(m.order, "order"),
        unit=identifier(m.unit, "unit"),
        unit_district=identifier(m.unit_district, "unit_district"),
        task=from_pb_task(m.task),
        rationale=_from_pb_rationale(m.rationale),
    )


def _to_pb_rationale(r: OrderRationale) -> pb.OrderRationale:
    return pb.OrderRationale(
        travel_s=r.travel_s,
        cost=r.cost,
        next_best=r.next_best,
        next_best_cost=r.next_best_cost,
        cross_district=r.cross_district,
        coverage_price=r.coverage_price,
    )


def _from_pb_rationale(m: pb.OrderRationale) -> OrderRationale:
    return OrderRationale(
        travel_s=non_negative(m.travel_s, "travel_s"),
        cost=finite(m.cost, "cost"),
        next_best=identifier(m.next_best, "next_best") if m.HasField("next_best") else None,
        next_best_cost=finite(m.next_best_cost, "next_best_cost")
        if m.HasField("next_best_cost")
        else None,
        cross_district=m.cross_district,
        coverage_price=finite(m.coverage_price, "coverage_price"),
    )


def _from_pb_unassigned(m: pb.UnassignedSlot) -> UnassignedSlot:
    return UnassignedSlot(
        incident=identifier(m.incident, "incident"),
        slot=identifier(m.slot, "slot"),
        capability=identifier(m.capability, "capability"),
        reason=text(m.reason, "reason"),
    )
