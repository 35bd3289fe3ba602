"""What busy units do next: promises of this district, made and kept and given up. Pure; the city
knows nothing of them, and no slot is booked by them.

A slot that is promised so is *kept*: the district sends no other own unit there by itself and does
not ask the city, while its case is no graver than what the unit is at, and until the city was asked
all the same (a clock ran out, a person said so). Persons and the city fill it whenever they like.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from citybrain.ids import IncidentId, OrderId, SlotId, UnitId
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, SlotState
from district_node.cores.incidents.incident import Incident
from district_node.cores.orders.roster import NextOrder, Roster
from district_node.cores.orders.slots import slot_by_id


class Promise(NamedTuple):
    """A next order, and whose it is."""

    unit: UnitId
    next_order: NextOrder


def promises(roster: Roster) -> Iterator[Promise]:
    """All of them, by unit, each unit's in their order."""
    for unit, its in roster.next_orders.items():
        yield from (Promise(unit, one) for one in its)


def next_of(roster: Roster, unit: UnitId) -> tuple[NextOrder, ...]:
    """What the unit does next, the first of it first."""
    return roster.next_orders.get(unit) or ()


def promised_slots(roster: Roster) -> Mapping[SlotId, UnitId]:
    """Each slot that is promised, and the unit that is to fill it."""
    return {one.next_order.slot: one.unit for one in promises(roster)}


def with_next(roster: Roster, unit: UnitId, next_order: NextOrder) -> Roster:
    """With one more, to be done after the others."""
    its = (*next_of(roster, unit), next_order)
    return replace(roster, next_orders=roster.next_orders.put(unit, its))


def without_next(roster: Roster, unit: UnitId, incident: IncidentId) -> Roster:
    """Without the unit's next order for the incident: a unit has one for each at most."""
    its = tuple(one for one in next_of(roster, unit) if one.incident != incident)
    known = roster.next_orders
    return replace(roster, next_orders=known.put(unit, its) if its else known.drop(unit))


def kept_slots(
    roster: Roster, incidents: SortedMap[IncidentId, Incident]
) -> Mapping[SlotId, IncidentId]:
    """Each slot that is kept for the unit that it is promised to, and its incident."""
    found = dict[SlotId, IncidentId]()
    for unit, one in promises(roster):
        incident = incidents.get(one.incident)
        slot = slot_by_id(incident, one.slot) if incident is not None else None
        if incident is None or slot is None or slot.state is not SlotState.OPEN:
            continue
        if not slot.from_city and not is_graver(roster, unit, incident):
            found[one.slot] = one.incident
    return found


def is_graver(roster: Roster, unit: UnitId, incident: Incident) -> bool:
    """Whether the incident is graver than what the unit has an order for."""
    order = roster.orders.get(roster.units[unit].order or OrderId(""))
    if order is None:
        return False
    return SEVERITY_RANK[incident.severity] > SEVERITY_RANK[order.task.severity]
