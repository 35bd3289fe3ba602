"""What a crew's page shows: one unit with an order in any of its stages, or with none."""

from citybrain.clock import later
from citybrain.domain.crew import CrewOrder, CrewView
from citybrain.domain.order import Task
from consoles.reports import CLOCK, TRACE, report, typed
from consoles.reports import unit as unit_report


def crew_view(
    stage: str | None = "issued",
    assignment_number: int = 7,
    state: str = "committed",
    unit: str = "riverside-1",
) -> CrewView:
    place = unit_report(1).place
    order = None
    if stage is not None:
        order = CrewOrder(
            order=f"ord-riverside-{30 + assignment_number}",
            assignment_number=assignment_number,
            stage=stage,
            task=task(12, "oldtown"),
            issued_at=later(CLOCK.now(), -25),
            accept_by=later(CLOCK.now(), 65) if stage == "issued" else None,
        )
    return typed(CrewView(unit=unit, name="Patrol 1", state=state, place=place, order=order))


def task(n: int, district: str, kind: str = "waterlogging", severity: str = "Severe") -> Task:
    incident = report(n, district)
    return typed(
        Task(
            incident=incident.incident,
            incident_district=district,
            slot=f"slot-{n}",
            slot_version=1,
            kind=kind,
            severity=severity,
            place=incident.place,
            traceparent=TRACE,
        )
    )
