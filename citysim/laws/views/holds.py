"""Who holds which unit, as its owner's letters tell: like the history of a lock service. And by which words an order ended."""

from collections.abc import Iterator
from dataclasses import dataclass

from citybrain.decider.command import Post, Reply
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer, OrderProgress
from citybrain.domain.unit import UnitReport
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.vocabulary import CrewAction, OrderStep, OrderVerdict, SlotState, UnitState
from citysim.laws.history import NodeHistory, Step
from citysim.laws.views.words import words
from district_node.inputs import CrewAnswered

PROMISED = (SlotState.CLAIMED, SlotState.CONFIRMED)
ENDING_BUTTONS = (CrewAction.FINISH, CrewAction.CANNOT)


@dataclass(frozen=True, slots=True)
class Hold:
    """A unit under one order, from the record in which its owner first told so up to (not including) the record in which it told otherwise."""

    unit: str
    order: str
    since: Step
    until: Step | None = None  # None: still held
    numbers: tuple[
        int, ...
    ] = ()  # the assignment numbers under which it was with the crew (more than one only after a restore)


def holds(node: NodeHistory) -> dict[str, list[Hold]]:
    """By unit, in order."""
    return {unit: list(_holds(unit, told)) for unit, told in sorted(node.view(words).units.items())}


def _holds(unit: str, told: list[tuple[Step, UnitReport]]) -> Iterator[Hold]:
    since: Step | None = None
    order, numbers = "", list[int]()
    for step, report in told:
        held = report.order or ""
        if held != order:
            if since is not None:
                yield Hold(unit, order, since, step, tuple(numbers))
            order, numbers, since = held, [], step if held else None
        if held and report.state is not UnitState.RESERVED and report.assignment not in numbers:
            numbers.append(report.assignment)
    if since is not None:
        yield Hold(unit, order, since, None, tuple(numbers))


def ended_orders(node: NodeHistory) -> dict[str, int]:
    """Orders that this district, their unit's owner, told or was told the end of: the record of the first word on it.

    A button that ends, a progress that says so, an answer that lets go, or an incident of its own that names the order for no promised slot any more.
    """
    ended: dict[str, int] = {}
    named: dict[str, set[str]] = {}  # by incident: orders of its promised slots
    for step in node.steps:
        for order in _ended_in(step, named):
            ended.setdefault(order, step.seq)
    return ended


def _ended_in(step: Step, named: dict[str, set[str]]) -> Iterator[str]:
    given = step.input
    if (
        type(given) is CrewAnswered
        and given.answer.action in ENDING_BUTTONS
        and any(type(c) is Reply and c.done for c in step.commands)
    ):
        yield given.answer.order
    for command in step.commands:
        letter = command.letter if type(command) is Post else None
        match letter:
            case OrderProgress(stage=stage) if stage in ENDED_ORDER_STAGES:
                yield letter.order
            case OrderAnswer(
                step=OrderStep.RELEASE | OrderStep.WITHDRAW, verdict=OrderVerdict.DONE
            ):
                yield letter.order
            case IncidentReport():
                now: set[str] = {
                    slot.order
                    for slot in letter.slots
                    if slot.order is not None and slot.state in PROMISED
                }
                yield from sorted(named.get(letter.incident, set()) - now)
                named[letter.incident] = now
