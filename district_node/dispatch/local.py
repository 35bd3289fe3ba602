"""Local dispatch: which free own unit serves which open slot, decided over all of them at once. Proposes; reserving and issuing is the orders' side."""

from collections.abc import Sequence
from dataclasses import dataclass

from citybrain.geo import Point, distance_m
from citybrain.ids import IncidentId, SlotId, UnitId
from citybrain.vocabulary import Capability, Severity
from district_node.dispatch.assign import assign

SEVERITY_WEIGHT = {
    Severity.EXTREME: 8,
    Severity.SEVERE: 4,
    Severity.MODERATE: 2,
    Severity.MINOR: 1,
    Severity.UNKNOWN: 1,
}
UNSERVED_DS = 1_000_000  # what an unserved slot costs, in weighted tenths of a second: more than any way in a city, so serving always comes first


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An open slot."""

    incident: IncidentId
    slot: SlotId
    capability: Capability
    severity: Severity
    place: Point
    max_eta_s: float | None  # None: however long it takes
    declined: tuple[UnitId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A free own unit."""

    unit: UnitId
    capabilities: tuple[Capability, ...]
    place: Point
    speed_mps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairing:
    wanted: Wanted
    unit: UnitId
    eta_s: float


def propose(wanted: Sequence[Wanted], candidates: Sequence[Candidate]) -> tuple[Pairing, ...]:
    """As much severity served as there are units for, with the least weighted travel. Ties go by the order of the arguments: pass them sorted."""
    gains = [[_gain(w, c) for c in candidates] for w in wanted]
    return tuple(
        Pairing(
            wanted=wanted[row],
            unit=candidates[column].unit,
            eta_s=eta_s(wanted[row], candidates[column]),
        )
        for row, column in assign(gains)
    )


def could_serve(wanted: Wanted, candidate: Candidate) -> bool:
    return _gain(wanted, candidate) > 0


def eta_s(wanted: Wanted, candidate: Candidate) -> float:
    """Seconds by great circle at the unit's speed, in tenths: no platform's last bit decides who goes."""
    return round(distance_m(candidate.place, wanted.place) / candidate.speed_mps, 1)


def _gain(wanted: Wanted, candidate: Candidate) -> int:
    if wanted.capability not in candidate.capabilities or candidate.unit in wanted.declined:
        return 0
    eta = eta_s(wanted, candidate)
    if wanted.max_eta_s is not None and eta > wanted.max_eta_s:
        return 0
    return SEVERITY_WEIGHT[wanted.severity] * max(1, UNSERVED_DS - round(eta * 10))
