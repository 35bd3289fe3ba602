"""The verb `message`: a person writes to a crew about a case. The crew's screen shows it."""

from citybrain.domain.crew import CrewMessage
from citybrain.ids import MessageId
from citybrain.permissions import ActionRefusal
from district_node.cores import messages
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.verbs.casework.note import NO_TEXT
from district_node.cores.flows.verbs.request import ActionRequest
from district_node.cores.flows.verbs.words import no_such_unit
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import add_history


def message(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """To any own unit, on this case or not: who is near may know something."""
    action = request.action
    unit = draft.roster.units.get(action.unit) if action.unit is not None else None
    if unit is None:
        return no_such_unit(draft.roster, action.unit)
    if not action.text.strip():
        return NO_TEXT
    written = CrewMessage(
        message=MessageId(draft.new_id("message")),
        unit=unit.unit,
        incident=incident.incident,
        at=draft.at,
        actor=request.actor,
        text=action.text,
    )
    draft.messages = messages.with_message(draft.messages, written)
    draft.put_incident(
        add_history(incident, "message_sent", draft.at, actor=request.actor, reason=unit.unit)
    )
    return None
