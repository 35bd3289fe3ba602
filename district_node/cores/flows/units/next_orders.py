"""What becomes of next orders: each is offered when its unit's present order ends, or is given up
because its unit or its case is not what it was. Then the case is open for others again, and its
history says why.
"""

from citybrain.vocabulary import SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.order_progress import dispatch_unit
from district_node.cores.incidents.incident import is_dispatchable
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.orders import next_orders
from district_node.cores.orders.next_orders import Promise
from district_node.cores.orders.roster import Unit, is_free
from district_node.cores.orders.slots import slot_by_id

GIVEN, OVER = "next_given", "next_over"  # as histories say it
DONE = "done"  # the unit fills the place already


def settle(draft: DecisionDraft) -> None:
    """Before units are dispatched, and after: others may have taken places."""
    if not (draft.roster.next_orders or draft.before.roster.next_orders):
        return
    for promise in list(next_orders.promises(draft.roster)):
        reason = _why_over(draft, promise)
        if reason == DONE:
            forget(draft, promise)
        elif reason:
            give_up(draft, promise, OVER, actor=promise.unit, reason=reason)
        elif is_free(draft.roster.units[promise.unit]):
            _offer(draft, promise)
    _open_for_others(draft)


def forget(draft: DecisionDraft, promise: Promise) -> None:
    """It is no more; whoever watches the unit is shown so."""
    roster = next_orders.without_next(draft.roster, promise.unit, promise.next_order.incident)
    draft.put_roster(roster, promise.unit)


def give_up(draft: DecisionDraft, promise: Promise, code: str, *, actor: str, reason: str) -> None:
    """It is no more, with a line in the history of its case."""
    forget(draft, promise)
    incident = draft.incidents.get(promise.next_order.incident)
    if incident is not None:
        draft.put_incident(add_history(incident, code, draft.at, actor=actor, reason=reason))


def _why_over(draft: DecisionDraft, promise: Promise) -> str:
    """Why it cannot be kept any more, a reason code; "": it can."""
    unit, one = draft.roster.units[promise.unit], promise.next_order
    incident = draft.incidents.get(one.incident)
    if incident is None:
        return DONE
    slot = slot_by_id(incident, one.slot)
    if slot is not None and slot.order is not None and slot.order == unit.order:
        return DONE
    if not is_dispatchable(incident):
        return incident.stage.value
    order = draft.roster.orders.get(unit.order) if unit.order is not None else None
    if order is not None and order.task.incident == one.incident:
        return "already_there"
    if slot is None or slot.state is SlotState.CANCELLED:
        return "place_not_needed"
    if slot.state is not SlotState.OPEN:
        return "place_taken"
    if incident.place != one.place:
        return "relocated"
    if slot.capability not in unit.capabilities:
        return "unit_unfit"
    return _why_unit_out(draft, unit)


def _why_unit_out(draft: DecisionDraft, unit: Unit) -> str:
    if unit.status is not None:
        return unit.status.duty.value
    is_configured = any(one.unit == unit.unit for one in draft.setup.units)
    has_left = unit.order is None and not is_free(unit)
    return "" if is_configured and not has_left else "out_of_service"


def _offer(draft: DecisionDraft, promise: Promise) -> None:
    """It becomes the unit's order now, in the name of whoever gave it."""
    one = promise.next_order
    incident = draft.incidents[one.incident]
    slot = slot_by_id(incident, one.slot)
    assert slot is not None, "it was looked at just now"
    forget(draft, promise)
    dispatch_unit(draft, incident, slot, promise.unit, actor=one.actor)


def _open_for_others(draft: DecisionDraft) -> None:
    """What was kept for a unit and is not any more is dispatched as if it had opened now."""
    before = next_orders.kept_slots(draft.before.roster, draft.before.incidents)
    kept = next_orders.kept_slots(draft.roster, draft.incidents)
    for name, its in before.items():
        incident = draft.incidents.get(its)
        slot = slot_by_id(incident, name) if incident is not None else None
        if incident is None or slot is None or name in kept or slot.state is not SlotState.OPEN:
            continue
        draft.put_incident(incident)
        draft.needs_dispatch = True
