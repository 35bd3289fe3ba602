"""A plan with its costs and reasons, across the door. It travels inside the city's desk."""

from citybrain.domain.plan import Plan, ProposedOrder, Reason, UnassignedSlot
from citybrain.wire.order import from_pb_errand, to_pb_errand
from citybrain.wire.v1 import plan_pb2 as pb
from citybrain.wire.validation import enums, limits
from citybrain.wire.validation.fields import amount, at, bounded, count, ident, real, text


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
        plan=ident(m.plan, "plan"),
        stage=enums.PLAN_STAGE.from_pb(m.stage),
        made_at=at(m.made_at, "made_at"),
        world_version=count(m.world_version, "world_version"),
        planner=text(m.planner, "planner"),
        solver=text(m.solver, "solver"),
        cost=real(m.cost, "cost"),
        bound=real(m.bound, "bound"),
        solve_ms=amount(m.solve_ms, "solve_ms"),
        orders=tuple(_from_pb_proposed(o) for o in bounded(m.orders, limits.PLAN_ORDERS)),
        unassigned=tuple(_from_pb_unmet(u) for u in bounded(m.unassigned, limits.PLAN_ORDERS)),
    )


def _to_pb_proposed(o: ProposedOrder) -> pb.ProposedOrder:
    return pb.ProposedOrder(
        order=o.order,
        unit=o.unit,
        unit_district=o.unit_district,
        task=to_pb_errand(o.task),
        reason=_to_pb_reason(o.reason),
    )


def _from_pb_proposed(m: pb.ProposedOrder) -> ProposedOrder:
    return ProposedOrder(
        order=ident(m.order, "order"),
        unit=ident(m.unit, "unit"),
        unit_district=ident(m.unit_district, "unit_district"),
        task=from_pb_errand(m.task),
        reason=_from_pb_reason(m.reason),
    )


def _to_pb_reason(r: Reason) -> pb.Reason:
    return pb.Reason(
        travel_s=r.travel_s,
        cost=r.cost,
        next_best=r.next_best,
        next_best_cost=r.next_best_cost,
        cross_district=r.cross_district,
        coverage_price=r.coverage_price,
    )


def _from_pb_reason(m: pb.Reason) -> Reason:
    return Reason(
        travel_s=amount(m.travel_s, "travel_s"),
        cost=real(m.cost, "cost"),
        next_best=ident(m.next_best, "next_best") if m.HasField("next_best") else None,
        next_best_cost=real(m.next_best_cost, "next_best_cost")
        if m.HasField("next_best_cost")
        else None,
        cross_district=m.cross_district,
        coverage_price=real(m.coverage_price, "coverage_price"),
    )


def _from_pb_unmet(m: pb.UnassignedSlot) -> UnassignedSlot:
    return UnassignedSlot(
        incident=ident(m.incident, "incident"),
        slot=ident(m.slot, "slot"),
        capability=ident(m.capability, "capability"),
        reason=text(m.reason, "reason"),
    )
