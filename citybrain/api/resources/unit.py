"""Units."""

from collections.abc import Iterable

from citybrain.api.resources.elements import place_message, time_message, time_or_none
from citybrain.api.v1 import unit_pb2 as pb
from citybrain.clock import Timestamp
from citybrain.domain.crew import CrewNextOrder
from citybrain.domain.unit import DoubtfulPlace, UnitReport, UnitStatus


def unit_message(
    unit: UnitReport,
    doubtful: DoubtfulPlace | None = None,
    incident_number: str = "",
    next_orders: Iterable[CrewNextOrder] = (),
    *,
    heading_deg: float | None = None,
    positioned_at: Timestamp | None = None,
) -> pb.Unit:
    """`incident_number`: of the incident that its live order is for; "": none. `heading_deg`,
    `positioned_at`: as its own district knows them; None: it does not."""
    return pb.Unit(
        id=unit.unit,
        district=unit.district,
        name=unit.name,
        capabilities=unit.capabilities,
        state=unit.state.value,
        place=place_message(unit.place),
        speed_mps=unit.speed_mps,
        order=unit.order,
        assignment_number=unit.assignment_number,
        changed_at=time_message(unit.at),
        doubtful=_doubtful_message(doubtful) if doubtful is not None else None,
        status=status_message(unit.status) if unit.status is not None else None,
        lost_capabilities=unit.lost_capabilities,
        avoids=[
            pb.AvoidedIncident(incident=one.incident, until=time_message(one.until))
            for one in unit.avoids
        ],
        overdue=unit.overdue,
        incident_number=incident_number,
        next_orders=[next_order_message(one) for one in next_orders],
        heading_deg=heading_deg,
        positioned_at=time_or_none(positioned_at),
    )


def next_order_message(given: CrewNextOrder) -> pb.NextOrder:
    return pb.NextOrder(
        incident=given.incident,
        incident_number=given.number,
        kind=given.kind,
        severity=given.severity.value,
        place=place_message(given.place),
        given_at=time_message(given.given_at),
        given_by=given.given_by,
        place_en=given.place_name.en,
        place_zh=given.place_name.zh,
    )


def status_message(status: UnitStatus) -> pb.UnitStatus:
    return pb.UnitStatus(
        duty=status.duty.value,
        since=time_message(status.since),
        by=status.by,
        cause=status.cause.value if status.cause is not None else "",
        reason=status.reason,
        until=time_message(status.until) if status.until is not None else None,
    )


def _doubtful_message(doubtful: DoubtfulPlace) -> pb.DoubtfulPosition:
    return pb.DoubtfulPosition(
        place=place_message(doubtful.place), since=time_message(doubtful.since)
    )
