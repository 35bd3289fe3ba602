"""The steps of the two-owners protocol follow from each other, in each journal by itself.

What is promised is promised once, and in time. Each owner answers a repeated step as before. The
unit's owner issues only from a reservation that has not expired, and keeps nothing of an order
that it says it released. The incident's owner promises only an open slot at its version. The city
commits only with both promises in its journal, releases nothing after that, and cancels a claim
only when it has recalled the crew or nothing of the order lives at its unit's owner.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.decider.command import Post, SetTimer, TimerFired
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer, OrderProgress, OrderRequest
from citybrain.domain.unit import UnitReport, UnitStatus
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.structs import Struct
from citybrain.vocabulary import OrderStep, OrderVerdict, SlotState
from citysim.laws.history import History, Letter
from citysim.laws.projections.letters import CityRecord, DistrictRecord
from citysim.laws.projections.rebases import rebase_in
from citysim.laws.projections.store_restores import was_restored
from citysim.laws.projections.unit_assignments import PROMISED_SLOT_STATES
from citysim.laws.report import Findings, LawReport
from coordinator.inputs import DistrictLetterReceived
from district_node.cores.timer_keys import TimerKind, timer_key
from district_node.inputs import CityLetterReceived

LAW = "promises_kept"
OrderAndStep = tuple[str, OrderStep]
# Answers of a unit's owner after which nothing of the order lives there.
RELEASING_ANSWERS = frozenset(
    {
        (OrderStep.RESERVE, OrderVerdict.REFUSED),
        (OrderStep.ISSUE, OrderVerdict.REFUSED),
        (OrderStep.RELEASE, OrderVerdict.DONE),
        (OrderStep.WITHDRAW, OrderVerdict.DONE),
    }
)
NEEDED_PROMISES = (
    (OrderStep.RESERVE, OrderVerdict.RESERVED),
    (OrderStep.CLAIM, OrderVerdict.CLAIMED),
)


def check(history: History) -> LawReport:
    findings = Findings()
    for district, node in history.districts:
        owner = _Owner()
        for record in node.records:
            findings.violations += [f"{district}: {text}" for text in owner.apply(record)]
        findings.checked += len(owner.answered)
    if history.city is not None:
        city = _City(is_restored=was_restored(history.city))
        for city_record in history.city.records:
            findings.violations += [f"city: {text}" for text in city.apply(city_record)]
        findings.checked += len(city.asked)
    return findings.report(LAW)


class _Slot(Struct, frozen=True, kw_only=True):
    """As its owner reported it last."""

    state: SlotState
    version: int
    order: str | None


@dataclass(slots=True)  # mutable: a state that records are applied to
class _Owner:
    """One district: what it promised, and its units and slots, by its own letters."""

    answered: dict[OrderAndStep, OrderAnswer] = field(default_factory=dict)
    reserved_until: dict[str, Timestamp] = field(default_factory=dict)  # by order
    unit_order: dict[str, str | None] = field(default_factory=dict)
    unit_status: dict[str, UnitStatus | None] = field(default_factory=dict)
    slots: dict[str, _Slot] = field(default_factory=dict)

    def apply(self, record: DistrictRecord) -> Iterator[str]:
        if (moved := rebase_in(record)) is not None:
            until = self.reserved_until
            self.reserved_until = {order: moved(time) for order, time in until.items()}
        given = record.input
        if isinstance(given, TimerFired) and _is_eviction(record, given):
            self._forget(timer_key(given.timer).subject[0])
        letter = given.letter if isinstance(given, CityLetterReceived) else None
        request = letter if isinstance(letter, OrderRequest) else None
        letters: list[Letter] = [
            command.letter for command in record.commands if type(command) is Post
        ]
        answers = [letter for letter in letters if isinstance(letter, OrderAnswer)]
        if request is not None:
            for answer in answers:
                if (answer.order, answer.step) == (request.order, request.step):
                    yield from self._check_answer(record, request, answer)
        for letter_sent in letters:
            self._note(letter_sent)
        if request is not None:
            yield from self._check_released(request, answers)

    def _forget(self, order: str) -> None:
        """What ended a day ago is kept no longer, also where a person said that a day has passed:
        a step that comes again then is of an order that nobody knows."""
        self.answered = {key: answer for key, answer in self.answered.items() if key[0] != order}

    def _check_answer(
        self, record: DistrictRecord, request: OrderRequest, answer: OrderAnswer
    ) -> Iterator[str]:
        before = self.answered.get((answer.order, answer.step))
        if before is None:
            self.answered[(answer.order, answer.step)] = answer
            yield from self._check_first_answer(record.at, request, answer)
        elif answer != before:
            yield (
                f"{answer.step} of order {answer.order} was answered {before.verdict}, and "
                f"{answer.verdict} when it came again in record {record.seq}"
            )

    def _check_first_answer(
        self, at: Timestamp, request: OrderRequest, answer: OrderAnswer
    ) -> Iterator[str]:
        """An answer that was not given before, judged by the letters up to then."""
        match answer.verdict:
            case OrderVerdict.RESERVED:
                self.reserved_until[request.order] = later(at, request.ttl_s)
                if other := self.unit_order.get(request.unit):
                    yield f"{request.unit} was promised to {request.order} while under {other}"
                if status := self.unit_status.get(request.unit):
                    duty = status.duty
                    yield f"{request.unit} was promised to {request.order}, and it was {duty}"
            case OrderVerdict.ISSUED:
                yield from self._check_issued(at, request)
            case OrderVerdict.CLAIMED:
                yield from self._check_claimed(request)
            case _:
                pass  # a refusal promises nothing

    def _check_issued(self, at: Timestamp, request: OrderRequest) -> Iterator[str]:
        order, unit = request.order, request.unit
        until = self.reserved_until.get(order)
        if until is None:
            yield f"order {order} was issued, and {unit} was never reserved for it"
        elif at >= until:
            late_s = (at - until) / SECOND_US
            yield f"order {order} was issued {late_s:.1f} s after {unit}'s reservation had expired"
        current = self.unit_order.get(unit)
        if current != order:
            yield f"order {order} was issued, and {unit} was under {current or 'no order'}"

    def _check_claimed(self, request: OrderRequest) -> Iterator[str]:
        order, name, version = request.order, request.task.slot, request.task.slot_version
        slot = self.slots.get(name)
        if slot is None or slot.state is not SlotState.OPEN:
            state = slot.state if slot else "never reported"
            yield f"slot {name} was promised to {order}, and it was {state}"
        elif slot.version != version:
            yield (
                f"slot {name} was promised to {order} at version {version}, and it was at "
                f"{slot.version}"
            )

    def _note(self, letter: Letter) -> None:
        match letter:
            case UnitReport():
                self.unit_order[letter.unit] = letter.order
                self.unit_status[letter.unit] = letter.status
            case IncidentReport():
                for slot in letter.slots:
                    self.slots[slot.slot] = _Slot(
                        state=slot.state, version=slot.version, order=slot.order
                    )
            case _:
                pass

    def _check_released(self, request: OrderRequest, answers: list[OrderAnswer]) -> Iterator[str]:
        """Who answers that an order is released keeps nothing of it."""
        order, done = request.order, OrderVerdict.DONE
        steps = {a.step for a in answers if a.order == order and a.verdict is done}
        is_held = self.unit_order.get(request.unit) == order
        if steps & {OrderStep.RELEASE, OrderStep.WITHDRAW} and is_held:
            yield f"{order} was reported as released, and {request.unit} is still under it"
        slot = self.slots.get(request.task.slot)
        is_waiting = slot is not None and slot.order == order and slot.state in PROMISED_SLOT_STATES
        if is_waiting and steps & {OrderStep.RELEASE, OrderStep.CLAIM_CANCELLED}:
            name = request.task.slot
            yield f"{order} was reported as released, and slot {name} still waits for it"


def _is_eviction(record: DistrictRecord, fired: TimerFired) -> bool:
    """Whether the firing made the district forget an order: where it set the timer again the order
    is live, and everything is kept."""
    is_set_again = any(
        type(command) is SetTimer and command.timer == fired.timer for command in record.commands
    )
    return timer_key(fired.timer).kind is TimerKind.EVICT_ORDER and not is_set_again


@dataclass(slots=True)  # mutable: a state that records are applied to
class _City:
    """The city: what it asked of whom, and what it had received when it did.

    What it asked and received before a restore is not judged.
    """

    is_restored: bool
    asked: set[OrderAndStep] = field(default_factory=set)
    received: set[tuple[str, OrderStep, OrderVerdict]] = field(default_factory=set)
    released: set[str] = field(default_factory=set)  # nothing of them lives at the unit's owner

    def apply(self, record: CityRecord) -> Iterator[str]:
        if isinstance(record.input, DistrictLetterReceived):
            self._receive(record.input)
        requests = [
            command.letter
            for command in record.commands
            if type(command) is Post and type(command.letter) is OrderRequest
        ]
        for request in requests:
            yield from self._check_request(record.seq, request)
        for request in requests:
            if request.step is OrderStep.CLAIM_CANCELLED:
                yield from self._check_claim_cancelled(record.seq, request)

    def _receive(self, received: DistrictLetterReceived) -> None:
        match received.letter:
            case OrderAnswer(order=order, step=step, verdict=verdict):
                self.received.add((order, step, verdict))
                if (step, verdict) in RELEASING_ANSWERS:
                    self.released.add(order)
            case OrderProgress(order=order, stage=stage) if stage in ENDED_ORDER_STAGES:
                self.released.add(order)
            case _:
                pass

    def _check_request(self, seq: int, request: OrderRequest) -> Iterator[str]:
        order, step = request.order, request.step
        is_first = (order, step) not in self.asked
        self.asked.add((order, step))
        if not is_first or not self._is_known_from_start(order):
            return
        if step in (OrderStep.ISSUE, OrderStep.CLAIM_CONFIRMED):
            for asked, promise in NEEDED_PROMISES:
                if (order, asked, promise) not in self.received:
                    yield f"order {order} was committed in record {seq} without {promise}"
        was_committed = (order, OrderStep.ISSUE) in self.asked
        if step is OrderStep.RELEASE and was_committed and not self.is_restored:
            yield f"order {order} was released in record {seq} after it had been committed"

    def _check_claim_cancelled(self, seq: int, request: OrderRequest) -> Iterator[str]:
        order = request.order
        is_recalled = (order, OrderStep.WITHDRAW) in self.asked or order in self.released
        if self._is_known_from_start(order) and not is_recalled:
            yield (
                f"the claim of {order} on slot {request.task.slot} was cancelled in record {seq}, "
                "and its crew was never recalled"
            )

    def _is_known_from_start(self, order: str) -> bool:
        """Whether this journal saw it proposed. Of the other orders, taken over after a restore,
        the city knows only what their owners report.
        """
        return not self.is_restored or (order, OrderStep.RESERVE) in self.asked
