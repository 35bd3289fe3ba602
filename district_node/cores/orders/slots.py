"""The incident owner's side: what may happen to one slot of an incident. Every change of mind moves the slot's version. Answers nobody."""

from citybrain.clock import Timestamp
from citybrain.ids import OrderId, SlotId, UnitId
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.structs import replace
from citybrain.vocabulary import OrderStage, SlotState
from district_node.cores.belief.incident import Incident, Slot
from district_node.cores.belief.triage import opened_again

WAITING = (SlotState.OPEN, SlotState.CLAIMED)
PROMISED = (SlotState.CLAIMED, SlotState.CONFIRMED)


def slot_named(incident: Incident, name: SlotId) -> Slot | None:
    return next((slot for slot in incident.slots if slot.slot == name), None)


def slot_of_order(incident: Incident, order: OrderId) -> Slot | None:
    return next((slot for slot in incident.slots if slot.order == order), None)


def with_slot(incident: Incident, changed: Slot) -> Incident:
    return replace(
        incident,
        slots=tuple(changed if slot.slot == changed.slot else slot for slot in incident.slots),
    )


def claim(
    incident: Incident, slot: Slot, order: OrderId, unit: UnitId, until: Timestamp
) -> Incident:
    """Promise an open slot to a proposed order."""
    return with_slot(
        incident,
        replace(
            slot,
            state=SlotState.CLAIMED,
            order=order,
            unit=unit,
            claim_until=until,
            crew=OrderStage.RESERVED,
        ),
    )


def coming(incident: Incident, slot: Slot, order: OrderId, unit: UnitId) -> Incident:
    """The order for this slot is committed: a crew will come."""
    return with_slot(
        incident,
        replace(
            slot,
            state=SlotState.CONFIRMED,
            order=order,
            unit=unit,
            claim_until=None,
            crew=OrderStage.ISSUED,
        ),
    )


def let_go(incident: Incident, slot: Slot) -> Incident:
    """The city gives the slot back before or after the commit: open at the same version, the old order's tombstone keeps it out."""
    return with_slot(
        incident,
        replace(
            slot,
            state=SlotState.OPEN,
            order=None,
            unit=None,
            claim_until=None,
            crew=OrderStage.PROPOSED,
        ),
    )


def retake(incident: Incident, slot: Slot) -> Incident:
    """Take a claimed slot back: open at its next version. Its order may be on the way all the same, so it is declared as surplus until its end is known."""
    assert slot.order is not None, "only a promised slot can be taken back"
    return replace(with_slot(incident, opened_again(slot)), retaken=(*incident.retaken, slot.order))


def reopen(incident: Incident, slot: Slot, *, declined: UnitId | None) -> Incident:
    """The crew gave it back, or its order ended before the work was done."""
    return with_slot(incident, opened_again(slot, declined=declined))


def settled(incident: Incident, order: OrderId) -> Incident:
    """A retaken order is known to have ended: it is no surplus any more."""
    return replace(incident, retaken=tuple(kept for kept in incident.retaken if kept != order))


def cancel_unserved(incident: Incident) -> Incident:
    """No further help is wanted. The orders stay named, so that their ends can be followed; their crews are called back by whoever owns them."""
    return replace(
        incident,
        slots=tuple(
            slot
            if slot.state in (SlotState.SERVED, SlotState.CANCELLED)
            else replace(slot, state=SlotState.CANCELLED, version=slot.version + 1)
            for slot in incident.slots
        ),
    )


def still_out(incident: Incident) -> tuple[OrderId, ...]:
    """Orders of cancelled places whose end is not known: crews that could not be called back, or have not said yet that they turned round."""
    return tuple(
        s.order
        for s in incident.slots
        if s.state is SlotState.CANCELLED
        and s.order is not None
        and s.crew not in ENDED_ORDER_STAGES
    )


def is_served(incident: Incident) -> bool:
    """Whether every place that was wanted has been served."""
    return any(s.state is SlotState.SERVED for s in incident.slots) and all(
        s.state in (SlotState.SERVED, SlotState.CANCELLED) for s in incident.slots
    )


def anyone_engaged(incident: Incident) -> bool:
    """Whether a crew is coming or has served."""
    return any(slot.state in (SlotState.CONFIRMED, SlotState.SERVED) for slot in incident.slots)


def on_scene(incident: Incident) -> bool:
    return any(
        slot.state is SlotState.CONFIRMED and slot.crew is OrderStage.ON_SCENE
        for slot in incident.slots
    )
