"""A crew or vehicle as its owner reports it, across the door. It travels inside `uplink`'s frames and the desks."""

from citybrain.domain.unit import UnitReport
from citybrain.wire.v1 import unit_pb2 as pb
from citybrain.wire.validation import enums, limits
from citybrain.wire.validation.fields import (
    amount,
    at,
    bounded,
    count,
    ident,
    point,
    text,
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
        assignment=r.assignment,
        at=r.at,
    )


def from_pb_unit_report(m: pb.UnitReport) -> UnitReport:
    return UnitReport(
        unit=ident(m.unit, "unit"),
        district=ident(m.district, "district"),
        name=text(m.name, "name"),
        capabilities=tuple(
            ident(c, "capability") for c in bounded(m.capabilities, limits.CAPABILITIES)
        ),
        state=enums.UNIT_STATE.from_pb(m.state),
        place=point(m.place, "place"),
        speed_mps=amount(m.speed_mps, "speed_mps"),
        order=ident(m.order, "order") if m.HasField("order") else None,
        assignment=count(m.assignment, "assignment"),
        at=at(m.at, "at"),
    )
