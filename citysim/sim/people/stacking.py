"""What a district's operator says that busy crews do next, and takes back. Pure.

It goes by the screen alone, and does so for a share of the cases: the same case is always one of
them or never.
"""

import hashlib
from collections.abc import Iterator

from citybrain.domain.console import OperatorAction, QueueEntry
from citybrain.domain.incident import SlotReport
from citybrain.domain.unit import UnitReport
from citybrain.ids import RequestId, UnitId
from citybrain.stages import FREE_UNIT_STATES
from citybrain.vocabulary import OperatorVerb, SlotState
from citysim.sim.people.operators import Screen

GIVEN_SHARE = 0.5  # of the places that nobody is free for
TAKEN_BACK_SHARE = 0.15  # of what was given


def plan_next(operator: str, screen: Screen) -> tuple[OperatorAction, ...]:
    """For each case that waits and that nobody free can serve: one of the busy crews that could."""
    return tuple(action for row in screen.waiting for action in _given(operator, row, screen))


def _given(operator: str, row: QueueEntry, screen: Screen) -> Iterator[OperatorAction]:
    for slot in row.report.slots:
        taken, comes_next = f"{slot.slot}|{slot.version}", row.next_units.get(slot.slot)
        if comes_next is not None and _share(f"back|{taken}|{comes_next}") < TAKEN_BACK_SHARE:
            yield _action(operator, row, OperatorVerb.UNASSIGN, taken, comes_next)
        if slot.state is not SlotState.OPEN or comes_next is not None:
            continue
        able = [unit for unit in screen.units if slot.capability in unit.capabilities]
        if any(unit.state in FREE_UNIT_STATES and unit.order is None for unit in able):
            continue
        busy = [unit for unit in able if _may_be_given_more(unit, row, slot)]
        if busy and _share(f"give|{taken}") < GIVEN_SHARE:
            yield _action(operator, row, OperatorVerb.ASSIGN, taken, busy[0].unit)


def _may_be_given_more(unit: UnitReport, row: QueueEntry, slot: SlotReport) -> bool:
    is_at_it = any(unit.order == other.order for other in row.report.slots if other is not slot)
    return unit.order is not None and unit.status is None and not is_at_it


def _action(
    operator: str, row: QueueEntry, verb: OperatorVerb, taken: str, unit: UnitId
) -> OperatorAction:
    return OperatorAction(
        request=RequestId(f"{operator}-next-{verb}-{taken}-{unit}"),
        operator=operator,
        incident=row.report.incident,
        verb=verb,
        reason="as soon as it can",
        unit=unit,
        next=verb is OperatorVerb.ASSIGN,
    )


def _share(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64
