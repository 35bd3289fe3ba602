"""Actions and snapshots of duty officers, as protobuf."""

from citybrain.domain.console import (
    CitySnapshot,
    DistrictSummary,
    OrderLine,
    Outcome,
    PlanAction,
)
from citybrain.wire.incident import from_pb_incident_report, to_pb_incident_report
from citybrain.wire.plan import from_pb_plan, to_pb_plan
from citybrain.wire.unit import from_pb_unit_report, to_pb_unit_report
from citybrain.wire.v1 import console_pb2 as pb
from citybrain.wire.validation import limits
from citybrain.wire.validation.fields import (
    bounded,
    finite,
    identifier,
    named_numbers,
    natural,
    parse,
    point,
    serialized,
    text,
    timestamp,
    to_pb_point,
)


def encode_snapshot_request(_nothing: None) -> bytes:
    return serialized(pb.SnapshotRequest())


def decode_snapshot_request(payload: bytes) -> None:
    parse(pb.SnapshotRequest, payload)


def encode_plan_action(a: PlanAction) -> bytes:
    return serialized(
        pb.PlanAction(
            request=a.request, officer=a.officer, plan=a.plan, issue=a.issue, reason=a.reason
        )
    )


def decode_plan_action(payload: bytes) -> PlanAction:
    m = parse(pb.PlanAction, payload)
    return PlanAction(
        request=identifier(m.request, "request"),
        officer=identifier(m.officer, "officer"),
        plan=identifier(m.plan, "plan"),
        issue=m.issue,
        reason=text(m.reason, "reason"),
    )


def encode_outcome(o: Outcome) -> bytes:
    return serialized(
        pb.Outcome(
            request=o.request, done=o.done, reason=o.reason, detail=o.detail, incident=o.incident
        )
    )


def decode_outcome(payload: bytes) -> Outcome:
    m = parse(pb.Outcome, payload)
    return Outcome(
        request=text(m.request, "request"),
        done=m.done,
        reason=text(m.reason, "reason"),
        detail=text(m.detail, "detail"),
        incident=identifier(m.incident, "incident") if m.HasField("incident") else None,
    )


def encode_city_snapshot(d: CitySnapshot) -> bytes:
    m = pb.CitySnapshot(
        at=d.at,
        districts=[_to_pb_district_summary(line) for line in d.districts],
        incidents=[to_pb_incident_report(i) for i in d.incidents],
        units=[to_pb_unit_report(u) for u in d.units],
        plans=[to_pb_plan(p) for p in d.plans],
        orders=[_to_pb_order_line(line) for line in d.orders],
        planner=d.planner,
        planner_reason=d.planner_reason,
        counts=d.counts,
    )
    return serialized(m)


def decode_city_snapshot(payload: bytes) -> CitySnapshot:
    m = parse(pb.CitySnapshot, payload, limits.SNAPSHOT_BYTES)
    return CitySnapshot(
        at=timestamp(m.at, "at"),
        districts=tuple(
            _from_pb_district_summary(line) for line in bounded(m.districts, limits.SNAPSHOT_ROWS)
        ),
        incidents=tuple(
            from_pb_incident_report(i) for i in bounded(m.incidents, limits.SNAPSHOT_ROWS)
        ),
        units=tuple(from_pb_unit_report(u) for u in bounded(m.units, limits.SNAPSHOT_ROWS)),
        plans=tuple(from_pb_plan(p) for p in bounded(m.plans, limits.SNAPSHOT_ROWS)),
        orders=tuple(_from_pb_order_line(line) for line in bounded(m.orders, limits.SNAPSHOT_ROWS)),
        planner=text(m.planner, "planner"),
        planner_reason=text(m.planner_reason, "planner_reason"),
        counts=named_numbers(m.counts),
    )


def _to_pb_district_summary(d: DistrictSummary) -> pb.DistrictSummary:
    return pb.DistrictSummary(
        district=d.district,
        name=d.name,
        centre=to_pb_point(d.centre),
        offline=d.offline,
        age_s=d.age_s,
        incidents=d.incidents,
        units=d.units,
        units_free=d.units_free,
    )


def _from_pb_district_summary(m: pb.DistrictSummary) -> DistrictSummary:
    return DistrictSummary(
        district=identifier(m.district, "district"),
        name=text(m.name, "name"),
        centre=point(m.centre, "centre"),
        offline=m.offline,
        age_s=finite(m.age_s, "age_s"),
        incidents=natural(m.incidents, "incidents"),
        units=natural(m.units, "units"),
        units_free=natural(m.units_free, "units_free"),
    )


def _to_pb_order_line(d: OrderLine) -> pb.OrderLine:
    return pb.OrderLine(
        order=d.order,
        plan=d.plan,
        unit=d.unit,
        unit_district=d.unit_district,
        incident=d.incident,
        incident_district=d.incident_district,
        saga_stage=d.saga_stage,
        crew_stage=d.crew_stage,
        since=d.since,
        reason=d.reason,
    )


def _from_pb_order_line(m: pb.OrderLine) -> OrderLine:
    return OrderLine(
        order=identifier(m.order, "order"),
        plan=identifier(m.plan, "plan"),
        unit=identifier(m.unit, "unit"),
        unit_district=identifier(m.unit_district, "unit_district"),
        incident=identifier(m.incident, "incident"),
        incident_district=identifier(m.incident_district, "incident_district"),
        saga_stage=text(m.saga_stage, "saga_stage"),
        crew_stage=text(m.crew_stage, "crew_stage"),
        since=timestamp(m.since, "since"),
        reason=text(m.reason, "reason"),
    )
