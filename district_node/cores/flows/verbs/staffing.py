"""The verbs that bring somebody: `assign` sends an own unit, `escalate` asks the city."""

from collections.abc import Iterable

from citybrain.clock import later
from citybrain.permissions import ActionRefusal
from citybrain.vocabulary import IncidentStage, SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.order_progress import dispatch_unit
from district_node.cores.flows.units import re_placing
from district_node.cores.flows.verbs.preemption import preempt
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest
from district_node.cores.flows.verbs.words import (
    UNIT_STATES,
    listed,
    no_such_unit,
    stage_refusal,
)
from district_node.cores.incidents import triage
from district_node.cores.incidents.incident import (
    Incident,
    Slot,
    is_dispatchable,
    needed_slots,
)
from district_node.cores.orders import roster, slots
from district_node.cores.orders.next_orders import promised_slots
from district_node.cores.orders.roster import Unit, is_free
from district_node.cores.timer_keys import TimerKind

AD_HOC_DEADLINE_S = 900.0  # deadline of help that no playbook names


def assign(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """Send one own unit, in the place of the incident that it can fill."""
    unit = own_unit(draft, request)
    if isinstance(unit, ActionRefusal):
        return unit
    if unit.status is not None and unit.order is None:
        why = f": {unit.status.reason}" if unit.status.reason else ""
        return ActionRefusal(
            reason=unit.status.duty.value,
            detail=f"{unit.name} {UNIT_STATES[unit.state]}{why}. It can be sent when it is ready.",
        )
    if not is_free(unit):
        refused = preempt(draft, incident, unit, request)
        if refused is not None:
            return refused
    if incident.stage is IncidentStage.REPORTED:
        incident = incident_steps.open_incident(
            draft, incident, actor=request.actor, reason=request.action.reason
        )
    if not is_dispatchable(incident):
        return refused_by_stage(incident, request)
    if incident.stage is IncidentStage.REOPENED and slots.is_nobody_wanted(incident):
        incident = incident_steps.want_help(draft, incident)  # it was for a person to look at
    found = _slot_for(draft, incident, unit)
    if isinstance(found, ActionRefusal):
        return found
    incident, slot = found
    dispatch_unit(draft, incident, slot, unit.unit, actor=request.actor)
    return None


def own_unit(draft: DecisionDraft, request: ActionRequest) -> Unit | ActionRefusal:
    """The unit that the action names."""
    name = request.action.unit
    unit = draft.roster.units.get(name) if name is not None else None
    return unit if unit is not None else no_such_unit(draft.roster, name)


def escalate(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | ActionNote | None:
    """Ask the city for every open place, where there is one that it was not asked for yet."""
    if not is_dispatchable(incident):
        return refused_by_stage(incident, request)
    open_slots = [slot for slot in incident.slots if slot.state is SlotState.OPEN]
    if not open_slots:
        return ActionRefusal(
            reason="no_open_slot", detail="No place is open for which the city could be asked."
        )
    if draft.city.epoch is None:
        return ActionRefusal(
            reason="no_city",
            detail="This district has not been linked to a city so far: nobody would be asked."
            " Send an own unit, or call for help.",
        )
    if all(slot.from_city for slot in open_slots):
        later_on = "" if draft.city.up else " It gets to know when the link to it is up again."
        return ActionRefusal(
            reason="already_escalated",
            detail=f"The city was asked already for every place that is open.{later_on}",
        )
    incident_steps.escalate(
        draft, incident, reason=request.action.reason or "operator", actor=request.actor
    )
    if draft.city.up:
        return None
    return ActionNote(
        reason="queued",
        detail="The link to the city is down: it gets the request when the link is up again.",
    )


def taken_back(draft: DecisionDraft, incident: Incident, slot: Slot) -> tuple[Incident, Slot]:
    """The incident with a claimed slot open again, and that slot."""
    if slot.order is not None:
        draft.cancel_timer(TimerKind.CLAIM, incident.incident, slot.order)
    incident = slots.retake(incident, slot)
    return incident, slots.slot_by_id(incident, slot.slot) or slot


def refused_by_stage(incident: Incident, request: ActionRequest) -> ActionRefusal:
    """Why the verb is refused where nobody can be sent."""
    stage = incident.stage
    detail = stage_refusal(stage, request.action.verb)
    return ActionRefusal(reason=f"stage:{stage}", detail=detail)


def _slot_for(
    draft: DecisionDraft, incident: Incident, unit: Unit
) -> tuple[Incident, Slot] | ActionRefusal:
    """An open slot that the unit can fill, that which the fewest units could and nobody comes to
    next; a claim whose time is over is taken back; another unit of the case moves; one more where
    no playbook names needs, or where nobody comes for another place and who was there has left.
    """
    needed = needed_slots(incident)
    fitting = [slot for slot in needed if slot.capability in unit.capabilities]
    able, promised = roster.able(draft.roster), promised_slots(draft.roster)
    for slot in sorted(fitting, key=lambda slot: (slot.slot in promised, able[slot.capability])):
        if slot.state is SlotState.OPEN:
            return incident, slot
    for slot in fitting:
        if (
            slot.state is SlotState.CLAIMED
            and slot.claim_until is not None
            and slot.claim_until <= draft.at
        ):
            return taken_back(draft, incident, slot)
    for slot in incident.slots:
        made = slot.state is SlotState.OPEN and re_placing.make_place(draft, incident, slot, unit)
        if made:
            return made
    wanted = [slot.capability for slot in incident.slots if slot.capability in unit.capabilities]
    if not needed:
        wanted = list(unit.capabilities)
    elif not _is_left_to_a_person(needed, fitting):
        wanted = []
    if wanted:
        due = later(draft.at, AD_HOC_DEADLINE_S)
        incident = triage.with_ad_hoc_slot(incident, wanted[0], due)
        return incident, incident.slots[-1]
    return no_place(incident, unit, is_fitting=bool(fitting))


def _is_left_to_a_person(needed: Iterable[Slot], fitting: Iterable[Slot]) -> bool:
    """Whether nobody comes for one of the places, and the crews of the `fitting` ones have left."""
    is_unfilled = any(slot.is_unfilled for slot in needed)
    return is_unfilled and all(slot.state is SlotState.SERVED for slot in fitting)


def no_place(incident: Incident, unit: Unit, *, is_fitting: bool) -> ActionRefusal:
    """Why the case has no place for the unit. `is_fitting`: it has some that the unit could fill,
    and none of them is open."""
    can = f"{unit.name} can do {listed(unit.capabilities)}"
    if is_fitting:
        return ActionRefusal(
            reason="no_open_slot",
            detail=f"{can}, and every place of that kind is promised or served already.",
        )
    wanted = listed(slot.capability for slot in needed_slots(incident))
    return ActionRefusal(
        reason="no_fitting_slot", detail=f"{can}, and the case needs {wanted}. Send another unit."
    )
