"""A slot has one live order or a declared surplus. By the letters of the incidents' owners, in the order of each journal: clocks of two nodes are not compared.

An order that a slot lets go of has ended, was called back by the city (which sees to its crew: `promises_kept`), or is declared as surplus from then on.
"""

from collections import Counter
from dataclasses import dataclass, field

from citybrain.decider.command import Post
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderProgress
from citybrain.domain.unit import UnitReport
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.vocabulary import OrderStep
from citysim.laws.history import History, Step
from citysim.laws.report import Findings, LawReport
from citysim.laws.views.holds import PROMISED, holds
from citysim.laws.views.words import words
from district_node.inputs import CityLetterReceived

LAW = "one_slot_one_order"
CALLED_BACK = (OrderStep.RELEASE, OrderStep.CLAIM_CANCELLED)


def check(history: History) -> LawReport:
    found = Findings()
    for district, node in history.districts:
        book = _Book()
        for step in node.steps:
            found.broken += [f"{district}: {fault}" for fault in book.see(step)]
        found.checked += book.named
    if history.is_healed:
        _live(found, history)
    return found.report(LAW)


@dataclass(slots=True)
class _Book:
    """One incident owner's slots, and which of their orders are known to be over."""

    named: int = 0
    slots: dict[str, str] = field(default_factory=dict)  # slot: the order that it names
    out: dict[str, set[str]] = field(
        default_factory=dict
    )  # by incident: orders that were let go of and may still come
    over: set[str] = field(default_factory=set)
    held: dict[str, str] = field(default_factory=dict)  # own unit: its order
    accused: set[str] = field(default_factory=set)

    def see(self, step: Step) -> list[str]:
        given = step.input
        if type(given) is CityLetterReceived:
            self._hear(given)
        reports = []
        for command in step.commands:
            letter = command.letter if type(command) is Post else None
            match letter:
                case UnitReport():
                    self._unit(letter)
                case OrderProgress(stage=stage) if stage in ENDED_ORDER_STAGES:
                    self.over.add(letter.order)
                case IncidentReport():
                    reports.append(letter)
        return [fault for report in reports for fault in self._incident(step, report)]

    def _hear(self, said: CityLetterReceived) -> None:
        if said.request is not None and said.request.step in CALLED_BACK:
            self.over.add(said.request.order)
        elif said.progress is not None and said.progress.stage in ENDED_ORDER_STAGES:
            self.over.add(said.progress.order)

    def _unit(self, report: UnitReport) -> None:
        before = self.held.get(report.unit, "")
        self.held[report.unit] = report.order or ""
        if before and before != report.order:
            self.over.add(before)

    def _incident(self, step: Step, report: IncidentReport) -> list[str]:
        out = self.out.setdefault(report.incident, set())
        for slot in report.slots:
            before = self.slots.get(slot.slot, "")
            if slot.order is not None and slot.order != before:
                self.named += 1
            if before and slot.order != before:
                out.add(before)
            self.slots[slot.slot] = slot.order or ""
        out -= self.over
        undeclared = sorted(out - self.accused) if len(out) > report.extra else []
        self.accused.update(undeclared)
        if not undeclared:
            return []
        return [
            f"{report.incident} let go of {', '.join(undeclared)} in record {step.seq}, which may still come, and declares {report.extra} as surplus"
        ]


def _live(found: Findings, history: History) -> None:
    """When all is healed: how many crews are out for one slot, by the units' owners."""
    slot_of, extra = _slots(history)
    crews: Counter[str] = Counter()
    for _, node in history.districts:
        for held in node.view(holds).values():
            if held and held[-1].until is None and held[-1].numbers and held[-1].order in slot_of:
                crews[slot_of[held[-1].order]] += 1
    for slot, count in sorted(crews.items()):
        found.checked += 1
        if count > 1 + extra.get(slot, 0):
            found.accuse(
                f"slot {slot} has {count} live orders at the end, and a surplus of {extra.get(slot, 0)} is declared"
            )


def _slots(history: History) -> tuple[dict[str, str], dict[str, int]]:
    """By order: the slot that ever named it as promised; by slot: the surplus declared last."""
    slot_of: dict[str, str] = {}
    extra: dict[str, int] = {}
    for _, node in history.districts:
        for told in node.view(words).incidents.values():
            for _, report in told:
                for slot in report.slots:
                    extra[slot.slot] = report.extra
                    if slot.order is not None and slot.state in PROMISED:
                        slot_of[slot.order] = slot.slot
    return slot_of, extra
