"""The letters of the two-owners protocol as protobuf. They travel inside `link` frames."""

from citybrain.domain.order import FoundNeed, OrderAnswer, OrderProgress, OrderRequest, Task
from citybrain.limits import FOUND_NEEDS
from citybrain.wire.order_message import from_pb_order_message, to_pb_order_message
from citybrain.wire.v1 import order_pb2 as pb
from citybrain.wire.validation import enums
from citybrain.wire.validation.fields import (
    bounded,
    case_number,
    duration,
    identifier,
    incident_kind,
    natural,
    point,
    text,
    timestamp,
    to_pb_point,
)


def to_pb_task(e: Task) -> pb.Task:
    return pb.Task(
        incident=e.incident,
        incident_district=e.incident_district,
        slot=e.slot,
        slot_version=e.slot_version,
        kind=e.kind,
        severity=enums.SEVERITY.to_pb[e.severity],
        place=to_pb_point(e.place),
        traceparent=e.traceparent,
        number=e.number,
        incident_district_name=e.incident_district_name,
    )


def from_pb_task(m: pb.Task) -> Task:
    return Task(
        incident=identifier(m.incident, "incident"),
        incident_district=identifier(m.incident_district, "incident_district"),
        slot=identifier(m.slot, "slot"),
        slot_version=natural(m.slot_version, "slot_version"),
        kind=incident_kind(m.kind, "kind"),
        severity=enums.SEVERITY.from_pb(m.severity),
        place=point(m.place, "place"),
        traceparent=text(m.traceparent, "traceparent"),
        number=case_number(m.number, "number"),
        incident_district_name=text(m.incident_district_name, "incident_district_name"),
    )


def to_pb_order_request(r: OrderRequest) -> pb.OrderRequest:
    return pb.OrderRequest(
        order=r.order,
        step=enums.ORDER_STEP.to_pb[r.step],
        plan=r.plan,
        unit=r.unit,
        unit_district=r.unit_district,
        task=to_pb_task(r.task),
        ttl_s=r.ttl_s,
        reason=r.reason,
        unit_name=r.unit_name,
        message=None if r.message is None else to_pb_order_message(r.message),
    )


def from_pb_order_request(m: pb.OrderRequest) -> OrderRequest:
    return OrderRequest(
        order=identifier(m.order, "order"),
        step=enums.ORDER_STEP.from_pb(m.step),
        plan=identifier(m.plan, "plan"),
        unit=identifier(m.unit, "unit"),
        unit_district=identifier(m.unit_district, "unit_district"),
        task=from_pb_task(m.task),
        ttl_s=duration(m.ttl_s, "ttl_s"),
        reason=text(m.reason, "reason"),
        unit_name=text(m.unit_name, "unit_name"),
        message=from_pb_order_message(m.message) if m.HasField("message") else None,
    )


def to_pb_order_answer(a: OrderAnswer) -> pb.OrderAnswer:
    return pb.OrderAnswer(
        order=a.order,
        step=enums.ORDER_STEP.to_pb[a.step],
        verdict=enums.ORDER_VERDICT.to_pb[a.verdict],
        reason=a.reason,
        assignment_number=a.assignment_number,
    )


def from_pb_order_answer(m: pb.OrderAnswer) -> OrderAnswer:
    return OrderAnswer(
        order=identifier(m.order, "order"),
        step=enums.ORDER_STEP.from_pb(m.step),
        verdict=enums.ORDER_VERDICT.from_pb(m.verdict),
        reason=text(m.reason, "reason"),
        assignment_number=natural(m.assignment_number, "assignment_number"),
    )


def to_pb_order_progress(p: OrderProgress) -> pb.OrderProgress:
    return pb.OrderProgress(
        order=p.order,
        unit=p.unit,
        unit_district=p.unit_district,
        incident=p.incident,
        incident_district=p.incident_district,
        stage=enums.ORDER_STAGE.to_pb[p.stage],
        at=p.at,
        reason=p.reason,
        reason_class=(
            None if p.reason_class is None else enums.REFUSAL_CLASS.to_pb[p.reason_class]
        ),
        finding=enums.FINDING.to_pb[p.finding],
        needs=[pb.FoundNeed(capability=n.capability, quantity=n.quantity) for n in p.needs],
    )


def from_pb_order_progress(m: pb.OrderProgress) -> OrderProgress:
    return OrderProgress(
        order=identifier(m.order, "order"),
        unit=identifier(m.unit, "unit"),
        unit_district=identifier(m.unit_district, "unit_district"),
        incident=identifier(m.incident, "incident"),
        incident_district=identifier(m.incident_district, "incident_district"),
        stage=enums.ORDER_STAGE.from_pb(m.stage),
        at=timestamp(m.at, "at"),
        reason=text(m.reason, "reason"),
        reason_class=(
            enums.REFUSAL_CLASS.from_pb(m.reason_class) if m.HasField("reason_class") else None
        ),
        finding=enums.FINDING.from_pb(m.finding),
        needs=tuple(_from_pb_need(n) for n in bounded(m.needs, FOUND_NEEDS)),
    )


def _from_pb_need(n: pb.FoundNeed) -> FoundNeed:
    return FoundNeed(
        capability=identifier(n.capability, "capability"), quantity=natural(n.quantity, "quantity")
    )
