"""Another place in the same case for a unit that is on its way: whoever becomes free may be able to
fill its place only, and it the one that is open. Its order goes on, under the same number.

Own orders alone: the city's stand in the city's record with the slot that they are for.
"""

from collections.abc import Iterable
from itertools import pairwise

from citybrain.ids import UnitId
from citybrain.vocabulary import OrderStage, SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.incidents.incident import Incident, Slot
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.orders import roster as own
from district_node.cores.orders import slots
from district_node.cores.orders.roster import Unit

RE_PLACED = "re_placed"  # as histories say it
MOVABLE = (OrderStage.ISSUED, OrderStage.ACCEPTED, OrderStage.EN_ROUTE)
# places, the first of them open: the unit of each further one can fill the one before it
Way = tuple[Slot, ...]


def can_fill(slot: Slot, unit: Unit) -> bool:
    """Whether the unit has what the place needs, and did not give it back."""
    return slot.capability in unit.capabilities and unit.unit not in slot.declined


def stand_ins(
    draft: DecisionDraft, incident: Incident, slot: Slot, free: Iterable[Unit]
) -> tuple[UnitId, ...]:
    """Those of `free` that cannot fill the open `slot`, and for whom another unit can."""
    ways = _ways(draft, incident, slot)
    if len(ways) == 1:
        return ()
    return tuple(
        unit.unit
        for unit in free
        if not can_fill(slot, unit) and any(can_fill(way[-1], unit) for way in ways)
    )


def make_place(
    draft: DecisionDraft, incident: Incident, slot: Slot, unit: Unit
) -> tuple[Incident, Slot] | None:
    """The place of the incident that `unit` fills, so that the open `slot` is filled too: itself,
    or one whose unit moved. None where a unit that would have had to move cannot any more.
    """
    ways = _ways(draft, incident, slot)
    way = next((way for way in ways if can_fill(way[-1], unit)), None)
    if way is None:
        return None
    for target, source in pairwise(way):
        incident = _move(draft, incident, source, target)
    return incident, slots.slot_by_id(incident, way[-1].slot) or slot


def _ways(draft: DecisionDraft, incident: Incident, slot: Slot) -> list[Way]:
    """The shortest to every place that can be reached, the nearest first; the first is `slot`."""
    ways: list[Way] = [(slot,)]
    seen = {slot.slot}
    for way in ways:  # it grows while it is walked
        for other in incident.slots:
            if other.slot not in seen and _can_move(draft, other, way[-1]):
                seen.add(other.slot)
                ways.append((*way, other))
    return ways


def _can_move(draft: DecisionDraft, source: Slot, target: Slot) -> bool:
    """Whether the unit of `source` is an own one, still on its way, and can fill `target`."""
    if source.state is not SlotState.CONFIRMED or source.order is None:
        return False
    order = draft.roster.orders.get(source.order)
    if order is None or order.plan is not None or order.stage not in MOVABLE:
        return False
    return can_fill(target, draft.roster.units[order.unit])


def _move(draft: DecisionDraft, incident: Incident, source: Slot, target: Slot) -> Incident:
    assert source.order is not None, "only a unit on its way has a place to leave"
    # the place before it on the way may have been left just now, at its next version
    target = slots.slot_by_id(incident, target.slot) or target
    incident = slots.move_order(incident, source, target)
    order = draft.roster.orders[source.order]
    roster = own.with_place(draft.roster, order.order, target.slot, target.version)
    draft.put_roster(roster, order.unit)
    incident = add_history(
        incident, RE_PLACED, draft.at, actor=order.unit, reason=target.capability
    )
    draft.put_incident(incident)
    return incident
