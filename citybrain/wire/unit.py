"""A unit report as protobuf. It travels inside `link` frames and `console` snapshots."""

from citybrain.domain.unit import UnitReport
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
    )
