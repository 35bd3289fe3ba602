"""What a corrected case means for the crews that are on their way to it."""

from citybrain.ids import UnitId
from citybrain.structs import replace
from citybrain.vocabulary import SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.verbs.staffing import taken_back
from district_node.cores.incidents.incident import Incident, Slot
from district_node.cores.orders.roster import has_ended, with_task


def corrected_orders(draft: DecisionDraft, incident: Incident) -> None:
    """The live orders of own units for `incident` name its kind, severity and place as they are
    now: their crews' screens show it."""
    for slot in incident.slots:
        order = draft.roster.orders.get(slot.order) if slot.order is not None else None
        if order is None or has_ended(order):
            continue
        task = replace(
            order.task, kind=incident.kind, severity=incident.severity, place=incident.place
        )
        draft.put_roster(with_task(draft.roster, order.order, task), order.unit)


def without_claims(draft: DecisionDraft, incident: Incident) -> Incident:
    """What was planned for the case as it was is taken back: the city plans it anew."""
    for slot in incident.slots:
        if slot.state is SlotState.CLAIMED:
            incident, _ = taken_back(draft, incident, slot)
    return incident


def crews_elsewhere(draft: DecisionDraft, incident: Incident) -> tuple[UnitId, ...]:
    """Units of other districts that were sent: their owner alone changes their orders, and hears
    of it through the city."""
    return tuple(
        slot.unit for slot in incident.slots if _is_foreign(draft, slot) and slot.unit is not None
    )


def _is_foreign(draft: DecisionDraft, slot: Slot) -> bool:
    return slot.state is SlotState.CONFIRMED and slot.order not in draft.roster.orders
