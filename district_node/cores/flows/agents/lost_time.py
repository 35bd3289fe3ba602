"""Reports whose time to be confirmed passed while nobody could look: node time jumped over most of
it, or the node was down. What their clock then rejects is no answer of anybody's: it stays
rejected, and their source's next event begins anew.
"""

from citybrain.clock import Timestamp
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.incidents.incident import Incident


def note_jump(draft: DecisionDraft, micros: int) -> None:
    """Node time jumped forward by so much, to now. Whoever had less than half of the time that a
    report has could not look."""
    since = Timestamp(draft.at - micros)
    for incident, due in _waiting(draft):
        given_us = due - incident.reported_at
        lost_us = min(due, draft.at) - max(incident.reported_at, since)
        if 2 * lost_us > given_us:
            _note(draft, incident)


def note_start(draft: DecisionDraft) -> None:
    """The node was down, nobody knows for how long: what was over meanwhile had no time."""
    for incident, due in _waiting(draft):
        if due <= draft.at:
            _note(draft, incident)


def _waiting(draft: DecisionDraft) -> list[tuple[Incident, Timestamp]]:
    """The reports that nobody has confirmed, each with when its time is over."""
    return [
        (incident, clock.due)
        for incident in draft.incidents.values()
        if incident.stage is IncidentStage.REPORTED and not incident.had_no_time
        for clock in incident.clocks
        if clock.name == "confirm"
    ]


def _note(draft: DecisionDraft, incident: Incident) -> None:
    """Nobody is told: a confirmed clock reports nothing, and its firing does."""
    draft.put_observed(replace(incident, had_no_time=True))
