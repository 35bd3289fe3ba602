"""What a crew that is busy does next: `assign` with `next` says so, `unassign` takes it back. See
docs/decisions/0041.
"""

from citybrain.clock import later
from citybrain.permissions import ActionRefusal
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.units.next_orders import GIVEN, give_up
from district_node.cores.flows.verbs import staffing
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest
from district_node.cores.flows.verbs.words import UNIT_STATES
from district_node.cores.incidents import triage
from district_node.cores.incidents.incident import (
    Incident,
    Slot,
    is_dispatchable,
    needed_slots,
)
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.orders import next_orders, slots
from district_node.cores.orders.duty import STATES
from district_node.cores.orders.limits import NEXT_ORDERS
from district_node.cores.orders.roster import NextOrder, Unit, able

TAKEN_BACK = "next_taken_back"  # as histories say it


def assign(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | ActionNote | None:
    """Send one own unit now; with `next`, when its present order ends."""
    action = request.action
    if not action.next:
        return staffing.assign(draft, incident, request)
    unit = staffing.own_unit(draft, request)
    if isinstance(unit, ActionRefusal):
        return unit
    if action.preempt:
        return ActionRefusal(
            reason="next_or_preempt",
            detail=f"{unit.name} comes next, or is taken from its case now: say one of both.",
        )
    if unit.order is None and unit.status is None:
        refused = staffing.assign(draft, incident, request)
        is_sent = ActionNote(reason="sent_now", detail=f"{unit.name} was free, and is sent now.")
        return refused if refused is not None else is_sent
    return _refusal(draft, incident, unit) or _give(draft, incident, unit, request)


def unassign(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """No unit has the case as its next any more; or one, where the action names it."""
    named = request.action.unit
    found = [
        one
        for one in next_orders.promises(draft.roster)
        if one.next_order.incident == incident.incident and named in (None, one.unit)
    ]
    for one in found:
        give_up(draft, one, TAKEN_BACK, actor=request.actor, reason=one.unit)
    return None if found else _nothing_to_take_back(draft, incident, request)


def _refusal(draft: DecisionDraft, incident: Incident, unit: Unit) -> ActionRefusal | None:
    """Why the busy unit gets no such order, whatever place the case has."""
    if unit.status is not None:
        what = UNIT_STATES[STATES[unit.status.duty]]
        when = "after its present order" if unit.order is not None else "now"
        return ActionRefusal(
            reason=unit.status.duty.value,
            detail=f"{unit.name} {what} {when}. It can be given a next one when it is ready.",
        )
    order = draft.roster.orders.get(unit.order) if unit.order is not None else None
    if order is not None and order.task.incident == incident.incident:
        return ActionRefusal(
            reason="busy", detail=f"{unit.name} {UNIT_STATES[unit.state]}, and this is the case."
        )
    its = next_orders.next_of(draft.roster, unit.unit)
    if any(one.incident == incident.incident for one in its):
        return ActionRefusal(
            reason="already_next", detail=f"{unit.name} has this case among its next already."
        )
    if len(its) >= NEXT_ORDERS.value:
        return ActionRefusal(
            reason="too_many_next",
            detail=f"{unit.name} has {len(its)} next orders already: no more are kept. Give the"
            " case to another unit, or take one of those back.",
        )
    return None


def _give(
    draft: DecisionDraft, incident: Incident, unit: Unit, request: ActionRequest
) -> ActionRefusal | ActionNote | None:
    if incident.stage is IncidentStage.REPORTED:
        incident = incident_steps.open_incident(
            draft, incident, actor=request.actor, reason=request.action.reason
        )
    if not is_dispatchable(incident):
        return staffing.refused_by_stage(incident, request)
    if incident.stage is IncidentStage.REOPENED and slots.is_nobody_wanted(incident):
        incident = incident_steps.want_help(draft, incident)
    found = _place_for(draft, incident, unit)
    if isinstance(found, ActionRefusal):
        return found
    incident, slot = found
    incident = slots.put_slot(incident, replace(slot, from_city=False))
    is_asked = any(one.from_city for one in incident.slots)
    incident = replace(incident, escalated=incident.escalated and is_asked)
    draft.put_incident(
        add_history(incident, GIVEN, draft.at, actor=request.actor, reason=unit.unit)
    )
    given = NextOrder(
        incident=incident.incident,
        slot=slot.slot,
        place=incident.place,
        actor=request.actor,
        at=draft.at,
    )
    draft.put_roster(next_orders.with_next(draft.roster, unit.unit, given), unit.unit)
    if not next_orders.is_graver(draft.roster, unit.unit, incident):
        return None
    return ActionNote(
        reason="graver_than_present",
        detail=f"The case is graver than what {unit.name} is at: whoever is free first is sent.",
    )


def _place_for(
    draft: DecisionDraft, incident: Incident, unit: Unit
) -> tuple[Incident, Slot] | ActionRefusal:
    """The open place that the fewest units could fill, of those that nobody comes to next."""
    if not needed_slots(incident) and unit.capabilities:
        due = later(draft.at, staffing.AD_HOC_DEADLINE_S)
        incident = triage.with_ad_hoc_slot(incident, unit.capabilities[0], due)
    promised, count = next_orders.promised_slots(draft.roster), able(draft.roster)
    fitting = [slot for slot in needed_slots(incident) if slot.capability in unit.capabilities]
    places = [slot for slot in fitting if slot.state is SlotState.OPEN]
    free = [slot for slot in places if slot.slot not in promised]
    if free:
        return incident, min(free, key=lambda slot: count[slot.capability])
    if places:
        other = draft.roster.units[promised[places[0].slot]]
        return ActionRefusal(
            reason="promised",
            detail=f"{other.name} comes to that place next already. Take that back first, or send"
            " a unit that is free.",
        )
    return staffing.no_place(incident, unit, is_fitting=bool(fitting))


def _nothing_to_take_back(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal:
    name = request.action.unit
    unit = draft.roster.units.get(name) if name is not None else None
    order = draft.roster.orders.get(unit.order) if unit and unit.order is not None else None
    if unit and order is not None and order.task.incident == incident.incident:
        return ActionRefusal(
            reason="has_order",
            detail=f"{unit.name} {UNIT_STATES[unit.state]}, and this is the case: it is not its"
            f" next. `citybrain district unit release {unit.unit}` takes the order from it.",
        )
    who = unit.name if unit else name
    has_not = f"{who} does not have" if who else "No unit has"
    return ActionRefusal(
        reason="no_next_order",
        detail=f"{has_not} this case as its next: there is nothing to take back.",
    )
