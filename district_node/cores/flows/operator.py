"""What an operator's action sets in motion: its verb's function, found in a table. What is not
legal is refused with the reason, and changes nothing: the caller takes nothing of the draft.
"""

from citybrain.decider.command import Reply
from citybrain.domain.console import OperatorAction
from citybrain.domain.principal import PERSON_ROLES, Principal
from citybrain.errors import IllegalTriggerError
from citybrain.permissions import ActionRefusal, own_unit_of, refusal_of
from citybrain.vocabulary import Disposition
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.paging.steps import seen_to
from district_node.cores.flows.verbs.casework.stages import is_legal
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest
from district_node.cores.flows.verbs.table import ENDING, NEEDS_REASON, PERMISSIONS, VERBS
from district_node.cores.flows.verbs.words import stage_refusal
from district_node.cores.incidents.incident import Incident
from district_node.inputs import OperatorActed

PEOPLE = frozenset(PERSON_ROLES)  # what a program does is nobody's acknowledgement


def operator_acted(draft: DecisionDraft, acted: OperatorActed) -> Reply:
    """The reply says by code and sentence why an action is refused, or what else there is to know
    of one that was done."""
    answer = _act(draft, acted)
    return Reply(
        request=acted.action.request,
        done=not isinstance(answer, ActionRefusal),
        reason=answer.reason if answer else "",
        detail=answer.detail if answer else "",
    )


def not_allowed(
    incident: Incident | None, action: OperatorAction, principal: Principal
) -> ActionRefusal | None:
    """Why the action is refused whatever its verb would say; `incident`: the one that it names."""
    if incident is None:
        return ActionRefusal(
            reason="no_such_incident",
            detail=f"There is no incident {action.incident} here, or it left the screen after it "
            "was closed.",
        )
    if action.verb not in VERBS:
        return ActionRefusal(
            reason="no_such_verb", detail="This version does not know that action."
        )
    refused = refusal_of(principal, PERMISSIONS[action.verb])
    if refused is not None:
        return refused
    if action.verb in NEEDS_REASON and not action.reason.strip():
        return ActionRefusal(reason="no_reason", detail="Say why: the case's history keeps it.")
    if action.disposition is not Disposition.UNKNOWN and action.verb not in ENDING:
        return ActionRefusal(
            reason="disposition",
            detail=f"{action.verb} ends nothing: what it turned out to be is said when it ends.",
        )
    return None if is_legal(incident.stage, action.verb) else _not_now(incident, action)


def _not_now(incident: Incident, action: OperatorAction) -> ActionRefusal:
    return ActionRefusal(
        reason=f"stage:{incident.stage}", detail=stage_refusal(incident.stage, action.verb)
    )


def _act(draft: DecisionDraft, acted: OperatorActed) -> ActionRefusal | ActionNote | None:
    action, principal = acted.action, acted.principal
    incident = draft.incidents.get(action.incident)
    refused = not_allowed(incident, action, principal)
    if refused is not None or incident is None:
        return refused
    request = ActionRequest(
        action=action,
        actor=principal.name,
        recipient=acted.recipient,
        unit=own_unit_of(principal),
    )
    try:
        said = VERBS[action.verb](draft, incident, request)
    except IllegalTriggerError:
        return _not_now(incident, action)
    if not isinstance(said, ActionRefusal) and not PEOPLE.isdisjoint(principal.roles):
        seen_to(draft, incident.incident, by=principal.name)
    return said
