"""The verbs that end an incident or let it rest: `close`, `verify`, `reject`, `defer`."""

from citybrain.permissions import ActionRefusal
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.verbs.request import ActionRequest, advance_by
from district_node.cores.flows.verbs.staffing import taken_back
from district_node.cores.incidents.incident import Incident


def close(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> ActionRefusal | None:
    """A named person says that it is fixed, whatever stage it is in."""
    if incident.stage is not IncidentStage.HANDLED:
        incident = advance_by(draft, incident, IncidentTrigger.HANDLE, request)
        draft.put_incident(incident)
    return verify(draft, incident, request)


def verify(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """A named person saw that it is over."""
    incident = replace(incident, ended_by_person=True)
    incident_steps.close(draft, incident, actor=request.actor, reason=request.action.reason)
    return None


def reject(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """A named person says that it is no incident."""
    incident = replace(incident, ended_by_person=True)
    incident_steps.reject(draft, incident, actor=request.actor, reason=request.action.reason)
    return None


def defer(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> ActionRefusal | None:
    """挂账: its clocks rest, nobody is sent. What was claimed for it is taken back."""
    incident = advance_by(draft, incident, IncidentTrigger.DEFER, request)
    for slot in incident.slots:
        if slot.state is SlotState.CLAIMED:
            incident, _ = taken_back(draft, incident, slot)
    slots_here = tuple(replace(slot, from_city=False) for slot in incident.slots)
    draft.put_incident(replace(incident, escalated=False, slots=slots_here))
    return None
