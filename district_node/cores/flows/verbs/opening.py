"""The verb `open`."""

from citybrain.permissions import ActionRefusal
from citybrain.stages import IncidentTrigger
from citybrain.vocabulary import IncidentStage
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.verbs.request import ActionRequest
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import can


def open_or_resume(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """Open a report, take up what was deferred, or open again what was handled or closed."""
    if incident.stage is IncidentStage.DEFERRED:
        incident_steps.resume(draft, incident, actor=request.actor, reason=request.action.reason)
    elif can(incident, IncidentTrigger.REOPEN):
        incident_steps.reopen(draft, incident, actor=request.actor, reason=request.action.reason)
    else:
        incident_steps.open_incident(
            draft, incident, actor=request.actor, reason=request.action.reason
        )
    return None
