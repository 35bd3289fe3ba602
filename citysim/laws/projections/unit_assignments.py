"""Which unit was under which order, by its owner's letters, and by which input an order ended.

The letters are read like the history of a lock service.
"""

from collections.abc import Iterator

from citybrain.decider.command import Post, Reply
from citybrain.domain.incident import IncidentReport
from citybrain.domain.order import OrderAnswer, OrderProgress
from citybrain.domain.unit import UnitReport
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.structs import Struct
from citybrain.vocabulary import CrewAction, OrderStep, OrderVerdict, SlotState, UnitState
from citysim.laws.history import DistrictHistory
from citysim.laws.projections.letters import DistrictRecord, district_letters
from district_node.inputs import CrewAnswered

PROMISED_SLOT_STATES = (SlotState.CLAIMED, SlotState.CONFIRMED)
ENDING_ACTIONS = (CrewAction.FINISH, CrewAction.CANNOT)


class UnitAssignment(Struct, frozen=True, kw_only=True):
    """A unit under one order, from the record whose letter says so up to the one that ends it.

    `assignment_numbers`: those under which the crew had the order; more than one only after a
    restore.
    """

    unit: str
    order: str
    since: DistrictRecord
    until: DistrictRecord | None = None  # None: it lasts
    assignment_numbers: tuple[int, ...] = ()


def unit_assignments(node: DistrictHistory) -> dict[str, list[UnitAssignment]]:
    """By unit, in order."""
    reports = node.projection(district_letters).units
    return {unit: list(_assignments(unit, sent)) for unit, sent in sorted(reports.items())}


def _assignments(
    unit: str, reports: list[tuple[DistrictRecord, UnitReport]]
) -> Iterator[UnitAssignment]:
    since: DistrictRecord | None = None
    order, numbers = "", list[int]()

    def assignment(until: DistrictRecord | None, began: DistrictRecord) -> UnitAssignment:
        return UnitAssignment(
            unit=unit, order=order, since=began, until=until, assignment_numbers=tuple(numbers)
        )

    for record, report in reports:
        reported = report.order or ""
        if reported != order:
            if since is not None:
                yield assignment(record, since)
            order, numbers, since = reported, [], record if reported else None
        is_with_crew = bool(reported) and report.state is not UnitState.RESERVED
        if is_with_crew and report.assignment_number not in numbers:
            numbers.append(report.assignment_number)
    if since is not None:
        yield assignment(None, since)


def ended_orders(node: DistrictHistory) -> dict[str, int]:
    """Orders whose end this district, their unit's owner, knows; each with the first such record.

    An order ends by a crew's answer, by a progress letter, by an answer that releases it, or by an
    incident of this district that no longer names it for any promised slot.
    """
    ended: dict[str, int] = {}
    promised: dict[str, set[str]] = {}  # by incident: the orders of its promised slots
    for record in node.records:
        for order in _ended_in(record, promised):
            ended.setdefault(order, record.seq)
    return ended


def _ended_in(record: DistrictRecord, promised: dict[str, set[str]]) -> Iterator[str]:
    given = record.input
    is_done = any(type(command) is Reply and command.done for command in record.commands)
    if type(given) is CrewAnswered and given.answer.action in ENDING_ACTIONS and is_done:
        yield given.answer.order
    for command in record.commands:
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
                    if slot.order is not None and slot.state in PROMISED_SLOT_STATES
                }
                yield from sorted(promised.get(letter.incident, set()) - now)
                promised[letter.incident] = now
            case _:
                pass
