"""An incident's life: the stage table of `citybrain.stages`, the clocks that run in each stage, and
the history.
"""

from citybrain.clock import Timestamp, later
from citybrain.domain.console import Countdown, HistoryEntry
from citybrain.stages import NEXT_INCIDENT, IncidentTrigger, next_incident
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage
from district_node.calendars.calendar import WorkingCalendar
from district_node.calendars.working_time import Due, due
from district_node.cores.history import with_line
from district_node.cores.incidents.incident import Incident
from district_node.playbook import Playbook

# stage: the clocks that run in it
RUNNING_CLOCKS: dict[IncidentStage, tuple[str, ...]] = {
    IncidentStage.REPORTED: ("confirm",),
    IncidentStage.OPENED: ("dispatch", "arrive", "handle"),
    IncidentStage.REOPENED: ("dispatch", "arrive", "handle"),
    IncidentStage.DISPATCHED: ("arrive", "handle"),
    IncidentStage.WORKING: ("handle",),
    IncidentStage.HANDLED: ("verify",),
}

OWN_CLOCKS = ("confirm", "verify")  # of a case in an area case
CREW_CLOCKS = ("dispatch", "arrive")


def can(incident: Incident, trigger: IncidentTrigger) -> bool:
    """Whether the stage table allows `trigger` now."""
    return (incident.stage, trigger) in NEXT_INCIDENT


def advance(
    incident: Incident, trigger: IncidentTrigger, at: Timestamp, *, actor: str, reason: str = ""
) -> Incident:
    """The incident after `trigger`, with a line in its history.

    Raises `IllegalTriggerError` and changes nothing where the table has no such step.
    """
    stage = next_incident(incident.stage, trigger)
    is_opening = (
        stage in (IncidentStage.OPENED, IncidentStage.REOPENED)
        and trigger is not IncidentTrigger.RECALL
    )
    moved = replace(
        incident,
        stage=stage,
        changed_at=at,
        opened_at=at if is_opening else incident.opened_at,
        handled_at=at if stage is IncidentStage.HANDLED else incident.handled_at,
    )
    return add_history(moved, stage.value, at, actor=actor, reason=reason)


def add_history(
    incident: Incident, code: str, at: Timestamp, *, actor: str, reason: str = ""
) -> Incident:
    """A line in the history."""
    line = HistoryEntry(at=at, code=code, actor=actor, reason=reason)
    return replace(incident, history=with_line(incident.history, line))


def with_clocks(
    incident: Incident, playbook: Playbook, calendar: WorkingCalendar | None = None
) -> Incident:
    """The incident with exactly the clocks of its stage; where nobody is to be sent, none that a
    crew would have to stop, and where an area case stands for it none but its own."""
    clocks = tuple(
        _countdown(name, incident, playbook, calendar)
        for name in RUNNING_CLOCKS.get(incident.stage, ())
        if (playbook.needs or name not in CREW_CLOCKS)
        and (incident.parent is None or name in OWN_CLOCKS)
    )
    return incident if clocks == incident.clocks else replace(incident, clocks=clocks)


def _countdown(
    name: str, incident: Incident, playbook: Playbook, calendar: WorkingCalendar | None
) -> Countdown:
    found = _due(name, incident, playbook, calendar)
    return Countdown(name=name, due=found.at, is_estimated=not found.is_known)


def _due(
    name: str, incident: Incident, playbook: Playbook, calendar: WorkingCalendar | None
) -> Due:
    span = playbook.clocks.working.get(name)
    if span is None:
        return Due(_due_in_seconds(name, incident, playbook), is_known=True)
    opened = incident.opened_at if incident.opened_at is not None else incident.reported_at
    return due(incident.changed_at if name == "dispatch" else opened, span, calendar)


def _due_in_seconds(name: str, incident: Incident, playbook: Playbook) -> Timestamp:
    opened = incident.opened_at if incident.opened_at is not None else incident.reported_at
    match name:
        case "confirm":
            return later(incident.reported_at, playbook.opens.within_s)
        case "dispatch":
            return later(incident.changed_at, playbook.clocks.dispatch_s)
        case "arrive":
            return later(opened, playbook.clocks.arrive_s)
        case "handle":
            return later(opened, playbook.clocks.handle_s)
        case _:
            return later(incident.changed_at, playbook.clocks.verify_s)
