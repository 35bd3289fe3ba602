"""What a district told the city of its units, incidents and orders, and what either side heard of the other's log: by name, in order."""

from dataclasses import dataclass
from typing import Any

from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer, OrderProgress
from citybrain.domain.unit import UnitReport
from citysim.laws.history import CITY, NodeHistory, Step
from coordinator.inputs import DistrictConnected, DistrictLetterReceived
from district_node.inputs import CityLetterReceived, CityLinkChanged

Told = list[tuple[Step, Any]]


@dataclass(frozen=True, slots=True)
class Words:
    """A district's letters up, sorted out. Each list is in the order of the log."""

    units: dict[str, list[tuple[Step, UnitReport]]]
    incidents: dict[str, list[tuple[Step, IncidentReport]]]
    answers: list[tuple[Step, OrderAnswer]]
    progress: list[tuple[Step, OrderProgress]]


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of a peer's log in one record. `is_new`: not seen before in this log (a repeat must do nothing)."""

    step: Step
    epoch: str
    position: int
    letter: Any  # None: one that no core could decide was passed over
    is_new: bool


def words(node: NodeHistory) -> Words:
    told = Words({}, {}, [], [])
    for step, letter in node.posts(CITY):
        match letter:
            case UnitReport():
                told.units.setdefault(letter.unit, []).append((step, letter))
            case IncidentReport():
                told.incidents.setdefault(letter.incident, []).append((step, letter))
            case OrderAnswer():
                told.answers.append((step, letter))
            case OrderProgress():
                told.progress.append((step, letter))
    return told


def heard_by_city(city: NodeHistory) -> dict[str, list[Letter]]:
    """By district. A log is a district's under one store epoch; with another one it is read from wherever it begins."""
    stands: dict[
        str, tuple[str, int]
    ] = {}  # by district: the epoch of its log, and up to where it was heard
    found: dict[str, list[Letter]] = {}
    for step in city.inputs(DistrictConnected, DistrictLetterReceived):
        given = step.input
        epoch, upto = stands.get(given.district, (given.epoch, 0))
        if isinstance(given, DistrictConnected):
            stands[given.district] = (given.epoch, upto if given.epoch == epoch else 0)
            continue
        is_new = given.epoch == epoch and given.position > upto
        if is_new:
            stands[given.district] = (epoch, given.position)
        letter = given.incident or given.unit or given.answer or given.progress
        found.setdefault(given.district, []).append(
            Letter(step, given.epoch, given.position, letter, is_new)
        )
    return found


def heard_by_district(node: NodeHistory) -> list[Letter]:
    """The city's log for this district, each letter under the epoch of the city's store."""
    epoch, upto, found = "", 0, list[Letter]()
    for step in node.inputs(CityLinkChanged, CityLetterReceived):
        given = step.input
        if isinstance(given, CityLinkChanged):
            if given.epoch is not None and given.epoch != epoch:
                epoch, upto = given.epoch, 0 if epoch else upto
            continue
        is_new = given.position > upto
        upto = max(upto, given.position)
        found.append(Letter(step, epoch, given.position, given.request or given.progress, is_new))
    return found
