"""The verb `set_severity`: a person says how bad it is."""

from citybrain.permissions import ActionRefusal
from citybrain.structs import replace
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.verbs.casework.tasks import with_notes
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest
from district_node.cores.incidents.case_file import with_severity
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import add_history


def set_severity(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | ActionNote | None:
    """It stands until a person says otherwise, or a source says graver than was known."""
    severity = request.action.severity
    if severity is None:
        return ActionRefusal(
            reason="no_severity", detail="Say how bad it is: no severity was given."
        )
    if severity is incident.severity:
        return ActionRefusal(reason="same_severity", detail=f"It is {severity} already.")
    before = incident.severity
    case_file = with_severity(
        incident.case_file, severity, before, actor=request.actor, at=draft.at
    )
    incident = replace(incident, severity=severity, case_file=case_file)
    incident = add_history(
        incident,
        "severity_set",
        draft.at,
        actor=request.actor,
        reason=f"severities:{before}:{severity}",
    )
    incident, note = with_notes(draft, incident, actor=request.actor)
    draft.put_incident(incident)
    return note
