"""A unit report as protobuf. It travels inside `link` frames and `console` snapshots."""

from citybrain.domain.unit import Avoidance, UnitReport, UnitStatus
from citybrain.wire.v1 import unit_pb2 as pb
from citybrain.wire.validation import enums, limits
from citybrain.wire.validation.fields import (
    bounded,
    identifier,
    natural,
    non_negative,
    point,
    text,
    timestamp,
    to_pb_point,
)


def to_pb_unit_report(r: UnitReport) -> pb.UnitReport:
    return pb.UnitReport(
        unit=r.unit,
        district=r.district,
        name=r.name,
        capabilities=r.capabilities,
        state=enums.UNIT_STATE.to_pb[r.state],
        place=to_pb_point(r.place),
        speed_mps=r.speed_mps,
        order=r.order,
        assignment_number=r.assignment_number,
        at=r.at,
        status=to_pb_unit_status(r.status) if r.status is not None else None,
        lost_capabilities=r.lost_capabilities,
        avoids=[pb.Avoidance(incident=one.incident, until=one.until) for one in r.avoids],
        overdue=r.overdue,
    )


def from_pb_unit_report(m: pb.UnitReport) -> UnitReport:
    return UnitReport(
        unit=identifier(m.unit, "unit"),
        district=identifier(m.district, "district"),
        name=text(m.name, "name"),
        capabilities=tuple(
            identifier(c, "capability") for c in bounded(m.capabilities, limits.CAPABILITIES)
        ),
        state=enums.UNIT_STATE.from_pb(m.state),
        place=point(m.place, "place"),
        speed_mps=non_negative(m.speed_mps, "speed_mps"),
        order=identifier(m.order, "order") if m.HasField("order") else None,
        assignment_number=natural(m.assignment_number, "assignment_number"),
        at=timestamp(m.at, "at"),
        status=from_pb_unit_status(m.status) if m.HasField("status") else None,
        lost_capabilities=tuple(
            identifier(c, "capability") for c in bounded(m.lost_capabilities, limits.CAPABILITIES)
        ),
        avoids=tuple(
            Avoidance(
                incident=identifier(one.incident, "incident"), until=timestamp(one.until, "until")
            )
            for one in bounded(m.avoids, limits.AVOIDS)
        ),
        overdue=text(m.overdue, "overdue"),
    )


def to_pb_unit_status(s: UnitStatus) -> pb.UnitStatus:
    return pb.UnitStatus(
        duty=enums.DUTY.to_pb[s.duty],
        since=s.since,
        by=s.by,
        cause=enums.OUT_CAUSE.to_pb[s.cause] if s.cause is not None else None,
        reason=s.reason,
        until=s.until,
    )


def from_pb_unit_status(m: pb.UnitStatus) -> UnitStatus:
    return UnitStatus(
        duty=enums.DUTY.from_pb(m.duty),
        since=timestamp(m.since, "since"),
        by=text(m.by, "by"),
        cause=enums.OUT_CAUSE.from_pb(m.cause) if m.HasField("cause") else None,
        reason=text(m.reason, "reason"),
        until=timestamp(m.until, "until") if m.HasField("until") else None,
    )
