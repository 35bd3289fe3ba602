"""What is reported to the city: an incident and a unit as their owner knows them, and whether a
change is worth a letter.
"""

from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.unit import Avoidance, UnitReport
from citybrain.ids import DistrictId
from district_node.cores.incidents.incident import Incident
from district_node.cores.orders.roster import Unit


def incident_report(incident: Incident, district: DistrictId) -> IncidentReport:
    """The incident as the city and screens get it."""
    return IncidentReport(
        incident=incident.incident,
        district=district,
        kind=incident.kind,
        stage=incident.stage,
        severity=incident.severity,
        urgency=incident.urgency,
        certainty=incident.certainty,
        place=incident.place,
        opened_at=incident.reported_at,
        changed_at=incident.changed_at,
        escalated=incident.escalated,
        slots=tuple(
            SlotReport(
                slot=slot.slot,
                capability=slot.capability,
                version=slot.version,
                state=slot.state,
                deadline=slot.deadline,
                from_city=slot.from_city,
                order=slot.order,
                unit=slot.unit,
            )
            for slot in incident.slots
        ),
        traceparent=incident.traceparent,
        events=incident.events,
        extra=len(incident.retaken),
        disposition=incident.disposition,
        number=incident.number,
        unstable=bool(incident.unstable),
    )


def is_reportable(before: Incident | None, after: Incident) -> bool:
    """Whether the city could plan otherwise: a further event of a known incident is no letter."""
    return before is None or (
        (before.stage, before.severity, before.urgency, before.certainty, before.escalated)
        != (after.stage, after.severity, after.urgency, after.certainty, after.escalated)
        or (before.kind, before.place) != (after.kind, after.place)
        or before.slots != after.slots
        or before.retaken != after.retaken
        or before.number != after.number
        or bool(before.unstable) != bool(after.unstable)
    )


def unit_report(unit: Unit, district: DistrictId) -> UnitReport:
    """The unit as the city and screens get it."""
    return UnitReport(
        unit=unit.unit,
        district=district,
        name=unit.name,
        capabilities=unit.capabilities,
        state=unit.state,
        place=unit.place,
        speed_mps=unit.speed_mps,
        order=unit.order,
        assignment_number=unit.assignment_number,
        at=unit.at,
        status=unit.status,
        lost_capabilities=unit.lost_capabilities,
        avoids=tuple(
            Avoidance(incident=incident, until=until) for incident, until in unit.avoids.items()
        ),
        overdue=unit.overdue,
    )
