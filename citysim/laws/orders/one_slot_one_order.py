"""A slot has one live order, or its incident declares an extra one.

Judged by the letters of the incidents' owners, in the order of each journal: clocks of two nodes
are not compared. An order that a slot no longer names fills another slot of that owner (of its
incident, or of the one that this is the same as), has ended, was recalled by the city (which also
recalls its crew: `promises_kept`), or is declared as extra from then on.
"""

from collections import Counter
from dataclasses import dataclass, field

from citybrain.decider.command import Post
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderProgress, OrderRequest
from citybrain.domain.unit import UnitReport
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.vocabulary import OrderStep
from citysim.laws.history import History
from citysim.laws.projections.letters import DistrictRecord, district_letters
from citysim.laws.projections.unit_assignments import PROMISED_SLOT_STATES, unit_assignments
from citysim.laws.report import Findings, LawReport
from district_node.inputs import CityLetterReceived

LAW = "one_slot_one_order"
RECALLING_STEPS = (OrderStep.RELEASE, OrderStep.CLAIM_CANCELLED)


def check(history: History) -> LawReport:
    findings = Findings()
    for district, node in history.districts:
        log = _SlotLog()
        for record in node.records:
            findings.violations += [f"{district}: {violation}" for violation in log.apply(record)]
        findings.checked += log.orders_named
    if history.is_recovered:
        _check_live_orders(findings, history)
    return findings.report(LAW)


@dataclass(slots=True)  # mutable: a state that records are applied to
class _SlotLog:
    """One incident owner's slots, and which of their orders are known to have ended."""

    orders_named: int = 0
    order_of: dict[str, str] = field(default_factory=dict)  # slot → the order that it names
    # incident → the orders that its slots no longer name and whose crew may still come
    unassigned: dict[str, set[str]] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    unit_order: dict[str, str] = field(default_factory=dict)  # own unit → its order
    reported: set[str] = field(default_factory=set)  # orders with a violation already

    def apply(self, record: DistrictRecord) -> list[str]:
        if isinstance(record.input, CityLetterReceived):
            self._receive(record.input)
        reports = []
        for command in record.commands:
            letter = command.letter if type(command) is Post else None
            match letter:
                case UnitReport():
                    self._unit_reported(letter)
                case OrderProgress(stage=stage) if stage in ENDED_ORDER_STAGES:
                    self.ended.add(letter.order)
                case IncidentReport():
                    reports.append(letter)
                case _:
                    pass
        for report in reports:
            self._note_slots(report)
        return [violation for report in reports for violation in self._check(record.seq, report)]

    def _receive(self, received: CityLetterReceived) -> None:
        match received.letter:
            case OrderRequest(step=step, order=order) if step in RECALLING_STEPS:
                self.ended.add(order)
            case OrderProgress(stage=stage, order=order) if stage in ENDED_ORDER_STAGES:
                self.ended.add(order)
            case _:
                pass

    def _unit_reported(self, report: UnitReport) -> None:
        before = self.unit_order.get(report.unit, "")
        self.unit_order[report.unit] = report.order or ""
        if before and before != report.order:
            self.ended.add(before)

    def _note_slots(self, report: IncidentReport) -> None:
        unassigned = self.unassigned.setdefault(report.incident, set())
        for slot in report.slots:
            before = self.order_of.get(slot.slot, "")
            if slot.order is not None and slot.order != before:
                self.orders_named += 1
            if before and slot.order != before:
                unassigned.add(before)
            self.order_of[slot.slot] = slot.order or ""

    def _check(self, seq: int, report: IncidentReport) -> list[str]:
        unassigned = self.unassigned[report.incident]
        unassigned -= self.ended
        if unassigned:
            unassigned -= set(self.order_of.values())
        if len(unassigned) <= report.extra:
            return []
        undeclared = sorted(unassigned - self.reported)
        self.reported.update(undeclared)
        if not undeclared:
            return []
        return [
            f"{report.incident} unassigned {', '.join(undeclared)} in record {seq}, which may "
            f"still come, and declares {report.extra} as extra"
        ]


def _check_live_orders(findings: Findings, history: History) -> None:
    """After recovery: how many crews are under way for one slot, by the units' owners."""
    slot_of, extra = _slots(history)
    crews: Counter[str] = Counter()
    for _, node in history.districts:
        for assignments in node.projection(unit_assignments).values():
            last = assignments[-1] if assignments else None
            if last is None or last.until is not None or not last.assignment_numbers:
                continue
            if last.order in slot_of:
                crews[slot_of[last.order]] += 1
    for slot, count in sorted(crews.items()):
        findings.checked += 1
        declared = extra.get(slot, 0)
        if count > 1 + declared:
            findings.add_violation(
                f"slot {slot} has {count} live orders at the end, and {declared} are declared as "
                "extra"
            )


def _slots(history: History) -> tuple[dict[str, str], dict[str, int]]:
    """By order: the slot that ever promised itself to it; by slot: the extra declared last."""
    slot_of: dict[str, str] = {}
    extra: dict[str, int] = {}
    for _, node in history.districts:
        for reports in node.projection(district_letters).incidents.values():
            for _, report in reports:
                for slot in report.slots:
                    extra[slot.slot] = report.extra
                    if slot.order is not None and slot.state in PROMISED_SLOT_STATES:
                        slot_of[slot.order] = slot.slot
    return slot_of, extra
