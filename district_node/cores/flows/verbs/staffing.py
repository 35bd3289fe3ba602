"""The verbs that bring somebody: `assign` sends an own unit, `escalate` asks the city."""

from citybrain.clock import later
from citybrain.permissions import ActionRefusal
from citybrain.vocabulary import IncidentStage, SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.order_progress import dispatch_unit
from district_node.cores.flows.verbs.request import ActionRequest
from district_node.cores.incidents import triage
from district_node.cores.incidents.incident import Incident, Slot, is_dispatchable
from district_node.cores.orders import slots
from district_node.cores.orders.roster import Unit, is_free
from district_node.cores.timer_keys import TimerKind

AD_HOC_DEADLINE_S = 900.0  # deadline of help that no playbook names


def assign(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """Send one own unit, in the place of the incident that it can fill."""
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


def escalate(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """Ask the city for every open place."""
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


def taken_back(draft: DecisionDraft, incident: Incident, slot: Slot) -> tuple[Incident, Slot]:
    """The incident with a claimed slot open again, and that slot."""
    if slot.order is not None:
        draft.cancel_timer(TimerKind.CLAIM, incident.incident, slot.order)
    incident = slots.retake(incident, slot)
    return incident, slots.slot_by_id(incident, slot.slot) or slot


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
            return taken_back(draft, incident, slot)
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
