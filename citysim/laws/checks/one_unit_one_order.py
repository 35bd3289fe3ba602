"""Law 3: a unit has one live order. Checked like a lock service's history: whoever holds the unit, holds it in one stretch, under a number of its own."""

from collections.abc import Sequence

from citybrain.domain.order import OrderAnswer
from citybrain.domain.unit import UnitReport
from citybrain.vocabulary import OrderVerdict
from citysim.crews.device import DeviceLine
from citysim.laws.history import History, NodeHistory
from citysim.laws.report import LawReport

LAW = "one_unit_one_order"
BUTTONS = ("accept", "depart", "arrive", "finish")


def check(history: History) -> LawReport:
    checked, broken = 0, list[str]()
    owners: dict[str, str] = {}
    for district, node in history.districts:
        for unit, reports in _by_unit(node).items():
            checked += len(reports)
            broken += _held_in_one_stretch(unit, [(r.order or "", r.assignment) for r in reports])
            if owners.setdefault(unit, district) != district:
                broken.append(f"{unit} is reported by {owners[unit]} and by {district}")
        broken += _issued_numbers(node)
    for unit, lines in history.devices:
        checked += len(lines)
        broken += _device(unit, lines)
    return LawReport(law=LAW, checked=checked, broken=tuple(broken))


def _by_unit(node: NodeHistory) -> dict[str, list[UnitReport]]:
    reports: dict[str, list[UnitReport]] = {}
    for _, letter in node.posts("city"):
        if isinstance(letter, UnitReport):
            reports.setdefault(letter.unit, []).append(letter)
    return reports


def _held_in_one_stretch(unit: str, held: Sequence[tuple[str, int]]) -> list[str]:
    """`held` is (order or "", last assignment number) as told, in order."""
    faults, over, last, number_last = list[str](), set[str](), "", 0
    for order, number in held:
        if number < number_last:
            faults.append(f"{unit}: assignment {number} was told after {number_last}")
        if order != last:
            if last:
                over.add(last)
            if order in over:
                faults.append(f"{unit} holds order {order} again after it was let go")
        last, number_last = order, max(number, number_last)
    return faults


def _issued_numbers(node: NodeHistory) -> list[str]:
    """Every issued order of a unit has its own assignment number."""
    unit_of = {letter.order: letter.unit for _, letter in node.posts("city") if hasattr(letter, "unit") and getattr(letter, "order", None)}
    first: dict[tuple[str, int], str] = {}
    faults = []
    for _, letter in node.posts("city"):
        if isinstance(letter, OrderAnswer) and letter.verdict is OrderVerdict.ISSUED and letter.order in unit_of:
            key = (unit_of[letter.order], letter.assignment)
            if first.setdefault(key, letter.order) != letter.order:
                faults.append(f"{key[0]} was issued {first[key]} and {letter.order} under one assignment number, {letter.assignment}")
    return faults


def _device(unit: str, lines: Sequence[DeviceLine]) -> list[str]:
    """The device shows rising numbers, one order each, and its buttons were taken only for the order it showed last."""
    faults, number, order = list[str](), 0, ""
    for line in lines:
        if line.what == "shown":
            if line.assignment < number or (line.assignment == number and line.order != order):
                faults.append(f"{unit}'s device showed {line.order} as assignment {line.assignment} after assignment {number}")
            number, order = line.assignment, line.order
        elif line.what in BUTTONS and line.outcome == "done" and line.order != order:
            faults.append(f"{unit}'s {line.what} for {line.order} was taken while its device showed {order}")
    return faults
