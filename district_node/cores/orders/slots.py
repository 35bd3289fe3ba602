"""What may happen to one slot of an incident. A slot that is taken back moves to its next version,
so that orders which were planned for the old one are refused. Answers nobody.
"""

from citybrain.clock import Timestamp
from citybrain.ids import OrderId, SlotId, UnitId
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.structs import replace
from citybrain.vocabulary import OrderStage, SlotState
from district_node.cores.incidents.incident import Incident, Slot
from district_node.cores.incidents.triage import reopened_slot

ASSIGNED = (SlotState.CLAIMED, SlotState.CONFIRMED)


def slot_by_id(incident: Incident, name: SlotId) -> Slot | None:
    """The incident's slot of that id, if it has one."""
    return next((slot for slot in incident.slots if slot.slot == name), None)


def slot_by_order(incident: Incident, order: OrderId) -> Slot | None:
    """The incident's slot that `order` fills, if there is one."""
    return next((slot for slot in incident.slots if slot.order == order), None)


def put_slot(incident: Incident, changed: Slot) -> Incident:
    """The incident with `slot` in the place of its earlier version."""
    return replace(
        incident,
        slots=tuple(changed if slot.slot == changed.slot else slot for slot in incident.slots),
    )


def claim(
    incident: Incident, slot: Slot, order: OrderId, unit: UnitId, until: Timestamp
) -> Incident:
    """Promise an open slot to a proposed order."""
    return put_slot(
        incident,
        replace(
            slot,
            state=SlotState.CLAIMED,
            order=order,
            unit=unit,
            claim_until=until,
            is_crew_overdue=False,
            is_unfilled=False,
            order_stage=OrderStage.RESERVED,
        ),
    )


def confirm_claim(incident: Incident, slot: Slot, order: OrderId, unit: UnitId) -> Incident:
    """The order for this slot is committed: a crew will come."""
    return put_slot(
        incident,
        replace(
            slot,
            state=SlotState.CONFIRMED,
            order=order,
            unit=unit,
            claim_until=None,
            is_crew_overdue=False,
            is_unfilled=False,
            order_stage=OrderStage.ISSUED,
        ),
    )


def unassign(incident: Incident, slot: Slot) -> Incident:
    """The city gives the slot back before or after the commit: open at the same version, since the
    old order's tombstone keeps that one out.
    """
    return put_slot(
        incident,
        replace(
            slot,
            state=SlotState.OPEN,
            order=None,
            unit=None,
            claim_until=None,
            is_crew_overdue=False,
            order_stage=OrderStage.PROPOSED,
        ),
    )


def retake(incident: Incident, slot: Slot) -> Incident:
    """Take a claimed slot back: open at its next version. Its order may be on the way all the same,
    so it is declared as extra until its end is known.
    """
    assert slot.order is not None, "only a promised slot can be taken back"
    return replace(put_slot(incident, reopened_slot(slot)), retaken=(*incident.retaken, slot.order))


def move_order(incident: Incident, source: Slot, target: Slot) -> Incident:
    """The order of the place `source` fills `target`, which is open, from now on; `source` is open
    at its next version."""
    moved = replace(
        target,
        state=source.state,
        order=source.order,
        unit=source.unit,
        order_stage=source.order_stage,
        is_crew_overdue=source.is_crew_overdue,
        is_unfilled=False,
        claim_until=None,
    )
    return put_slot(put_slot(incident, moved), reopened_slot(source))


def reopen(incident: Incident, slot: Slot) -> Incident:
    """The crew gave it back, or its order ended before the work was done."""
    return put_slot(incident, reopened_slot(slot))


def clear_extra(incident: Incident, order: OrderId) -> Incident:
    """A retaken order is known to have ended: it is no extra any more."""
    return replace(incident, retaken=tuple(other for other in incident.retaken if other != order))


def cancel_unserved(incident: Incident) -> Incident:
    """No further help is wanted. The slots keep their orders, so that their ends can be followed;
    whoever owns their crews calls them back.
    """
    return replace(
        incident,
        slots=tuple(
            slot
            if slot.state in (SlotState.SERVED, SlotState.CANCELLED)
            else replace(slot, state=SlotState.CANCELLED, version=slot.version + 1)
            for slot in incident.slots
        ),
    )


def unresolved_orders(incident: Incident) -> tuple[OrderId, ...]:
    """Orders of cancelled slots whose end is not known: crews that could not be called back, or
    have not confirmed yet that they turned round.
    """
    return tuple(
        slot.order
        for slot in incident.slots
        if slot.state is SlotState.CANCELLED
        and slot.order is not None
        and slot.order_stage not in ENDED_ORDER_STAGES
    )


def is_served(incident: Incident) -> bool:
    """Whether every place that was wanted has been served."""
    return any(s.state is SlotState.SERVED for s in incident.slots) and all(
        s.state in (SlotState.SERVED, SlotState.CANCELLED) for s in incident.slots
    )


def is_nobody_wanted(incident: Incident) -> bool:
    """Whether it has places, and none that is open or waits for its crew."""
    return bool(incident.slots) and all(
        slot.state in (SlotState.SERVED, SlotState.CANCELLED) for slot in incident.slots
    )


def has_crew(incident: Incident) -> bool:
    """Whether a crew is coming or has served."""
    return any(slot.state in (SlotState.CONFIRMED, SlotState.SERVED) for slot in incident.slots)


def has_crew_worked(incident: Incident) -> bool:
    """Whether a crew is or was at the scene in this round."""
    return any(
        slot.order_stage in (OrderStage.ON_SCENE, OrderStage.DONE) for slot in incident.slots
    )


def has_crew_on_scene(incident: Incident) -> bool:
    """Whether a crew is at the scene now."""
    return any(
        slot.state is SlotState.CONFIRMED and slot.order_stage is OrderStage.ON_SCENE
        for slot in incident.slots
    )
