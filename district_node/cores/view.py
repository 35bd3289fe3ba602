"""What screens show of the state: rows of the queue, a crew's page. Decides nothing."""

from citybrain.clock import Timestamp
from citybrain.domain.console import QueueEntry, Responsibility, WatchedSource
from citybrain.domain.crew import (
    CrewEndedOrder,
    CrewMessage,
    CrewNextOrder,
    CrewOrder,
    CrewView,
    Reading,
    WhatToDo,
)
from citybrain.domain.event import Evidence
from citybrain.domain.order import Task
from citybrain.ids import DistrictId, UnitId
from citybrain.localized_name import LocalizedName
from citybrain.vocabulary import SEVERITY_RANK, OrderStage
from district_node.calendars.calendar import WorkingCalendar
from district_node.calendars.working_time import local_text
from district_node.cores.incidents.contribution import Episode, SourceType, agent_label
from district_node.cores.incidents.contributions import URGENCY_RANK, report_to_answer
from district_node.cores.incidents.incident import Incident, has_ended, waits_for
from district_node.cores.intake import IntakeCounters
from district_node.cores.orders.next_orders import next_of
from district_node.cores.orders.roster import Order, Unit
from district_node.cores.report import incident_report
from district_node.cores.state import CityLink, DistrictState
from district_node.routing.departments import Routing

WAITS_FOR_PERSON_PRIORITY = 50.0  # an incident that waits for a decision stands above its equals
OVERDUE_PRIORITY = 30.0
AT_WORK = frozenset({OrderStage.ACCEPTED, OrderStage.EN_ROUTE, OrderStage.ON_SCENE})


def queue_entry(
    incident: Incident,
    district: DistrictId,
    at: Timestamp,
    calendar: WorkingCalendar | None = None,
    routing: Routing | None = None,
) -> QueueEntry:
    """The incident as a row of the operator's queue, as of `at`."""
    return QueueEntry(
        report=incident_report(incident, district),
        priority=priority(incident, at),
        clocks=incident.clocks,
        history=incident.history,
        evidence=newest_evidence(incident),
        source=incident.first_source,
        rule=first_rule(incident),
        waits_for=waits_for(incident),
        deferred_until=incident.deferred_until,
        responsible=responsibility(incident, routing),
        due_local={clock.name: local_text(clock.due, calendar) for clock in incident.clocks}
        if calendar is not None
        else {},
        previous=incident.previous,
        owner=incident.case_file.owner,
        notes=len(incident.case_file.notes) + incident.case_file.notes_dropped,
        parent=incident.parent,
        children=incident.children,
        merged_into=incident.merged_into,
        caused_by=incident.caused_by,
        consequences=incident.consequences,
        unwitnessed=None if has_ended(incident) else incident.unwitnessed,
        watched=tuple(
            WatchedSource(
                agent=one.agent,
                source=one.source,
                since=one.since,
                reason=one.reason,
                is_back=one.is_back,
            )
            for one in sorted(incident.watched, key=lambda one: one.since)
        ),
    )


def responsibility(incident: Incident, routing: Routing | None) -> Responsibility | None:
    """Whose case it is, by the departments of `routing`; None where nobody was asked."""
    if routing is None or not (incident.responsible or incident.decides):
        return None
    names = {one.department: one.name for one in routing.departments}
    nameless = LocalizedName(en=incident.responsible, zh=incident.responsible)
    return Responsibility(
        department=incident.responsible,
        name=names.get(incident.responsible, nameless),
        returns=len(incident.returns),
        decides=incident.decides,
    )


def newest_evidence(incident: Incident) -> Evidence | bytes | None:
    """What the camera whose episode began last showed, of those that showed something."""
    shown = [
        ((known.live, known.since), evidence)
        for key, evidence in incident.evidence.items()
        if isinstance(known := incident.contributions[key], Episode)
    ]
    return max(shown, key=lambda one: one[0])[1] if shown else None


def newest_reading(incident: Incident) -> Reading | None:
    """What a sensor of it measured last, one that still sees it before others."""
    sensors = [
        known
        for known in incident.contributions.values()
        if isinstance(known, Episode) and known.source_type is SourceType.SENSOR
    ]
    measured = [(known, reading) for known in sensors if (reading := reading_of(known)) is not None]
    newest = max(measured, key=lambda one: (one[0].live, one[1].at), default=None)
    return None if newest is None else newest[1]


def reading_of(episode: Episode) -> Reading | None:
    """Of a sensor its value, of a camera its count; None: it said neither."""
    measured = episode.measurements
    name = "value" if "value" in measured else "count"
    if name not in measured or not episode.observed_at:
        return None
    return Reading(
        value=measured[name],
        limit=measured.get("limit"),
        at=episode.observed_at,
        source=agent_label(episode.agent, episode.source),
    )


def first_rule(incident: Incident) -> str:
    """The rule of its earliest episode that is kept; "" where no rule saw it."""
    episodes = [known for known in incident.contributions.values() if isinstance(known, Episode)]
    return min(episodes, key=lambda known: known.joined_at).rule if episodes else ""


def priority(incident: Incident, at: Timestamp) -> float:
    """Severity first, then urgency, a decision that is waited for, a clock that has run out.

    Incidents that are over stand at the end.
    """
    if has_ended(incident):
        return -1.0
    person = WAITS_FOR_PERSON_PRIORITY if waits_for(incident) == "person" else 0.0
    overdue = OVERDUE_PRIORITY if any(clock.due <= at for clock in incident.clocks) else 0.0
    return (
        100.0 * SEVERITY_RANK[incident.severity]
        + 10.0 * URGENCY_RANK[incident.urgency]
        + person
        + overdue
    )


def crew_view(state: DistrictState, name: UnitId) -> CrewView | None:
    """The order is shown from its issue on: a reservation is no order yet. Messages stand beside
    it, the newest first."""
    unit = state.roster.units.get(name)
    if unit is None:
        return None
    order = state.roster.orders.get(unit.order) if unit.order is not None else None
    shown = None
    if order is not None and order.issued_at is not None:
        incident = state.incidents.get(order.task.incident)
        evidence = None if incident is None else newest_evidence(incident)
        shown = CrewOrder(
            order=order.order,
            assignment_number=order.assignment_number,
            stage=order.stage,
            task=order.task,
            issued_at=order.issued_at,
            accept_by=unit.crew_due if order.stage is OrderStage.ISSUED else None,
            what_to_do=_what_to_do(state, order.task),
            contact=_contact(state, order),
            evidence=evidence,
            reading=None if incident is None or evidence else newest_reading(incident),
        )
    return CrewView(
        unit=unit.unit,
        name=unit.name,
        state=unit.state,
        place=unit.place,
        order=shown,
        status=unit.status,
        lost_capabilities=unit.lost_capabilities,
        messages=_messages(state, unit),
        next_orders=next_orders(state, name),
    )


def _what_to_do(state: DistrictState, task: Task) -> WhatToDo:
    """By the playbook of its incident; of another district's, by the one in force here."""
    incident = state.incidents.get(task.incident)
    by = state.in_force.get(task.kind) if incident is None else incident.playbook
    playbook = state.playbooks.get(by) if by is not None else None
    if playbook is None:
        return WhatToDo()
    texts = playbook.texts
    return WhatToDo(opens=texts.opens, time_limit=texts.time_limit, closes=texts.closes)


def _contact(state: DistrictState, order: Order) -> str:
    """A crew is told whom to call only while it has accepted the order and works on it."""
    incident = state.incidents.get(order.task.incident)
    if incident is None or order.stage not in AT_WORK:
        return ""
    reported = report_to_answer(incident)
    return "" if reported is None else reported.contact


def _messages(state: DistrictState, unit: Unit) -> tuple[CrewMessage, ...]:
    """The newest first. What another district wrote is shown as long as the crew has its order."""
    return tuple(
        message
        for message in reversed(state.messages.get(unit.unit) or ())
        if message.order is None or message.order == unit.order
    )


def ended_order(order: Order) -> CrewEndedOrder:
    """What its crew is shown of an order that has ended, and was issued."""
    assert order.issued_at is not None
    return CrewEndedOrder(
        order=order.order,
        assignment_number=order.assignment_number,
        stage=order.stage,
        task=order.task,
        issued_at=order.issued_at,
        ended_at=order.changed_at,
        reason=order.reason,
    )


def next_orders(state: DistrictState, name: UnitId) -> tuple[CrewNextOrder, ...]:
    """What the unit does next, with each case as it is now."""
    found = [
        (given, incident)
        for given in next_of(state.roster, name)
        if (incident := state.incidents.get(given.incident)) is not None
    ]
    return tuple(
        CrewNextOrder(
            incident=incident.incident,
            number=incident.number,
            kind=incident.kind,
            severity=incident.severity,
            place=incident.place,
            given_at=given.at,
            given_by=given.actor,
        )
        for given, incident in found
    )


def intake_counts(counters: IntakeCounters) -> dict[str, float]:
    """The counters of the intake, by the names that screens show."""
    return {
        "events": float(counters.items),
        "duplicates": float(counters.duplicates),
        "gaps": float(counters.gaps),
        "lost": float(counters.lost),
        "quarantined_items": float(counters.quarantined_items),
        "outboxes_lost": float(counters.outboxes_lost),
        "items_refused": float(counters.items_refused),
        "ends_forgotten": float(counters.ends_forgotten),
    }


def link_counts(city: CityLink) -> dict[str, float]:
    """Letters that were quarantined: of the city, and own ones that the city refused."""
    return {
        "letters_quarantined": float(city.quarantined),
        "letters_refused": float(city.refused_count),
    }
