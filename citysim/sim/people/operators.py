"""What a district's operator and the city's duty officer do with what their consoles show. Pure.

They read before they act. Where no camera can verify, the operator sends somebody to look; what
that person sees is the ground truth.

They go by what a console shows and never by what they did before: a district that was restored
from a backup no longer knows the last things that were pressed.
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import NamedTuple

from citybrain.clock import Timestamp, seconds_between
from citybrain.domain.console import OperatorAction, PlanAction, QueueEntry, UnitAction, UnitVerb
from citybrain.domain.incident import IncidentReport
from citybrain.domain.plan import Plan
from citybrain.domain.unit import UnitReport
from citybrain.ids import PlanId, RequestId
from citybrain.stages import FREE_UNIT_STATES
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import OperatorVerb
from citysim.people.pending_work import (
    FirstSeen,
    awaits_opening,
    awaits_resumption,
    awaits_verification,
    awaits_visit,
    proposed_plans,
    read_long_enough,
    track_first_seen,
)

AWAITS_OPERATOR = (awaits_opening, awaits_resumption, awaits_verification, awaits_visit)

IsClear = Callable[[IncidentReport], bool]  # whether a person at the place finds it in order


class Screen(NamedTuple):
    """What an operator acts by: rows of the queue in their order, and the units. `waiting`: those
    with an open place."""

    queue: tuple[QueueEntry, ...]
    units: tuple[UnitReport, ...]
    waiting: tuple[QueueEntry, ...] = ()


class Operator(Struct, frozen=True, kw_only=True):
    """`read_s`: to read a report; `walk_s`: until somebody has been at the place; `review_s`: how
    long what was deferred may rest, longer than an indecisive operator takes to think again."""

    name: str
    read_s: float = 6.0
    walk_s: float = 25.0
    review_s: float = 60.0
    seen: FirstSeen = field(default_factory=dict)  # by incident, stage and time of its change


class Officer(Struct, frozen=True, kw_only=True):
    """Issues a proposed plan after `read_s`, and rejects a share of them."""

    name: str
    read_s: float = 4.0
    reject_share: float = 0.05
    seen: FirstSeen = field(default_factory=dict)  # by plan


def handle_queue(
    operator: Operator, screen: Screen, now: Timestamp, is_clear: IsClear
) -> tuple[Operator, tuple[OperatorAction | UnitAction, ...]]:
    """Opens or rejects what waits to be opened, verifies by name what no camera can verify, and
    reopens what is not in order. To what no playbook sends a crew to the operator sends one by
    hand, or closes it by name where it is in order. What was deferred, by whomever, the operator
    takes up again. From a crew that is overdue he takes its order.

    An action is repeated under the same request id until the queue entry changes.
    """
    waiting = {
        _name(row): row for row in screen.queue if any(awaits(row) for awaits in AWAITS_OPERATOR)
    }
    overdue = {f"{unit.unit}|{unit.order}": unit for unit in screen.units if unit.overdue}
    names = (*waiting, *overdue)
    operator = replace(operator, seen=track_first_seen(operator.seen, names, now))
    released = tuple(
        _release(operator, overdue[name])
        for name, since in operator.seen.items()
        if name in overdue and seconds_between(since, now) >= operator.walk_s
    )
    due = [
        waiting[name]
        for name, since in operator.seen.items()
        if name in waiting and seconds_between(since, now) >= _delay_s(operator, waiting[name])
    ]
    decided = (_operator_action(operator, row, screen.units, is_clear(row.report)) for row in due)
    return operator, (*released, *(action for action in decided if action is not None))


def review_plans(
    officer: Officer, plans: Iterable[Plan], now: Timestamp
) -> tuple[Officer, tuple[PlanAction, ...]]:
    """Issues or rejects every plan that has been read."""
    officer = replace(officer, seen=track_first_seen(officer.seen, proposed_plans(plans), now))
    read = read_long_enough(officer.seen, now, officer.read_s)
    return officer, tuple(_plan_action(officer, PlanId(plan)) for plan in read)


def _name(row: QueueEntry) -> str:
    return f"{row.report.incident}|{row.report.stage}|{row.report.changed_at}"


def _delay_s(operator: Operator, row: QueueEntry) -> float:
    """From when the operator has first seen it."""
    if awaits_opening(row):
        return operator.read_s
    return operator.review_s if awaits_resumption(row) else operator.walk_s


def _operator_action(
    operator: Operator, row: QueueEntry, units: Iterable[UnitReport], is_clear: bool
) -> OperatorAction | None:
    """None: it is not in order yet, and nobody can be sent."""
    if awaits_visit(row):
        if not is_clear:
            return _assignment(operator, row, units)
        verb, reason = OperatorVerb.CLOSE, "somebody has been there"
    elif awaits_opening(row):
        verb, reason = OperatorVerb.OPEN, ""
        if is_clear:
            verb, reason = OperatorVerb.REJECT, "nothing there any more"
    elif awaits_resumption(row):
        verb, reason = OperatorVerb.OPEN, "it has rested long enough"
    else:
        verb, reason = OperatorVerb.OPEN, "still there"
        if is_clear:
            verb, reason = OperatorVerb.VERIFY, "somebody has been there"
    incident = row.report.incident
    request = RequestId(f"{operator.name}-{incident}-{verb}-{row.report.changed_at}")
    return OperatorAction(
        request=request, operator=operator.name, incident=incident, verb=verb, reason=reason
    )


def _assignment(
    operator: Operator, row: QueueEntry, units: Iterable[UnitReport]
) -> OperatorAction | None:
    """Sends the first free unit that can do anything. One that was busy after all is asked for
    again when it has had another order since, under another request."""
    free = [
        unit
        for unit in units
        if unit.state in FREE_UNIT_STATES
        and unit.order is None
        and set(unit.capabilities) - set(unit.lost_capabilities)
    ]
    if not free:
        return None
    (unit, *_), incident = free, row.report.incident
    asked = f"{row.report.changed_at}-{unit.unit}-{unit.assignment_number}"
    return OperatorAction(
        request=RequestId(f"{operator.name}-{incident}-{OperatorVerb.ASSIGN}-{asked}"),
        operator=operator.name,
        incident=incident,
        verb=OperatorVerb.ASSIGN,
        unit=unit.unit,
    )


def _release(operator: Operator, unit: UnitReport) -> UnitAction:
    return UnitAction(
        request=RequestId(f"{operator.name}-release-{unit.unit}-{unit.order}"),
        operator=operator.name,
        unit=unit.unit,
        verb=UnitVerb.RELEASE,
        reason="nobody answers",
    )


def _plan_action(officer: Officer, plan: PlanId) -> PlanAction:
    digest = hashlib.sha256(f"{officer.name}|{plan}".encode()).digest()
    share = int.from_bytes(digest[:8]) / 2**64  # the same plan gets the same answer
    issue = share >= officer.reject_share
    return PlanAction(
        request=RequestId(f"{officer.name}-{plan}"),
        officer=officer.name,
        plan=plan,
        issue=issue,
        reason="" if issue else "the crews are needed where they are",
    )
