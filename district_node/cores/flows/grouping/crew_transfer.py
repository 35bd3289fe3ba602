"""Own crews of a case that is merged go over to the one that goes on: to an open place that they
fit, or, where they are at work already, to one more. Only orders that this district gave by itself:
those of the city's plans are the city's, which withdraws them and plans again.
"""

from citybrain.ids import IncidentId
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import OrderStage, SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.corrected_orders import as_shown
from district_node.cores.incidents import triage
from district_node.cores.incidents.incident import Incident, Slot, is_dispatchable
from district_node.cores.incidents.lifecycle import advance, can
from district_node.cores.orders import slots
from district_node.cores.orders.roster import Order

PLACES_MAX = 20  # as many as a playbook may name


def transfer_crews(draft: DecisionDraft, one: IncidentId, into: IncidentId) -> None:
    """Of `one` to `into`; whoever finds no place stays, to be called back by the caller."""
    for slot in draft.incidents[one].slots:
        order = draft.roster.orders.get(slot.order) if slot.order is not None else None
        if slot.state is SlotState.CONFIRMED and order is not None and order.plan is None:
            place = _place_for(draft, into, slot, order)
            if place is not None:
                _transfer(draft, one, slot, into, place, order)


def _place_for(draft: DecisionDraft, into: IncidentId, slot: Slot, order: Order) -> Slot | None:
    survivor = draft.incidents[into]
    if not is_dispatchable(survivor):
        return None
    open_ = [other for other in survivor.slots if other.state is SlotState.OPEN]
    able = draft.roster.units[order.unit].capabilities
    fitting = [other for other in open_ if other.capability == slot.capability]
    fitting += [other for other in open_ if other.capability in able]
    if fitting:
        return fitting[0]
    if order.stage is not OrderStage.ON_SCENE or len(survivor.slots) >= PLACES_MAX:
        return None
    survivor = triage.with_ad_hoc_slot(survivor, slot.capability, slot.deadline)
    draft.put_incident(survivor)
    return survivor.slots[-1]


def _transfer(
    draft: DecisionDraft,
    one: IncidentId,
    slot: Slot,
    into: IncidentId,
    place: Slot,
    order: Order,
) -> None:
    given_up = replace(triage.reopened_slot(slot), state=SlotState.CANCELLED)
    draft.put_incident(slots.put_slot(draft.incidents[one], given_up))
    survivor = draft.incidents[into]
    task = replace(
        as_shown(order.task, survivor),
        incident=into,
        slot=place.slot,
        slot_version=place.version,
        traceparent=survivor.traceparent,
    )
    orders = draft.roster.orders.put(order.order, replace(order, task=task))
    draft.put_roster(replace(draft.roster, orders=orders), order.unit)
    survivor = slots.confirm_claim(survivor, place, order.order, order.unit)
    taken = slots.slot_by_id(survivor, place.slot)
    assert taken is not None, "it was confirmed just now"
    survivor = slots.put_slot(survivor, replace(taken, order_stage=order.stage))
    draft.put_incident(_as_attended(draft, survivor, order))


def _as_attended(draft: DecisionDraft, survivor: Incident, order: Order) -> Incident:
    """At the stage that its crew has reached."""
    steps = [IncidentTrigger.DISPATCH]
    if order.stage is OrderStage.ON_SCENE:
        steps.append(IncidentTrigger.WORK)
    for trigger in steps:
        if can(survivor, trigger):
            survivor = advance(
                survivor, trigger, draft.at, actor=order.unit, reason=order.task.incident
            )
    return survivor
