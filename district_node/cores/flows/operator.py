"""What an operator's action sets in motion: each verb is one function in a table. What is not legal
is refused with the reason, and changes nothing.
"""

from collections.abc import Callable

from citybrain.clock import later
from citybrain.decider.command import Reply
from citybrain.domain.console import OperatorAction
from citybrain.domain.principal import Principal
from citybrain.errors import IllegalTriggerError
from citybrain.permissions import ActionRefusal, Permission, refusal_of
from citybrain.stages import IncidentTrigger
from citybrain.structs import Struct, replace
from citybrain.vocabulary import IncidentStage, OperatorVerb, SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.order_progress import dispatch_unit
from district_node.cores.incidents import triage
from district_node.cores.incidents.incident import Incident, Slot, is_dispatchable
from district_node.cores.incidents.lifecycle import advance, can
from district_node.cores.orders import slots
from district_node.cores.orders.roster import Unit, is_free
from district_node.cores.timer_keys import TimerKind
from district_node.inputs import OperatorActed

AD_HOC_DEADLINE_S = 900.0  # deadline of help that no playbook names


class ActionRequest(Struct, frozen=True, kw_only=True):
    """An action, and the name that the history gives to whoever asked for it."""

    action: OperatorAction
    actor: str


def operator_acted(draft: DecisionDraft, acted: OperatorActed) -> Reply:
    """The reply says by code and sentence why an action is refused."""
    refused = _act(draft, acted.action, acted.principal)
    return Reply(
        request=acted.action.request,
        done=refused is None,
        reason=refused.reason if refused else "",
        detail=refused.detail if refused else "",
    )


def _act(
    draft: DecisionDraft, action: OperatorAction, principal: Principal
) -> ActionRefusal | None:
    incident = draft.incidents.get(action.incident)
    if incident is None:
        return ActionRefusal(
            reason="no_such_incident",
            detail=f"There is no incident {action.incident} here, or it left the screen after it "
            "was closed.",
        )
    verb = VERBS.get(action.verb)
    if verb is None:
        return ActionRefusal(
            reason="no_such_verb", detail="This version does not know that action."
        )
    refused = refusal_of(principal, PERMISSIONS[action.verb])
    if refused is not None:
        return refused
    if action.verb in NEEDS_REASON and not action.reason.strip():
        return ActionRefusal(reason="no_reason", detail=f"Say why: {action.verb} needs a reason.")
    try:
        return verb(draft, incident, ActionRequest(action=action, actor=principal.name))
    except IllegalTriggerError as error:
        return ActionRefusal(reason=f"stage:{incident.stage}", detail=str(error))


def _open(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> ActionRefusal | None:
    """Open a report, take up what was deferred, or open again what was handled or closed."""
    if incident.stage is IncidentStage.DEFERRED:
        resumed = _advance(draft, incident, IncidentTrigger.RESUME, request)
        draft.put_incident(triage.with_needs(resumed, draft.playbook_of(incident), draft.at))
    elif can(incident, IncidentTrigger.REOPEN):
        incident_steps.reopen(draft, incident, actor=request.actor, reason=request.action.reason)
    else:
        incident_steps.open_incident(
            draft, incident, actor=request.actor, reason=request.action.reason
        )
    return None


def _assign(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    unit = draft.roster.units.get(request.action.unit) if request.action.unit is not None else None
    if unit is None:
        return ActionRefusal(
            reason="no_such_unit", detail=f"This district has no unit {request.action.unit}."
        )
    if not is_free(unit):
        return ActionRefusal(
            reason="busy",
            detail=f"{unit.name} is {unit.state}: it can be assigned when it is free.",
        )
    if incident.stage is IncidentStage.REPORTED:
        incident = incident_steps.open_incident(
            draft, incident, actor=request.actor, reason=request.action.reason
        )
    if not is_dispatchable(incident):
        return ActionRefusal(
            reason=f"stage:{incident.stage}",
            detail=f"The incident is {incident.stage}; nobody can be sent to it.",
        )
    found = _slot_for(draft, incident, unit)
    if isinstance(found, ActionRefusal):
        return found
    incident, slot = found
    dispatch_unit(draft, incident, slot, unit.unit, actor=request.actor)
    return None


def _slot_for(
    draft: DecisionDraft, incident: Incident, unit: Unit
) -> tuple[Incident, Slot] | ActionRefusal:
    """An open slot that the unit can fill; a claim whose time is over is taken back; where no
    playbook names needs, one more slot.
    """
    fitting = [slot for slot in incident.slots if slot.capability in unit.capabilities]
    for slot in fitting:
        if slot.state is SlotState.OPEN:
            return incident, slot
    for slot in fitting:
        if (
            slot.state is SlotState.CLAIMED
            and slot.claim_until is not None
            and slot.claim_until <= draft.at
        ):
            return _taken_back(draft, incident, slot)
    if not incident.slots and unit.capabilities:
        incident = triage.with_ad_hoc_slot(
            incident, unit.capabilities[0], later(draft.at, AD_HOC_DEADLINE_S)
        )
        return incident, incident.slots[-1]
    if fitting:
        return ActionRefusal(
            reason="no_open_slot",
            detail="Every place that this unit could fill is promised or served already.",
        )
    return ActionRefusal(
        reason="no_fitting_slot",
        detail=f"The incident needs none of what {unit.name} can do: "
        f"{', '.join(unit.capabilities)}.",
    )


def _taken_back(draft: DecisionDraft, incident: Incident, slot: Slot) -> tuple[Incident, Slot]:
    if slot.order is not None:
        draft.cancel_timer(TimerKind.CLAIM, incident.incident, slot.order)
    incident = slots.retake(incident, slot)
    return incident, slots.slot_by_id(incident, slot.slot) or slot


def _close(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """A named person says that it is fixed, whatever stage it is in."""
    if incident.stage is not IncidentStage.HANDLED:
        incident = _advance(draft, incident, IncidentTrigger.HANDLE, request)
        draft.put_incident(incident)
    return _verify(draft, incident, request)


def _verify(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    incident = replace(incident, ended_by_person=True)
    incident_steps.close(draft, incident, actor=request.actor, reason=request.action.reason)
    return None


def _reject(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    incident = replace(incident, ended_by_person=True)
    incident_steps.reject(draft, incident, actor=request.actor, reason=request.action.reason)
    return None


def _escalate(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    if not is_dispatchable(incident):
        return ActionRefusal(
            reason=f"stage:{incident.stage}",
            detail=f"The incident is {incident.stage}; the city is asked where help is wanted.",
        )
    if not any(slot.state is SlotState.OPEN for slot in incident.slots):
        return ActionRefusal(
            reason="no_open_slot", detail="No place is open for which the city could be asked."
        )
    incident_steps.escalate(
        draft, incident, reason=request.action.reason or "operator", actor=request.actor
    )
    return None


def _defer(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """挂账: its clocks rest, nobody is sent. What was claimed for it is taken back."""
    incident = _advance(draft, incident, IncidentTrigger.DEFER, request)
    for slot in incident.slots:
        if slot.state is SlotState.CLAIMED:
            incident, _ = _taken_back(draft, incident, slot)
    slots_here = tuple(replace(slot, from_city=False) for slot in incident.slots)
    draft.put_incident(replace(incident, escalated=False, slots=slots_here))
    return None


def _advance(
    draft: DecisionDraft, incident: Incident, trigger: IncidentTrigger, request: ActionRequest
) -> Incident:
    return advance(incident, trigger, draft.at, actor=request.actor, reason=request.action.reason)


VERBS: dict[
    OperatorVerb, Callable[[DecisionDraft, Incident, ActionRequest], ActionRefusal | None]
] = {
    OperatorVerb.OPEN: _open,
    OperatorVerb.ASSIGN: _assign,
    OperatorVerb.CLOSE: _close,
    OperatorVerb.REJECT: _reject,
    OperatorVerb.VERIFY: _verify,
    OperatorVerb.ESCALATE: _escalate,
    OperatorVerb.DEFER: _defer,
}
PERMISSIONS = {verb: Permission(verb.value) for verb in VERBS}
NEEDS_REASON = (OperatorVerb.CLOSE, OperatorVerb.REJECT, OperatorVerb.VERIFY)
