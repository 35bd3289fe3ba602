"""Plans of the city: the row of a list, and the detail with every order and why."""

from collections.abc import Callable

from citybrain.api.resources.elements import place_message, time_message
from citybrain.api.v1 import plan_pb2 as pb
from citybrain.domain.incident import IncidentReport
from citybrain.domain.plan import Plan, ProposedOrder, UnassignedSlot
from citybrain.domain.unit import UnitReport
from citybrain.ids import IncidentId, UnitId
from citybrain.localized_name import NO_NAME, LocalizedName

UnitOf = Callable[[UnitId], UnitReport | None]
IncidentOf = Callable[[IncidentId], IncidentReport | None]


def plan_message(plan: Plan) -> pb.Plan:
    """What a list shows of a plan."""
    return pb.Plan(
        id=plan.plan,
        stage=plan.stage.value,
        made_at=time_message(plan.made_at),
        cost=plan.cost,
        bound=plan.bound,
        planner=plan.planner,
        solver=plan.solver,
        solve_ms=plan.solve_ms,
        orders=len(plan.orders),
        cross_district_orders=sum(order.rationale.cross_district for order in plan.orders),
        unassigned=len(plan.unassigned),
        issued_at=time_message(plan.issued_at) if plan.issued_at else None,
    )


def plan_detail_message(plan: Plan, *, unit_of: UnitOf, incident_of: IncidentOf) -> pb.PlanDetail:
    """A plan in full, with what `unit_of` and `incident_of` know of its units and incidents now."""
    return pb.PlanDetail(
        plan=plan_message(plan),
        orders=[_order(order, unit_of, incident_of) for order in plan.orders],
        unassigned=[_unassigned(slot, incident_of) for slot in plan.unassigned],
    )


def _order(order: ProposedOrder, unit_of: UnitOf, incident_of: IncidentOf) -> pb.PlannedOrder:
    task, rationale, unit = order.task, order.rationale, unit_of(order.unit)
    place_name = _place_name(incident_of(task.incident))
    next_best = None if rationale.next_best is None else unit_of(rationale.next_best)
    return pb.PlannedOrder(
        order=order.order,
        unit=order.unit,
        unit_name="" if unit is None else unit.name,
        unit_district=order.unit_district,
        unit_place=None if unit is None else place_message(unit.place),
        incident=task.incident,
        incident_district=task.incident_district,
        slot=task.slot,
        kind=task.kind,
        severity=task.severity.value,
        place=place_message(task.place),
        travel_s=rationale.travel_s,
        cost=rationale.cost,
        coverage_price=rationale.coverage_price,
        next_best_unit=rationale.next_best,
        next_best_name="" if next_best is None else next_best.name,
        next_best_district="" if next_best is None else next_best.district,
        next_best_cost=rationale.next_best_cost,
        number=task.number,
        place_en=place_name.en,
        place_zh=place_name.zh,
    )


def _unassigned(slot: UnassignedSlot, incident_of: IncidentOf) -> pb.UnassignedSlot:
    incident = incident_of(slot.incident)
    return pb.UnassignedSlot(
        incident=slot.incident,
        kind="" if incident is None else incident.kind,
        slot=slot.slot,
        capability=slot.capability,
        reason=slot.reason,
        number="" if incident is None else incident.number,
        place_en=_place_name(incident).en,
        place_zh=_place_name(incident).zh,
    )


def _place_name(incident: IncidentReport | None) -> LocalizedName:
    return NO_NAME if incident is None else incident.place_name
