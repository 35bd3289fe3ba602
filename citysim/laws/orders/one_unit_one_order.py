"""Law 3: a unit has one live order, by its owner's letters and by its crew's device.

Checked like a lock service's history. An assignment is one stretch, begins only when the one
before has ended, and has an assignment number above all earlier ones. Answers count only for the
order that the unit is under.
"""

from collections.abc import Iterator, Sequence

from citybrain.decider.command import Reply
from citybrain.vocabulary import CrewAction, UnitState
from citysim.laws.history import DistrictHistory, History
from citysim.laws.projections.letters import district_letters
from citysim.laws.projections.store_restores import was_restored
from citysim.laws.projections.unit_assignments import (
    UnitAssignment,
    ended_orders,
    unit_assignments,
)
from citysim.laws.report import Findings, LawReport
from citysim.people.device_log import DeviceEntry
from district_node.inputs import CrewAnswered

LAW = "one_unit_one_order"
ANSWERS = frozenset(str(action) for action in CrewAction)


def check(history: History) -> LawReport:
    findings = Findings()
    owners: dict[str, str] = {}  # unit → district
    unit_of: dict[str, str] = {}  # order → unit
    for district, node in history.districts:
        ended = node.projection(ended_orders)
        for unit, assignments in node.projection(unit_assignments).items():
            findings.checked += len(node.projection(district_letters).units[unit])
            violations = (*_numbers(node, unit), *_one_at_a_time(assignments, ended))
            findings.violations += [f"{district}: {violation}" for violation in violations]
            if owners.setdefault(unit, district) != district:
                findings.add_violation(f"{unit} is reported by {owners[unit]} and by {district}")
            for order in sorted({assignment.order for assignment in assignments}):
                other = unit_of.setdefault(order, unit)
                if other != unit:
                    findings.add_violation(f"{other} and {unit} are both under order {order}")
        findings.violations += [
            f"{district}: {violation}" for violation in _answers(findings, node)
        ]
    _check_devices(findings, history, owners)
    return findings.report(LAW)


def _one_at_a_time(assignments: Sequence[UnitAssignment], ended: dict[str, int]) -> Iterator[str]:
    """Each order once, and left only after it had ended."""
    known: set[str] = set()
    for assignment in assignments:
        unit, order, until = assignment.unit, assignment.order, assignment.until
        if order in known:
            yield f"{unit} is under order {order} again after it had left it"
        known.add(order)
        if until is not None and ended.get(order, until.seq + 1) > until.seq:
            yield f"{unit} left order {order} in record {until.seq}, and that order had not ended"


def _numbers(node: DistrictHistory, unit: str) -> Iterator[str]:
    """Assignment numbers never go back, and each is one order's."""
    last, order_of = 0, dict[int, str]()
    for _, report in node.projection(district_letters).units[unit]:
        number = report.assignment_number
        if number < last:
            yield f"{unit}: assignment {number} was reported after {last}"
        last = max(last, number)
        if report.order is None or report.state is UnitState.RESERVED:
            continue
        first = order_of.setdefault(number, report.order)
        if first != report.order:
            yield f"{unit} was given {first} and {report.order} under assignment number {number}"


def _answers(findings: Findings, node: DistrictHistory) -> Iterator[str]:
    """An accepted answer is for the order that the unit was under as it came, with its number.

    The same request again gets the same reply, and is not accepted again.
    """
    reports = {unit: iter(sent) for unit, sent in node.projection(district_letters).units.items()}
    following = {unit: next(sent, None) for unit, sent in reports.items()}
    current: dict[str, tuple[str, int]] = {}  # unit → order, assignment number
    accepted: set[str] = set()
    for record in node.records_of(CrewAnswered):
        answer = record.input.answer
        unit = answer.unit
        while (report := following.get(unit)) is not None and report[0].seq < record.seq:
            current[unit] = (report[1].order or "", report[1].assignment_number)
            following[unit] = next(reports[unit], None)
        is_done = any(isinstance(command, Reply) and command.done for command in record.commands)
        if answer.request in accepted or not is_done:
            continue
        accepted.add(answer.request)
        findings.checked += 1
        if current.get(unit) != (answer.order, answer.assignment_number):
            order = current.get(unit, ("", 0))[0] or "no order"
            yield (
                f"{unit}'s {answer.action} for {answer.order} was accepted in record {record.seq} "
                f"while it was under {order}"
            )


def _check_devices(findings: Findings, history: History, owners: dict[str, str]) -> None:
    nodes: dict[str, DistrictHistory] = {**dict(history.districts)}
    shown_by: dict[str, str] = {}
    for unit, entries in history.devices:
        findings.checked += len(entries)
        findings.violations += _device(unit, entries)
        shown = {(e.order, e.assignment_number) for e in entries if e.action == "shown"}
        owner = nodes.get(owners.get(unit, ""))
        # A restored district may have forgotten what the device showed.
        if owner is not None and not was_restored(owner):
            given = {
                (assignment.order, number)
                for assignment in owner.projection(unit_assignments).get(unit, [])
                for number in assignment.assignment_numbers
            }
            findings.violations += [
                f"{unit}'s device showed {order} as assignment {number}, which its district never "
                "gave it"
                for order, number in sorted(shown - given)
            ]
        for order in sorted({order for order, _ in shown}):
            if shown_by.setdefault(order, unit) != unit:
                findings.add_violation(
                    f"order {order} was shown by {shown_by[order]}'s device and by {unit}'s"
                )


def _device(unit: str, entries: Sequence[DeviceEntry]) -> Iterator[str]:
    """The device shows rising numbers, one order each; its answers are for the order shown last.

    A log whose older half was dropped may begin with an answer: what was shown is then not known.
    """
    number, order = 0, None
    for entry in entries:
        if entry.action == "shown":
            shown = entry.assignment_number
            if shown < number or (shown == number and entry.order != order):
                yield (
                    f"{unit}'s device showed {entry.order} as assignment {shown} after assignment "
                    f"{number}"
                )
            number, order = shown, entry.order
            continue
        is_accepted = entry.action in ANSWERS and entry.outcome == "done"
        is_for_shown = entry.order == order and entry.assignment_number >= number
        if is_accepted and order is not None and not is_for_shown:
            yield (
                f"{unit}'s {entry.action} for {entry.order} was accepted while its device showed "
                f"{order}"
            )
