"""The letters between districts and the city: what a district sent, and what each side received."""

from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import DownLetter, UpLetter
from citybrain.domain.order import OrderAnswer, OrderProgress
from citybrain.domain.unit import UnitReport
from citybrain.localized_name import NO_NAME
from citybrain.structs import Struct, field, replace
from citysim.laws.history import CITY, CityHistory, DistrictHistory, ReplayedRecord
from coordinator.inputs import (
    CityInput,
    DistrictConnected,
    DistrictLetterQuarantined,
    DistrictLetterReceived,
)
from district_node.inputs import (
    CityLetterQuarantined,
    CityLetterReceived,
    CityLinkChanged,
    DistrictInput,
)

DistrictRecord = ReplayedRecord[DistrictInput]
CityRecord = ReplayedRecord[CityInput]


class DistrictLetters(Struct, frozen=True, kw_only=True):
    """A district's letters to the city by type, each with its record, in the order of the log."""

    units: dict[str, list[tuple[DistrictRecord, UnitReport]]] = field(default_factory=dict)
    incidents: dict[str, list[tuple[DistrictRecord, IncidentReport]]] = field(default_factory=dict)
    answers: list[tuple[DistrictRecord, OrderAnswer]] = field(default_factory=list)
    progress: list[tuple[DistrictRecord, OrderProgress]] = field(default_factory=list)


class ReceivedLetter(Struct, frozen=True, kw_only=True):
    """A letter of a peer's log in one record.

    `is_new`: its position was not received before (a repeated letter must have no effect).
    `letter` None: it was quarantined, because the cores could not decide it.
    """

    record: DistrictRecord | CityRecord
    epoch: str
    position: int
    letter: UpLetter | DownLetter | None
    is_new: bool


def district_letters(node: DistrictHistory) -> DistrictLetters:
    sent = DistrictLetters()
    for record, letter in node.letters_to(CITY):
        match letter:
            case UnitReport():
                sent.units.setdefault(letter.unit, []).append((record, letter))
            case IncidentReport():
                sent.incidents.setdefault(letter.incident, []).append((record, letter))
            case OrderAnswer():
                sent.answers.append((record, letter))
            case OrderProgress():
                sent.progress.append((record, letter))
            case _:
                pass  # no district sends such letters to the city
    return sent


def as_decided(letter: UpLetter) -> UpLetter:
    """As a district's core wrote it: the name of a place is put in where it is sent."""
    if not isinstance(letter, IncidentReport):
        return letter
    return replace(letter, place_name=NO_NAME)


def received_by_city(city: CityHistory) -> dict[str, list[ReceivedLetter]]:
    """By district, the letters that the city journaled.

    A log is a district's under one store epoch. Under another epoch it is read from wherever it
    begins.
    """
    logs: dict[str, tuple[str, int]] = {}  # by district: its log's epoch, the last position
    found: dict[str, list[ReceivedLetter]] = {}
    records: list[
        ReplayedRecord[DistrictConnected | DistrictLetterReceived | DistrictLetterQuarantined]
    ] = city.records_of_any(DistrictConnected, DistrictLetterReceived, DistrictLetterQuarantined)
    for record in records:
        received = record.input
        epoch, upto = logs.get(received.district, (received.epoch, 0))
        if isinstance(received, DistrictConnected):
            logs[received.district] = (received.epoch, upto if received.epoch == epoch else 0)
            continue
        is_new = received.epoch == epoch and received.position > upto
        if is_new:
            logs[received.district] = (epoch, received.position)
        letter = ReceivedLetter(
            record=record,
            epoch=received.epoch,
            position=received.position,
            letter=as_decided(received.letter)
            if isinstance(received, DistrictLetterReceived)
            else None,
            is_new=is_new,
        )
        found.setdefault(received.district, []).append(letter)
    return found


def received_by_district(node: DistrictHistory) -> list[ReceivedLetter]:
    """The city's log for this district, each letter under the epoch of the city's store."""
    epoch, upto, found = "", 0, list[ReceivedLetter]()
    records: list[ReplayedRecord[CityLinkChanged | CityLetterReceived | CityLetterQuarantined]] = (
        node.records_of_any(CityLinkChanged, CityLetterReceived, CityLetterQuarantined)
    )
    for record in records:
        received = record.input
        if isinstance(received, CityLinkChanged):
            if received.epoch is not None and received.epoch != epoch:
                epoch, upto = received.epoch, 0 if epoch else upto
            continue
        letter = ReceivedLetter(
            record=record,
            epoch=epoch,
            position=received.position,
            letter=received.letter if isinstance(received, CityLetterReceived) else None,
            is_new=received.position > upto,
        )
        upto = max(upto, received.position)
        found.append(letter)
    return found
