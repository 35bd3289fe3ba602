"""City and district converge. What the city heard last of a thing is what its owner said there; and when all has come to rest, everybody holds the same.

At rest: every unit and every incident stands at the city as its owner told it last; every order is live at its unit's owner, at the city and in a slot, or at
none of them; every stage that a foreign crew told reached the incident's owner.
"""

from collections.abc import Iterator
from typing import Any

from citybrain.domain.incident import IncidentReport
from citybrain.domain.unit import UnitReport
from citybrain.stages import OVER_INCIDENT_STAGES
from citysim.laws.history import History, NodeHistory
from citysim.laws.report import Findings, LawReport
from citysim.laws.views.holds import PROMISED, holds
from citysim.laws.views.lives import was_restored
from citysim.laws.views.words import Letter, heard_by_city, heard_by_district, words

LAW = "agreement"
CITYS = "order-city."  # how the orders begin that a city gave


def check(history: History) -> LawReport:
    """Mid-way it is judged of what the city had heard; of orders and of what both believe only at rest, and of a link on which something is under way never."""
    found = Findings()
    if history.city is None:
        return found.report(LAW)
    heard = history.city.view(heard_by_city)
    for district, node in history.districts:
        _last_words(found, node, heard.get(district, []))
    if history.is_partial:
        found.unjudged += history.is_final
    elif history.is_final and not _is_under_way(history, history.city):
        for fault in (
            *_world(found, history, history.city),
            *_orders(found, history),
            *_relayed(found, history),
        ):
            found.accuse(fault)
    elif history.is_final:
        found.unjudged += 1
    return found.report(LAW)


def _last_words(found: Findings, node: NodeHistory, heard: list[Letter]) -> None:
    """The last word on each thing that the city has heard, against what stands in the district's log at that place."""
    told = node.posts("city")
    last: dict[str, Letter] = {}
    for letter in heard:
        if (
            letter.is_new
            and letter.epoch in ("", node.epoch or letter.epoch)
            and _name(letter.letter)
        ):
            last[_name(letter.letter)] = letter
    for name, letter in sorted(last.items()):
        found.checked += 1
        if letter.position > len(told) or told[letter.position - 1][1] != letter.letter:
            found.accuse(f"{node.name} and the city hold different words on {name}")


def _is_under_way(history: History, city: NodeHistory) -> bool:
    """Whether a letter was said and not heard on any link: then nothing can be said of who believes what."""
    up = city.view(heard_by_city)
    for district, node in history.districts:
        heard = [letter.position for letter in up.get(district, []) if letter.is_new]
        took = [letter.position for letter in node.view(heard_by_district) if letter.is_new]
        if len(node.posts("city")) > (heard[-1] if heard else 0) or len(
            city.posts(f"district/{district}")
        ) > (took[-1] if took else 0):
            return True
    return False


def _world(found: Findings, history: History, city: NodeHistory) -> Iterator[str]:
    """What the city believes of units and incidents is what their owners said last."""
    world = getattr(city.state, "world", None)
    if world is None:
        return
    for district, node in history.districts:
        told = node.view(words)
        for unit, reports in told.units.items():
            found.checked += 1
            if world.units.get(unit) != reports[-1][1]:
                yield f"{unit} stands at the city otherwise than {district} told it last"
        for name, incidents in told.incidents.items():
            found.checked += 1
            report, believed = incidents[-1][1], world.incidents.get(name)
            if believed != report and (
                believed is not None or report.stage not in OVER_INCIDENT_STAGES
            ):
                yield f"{name} stands at the city otherwise than {district} told it last"


def _orders(found: Findings, history: History) -> Iterator[str]:
    """Every live order has a crew, a slot (or is declared as surplus) and, where the city gave it, a drive; and the other way round."""
    crews, slots, excused = _crews(history), _slots(history), _surplus_or_over(history)
    drives = _drives(history)
    found.checked += len(crews | slots | (drives or {}))
    for order, unit in sorted(crews.items()):
        if order not in slots and order not in excused:
            yield f"{unit} is under way with order {order}, and no slot waits for it"
        if drives is not None and order.startswith(CITYS) and order not in drives:
            yield f"{unit} is under way with order {order}, and the city does not drive it"
    for order, slot in sorted(slots.items()):
        if order not in crews:
            yield f"slot {slot} waits for order {order}, and no unit has it"
        if drives is not None and order.startswith(CITYS) and order not in drives:
            yield f"slot {slot} waits for order {order}, and the city does not drive it"
    for order, drive in sorted((drives or {}).items()):
        if order not in crews and order not in slots:
            yield f"the city drives order {order} ({drive}), and neither a unit nor a slot has it"


def _crews(history: History) -> dict[str, str]:
    """By order: the unit that holds it."""
    held = [
        stretch[-1]
        for _, node in history.districts
        for stretch in node.view(holds).values()
        if stretch
    ]
    return {hold.order: hold.unit for hold in held if hold.until is None}


def _slots(history: History) -> dict[str, str]:
    """By order: the slot that waits for it."""
    last = [
        told[-1][1] for _, node in history.districts for told in node.view(words).incidents.values()
    ]
    return {
        slot.order: slot.slot
        for report in last
        for slot in report.slots
        if slot.order is not None and slot.state in PROMISED
    }


def _surplus_or_over(history: History) -> set[str]:
    """Orders that an incident once named and that may still be out: it declares a surplus, its slot was cancelled, or it is over."""
    found: set[str] = set()
    for _, node in history.districts:
        for told in node.view(words).incidents.values():
            last = told[-1][1]
            named = {
                slot.order for _, report in told for slot in report.slots if slot.order is not None
            }
            still = {slot.order for slot in last.slots if slot.order is not None}
            found |= named if last.extra or last.stage in OVER_INCIDENT_STAGES else still
    return found | _kept(history)


def _kept(history: History) -> set[str]:
    """Orders that could not be called back any more, as the city knows: its surplus."""
    drives = getattr(getattr(history.city, "state", None), "drives", None)
    return (
        {order for order, drive in drives.live.items() if drive.extra or drive.kept}
        if drives is not None
        else set()
    )


def _drives(history: History) -> dict[str, str] | None:
    """By order: where the city's drive of it stands."""
    drives = getattr(getattr(history.city, "state", None), "drives", None)
    return (
        {order: str(drive.stage) for order, drive in drives.live.items()}
        if drives is not None
        else None
    )


def _relayed(found: Findings, history: History) -> Iterator[str]:
    """The stages that a unit's owner told of an order for another district all reached the incident's owner. After a restore some may be forgotten."""
    if any(was_restored(node) for node in history.nodes()):
        return
    nodes = dict(history.districts)
    for district, node in history.districts:
        for _, told in node.view(words).progress:
            if told.incident_district == district or told.incident_district not in nodes:
                continue
            found.checked += 1
            if (told.order, told.stage) not in nodes[told.incident_district].view(_progress_taken):
                yield f"{told.incident_district} never learned that order {told.order} became {told.stage}"


def _progress_taken(node: NodeHistory) -> set[tuple[str, str]]:
    heard = [letter.letter for letter in node.view(heard_by_district)]
    return {(letter.order, letter.stage) for letter in heard if hasattr(letter, "stage")}


def _name(letter: Any) -> str:
    match letter:
        case IncidentReport(incident=incident):
            return f"incident {incident}"
        case UnitReport(unit=unit):
            return f"unit {unit}"
    return ""
