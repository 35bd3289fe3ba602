"""Who was told what: evidence out of a node's inputs and of what left it, record by record, and the laws judged on it. Looks into no state.

Like a lock service's history: an owner's word that a unit or a slot is promised begins a stretch, only certain words end it, and two stretches must not
overlap. What one owner says is judged at every record of it (`Told.broken`); what two owners say together is judged at every state of the world (`doubles`).
"""

from collections.abc import Iterable, Sequence
from typing import Any

from citybrain.decider.command import Command, Notice, Post, Reply
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.unit import UnitReport
from citybrain.sorted_map import SortedMap
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import CrewAction, OrderStep, OrderVerdict, SlotState
from coordinator.inputs import DistrictLetterReceived
from district_node.inputs import CityLetterReceived, CrewAnswered

CITY = "city"
GIVES_BACK = (OrderStep.RELEASE, OrderStep.CLAIM_CANCELLED)
LETS_GO = (OrderStep.RELEASE, OrderStep.WITHDRAW, OrderStep.CLAIM_CANCELLED)
PROMISED = (SlotState.CLAIMED, SlotState.CONFIRMED)
ENDS = (CrewAction.FINISH, CrewAction.CANNOT)


class Promise(Struct, frozen=True, kw_only=True):
    """A unit that its owner promised to an order, until that owner says that it is over. `number` 0: the crew was not told yet."""

    unit: str
    slot: str
    number: int = 0


class Told(Struct, frozen=True, kw_only=True):
    """A district's words so far."""

    promises: SortedMap[str, Promise] = field(
        default_factory=SortedMap
    )  # by order: units under a promise that lives
    ended: SortedMap[str, str] = field(
        default_factory=SortedMap
    )  # orders that its own units have ended, and for what slot they were
    numbers: SortedMap[str, int] = field(
        default_factory=SortedMap
    )  # the last assignment number told to a unit's crew
    slots: SortedMap[str, str] = field(
        default_factory=SortedMap
    )  # by slot: the order that its owner last promised it to
    versions: SortedMap[str, int] = field(default_factory=SortedMap)  # by slot, as last told
    extra: SortedMap[str, int] = field(default_factory=SortedMap)  # by incident, as last told
    given_back: SortedMap[str, str] = field(
        default_factory=SortedMap
    )  # orders that this incident owner was told are over, and by what
    excused: SortedMap[str, str] = field(
        default_factory=SortedMap
    )  # orders that this incident owner declared surplus or not wanted
    answers: SortedMap[str, str] = field(
        default_factory=SortedMap
    )  # by order and step: the verdict
    pressed: SortedMap[str, str] = field(default_factory=SortedMap)  # requests that were answered
    broken: str = ""


class CityTold(Struct, frozen=True, kw_only=True):
    """The city's words so far."""

    promised: SortedMap[str, str] = field(
        default_factory=SortedMap
    )  # by order: which owners' yes the city was given
    withdrawn: SortedMap[str, str] = field(
        default_factory=SortedMap
    )  # orders whose unit's owner was asked to call the crew back, and has not said that it is too late
    claim_cancelled: SortedMap[str, str] = field(
        default_factory=SortedMap
    )  # orders whose incident's owner was told that nobody comes
    broken: str = ""


def hear_district(told: Told, name: str, given: Any, commands: Sequence[Command]) -> Told:
    """`told` after one record of the district `name`."""
    letters = [c.letter for c in commands if isinstance(c, Post) and c.to == CITY]
    issued = [c.subject for c in commands if isinstance(c, Notice) and c.what == "issued"]
    match given:
        case CrewAnswered():
            told = _pressed(told, given, commands)
        case CityLetterReceived(request=OrderRequest() as asked) if asked.step in GIVES_BACK:
            told = replace(told, given_back=told.given_back.put(asked.order, asked.step))
        case CityLetterReceived(progress=OrderProgress() as progress) if (
            progress.stage in ENDED_ORDER_STAGES
        ):
            told = replace(told, given_back=told.given_back.put(progress.order, progress.stage))
    request = given.request if isinstance(given, CityLetterReceived) else None
    for letter in letters:
        match letter:
            case OrderAnswer():
                told = _answered(told, letter, request)
            case OrderProgress(stage=stage) if (
                stage in ENDED_ORDER_STAGES and letter.unit_district == name
            ):
                told = _over(told, letter.order)
    return _reported(told, letters, issued)


def hear_city(told: CityTold, given: Any, commands: Sequence[Command]) -> CityTold:
    """`told` after one record of the city."""
    if isinstance(given, DistrictLetterReceived) and given.answer is not None:
        told = _heard(told, given.answer)
    for command in commands:
        if isinstance(command, Post) and isinstance(command.letter, OrderRequest):
            told = _asked(told, command.letter)
    return told


def doubles(city: CityTold, districts: Iterable[Told]) -> str:
    """What two owners' words say together: the slot to which two crews are sent, when nobody has declared one of them a surplus or called it back."""
    told = tuple(districts)
    sent: dict[str, str] = {}
    for owner in told:
        for order, promise in owner.promises.items():
            if (
                not promise.number
                or order in city.withdrawn
                or order in city.claim_cancelled
                or any(order in each.excused for each in told)
            ):
                continue
            other = sent.setdefault(promise.slot, order)
            if other != order:
                return f"slot {promise.slot} has two live orders, {other} and {order}, and neither is declared a surplus or called back"
    return ""


def _pressed(told: Told, given: CrewAnswered, commands: Sequence[Command]) -> Told:
    answer = given.answer
    is_done = any(isinstance(c, Reply) and c.request == answer.request and c.done for c in commands)
    if answer.request in told.pressed:
        return told
    told = replace(told, pressed=told.pressed.put(answer.request, "done" if is_done else "refused"))
    if not is_done:
        return told
    promise = told.promises.get(answer.order)
    if promise is None or promise.number != answer.assignment:
        return _break(
            told,
            f"{answer.action} of {answer.unit} for {answer.order} (assignment {answer.assignment}) counted, which is not an order that its crew has",
        )
    return _over(told, answer.order) if answer.action in ENDS else told


def _answered(told: Told, answer: OrderAnswer, request: OrderRequest | None) -> Told:
    key = f"{answer.order}|{answer.step}"
    before = told.answers.get(key)
    if before is not None:
        if before != answer.verdict:
            return _break(
                told,
                f"{answer.step} of {answer.order} was answered {before}, and asked again {answer.verdict}",
            )
        return told
    told = replace(told, answers=told.answers.put(key, answer.verdict))
    if request is None:
        return _break(
            told, f"{answer.step} of {answer.order} was answered without having been asked"
        )
    if answer.verdict is OrderVerdict.RESERVED:
        if step := _was_let_go(told, answer.order):
            return _break(
                told,
                f"{request.unit} is promised to {answer.order} after {step} of it was agreed to",
            )
        return _begin(told, answer.order, Promise(unit=request.unit, slot=request.task.slot))
    if answer.verdict is OrderVerdict.ISSUED:
        return _issue(told, answer.order, request.unit, request.task.slot, answer.assignment)
    if answer.verdict is OrderVerdict.CLAIMED:
        return _claim(told, request)
    return told


def _claim(told: Told, request: OrderRequest) -> Told:
    slot, version = request.task.slot, request.task.slot_version
    if told.versions.get(slot) != version:
        return _break(
            told,
            f"{request.order} may claim slot {slot} at version {version}, and its owner had told version {told.versions.get(slot)}",
        )
    if step := _was_let_go(told, request.order):
        return _break(
            told, f"slot {slot} is promised to {request.order} after {step} of it was agreed to"
        )
    return _promise_slot(told, slot, request.order)


def _was_let_go(told: Told, order: str) -> str:
    """The step by which this owner has been told, and has agreed, that nothing of `order` lives here."""
    return next(
        (step for step in LETS_GO if told.answers.get(f"{order}|{step}") == OrderVerdict.DONE), ""
    )


def _begin(told: Told, order: str, promise: Promise) -> Told:
    """One unit, one live order."""
    if order in told.ended:
        return _break(told, f"{order} was over, and {promise.unit} is promised to it again")
    for other, held in told.promises.items():
        if held.unit == promise.unit and other != order:
            return _break(told, f"{promise.unit} is promised to {order} while {other} lives")
    return replace(told, promises=told.promises.put(order, promise))


def _issue(told: Told, order: str, unit: str, slot: str, number: int) -> Told:
    if order in told.ended:
        return _break(told, f"{order} was over, and was issued to the crew of {unit} all the same")
    last = told.numbers.get(unit) or 0
    if number <= last:
        return _break(
            told,
            f"{order} was issued to the crew of {unit} as assignment {number}, whose last was {last}",
        )
    told = _begin(told, order, Promise(unit=unit, slot=slot, number=number))
    return replace(told, numbers=told.numbers.put(unit, number))


def _over(told: Told, order: str) -> Told:
    promise = told.promises.get(order)
    if promise is None:
        return told
    return replace(
        told, promises=told.promises.drop(order), ended=told.ended.put(order, promise.slot)
    )


def _reported(told: Told, letters: list[Any], issued: list[str]) -> Told:
    """The reports of one record: what the district decided by itself. First what ended, then what began."""
    units = [letter for letter in letters if isinstance(letter, UnitReport)]
    incidents = [letter for letter in letters if isinstance(letter, IncidentReport)]
    for unit in units:
        for order, held in told.promises.items():
            if (
                held.unit == unit.unit
                and unit.order != order
                and not order.startswith("order-city.")
            ):
                told = _over(told, order)
    for incident in incidents:
        for slot in incident.slots:
            told = _follow_slot(told, incident, slot)
        told = replace(told, extra=told.extra.put(incident.incident, incident.extra))
    for unit in units:
        if unit.order is not None and unit.order in issued and unit.order not in told.promises:
            slot_name = next(
                (s.slot for i in incidents for s in i.slots if s.order == unit.order), ""
            )
            told = _issue(told, unit.order, unit.unit, slot_name, unit.assignment)
    return told


def _follow_slot(told: Told, incident: IncidentReport, slot: SlotReport) -> Told:
    """One slot, one live promise: it ends by what the owner was told of the order, by its own unit's end, or by a declaration."""
    told = replace(told, versions=told.versions.put(slot.slot, slot.version))
    before = told.slots.get(slot.slot)
    if slot.state is SlotState.CANCELLED and slot.order is not None:
        told = replace(told, excused=told.excused.put(slot.order, "not wanted"))
    if before is not None and (slot.order != before or slot.state not in PROMISED):
        told = _let_go(told, incident, slot, before)
    if slot.state in PROMISED and slot.order is not None:
        return _promise_slot(told, slot.slot, slot.order)
    return told


def _let_go(told: Told, incident: IncidentReport, slot: SlotReport, order: str) -> Told:
    told = replace(told, slots=told.slots.drop(slot.slot))
    if (
        slot.state in (SlotState.CANCELLED, SlotState.SERVED)
        or order in told.given_back
        or order in told.ended
    ):
        return told
    if incident.extra > (told.extra.get(incident.incident) or 0):
        return replace(told, excused=told.excused.put(order, "extra"))
    return _break(
        told,
        f"slot {slot.slot} was promised to {order}, and is {slot.state} without a word of what became of that",
    )


def _promise_slot(told: Told, slot: str, order: str) -> Told:
    held = told.slots.get(slot)
    if held is not None and held != order:
        return _break(told, f"slot {slot} is promised to {order} while it is promised to {held}")
    return replace(told, slots=told.slots.put(slot, order))


def _heard(told: CityTold, answer: OrderAnswer) -> CityTold:
    match answer.verdict:
        case OrderVerdict.RESERVED | OrderVerdict.CLAIMED:
            before = told.promised.get(answer.order) or ""
            return replace(
                told,
                promised=told.promised.put(
                    answer.order, "both" if before not in ("", answer.verdict) else answer.verdict
                ),
            )
        case OrderVerdict.TOO_LATE:
            return replace(told, withdrawn=told.withdrawn.drop(answer.order))
    return told


def _asked(told: CityTold, asked: OrderRequest) -> CityTold:
    match asked.step:
        case OrderStep.ISSUE if told.promised.get(asked.order) != "both":
            return replace(
                told,
                broken=f"{asked.order} was committed, and the city had the yes of {told.promised.get(asked.order) or 'nobody'} only",
            )
        case OrderStep.WITHDRAW:
            return replace(told, withdrawn=told.withdrawn.put(asked.order, asked.reason))
        case OrderStep.CLAIM_CANCELLED:
            return replace(
                told, claim_cancelled=told.claim_cancelled.put(asked.order, asked.reason)
            )
    return told


def _break(told: Told, how: str) -> Told:
    return replace(told, broken=told.broken or how)
