"""The verb `message`: a person writes to a crew about a case. The crew's screen shows it, of this
district or of another one that sent it.
"""

from citybrain.domain.crew import CrewMessage
from citybrain.ids import MessageId, UnitId
from citybrain.permissions import ActionRefusal
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.messages import sent, shown
from district_node.cores.flows.verbs.casework.note import NO_TEXT
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest
from district_node.cores.flows.verbs.words import no_such_unit
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import add_history


def message(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | ActionNote | None:
    """To any own unit, on this case or not: who is near may know something. Through the city to a
    unit of another district that was sent to this case."""
    action = request.action
    unit = draft.roster.units.get(action.unit) if action.unit is not None else None
    elsewhere = sent.crew_of(draft, incident, action.unit) if unit is None else None
    if unit is None and elsewhere is None:
        return no_such_unit(draft.roster, action.unit)
    if not action.text.strip():
        return NO_TEXT
    if elsewhere is not None:
        return sent.write(draft, incident, elsewhere, request)
    if unit is not None:
        _show(draft, incident, unit.unit, request)
    return None


def _show(draft: DecisionDraft, incident: Incident, unit: UnitId, request: ActionRequest) -> None:
    written = CrewMessage(
        message=MessageId(draft.new_id("message")),
        unit=unit,
        incident=incident.incident,
        at=draft.at,
        actor=request.actor,
        text=request.action.text,
    )
    shown.put_message(draft, written)
    line = add_history(incident, "message_sent", draft.at, actor=request.actor, reason=unit)
    draft.put_incident(line)
