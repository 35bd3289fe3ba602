"""What screens show, out of the state: queue rows in priority order, units, a crew's page. Reads; decides nothing."""

from citybrain.clock import Timestamp
from citybrain.domain.console import QueueEntry
from citybrain.domain.crew import CrewOrder, CrewView
from citybrain.domain.unit import UnitReport
from citybrain.ids import DistrictId, UnitId
from citybrain.vocabulary import SEVERITY_RANK
from district_node.cores.belief.hear import URGENCY_RANK
from district_node.cores.belief.incident import Incident, is_over, waits_for
from district_node.cores.intake import Tally
from district_node.cores.report import incident_report, unit_report
from district_node.cores.state import DistrictState

PERSON_WAITED_FOR = 50.0  # a case that waits for a decision stands above its equals
OVERDUE = 30.0


def queue_row(incident: Incident, district: DistrictId, at: Timestamp) -> QueueEntry:
    return QueueEntry(
        report=incident_report(incident, district),
        priority=priority(incident, at),
        clocks=incident.clocks,
        history=incident.history,
        evidence=incident.evidence,
        source=f"{incident.agent}/{incident.source}",
        rule=incident.rule,
        waits_for=waits_for(incident),
    )


def priority(incident: Incident, at: Timestamp) -> float:
    """Severity first, then urgency, a person waited for, a clock that has run out. Cases that are over stand at the end."""
    if is_over(incident):
        return -1.0
    person = PERSON_WAITED_FOR if waits_for(incident) == "person" else 0.0
    overdue = OVERDUE if any(clock.due <= at for clock in incident.clocks) else 0.0
    return (
        100.0 * SEVERITY_RANK[incident.severity]
        + 10.0 * URGENCY_RANK[incident.urgency]
        + person
        + overdue
    )


def in_order(rows: list[QueueEntry]) -> tuple[QueueEntry, ...]:
    """The queue: by priority, the oldest first among equals, what is over by its ending."""
    return tuple(
        sorted(
            rows,
            key=lambda r: (
                -r.priority,
                -r.report.changed_at if r.priority < 0 else r.report.opened_at,
                r.report.incident,
            ),
        )
    )


def unit_rows(state: DistrictState) -> tuple[UnitReport, ...]:
    return tuple(unit_report(unit, state.setup.district) for unit in state.roster.units.values())


def crew_view(state: DistrictState, name: UnitId) -> CrewView | None:
    """The order is shown from its issue on: a reservation is no order yet."""
    unit = state.roster.units.get(name)
    if unit is None:
        return None
    order = state.roster.orders.get(unit.order) if unit.order is not None else None
    shown = None
    if order is not None and order.issued_at is not None:
        shown = CrewOrder(
            order=order.order,
            assignment=order.assignment,
            stage=order.stage,
            task=order.task,
            issued_at=order.issued_at,
        )
    return CrewView(unit=unit.unit, name=unit.name, state=unit.state, place=unit.place, order=shown)


def tally_counts(tally: Tally) -> dict[str, float]:
    return {
        "events": float(tally.items),
        "duplicates": float(tally.duplicates),
        "gaps": float(tally.gaps),
        "lost": float(tally.lost),
        "spoiled": float(tally.spoiled),
        "outboxes_lost": float(tally.outboxes_lost),
    }
