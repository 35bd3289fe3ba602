"""The orders of own crews follow what becomes known of their case: their screens show it so."""

from citybrain.domain.order import Task
from citybrain.structs import replace
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.incidents.incident import Incident
from district_node.cores.orders.roster import has_ended, with_task


def corrected_orders(draft: DecisionDraft, incident: Incident) -> None:
    """The live orders of own units for `incident` name its number, kind, severity and place as
    they are now."""
    for slot in incident.slots:
        order = draft.roster.orders.get(slot.order) if slot.order is not None else None
        if order is None or has_ended(order):
            continue
        draft.put_roster(
            with_task(draft.roster, order.order, as_shown(order.task, incident)), order.unit
        )


def as_shown(task: Task, incident: Incident) -> Task:
    """The task with all that a crew's screen shows of its case, as it is now."""
    return replace(
        task,
        number=incident.number,
        kind=incident.kind,
        severity=incident.severity,
        place=incident.place,
    )


def follow_severities(draft: DecisionDraft) -> None:
    """Where a source, a crew or a person says how bad a case is now. Crews of another district hear
    of it through the city, which reads it in the report of the incident."""
    for name in draft.changed_incidents:
        before, after = draft.before.incidents.get(name), draft.incidents.get(name)
        if before is not None and after is not None and before.severity is not after.severity:
            corrected_orders(draft, after)
