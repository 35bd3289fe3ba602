"""The verb `note`: a person writes something into a case."""

from citybrain.permissions import ActionRefusal
from citybrain.structs import replace
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.verbs.request import ActionRequest
from district_node.cores.incidents.case_file import Note, with_note
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import add_history

NO_TEXT = ActionRefusal(reason="no_text", detail="Write something: there is no text.")


def note(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> ActionRefusal | None:
    """Kept in the case; the history says who wrote one, never the text."""
    text = request.action.text
    if not text.strip():
        return NO_TEXT
    written = Note(at=draft.at, actor=request.actor, text=text)
    incident = replace(incident, case_file=with_note(incident.case_file, written))
    draft.put_incident(add_history(incident, "noted", draft.at, actor=request.actor))
    return None
