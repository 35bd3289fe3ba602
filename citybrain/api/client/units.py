"""A unit as its district shows it, as a screen's values."""

from citybrain.api.client.elements import cap_word_of, point_of, word_of
from citybrain.api.resources.elements import timestamp_of
from citybrain.api.v1 import unit_pb2
from citybrain.domain.crew import CrewNextOrder
from citybrain.domain.unit import Avoidance, UnitReport, UnitStatus
from citybrain.ids import CaseNumber, DistrictId, IncidentId, OrderId, UnitId
from citybrain.localized_name import LocalizedName
from citybrain.vocabulary import Capability, Duty, IncidentKind, OutCause, Severity, UnitState


def unit_report_of(unit: unit_pb2.Unit) -> UnitReport:
    return UnitReport(
        unit=UnitId(unit.id),
        district=DistrictId(unit.district),
        name=unit.name,
        capabilities=tuple(Capability(one) for one in unit.capabilities),
        state=word_of(UnitState, unit.state),
        place=point_of(unit.place),
        speed_mps=unit.speed_mps,
        order=OrderId(unit.order) if unit.HasField("order") else None,
        assignment_number=unit.assignment_number,
        at=timestamp_of(unit.changed_at),
        status=unit_status_of(unit.status) if unit.HasField("status") else None,
        lost_capabilities=tuple(Capability(one) for one in unit.lost_capabilities),
        avoids=tuple(
            Avoidance(incident=IncidentId(one.incident), until=timestamp_of(one.until))
            for one in unit.avoids
        ),
        overdue=unit.overdue,
    )


def unit_status_of(status: unit_pb2.UnitStatus) -> UnitStatus:
    return UnitStatus(
        duty=word_of(Duty, status.duty),
        since=timestamp_of(status.since),
        by=status.by,
        cause=word_of(OutCause, status.cause) if status.cause else None,
        reason=status.reason,
        until=timestamp_of(status.until) if status.HasField("until") else None,
    )


def next_order_of(given: unit_pb2.NextOrder) -> CrewNextOrder:
    return CrewNextOrder(
        incident=IncidentId(given.incident),
        number=CaseNumber(given.incident_number),
        kind=IncidentKind(given.kind),
        severity=cap_word_of(Severity, given.severity),
        place=point_of(given.place),
        given_at=timestamp_of(given.given_at),
        given_by=given.given_by,
        place_name=LocalizedName(en=given.place_en, zh=given.place_zh),
    )
