"""How an incident moves through its stages: the table of `citybrain.stages`, the clocks that run in each, and its history."""

from citybrain.clock import Timestamp, later
from citybrain.domain.console import Countdown, HistoryLine
from citybrain.stages import NEXT_INCIDENT, IncidentTrigger, next_incident
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage
from district_node.cores.belief.incident import Incident
from district_node.limits import HISTORY
from district_node.playbook import Playbook

KEPT_FROM_THE_START = 10  # lines of history that never roll over

# stage: the clocks that run in it
RUNNING: dict[IncidentStage, tuple[str, ...]] = {
    IncidentStage.REPORTED: ("confirm",),
    IncidentStage.OPENED: ("dispatch", "arrive", "handle"),
    IncidentStage.REOPENED: ("dispatch", "arrive", "handle"),
    IncidentStage.DISPATCHED: ("arrive", "handle"),
    IncidentStage.WORKING: ("handle",),
    IncidentStage.HANDLED: ("verify",),
}


def can(incident: Incident, trigger: IncidentTrigger) -> bool:
    return (incident.stage, trigger) in NEXT_INCIDENT


def advance(
    incident: Incident, trigger: IncidentTrigger, at: Timestamp, *, who: str, reason: str = ""
) -> Incident:
    """The incident after `trigger`, with a line in its history; raises `IllegalTriggerError` and changes nothing where the table has no such step."""
    stage = next_incident(incident.stage, trigger)
    moved = replace(
        incident,
        stage=stage,
        changed_at=at,
        opened_at=at
        if stage in (IncidentStage.OPENED, IncidentStage.REOPENED)
        and trigger is not IncidentTrigger.RECALL
        else incident.opened_at,
        handled_at=at if stage is IncidentStage.HANDLED else incident.handled_at,
    )
    return note(moved, stage.value, at, who=who, reason=reason)


def note(incident: Incident, what: str, at: Timestamp, *, who: str, reason: str = "") -> Incident:
    """A line in the history, the first ten of which stay."""
    lines = (*incident.history, HistoryLine(at=at, what=what, who=who, reason=reason))
    if len(lines) > HISTORY.value:
        lines = lines[:KEPT_FROM_THE_START] + lines[KEPT_FROM_THE_START + 1 :]
    return replace(incident, history=lines)


def with_clocks(incident: Incident, playbook: Playbook | None) -> Incident:
    """The incident with exactly the clocks of its stage; a kind without a playbook has none."""
    names = RUNNING.get(incident.stage, ()) if playbook is not None else ()
    clocks = (
        tuple(Countdown(name=name, due=_due(name, incident, playbook)) for name in names)
        if playbook is not None
        else ()
    )
    return incident if clocks == incident.clocks else replace(incident, clocks=clocks)


def _due(name: str, incident: Incident, playbook: Playbook) -> Timestamp:
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
