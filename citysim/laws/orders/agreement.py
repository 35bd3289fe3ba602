"""City and district converge.

What the city received last on a thing is what its owner sent there. And when everything is at
rest, all hold the same: every unit and incident stands at the city as its owner reported it last;
every order is live at its unit's owner, at the city and in a slot, or at none of them; every stage
that a foreign crew reported reached the incident's owner.
"""

from collections.abc import Iterator

from citybrain.decider.command import ClockSet
from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import DownLetter, UpLetter
from citybrain.domain.order import OrderProgress
from citybrain.domain.unit import UnitReport
from citybrain.stages import ENDED_INCIDENT_STAGES
from citysim.laws.history import CITY, CityHistory, DistrictHistory, History
from citysim.laws.projections.letters import (
    ReceivedLetter,
    as_decided,
    district_letters,
    received_by_city,
    received_by_district,
)
from citysim.laws.projections.store_restores import was_restored
from citysim.laws.projections.unit_assignments import PROMISED_SLOT_STATES, unit_assignments
from citysim.laws.report import Findings, LawReport

LAW = "agreement"
CITY_ORDER_PREFIX = "order-city."  # of the ids of orders that the city issued


def check(history: History) -> LawReport:
    """On the way only what the city received is judged; orders and states only at rest.

    Where something is under way on a link, orders and states are not judged.
    """
    findings = Findings()
    if history.city is None:
        return findings.report(LAW)
    received = history.city.projection(received_by_city)
    for district, node in history.districts:
        _check_last_letters(findings, node, received.get(district, []))
    if history.is_partial:
        findings.inconclusive += history.is_final
    elif history.is_final and not is_under_way(history, history.city):
        for violation in (
            *_world(findings, history, history.city),
            *_orders(findings, history, history.city),
            *_relayed_progress(findings, history),
        ):
            findings.add_violation(violation)
    elif history.is_final:
        findings.inconclusive += 1
    return findings.report(LAW)


def _check_last_letters(
    findings: Findings, node: DistrictHistory, received: list[ReceivedLetter]
) -> None:
    """The last letter on each thing that the city received is in the district's log there."""
    sent = node.letters_to(CITY)
    last: dict[str, ReceivedLetter] = {}
    for letter in received:
        is_of_this_log = letter.epoch in ("", node.epoch or letter.epoch)
        if letter.is_new and is_of_this_log and (name := _name(letter.letter)):
            last[name] = letter
    for name, letter in sorted(last.items()):
        findings.checked += 1
        if letter.position > len(sent) or sent[letter.position - 1][1] != letter.letter:
            findings.add_violation(f"{node.name} and the city hold different letters on {name}")


def _name(letter: UpLetter | DownLetter | None) -> str:
    match letter:
        case IncidentReport(incident=incident):
            return f"incident {incident}"
        case UnitReport(unit=unit):
            return f"unit {unit}"
        case _:
            return ""


def is_under_way(history: History, city: CityHistory) -> bool:
    """Whether a letter of any link was sent and not received."""
    received_up = city.projection(received_by_city)
    for district, node in history.districts:
        up = _last_position(received_up.get(district, []))
        down = _last_position(node.projection(received_by_district))
        if len(node.letters_to(CITY)) > up or len(city.letters_to(f"district/{district}")) > down:
            return True
    return False


def _last_position(received: list[ReceivedLetter]) -> int:
    positions = [letter.position for letter in received if letter.is_new]
    return positions[-1] if positions else 0


def _world(findings: Findings, history: History, city: CityHistory) -> Iterator[str]:
    """The units and incidents in the city's state are as their owners reported them last."""
    if city.state is None:
        return
    world = city.state.world
    for district, node in history.districts:
        sent = node.projection(district_letters)
        for unit, reports in sent.units.items():
            findings.checked += 1
            report = reports[-1][1]
            if world.units.get(report.unit) != report:
                yield f"{unit} stands at the city otherwise than {district} reported it last"
        for name, incidents in sent.incidents.items():
            findings.checked += 1
            last = incidents[-1][1]
            known = world.incidents.get(last.incident)
            held = None if known is None else as_decided(known)
            may_be_forgotten = known is None and last.stage in ENDED_INCIDENT_STAGES
            if held != last and not may_be_forgotten:
                yield f"{name} stands at the city otherwise than {district} reported it last"


def _orders(findings: Findings, history: History, city: CityHistory) -> Iterator[str]:
    """Every live order has a crew, a slot (or is declared as extra), and a saga if it is the
    city's; and the other way round.
    """
    crews, slots, excused = _crews(history), _slots(history), _extra_or_ended(history, city)
    sagas = _sagas(city)
    findings.checked += len(crews | slots | (sagas or {}))

    def lacks_saga(order: str) -> bool:
        return sagas is not None and order.startswith(CITY_ORDER_PREFIX) and order not in sagas

    for order, unit in sorted(crews.items()):
        if order not in slots and order not in excused:
            yield f"{unit} is under way with order {order}, and no slot waits for it"
        if lacks_saga(order):
            yield f"{unit} is under way with order {order}, and the city has no saga of it"
    for order, slot in sorted(slots.items()):
        if order not in crews:
            yield f"slot {slot} waits for order {order}, and no unit has it"
        if lacks_saga(order):
            yield f"slot {slot} waits for order {order}, and the city has no saga of it"
    for order, stage in sorted((sagas or {}).items()):
        if order not in crews and order not in slots:
            yield f"the city's saga of order {order} is {stage}, and no unit and no slot has it"


def _crews(history: History) -> dict[str, str]:
    """By order: the unit that is under it."""
    last = [
        assignments[-1]
        for _, node in history.districts
        for assignments in node.projection(unit_assignments).values()
        if assignments
    ]
    return {assignment.order: assignment.unit for assignment in last if assignment.until is None}


def _slots(history: History) -> dict[str, str]:
    """By order: the slot that waits for it."""
    last = [
        reports[-1][1]
        for _, node in history.districts
        for reports in node.projection(district_letters).incidents.values()
    ]
    return {
        slot.order: slot.slot
        for report in last
        for slot in report.slots
        if slot.order is not None and slot.state in PROMISED_SLOT_STATES
    }


def _extra_or_ended(history: History, city: CityHistory) -> set[str]:
    """Orders that may be live without a slot.

    Their incident declares extra crews, their slot was cancelled, or their incident has ended; or
    the city knows that they could not be recalled.
    """
    found: set[str] = set()
    for _, node in history.districts:
        for reports in node.projection(district_letters).incidents.values():
            last = reports[-1][1]
            ever_named = {
                slot.order
                for _, report in reports
                for slot in report.slots
                if slot.order is not None
            }
            still_named = {slot.order for slot in last.slots if slot.order is not None}
            may_be_any = last.extra or last.stage in ENDED_INCIDENT_STAGES
            found |= ever_named if may_be_any else still_named
    if city.state is not None:
        sagas = city.state.sagas.live.items()
        found |= {order for order, saga in sagas if saga.extra or saga.past_recall}
    return found


def _sagas(city: CityHistory) -> dict[str, str] | None:
    """By order: the stage of the city's saga. None: the city's state is not known."""
    if city.state is None:
        return None
    return {order: str(saga.stage) for order, saga in city.state.sagas.live.items()}


def _relayed_progress(findings: Findings, history: History) -> Iterator[str]:
    """The stages that a unit's owner reported of another district's order reached that district.

    After a restore some may be forgotten. What a district reports anew because a person moved its
    time it reported before, or (that an order is issued) answered the city.
    """
    if any(was_restored(node) for node in history.nodes()):
        return
    nodes = dict(history.districts)
    for district, node in history.districts:
        for record, progress in node.projection(district_letters).progress:
            if isinstance(record.input, ClockSet):
                continue
            owner = progress.incident_district
            if owner == district or owner not in nodes:
                continue
            findings.checked += 1
            if (progress.order, progress.stage) not in nodes[owner].projection(_received_progress):
                yield f"{owner} never learned that order {progress.order} became {progress.stage}"


def _received_progress(node: DistrictHistory) -> set[tuple[str, str]]:
    letters = [letter.letter for letter in node.projection(received_by_district)]
    return {(letter.order, letter.stage) for letter in letters if isinstance(letter, OrderProgress)}
