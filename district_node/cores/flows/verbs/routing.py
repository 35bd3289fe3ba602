"""The verbs of departments: `return` says that a case is not its own (退单), `route` whose."""

from citybrain.permissions import ActionRefusal
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.verbs.request import ActionRequest
from district_node.cores.flows.verbs.words import stage_refusal
from district_node.cores.incidents.incident import Incident, has_ended
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.routing import route as routing
from district_node.routing.departments import NOBODY

RETURNED = "returned"  # as histories say it
NO_DEPARTMENTS = ActionRefusal(
    reason="no_departments",
    detail="This district has no departments: its file has no [routing]. Nobody need be asked.",
)


def return_case(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """The department that is responsible refuses: the next one is, or a person decides."""
    refused = _refusal(draft, incident, request)
    if refused is not None:
        return refused
    if incident.is_routed_by_person:
        return ActionRefusal(
            reason="routing_decided",
            detail="A person has decided whose case this is, so it cannot be returned. Ask that"
            " person to route it anew.",
        )
    department = routing.department_named(draft, incident.responsible)
    if department is None:
        whom = f"; {incident.decides} decides whose it is" if incident.decides else ""
        return ActionRefusal(
            reason="nobody_responsible",
            detail=f"No department is responsible for this case, so none can return it{whom}.",
        )
    incident = replace(
        incident, responsible=NOBODY, returns=(*incident.returns, department.department)
    )
    incident = add_history(
        incident, RETURNED, draft.at, actor=request.actor, reason=request.action.reason
    )
    draft.put_incident(routing.route(draft, incident, actor=request.actor))
    return None


def route(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> ActionRefusal | None:
    """A named person says whose case it is; that is final, until a person routes it anew."""
    refused = _refusal(draft, incident, request)
    if refused is not None:
        return refused
    department = routing.department_named(draft, request.action.department)
    if department is None:
        setup = draft.setup.routing
        known = ", ".join(one.name.en for one in setup.departments) if setup else ""
        return ActionRefusal(
            reason="no_such_department",
            detail=f"This district has no department {request.action.department!r}."
            f" It has {known}.",
        )
    incident = replace(incident, is_routed_by_person=True)
    draft.put_incident(routing.make_responsible(draft, incident, department, actor=request.actor))
    return None


def _refusal(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    if draft.setup.routing is None:
        return NO_DEPARTMENTS
    if has_ended(incident) or incident.stage is IncidentStage.REPORTED:
        return ActionRefusal(
            reason=f"stage:{incident.stage}",
            detail=stage_refusal(incident.stage, request.action.verb),
        )
    return None
