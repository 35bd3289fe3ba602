"""Law 3: a unit has one live order. Checked like a lock service's history, from the unit owner's letters and from the crews' devices.

A hold is one stretch, begins only when the one before was ended, and has a number of its own that is above all earlier ones; buttons count only for the
order that is held.
"""

from collections.abc import Iterator, Sequence

from citybrain.decider.command import Reply
from citybrain.vocabulary import UnitState
from citysim.crews.device import DeviceLine
from citysim.laws.history import History, NodeHistory
from citysim.laws.report import Findings, LawReport
from citysim.laws.views.holds import Hold, ended_orders, holds
from citysim.laws.views.lives import was_restored
from citysim.laws.views.words import words
from district_node.inputs import CrewAnswered

LAW = "one_unit_one_order"
BUTTONS = ("accept", "depart", "arrive", "finish", "cannot")
Given = tuple[str, int]  # order, assignment number


def check(history: History) -> LawReport:
    found = Findings()
    owners: dict[str, str] = {}
    holders: dict[str, str] = {}
    for district, node in history.districts:
        ended = node.view(ended_orders)
        for unit, held in node.view(holds).items():
            found.checked += len(node.view(words).units[unit])
            found.broken += [
                f"{district}: {fault}"
                for fault in (*_numbers(node, unit), *_one_stretch(held, ended))
            ]
            if owners.setdefault(unit, district) != district:
                found.accuse(f"{unit} is reported by {owners[unit]} and by {district}")
            found.broken += [
                f"order {o} is held by {u} and by {unit}"
                for o in {h.order for h in held}
                if (u := holders.setdefault(o, unit)) != unit
            ]
        found.broken += [f"{district}: {fault}" for fault in _buttons(found, node)]
    _devices(found, history, owners)
    return found.report(LAW)


def _one_stretch(held: Sequence[Hold], ended: dict[str, int]) -> Iterator[str]:
    """Each order once, and let go of only when somebody had ended it."""
    over: set[str] = set()
    for hold in held:
        if hold.order in over:
            yield f"{hold.unit} holds order {hold.order} again after it was let go"
        over.add(hold.order)
        if hold.until is not None and ended.get(hold.order, hold.until.seq + 1) > hold.until.seq:
            yield f"{hold.unit} was taken from order {hold.order} in record {hold.until.seq}, and nobody had ended that order"


def _numbers(node: NodeHistory, unit: str) -> Iterator[str]:
    """Numbers never go back, and each is one order's."""
    last, order_of = 0, dict[int, str]()
    for _, report in node.view(words).units[unit]:
        if report.assignment < last:
            yield f"{unit}: assignment {report.assignment} was told after {last}"
        last = max(last, report.assignment)
        if report.order is None or report.state is UnitState.RESERVED:
            continue
        first = order_of.setdefault(report.assignment, report.order)
        if first != report.order:
            yield f"{unit} was given {first} and {report.order} under one assignment number, {report.assignment}"


def _buttons(found: Findings, node: NodeHistory) -> Iterator[str]:
    """A button that was taken is one of the order that the unit held as it was pressed, under its number. The same request again is answered, not taken."""
    told = {unit: iter(reports) for unit, reports in node.view(words).units.items()}
    following = {unit: next(reports, None) for unit, reports in told.items()}
    held: dict[str, Given] = {}
    answered: set[str] = set()
    for step in node.inputs(CrewAnswered):
        answer = step.input.answer
        while (report := following.get(answer.unit)) is not None and report[0].seq < step.seq:
            held[answer.unit] = (report[1].order or "", report[1].assignment)
            following[answer.unit] = next(told[answer.unit], None)
        if answer.request not in answered and any(
            isinstance(command, Reply) and command.done for command in step.commands
        ):
            answered.add(answer.request)
            found.checked += 1
            if held.get(answer.unit) != (answer.order, answer.assignment):
                holds_now = held.get(answer.unit, ("", 0))[0] or "nothing"
                yield f"{answer.unit}'s {answer.action} for {answer.order} was taken in record {step.seq} while it held {holds_now}"


def _devices(found: Findings, history: History, owners: dict[str, str]) -> None:
    nodes = dict(history.districts)
    shown_by: dict[str, str] = {}
    for unit, lines in history.devices:
        found.checked += len(lines)
        found.broken += _device(unit, lines)
        owner = next((nodes[district] for district in nodes if owners.get(unit) == district), None)
        if owner is not None and not was_restored(
            owner
        ):  # else it may have shown what its district has forgotten
            given = {
                (hold.order, number)
                for hold in owner.view(holds).get(unit, [])
                for number in hold.numbers
            }
            shown = {(line.order, line.assignment) for line in lines if line.what == "shown"}
            found.broken += [
                f"{unit}'s device showed {order} as assignment {n}, which its district never gave it"
                for order, n in sorted(shown - given)
            ]
        for order in sorted({line.order for line in lines if line.what == "shown"}):
            if shown_by.setdefault(order, unit) != unit:
                found.accuse(
                    f"order {order} was shown by {shown_by[order]}'s device and by {unit}'s"
                )


def _device(unit: str, lines: Sequence[DeviceLine]) -> Iterator[str]:
    """The device shows rising numbers, one order each, and its buttons were taken only for the order it showed last.

    A log whose older half was dropped may begin with a button: until it shows something, nobody knows what it showed.
    """
    number, order = 0, None
    for line in lines:
        if line.what == "shown":
            if line.assignment < number or (line.assignment == number and line.order != order):
                yield f"{unit}'s device showed {line.order} as assignment {line.assignment} after assignment {number}"
            number, order = line.assignment, line.order
        elif (
            line.what in BUTTONS
            and line.outcome == "done"
            and order is not None
            and (line.order != order or line.assignment < number)
        ):
            yield f"{unit}'s {line.what} for {line.order} was taken while its device showed {order}"
