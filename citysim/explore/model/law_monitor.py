"""Runtime monitors: what a node received and sent, record by record, and the laws checked on it.
Look into no state.

As with a lock service's history: an owner's letter that a unit or a slot is promised begins an
interval, only certain letters end it, and two intervals must not overlap. What one owner says is
checked at every record of it (`DistrictLawMonitor.violation`); what two owners say together is
checked at every state of the world (`conflict`).
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from citybrain.decider.command import Command, Notice, Post, Reply
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.link import DownLetter
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.unit import UnitReport
from citybrain.ids import IncidentId, OrderId, RequestId, SlotId, UnitId
from citybrain.sorted_map import SortedMap
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import CrewAction, OrderStep, OrderVerdict, SlotState
from coordinator.inputs import CityInput, DistrictLetterReceived
from district_node.inputs import CityLetterReceived, CrewAnswered, DistrictInput

CITY = "city"
ENDS_THE_CLAIM = (OrderStep.RELEASE, OrderStep.CLAIM_CANCELLED)
ENDS_THE_ORDER = (OrderStep.RELEASE, OrderStep.WITHDRAW, OrderStep.CLAIM_CANCELLED)
PROMISED = (SlotState.CLAIMED, SlotState.CONFIRMED)
LAST_ACTIONS = (CrewAction.FINISH, CrewAction.CANNOT)


class Promise(Struct, frozen=True, kw_only=True):
    """A unit that its owner promised to an order, until that owner says that it is over."""

    unit: UnitId
    slot: SlotId
    assignment_number: int = 0  # 0: the crew was not sent yet


class AnswerKey(NamedTuple):
    order: OrderId
    step: OrderStep


class LawMonitor(Struct, frozen=True, kw_only=True):
    """What was observed of a node. `violation`: the first law that it broke; "": none."""

    violation: str = ""


class DistrictLawMonitor(LawMonitor, frozen=True, kw_only=True):
    """What a district has reported and answered so far."""

    # units under a live promise
    promises: SortedMap[OrderId, Promise] = field(default_factory=SortedMap)
    # orders that its own units have ended, and for what slot they were
    ended: SortedMap[OrderId, SlotId] = field(default_factory=SortedMap)
    # the last number that a unit's crew was sent
    assignment_numbers: SortedMap[UnitId, int] = field(default_factory=SortedMap)
    # the order that the slot's owner last promised it to
    slot_orders: SortedMap[SlotId, OrderId] = field(default_factory=SortedMap)
    # as last reported
    slot_versions: SortedMap[SlotId, int] = field(default_factory=SortedMap)
    extra: SortedMap[IncidentId, int] = field(default_factory=SortedMap)
    # orders whose end was sent to this incident owner, and by which letter
    known_over: SortedMap[OrderId, str] = field(default_factory=SortedMap)
    # orders that this incident owner declared extra or not wanted
    declared: SortedMap[OrderId, str] = field(default_factory=SortedMap)
    answers: SortedMap[AnswerKey, OrderVerdict] = field(default_factory=SortedMap)
    # requests of crews, and whether they were done
    crew_requests: SortedMap[RequestId, bool] = field(default_factory=SortedMap)


class CityLawMonitor(LawMonitor, frozen=True, kw_only=True):
    """What the city has sent and received so far."""

    # whose acceptance of an order the city has: a verdict, or "both"
    accepted: SortedMap[OrderId, str] = field(default_factory=SortedMap)
    # orders whose unit's owner was asked to call the crew back, and has not answered that it is
    # too late
    withdrawn: SortedMap[OrderId, str] = field(default_factory=SortedMap)
    # orders whose claim was cancelled at the incident's owner
    claim_cancelled: SortedMap[OrderId, str] = field(default_factory=SortedMap)


def observe_district(
    monitor: DistrictLawMonitor, name: str, given: DistrictInput, commands: Sequence[Command]
) -> DistrictLawMonitor:
    """`monitor` after one record of the district `name`."""
    letters = [c.letter for c in commands if isinstance(c, Post) and c.to == CITY]
    issued = [c.subject for c in commands if isinstance(c, Notice) and c.code == "issued"]
    request: OrderRequest | None = None
    match given:
        case CrewAnswered():
            monitor = _after_crew_answer(monitor, given, commands)
        case CityLetterReceived(letter=received):
            monitor = _after_city_letter(monitor, received)
            request = received if isinstance(received, OrderRequest) else None
    for letter in letters:
        match letter:
            case OrderAnswer():
                monitor = _after_answer(monitor, letter, request)
            case OrderProgress(stage=stage, unit_district=owner):
                if stage in ENDED_ORDER_STAGES and owner == name:
                    monitor = _end_promise(monitor, letter.order)
    units = [letter for letter in letters if isinstance(letter, UnitReport)]
    incidents = [letter for letter in letters if isinstance(letter, IncidentReport)]
    return _after_reports(monitor, units, incidents, issued)


def observe_city(
    monitor: CityLawMonitor, given: CityInput, commands: Sequence[Command]
) -> CityLawMonitor:
    """`monitor` after one record of the city."""
    if isinstance(given, DistrictLetterReceived) and isinstance(given.letter, OrderAnswer):
        monitor = _after_owner_answer(monitor, given.letter)
    for command in commands:
        if isinstance(command, Post) and isinstance(command.letter, OrderRequest):
            monitor = _after_request(monitor, command.letter)
    return monitor


def conflict(city: CityLawMonitor, districts: Iterable[DistrictLawMonitor]) -> str:
    """What two owners say together: the slot to which two crews are sent, when nobody has declared
    one of them extra or called it back."""
    owners = tuple(districts)
    sent: dict[SlotId, OrderId] = {}
    for owner in owners:
        for order, promise in owner.promises.items():
            if not promise.assignment_number or _is_void(city, owners, order):
                continue
            other = sent.setdefault(promise.slot, order)
            if other != order:
                return (
                    f"slot {promise.slot} has two live orders, {other} and {order}, and neither is"
                    " declared extra or called back"
                )
    return ""


def _is_void(city: CityLawMonitor, owners: tuple[DistrictLawMonitor, ...], order: OrderId) -> bool:
    return (
        order in city.withdrawn
        or order in city.claim_cancelled
        or any(order in owner.declared for owner in owners)
    )


def _after_city_letter(monitor: DistrictLawMonitor, letter: DownLetter) -> DistrictLawMonitor:
    match letter:
        case OrderRequest(order=order, step=step) if step in ENDS_THE_CLAIM:
            return replace(monitor, known_over=monitor.known_over.put(order, step))
        case OrderProgress(order=order, stage=stage) if stage in ENDED_ORDER_STAGES:
            return replace(monitor, known_over=monitor.known_over.put(order, stage))
    return monitor


def _after_crew_answer(
    monitor: DistrictLawMonitor, given: CrewAnswered, commands: Sequence[Command]
) -> DistrictLawMonitor:
    answer = given.answer
    is_done = any(isinstance(c, Reply) and c.request == answer.request and c.done for c in commands)
    if answer.request in monitor.crew_requests:
        return monitor
    monitor = replace(monitor, crew_requests=monitor.crew_requests.put(answer.request, is_done))
    if not is_done:
        return monitor
    promise = monitor.promises.get(answer.order)
    if promise is None or promise.assignment_number != answer.assignment_number:
        return _violated(
            monitor,
            f"{answer.action} of {answer.unit} for {answer.order} (assignment"
            f" {answer.assignment_number}) counted, which is not an order that its crew has",
        )
    return _end_promise(monitor, answer.order) if answer.action in LAST_ACTIONS else monitor


def _after_answer(
    monitor: DistrictLawMonitor, answer: OrderAnswer, request: OrderRequest | None
) -> DistrictLawMonitor:
    order, step, verdict = answer.order, answer.step, answer.verdict
    before = monitor.answers.get(AnswerKey(order, step))
    if before is not None:
        if before == verdict:
            return monitor
        return _violated(
            monitor, f"{step} of {order} was answered {before}, and asked again {verdict}"
        )
    answers = monitor.answers.put(AnswerKey(order, step), verdict)
    monitor = replace(monitor, answers=answers)
    if request is None:
        return _violated(monitor, f"{step} of {order} was answered without having been asked")
    unit, slot = request.unit, request.task.slot
    match verdict:
        case OrderVerdict.RESERVED:
            if ended_by := _ended_by(monitor, order):
                return _violated(
                    monitor, f"{unit} is promised to {order} after {ended_by} of it was agreed to"
                )
            return _begin_promise(monitor, order, Promise(unit=unit, slot=slot))
        case OrderVerdict.ISSUED:
            return _after_issue(monitor, order, unit, slot, answer.assignment_number)
        case OrderVerdict.CLAIMED:
            return _after_claim(monitor, request)
    return monitor


def _after_claim(monitor: DistrictLawMonitor, request: OrderRequest) -> DistrictLawMonitor:
    order, slot, version = request.order, request.task.slot, request.task.slot_version
    reported = monitor.slot_versions.get(slot)
    if reported != version:
        return _violated(
            monitor,
            f"{order} may claim slot {slot} at version {version}, and its owner had reported"
            f" version {reported}",
        )
    if ended_by := _ended_by(monitor, order):
        return _violated(
            monitor, f"slot {slot} is promised to {order} after {ended_by} of it was agreed to"
        )
    return _promise_slot(monitor, slot, order)


def _ended_by(monitor: DistrictLawMonitor, order: OrderId) -> str:
    """The step that asked this owner to end `order`, and that it answered with done."""
    done = (
        step
        for step in ENDS_THE_ORDER
        if monitor.answers.get(AnswerKey(order, step)) == OrderVerdict.DONE
    )
    return next(done, "")


def _begin_promise(
    monitor: DistrictLawMonitor, order: OrderId, promise: Promise
) -> DistrictLawMonitor:
    """One unit, one live order."""
    if order in monitor.ended:
        return _violated(monitor, f"{order} was over, and {promise.unit} is promised to it again")
    for other, live in monitor.promises.items():
        if live.unit == promise.unit and other != order:
            return _violated(monitor, f"{promise.unit} is promised to {order} while {other} lives")
    return replace(monitor, promises=monitor.promises.put(order, promise))


def _after_issue(
    monitor: DistrictLawMonitor, order: OrderId, unit: UnitId, slot: SlotId, number: int
) -> DistrictLawMonitor:
    if order in monitor.ended:
        return _violated(
            monitor, f"{order} was over, and was issued to the crew of {unit} all the same"
        )
    last = monitor.assignment_numbers.get(unit) or 0
    if number <= last:
        return _violated(
            monitor,
            f"{order} was issued to the crew of {unit} as assignment {number}, whose last was"
            f" {last}",
        )
    promise = Promise(unit=unit, slot=slot, assignment_number=number)
    monitor = _begin_promise(monitor, order, promise)
    return replace(monitor, assignment_numbers=monitor.assignment_numbers.put(unit, number))


def _end_promise(monitor: DistrictLawMonitor, order: OrderId) -> DistrictLawMonitor:
    promise = monitor.promises.get(order)
    if promise is None:
        return monitor
    ended = monitor.ended.put(order, promise.slot)
    return replace(monitor, promises=monitor.promises.drop(order), ended=ended)


def _after_reports(
    monitor: DistrictLawMonitor,
    units: list[UnitReport],
    incidents: list[IncidentReport],
    issued: list[str],
) -> DistrictLawMonitor:
    """The reports of one record: what the district decided by itself. First what ended, then what
    began."""
    for unit in units:
        for order, live in monitor.promises.items():
            is_of_the_city = order.startswith("order-city.")
            if live.unit == unit.unit and unit.order != order and not is_of_the_city:
                monitor = _end_promise(monitor, order)
    for incident in incidents:
        for slot in incident.slots:
            monitor = _after_slot_report(monitor, incident, slot)
        monitor = replace(monitor, extra=monitor.extra.put(incident.incident, incident.extra))
    for unit in units:
        if unit.order is not None and unit.order in issued and unit.order not in monitor.promises:
            of_order = (s.slot for i in incidents for s in i.slots if s.order == unit.order)
            slot_id = next(of_order, SlotId(""))
            monitor = _after_issue(monitor, unit.order, unit.unit, slot_id, unit.assignment_number)
    return monitor


def _after_slot_report(
    monitor: DistrictLawMonitor, incident: IncidentReport, slot: SlotReport
) -> DistrictLawMonitor:
    """One slot, one live promise: it ends by what the owner received about the order, by its own
    unit's end, or by a declaration."""
    monitor = replace(monitor, slot_versions=monitor.slot_versions.put(slot.slot, slot.version))
    before = monitor.slot_orders.get(slot.slot)
    if slot.state is SlotState.CANCELLED and slot.order is not None:
        monitor = replace(monitor, declared=monitor.declared.put(slot.order, "not wanted"))
    if before is not None and (slot.order != before or slot.state not in PROMISED):
        monitor = _end_slot_promise(monitor, incident, slot, before)
    if slot.state in PROMISED and slot.order is not None:
        return _promise_slot(monitor, slot.slot, slot.order)
    return monitor


def _end_slot_promise(
    monitor: DistrictLawMonitor, incident: IncidentReport, slot: SlotReport, order: OrderId
) -> DistrictLawMonitor:
    monitor = replace(monitor, slot_orders=monitor.slot_orders.drop(slot.slot))
    is_over = order in monitor.known_over or order in monitor.ended
    if is_over or slot.state in (SlotState.CANCELLED, SlotState.SERVED):
        return monitor
    if incident.extra > (monitor.extra.get(incident.incident) or 0):
        return replace(monitor, declared=monitor.declared.put(order, "extra"))
    return _violated(
        monitor,
        f"slot {slot.slot} was promised to {order}, and is {slot.state} without a letter that says"
        " what became of that",
    )


def _promise_slot(monitor: DistrictLawMonitor, slot: SlotId, order: OrderId) -> DistrictLawMonitor:
    live = monitor.slot_orders.get(slot)
    if live is not None and live != order:
        return _violated(
            monitor, f"slot {slot} is promised to {order} while it is promised to {live}"
        )
    return replace(monitor, slot_orders=monitor.slot_orders.put(slot, order))


def _after_owner_answer(monitor: CityLawMonitor, answer: OrderAnswer) -> CityLawMonitor:
    match answer.verdict:
        case OrderVerdict.RESERVED | OrderVerdict.CLAIMED:
            before = monitor.accepted.get(answer.order) or ""
            is_second = before not in ("", answer.verdict)
            accepted = monitor.accepted.put(answer.order, "both" if is_second else answer.verdict)
            return replace(monitor, accepted=accepted)
        case OrderVerdict.TOO_LATE:
            return replace(monitor, withdrawn=monitor.withdrawn.drop(answer.order))
    return monitor


def _after_request(monitor: CityLawMonitor, request: OrderRequest) -> CityLawMonitor:
    order, reason = request.order, request.reason
    match request.step:
        case OrderStep.ISSUE:
            accepted = monitor.accepted.get(order)
            if accepted == "both":
                return monitor
            return replace(
                monitor,
                violation=f"{order} was committed, and the city had the acceptance of"
                f" {accepted or 'nobody'} only",
            )
        case OrderStep.WITHDRAW:
            return replace(monitor, withdrawn=monitor.withdrawn.put(order, reason))
        case OrderStep.CLAIM_CANCELLED:
            return replace(monitor, claim_cancelled=monitor.claim_cancelled.put(order, reason))
    return monitor


def _violated(monitor: DistrictLawMonitor, how: str) -> DistrictLawMonitor:
    return replace(monitor, violation=monitor.violation or how)
