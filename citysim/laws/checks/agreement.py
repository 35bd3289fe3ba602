"""What a district last told of an incident or a unit is what the city last heard, and an order stands alike at both its owners, once the links have healed."""

from typing import Any

from citybrain import canon
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderProgress
from citybrain.domain.unit import UnitReport
from citysim.laws.history import History, NodeHistory
from citysim.laws.report import LawReport
from coordinator.inputs import DistrictSaid
from district_node.inputs import CitySaid

LAW = "agreement"


def check(history: History) -> LawReport:
    """Judged of what was let go of on the way up; of orders only when all has come to rest (`is_final`)."""
    if history.city is None:
        return LawReport(law=LAW, checked=0)
    checked, broken = 0, list[str]()
    for district, node in history.districts:
        upto = dict(node.let_go).get("city", 0)
        told, heard = _told(node, upto), _heard(history.city, district, upto)
        checked += len(told)
        broken += [f"{district} and the city hold different words on {name}" for name in sorted(told) if told[name] != heard.get(name)]
    if history.is_final:
        relayed, faults = _relayed(history)
        checked += relayed
        broken += faults
    return LawReport(law=LAW, checked=checked, broken=tuple(broken))


def _told(node: NodeHistory, upto: int) -> dict[str, bytes]:
    """The last word on each thing among the letters that the city has acknowledged."""
    return {_name(letter): canon.encode(letter) for _, letter in node.posts("city")[:upto] if _name(letter)}


def _heard(city: NodeHistory, district: str, upto: int) -> dict[str, bytes]:
    said = [s.input for s in city.steps if isinstance(s.input, DistrictSaid) and s.input.district == district]
    by_position = {s.position: s.incident or s.unit for s in said if s.position <= upto}
    return {_name(letter): canon.encode(letter) for _, letter in sorted(by_position.items()) if letter is not None}


def _name(letter: Any) -> str:
    match letter:
        case IncidentReport(incident=incident):
            return f"incident {incident}"
        case UnitReport(unit=unit):
            return f"unit {unit}"
    return ""


def _relayed(history: History) -> tuple[int, list[str]]:
    """The stages that a unit's owner told of an order for another district all reached the incident's owner."""
    districts = dict(history.districts)
    count, faults = 0, list[str]()
    for district, node in history.districts:
        for _, letter in node.posts("city"):
            if not isinstance(letter, OrderProgress) or letter.incident_district == district or letter.incident_district not in districts:
                continue
            count += 1
            if (letter.order, letter.stage) not in _progress_taken(districts[letter.incident_district]):
                faults.append(f"{letter.incident_district} never learned that order {letter.order} became {letter.stage}")
    return count, faults


def _progress_taken(node: NodeHistory) -> set[tuple[str, str]]:
    heard = [s.input.progress for s in node.steps if isinstance(s.input, CitySaid)]
    return {(p.order, p.stage) for p in heard if p is not None}
