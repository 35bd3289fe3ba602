"""The steps of the two-owners protocol follow from each other (PROTOCOLS §4), in each journal by itself: what is promised is promised once, and in time.

Each owner answers a step that comes again as before. Unit's owner: issued only from a reservation whose time is not over; who says that it let go has let go.
Incident's owner: claimed only an open slot at its version. City: committed only with both promises in its journal; after that nothing is released; a slot is
told "not coming" only of a crew called back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from citybrain.clock import Timestamp, later
from citybrain.decider.command import Post
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer, OrderRequest
from citybrain.domain.unit import UnitReport
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.vocabulary import OrderStep, OrderVerdict, SlotState
from citysim.laws.history import History, Step
from citysim.laws.report import Findings, LawReport
from citysim.laws.views.holds import PROMISED
from citysim.laws.views.lives import was_restored
from coordinator.inputs import DistrictLetterReceived
from district_node.inputs import CityLetterReceived

LAW = "promises_kept"
RequestBatch = tuple[str, OrderStep]  # order, step
LETS_GO = frozenset(
    {(OrderStep.RESERVE, OrderVerdict.REFUSED), (OrderStep.ISSUE, OrderVerdict.REFUSED)}
) | {
    (step, OrderVerdict.DONE) for step in (OrderStep.RELEASE, OrderStep.WITHDRAW)
}  # answers of a unit's owner by which nothing of the order lives there


def check(history: History) -> LawReport:
    found = Findings()
    for district, node in history.districts:
        owner = _Owner()
        for step in node.steps:
            found.broken += [f"{district}: {fault}" for fault in owner.see(step)]
        found.checked += len(owner.answered)
    if history.city is not None:
        driver = _Driver(is_restored=was_restored(history.city))
        for step in history.city.steps:
            found.broken += [f"city: {fault}" for fault in driver.see(step)]
        found.checked += len(driver.asked)
    return found.report(LAW)


@dataclass(slots=True)
class _Slot:
    """As its owner told it last."""

    state: SlotState
    version: int
    order: str | None


@dataclass(slots=True)
class _Owner:
    """One district: what it promised, and how its units and slots stand, by its own letters."""

    answered: dict[RequestBatch, OrderAnswer] = field(default_factory=dict)
    until: dict[str, Timestamp] = field(
        default_factory=dict
    )  # by order: when its reservation is over
    unit_of: dict[str, str] = field(default_factory=dict)
    held: dict[str, str | None] = field(default_factory=dict)  # by unit: the order
    slots: dict[str, _Slot] = field(default_factory=dict)

    def see(self, step: Step) -> Iterator[str]:
        request = step.input.request if type(step.input) is CityLetterReceived else None
        answers = [
            c.letter for c in step.commands if type(c) is Post and isinstance(c.letter, OrderAnswer)
        ]
        for answer in answers:
            if request is not None and (answer.order, answer.step) == (request.order, request.step):
                before = self.answered.get((answer.order, answer.step))
                if before is None:
                    self.answered[(answer.order, answer.step)] = answer
                    yield from self._first(step, request, answer)
                elif answer != before:
                    yield f"{answer.step} of order {answer.order} was answered {before.verdict}, and {answer.verdict} when it came again in record {step.seq}"
        for command in step.commands:
            if type(command) is Post:
                self._note(command.letter)
        if request is not None:
            yield from self._after(request, answers)

    def _first(self, step: Step, request: OrderRequest, answer: OrderAnswer) -> Iterator[str]:
        """An answer that was not given before, judged by what had been told up to then."""
        match answer.verdict:
            case OrderVerdict.RESERVED:
                self.until[request.order], self.unit_of[request.order] = (
                    later(step.at, request.ttl_s),
                    request.unit,
                )
                if self.held.get(request.unit):
                    yield f"{request.unit} was promised to {request.order} while it held {self.held[request.unit]}"
            case OrderVerdict.ISSUED:
                until = self.until.get(request.order)
                if until is None:
                    yield f"order {request.order} was issued, and {request.unit} was never reserved for it"
                elif step.at >= until:
                    yield f"order {request.order} was issued {(step.at - until) / 1e6:.1f} s after the reservation of {request.unit} was over"
                if self.held.get(request.unit) != request.order:
                    yield f"order {request.order} was issued, and {request.unit} was held by {self.held.get(request.unit) or 'nobody'}"
            case OrderVerdict.CLAIMED:
                slot = self.slots.get(request.task.slot)
                if slot is None or slot.state is not SlotState.OPEN:
                    yield f"slot {request.task.slot} was promised to {request.order}, and it was {slot.state if slot else 'never told of'}"
                elif slot.version != request.task.slot_version:
                    yield f"slot {request.task.slot} was promised to {request.order} at version {request.task.slot_version}, and it stood at {slot.version}"

    def _note(self, letter: Any) -> None:
        match letter:
            case UnitReport():
                self.held[letter.unit] = letter.order
            case IncidentReport():
                for slot in letter.slots:
                    self.slots[slot.slot] = _Slot(slot.state, slot.version, slot.order)

    def _after(self, request: OrderRequest, answers: list[OrderAnswer]) -> Iterator[str]:
        """Who says that nothing of an order is left keeps nothing of it."""
        done = {
            a.step for a in answers if a.order == request.order and a.verdict is OrderVerdict.DONE
        }
        if (
            done & {OrderStep.RELEASE, OrderStep.WITHDRAW}
            and self.held.get(request.unit) == request.order
        ):
            yield f"{request.order} was said to be let go of, and {request.unit} still holds it"
        slot = self.slots.get(request.task.slot)
        is_waiting = slot is not None and slot.order == request.order and slot.state in PROMISED
        if is_waiting and done & {OrderStep.RELEASE, OrderStep.CLAIM_CANCELLED}:
            yield f"{request.order} was said to be let go of, and slot {request.task.slot} still waits for it"


@dataclass(slots=True)
class _Driver:
    """The city: what it asked of whom, and what it had heard as it did. What a life before a restore asked and heard is not held against it."""

    is_restored: bool
    asked: set[RequestBatch] = field(default_factory=set)
    heard: set[tuple[str, OrderStep, OrderVerdict]] = field(default_factory=set)
    free: set[str] = field(
        default_factory=set
    )  # orders of which nothing lives at their unit's owner

    def see(self, step: Step) -> Iterator[str]:
        if type(step.input) is DistrictLetterReceived:
            self._hear(step.input)
        for command in step.commands:
            if type(command) is Post and type(command.letter) is OrderRequest:
                yield from self._ask(step, command.letter)
        for command in step.commands:
            if (
                type(command) is Post
                and type(command.letter) is OrderRequest
                and command.letter.step is OrderStep.CLAIM_CANCELLED
            ):
                yield from self._claim_cancelled(step, command.letter)

    def _hear(self, said: DistrictLetterReceived) -> None:
        if said.answer is not None:
            self.heard.add((said.answer.order, said.answer.step, said.answer.verdict))
            if (said.answer.step, said.answer.verdict) in LETS_GO:
                self.free.add(said.answer.order)
        elif said.progress is not None and said.progress.stage in ENDED_ORDER_STAGES:
            self.free.add(said.progress.order)

    def _ask(self, step: Step, request: OrderRequest) -> Iterator[str]:
        order, what = request.order, request.step
        is_first = (order, what) not in self.asked
        self.asked.add((order, what))
        if not is_first or not self._is_of_this_life(order):
            return
        if what in (OrderStep.ISSUE, OrderStep.CLAIM_CONFIRMED):
            for promised in (
                (OrderStep.RESERVE, OrderVerdict.RESERVED),
                (OrderStep.CLAIM, OrderVerdict.CLAIMED),
            ):
                if (order, *promised) not in self.heard:
                    yield f"order {order} was committed in record {step.seq}, and nobody had said {promised[1]}"
        if (
            what is OrderStep.RELEASE
            and (order, OrderStep.ISSUE) in self.asked
            and not self.is_restored
        ):
            yield f"order {order} was released in record {step.seq} after it had been committed"

    def _claim_cancelled(self, step: Step, request: OrderRequest) -> Iterator[str]:
        order = request.order
        if (
            self._is_of_this_life(order)
            and (order, OrderStep.WITHDRAW) not in self.asked
            and order not in self.free
        ):
            yield f"slot {request.task.slot} was told in record {step.seq} that {order} does not come, and its crew was never called back"

    def _is_of_this_life(self, order: str) -> bool:
        """Whether this journal saw it proposed. Of others, taken up after a restore, it knows only what their owners say."""
        return not self.is_restored or (order, OrderStep.RESERVE) in self.asked
