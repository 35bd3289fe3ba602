"""The verbs that end an incident: `close`, `verify`, `reject`."""

from citybrain.permissions import ActionRefusal
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import Disposition, IncidentStage
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.verbs.request import ActionRequest, advance_by
from district_node.cores.incidents.incident import Incident


def close(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> ActionRefusal | None:
    """A named person says that it is over, whatever stage it is in."""
    if incident.stage is not IncidentStage.HANDLED:
        incident = advance_by(draft, incident, IncidentTrigger.HANDLE, request)
        draft.put_incident(incident)
    return verify(draft, incident, request)


def verify(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """A named person saw that it is over."""
    incident = replace(incident, ended_by_person=True)
    incident_steps.close(
        draft,
        incident,
        actor=request.actor,
        reason=request.action.reason,
        disposition=request.action.disposition,
    )
    return None


def reject(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """A named person says that it is no incident, or none to work on, whatever stage it is in."""
    disposition = request.action.disposition
    if disposition is Disposition.UNKNOWN:
        disposition = Disposition.FALSE_ALARM
    if disposition is Disposition.FIXED:
        return ActionRefusal(
            reason="disposition",
            detail="What was fixed was an incident: close it instead of rejecting it.",
        )
    incident = replace(incident, ended_by_person=True)
    incident_steps.reject(
        draft,
        incident,
        actor=request.actor,
        reason=request.action.reason,
        disposition=disposition,
    )
    return None
