"""Which free own unit serves which open slot, decided over all of them at once. Proposes only: the
orders' side reserves and issues.
"""

from collections.abc import Sequence

from citybrain.geo import Point, distance_m
from citybrain.ids import IncidentId, SlotId, UnitId
from citybrain.structs import Struct
from citybrain.vocabulary import Capability, Severity
from district_node.dispatch.assignment_problem import assign

SEVERITY_WEIGHT = {
    Severity.EXTREME: 8,
    Severity.SEVERE: 4,
    Severity.MODERATE: 2,
    Severity.MINOR: 1,
    Severity.UNKNOWN: 1,
}
# what an unserved slot costs, in weighted tenths of a second: more than any way in a city, so that
# serving always comes first
UNSERVED_DS = 1_000_000


class OpenSlot(Struct, frozen=True, kw_only=True):
    """A slot that waits for a unit, and what the matching must know of it."""

    incident: IncidentId
    slot: SlotId
    capability: Capability
    severity: Severity
    place: Point
    max_eta_s: float | None  # None: however long it takes
    declined: tuple[UnitId, ...]


class Candidate(Struct, frozen=True, kw_only=True):
    """A free own unit."""

    unit: UnitId
    capabilities: tuple[Capability, ...]
    place: Point
    speed_mps: float


class Pairing(Struct, frozen=True, kw_only=True):
    """The unit that is proposed for a slot."""

    open_slot: OpenSlot
    unit: UnitId
    eta_s: float


def propose(open_slots: Sequence[OpenSlot], candidates: Sequence[Candidate]) -> tuple[Pairing, ...]:
    """As much severity served as there are units for, with the least weighted travel time.

    Ties go by the order of the arguments: pass them sorted.
    """
    gains = [[_gain(slot, candidate) for candidate in candidates] for slot in open_slots]
    return tuple(
        Pairing(
            open_slot=open_slots[row],
            unit=candidates[column].unit,
            eta_s=eta_s(open_slots[row], candidates[column]),
        )
        for row, column in assign(gains)
    )


def could_serve(open_slot: OpenSlot, candidate: Candidate) -> bool:
    """Whether the unit has the capability, was not declined, and can be there in time."""
    return _gain(open_slot, candidate) > 0


def eta_s(open_slot: OpenSlot, candidate: Candidate) -> float:
    """Seconds by great circle at the unit's speed, to a tenth: so that the last bit of a platform's
    floating point does not decide who goes.
    """
    return round(distance_m(candidate.place, open_slot.place) / candidate.speed_mps, 1)


def _gain(open_slot: OpenSlot, candidate: Candidate) -> int:
    can_do_it = open_slot.capability in candidate.capabilities
    if not can_do_it or candidate.unit in open_slot.declined:
        return 0
    eta = eta_s(open_slot, candidate)
    if open_slot.max_eta_s is not None and eta > open_slot.max_eta_s:
        return 0
    return SEVERITY_WEIGHT[open_slot.severity] * max(1, UNSERVED_DS - round(eta * 10))
