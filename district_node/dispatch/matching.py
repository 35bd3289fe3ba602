"""Which free own unit serves which open slot, decided over all of them at once. Proposes only: the
orders' side reserves and issues. Seconds come from the port of travel times, as the city's do.
"""

import math
from collections.abc import Sequence

import numpy

from citybrain.clock import Timestamp
from citybrain.errors import TravelTimesError
from citybrain.geo import Point
from citybrain.ids import IncidentId, SlotId, UnitId
from citybrain.structs import Struct
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from citybrain.travel.validation import checked_seconds
from citybrain.travel.values import Floats, Origins, Pairs, Places, places_of
from citybrain.vocabulary import Capability, Severity
from district_node.dispatch.assignment_problem import assign

SEVERITY_WEIGHT = {
    Severity.EXTREME: 8,
    Severity.SEVERE: 4,
    Severity.MODERATE: 2,
    Severity.MINOR: 1,
    Severity.UNKNOWN: 1,
}
# what an unserved slot costs, in weighted milliseconds: more than any way in a city, so that
# serving always comes first
UNSERVED_MS = 100_000_000
# what it is worth to fill a place that one free unit alone could fill, shared where several could:
# more than any way within a district, so that of two places of one severity the rare one comes
# first, and less than a step of severity
RARE_MS = 10_000_000
# the same by the units that have the capability, busy ones too: it tells apart what is alike now
SELDOM_MS = RARE_MS // 1_000

# by slot and candidate; infinite where the unit is not for the slot or there is no way
Etas = Sequence[Sequence[float]]


class OpenSlot(Struct, frozen=True, kw_only=True):
    """A slot that waits for a unit, and what the matching must know of it."""

    incident: IncidentId
    slot: SlotId
    capability: Capability
    severity: Severity
    place: Point
    max_eta_s: float | None  # None: however long it takes
    declined: tuple[UnitId, ...]
    able: int = 0  # units of the district in service that have the capability, busy ones too
    # candidates for whom another unit of the case would move to this place and leave its own
    stand_ins: tuple[UnitId, ...] = ()


class Candidate(Struct, frozen=True, kw_only=True):
    """A free own unit."""

    unit: UnitId
    capabilities: tuple[Capability, ...]
    place: Point
    speed_mps: float
    avoids: tuple[IncidentId, ...] = ()  # it is not sent to these again for now


class Pairing(Struct, frozen=True, kw_only=True):
    """The unit that is proposed for a slot."""

    open_slot: OpenSlot
    unit: UnitId
    eta_s: float


def etas_s(
    open_slots: Sequence[OpenSlot],
    candidates: Sequence[Candidate],
    travel: TravelTimes,
    at: Timestamp,
) -> Etas:
    """Seconds of every unit to every slot that it is for, leaving at `at`. The port is asked once.
    Raises `TravelTimesError`.
    """
    asked = [
        (row, column)
        for row, open_slot in enumerate(open_slots)
        for column, candidate in enumerate(candidates)
        if _is_for(open_slot, candidate)
    ]
    etas = [[math.inf] * len(candidates) for _ in open_slots]
    if not asked:
        return etas
    origins = origins_of([c.place for c in candidates], [c.speed_mps for c in candidates])
    goals = places_of([open_slot.place for open_slot in open_slots])
    positions = numpy.array(asked, dtype=numpy.int64)
    pairs = Pairs(origin=positions[:, 1], destination=positions[:, 0])
    answer = _answer(travel, origins, goals, pairs, at)
    for (row, column), seconds in zip(asked, answer.tolist(), strict=True):
        etas[row][column] = seconds
    return etas


def origins_of(places: Sequence[Point], speeds_mps: Sequence[float]) -> Origins:
    """Where units start from, and how fast each is."""
    return Origins(places=places_of(places), speed_mps=numpy.array(speeds_mps, dtype=numpy.float64))


def seconds_to(place: Point, origins: Origins, travel: TravelTimes, at: Timestamp) -> Floats:
    """Seconds of each origin to `place`, leaving at `at`: by great circle where the travel times
    in force are faulty."""
    count = len(origins.speed_mps)
    pairs = Pairs(
        origin=numpy.arange(count, dtype=numpy.int64),
        destination=numpy.zeros(count, dtype=numpy.int64),
    )
    goals = places_of([place])
    try:
        return _answer(travel, origins, goals, pairs, at)
    except TravelTimesError:
        return _answer(GREAT_CIRCLE, origins, goals, pairs, at)


def _answer(
    travel: TravelTimes, origins: Origins, goals: Places, pairs: Pairs, at: Timestamp
) -> Floats:
    """What the port answers, checked. Raises `TravelTimesError`, whatever the adapter raises: the
    input that asks is an agent's, and must not be the one that is refused.
    """
    try:
        seconds = travel.seconds(origins, goals, pairs, at)
        return checked_seconds(seconds, travel.version, pairs=len(pairs.origin))
    except TravelTimesError:
        raise
    except Exception as error:  # supervision boundary: an adapter's own faults
        fault = f"no answer ({type(error).__name__})"
        raise TravelTimesError(travel.version.text, fault) from error


def propose(
    open_slots: Sequence[OpenSlot], candidates: Sequence[Candidate], etas: Etas
) -> tuple[Pairing, ...]:
    """As much severity served as there are units for; of what is alike in that, the places that
    the fewest units could fill; then the least weighted travel time.

    Ties go by the order of the arguments: pass them sorted.
    """
    gains = [_gains(open_slot, row) for open_slot, row in zip(open_slots, etas, strict=True)]
    return tuple(
        Pairing(open_slot=open_slots[row], unit=candidates[column].unit, eta_s=etas[row][column])
        for row, column in assign(gains)
    )


def is_in_time(open_slot: OpenSlot, eta_s: float) -> bool:
    """Whether a unit with this eta is for the slot and can be there soon enough."""
    return math.isfinite(eta_s) and (open_slot.max_eta_s is None or eta_s <= open_slot.max_eta_s)


def _is_for(open_slot: OpenSlot, candidate: Candidate) -> bool:
    """Whether the unit has the capability and was not declined, or stands in for one that has; and
    its crew did not give the case back."""
    is_able = open_slot.capability in candidate.capabilities
    is_declined = candidate.unit in open_slot.declined
    is_for = (is_able and not is_declined) or candidate.unit in open_slot.stand_ins
    return is_for and open_slot.incident not in candidate.avoids


def _gains(open_slot: OpenSlot, etas: Sequence[float]) -> list[int]:
    """In whole milliseconds, so that every machine gives the same answer."""
    in_time = [is_in_time(open_slot, eta_s) for eta_s in etas]
    rare_ms = RARE_MS // max(1, sum(in_time)) + SELDOM_MS // max(1, open_slot.able)
    weight = SEVERITY_WEIGHT[open_slot.severity]
    return [
        weight * (rare_ms + max(1, UNSERVED_MS - round(eta_s * 1000))) if is_one else 0
        for eta_s, is_one in zip(etas, in_time, strict=True)
    ]
