"""An indecisive operator: does whatever the console allows, and reopens it later. Pure but for the
random generator that is passed in.

What the operator closes though it is not in order, or defers, is reopened after a while, also when
the indecision is over: no incident stays unserved because of it. Incidents are never rejected: a
rejected incident stays so for as long as its episode lasts, and nobody could reopen it.
"""

from collections.abc import Callable, Iterable, Mapping
from random import Random  # noqa: TID251 - seeded

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.domain.console import OperatorAction, QueueEntry
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.ids import IncidentId, RequestId, UnitId
from citybrain.stages import DISPATCHABLE_INCIDENT_STAGES, FREE_UNIT_STATES
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import IncidentStage, OperatorVerb, Severity
from citysim.sim.people.attached_pictures import picture
from citysim.sim.people.operators import IsClear, Screen

ACTION_SHARE = 0.6  # of the polls at which the operator does something
REOPEN_DELAY_S = (2.0, 25.0)  # after closing or deferring

MERGING_SHARE = 0.15  # of what it does: it takes a case for another one …
NOT_SAME_SHARE = 0.3  # … and is sure later that it is none, or takes just its own word back
GIVE_UP_S = 60.0  # after so long a merge that was not seen is not on its way any more
MERGEABLE = frozenset({*DISPATCHABLE_INCIDENT_STAGES, IncidentStage.REPORTED})

V = OperatorVerb
POSSIBLE_VERBS: Mapping[IncidentStage, tuple[OperatorVerb, ...]] = {
    IncidentStage.REPORTED: (V.ASSIGN, V.DEFER),
    IncidentStage.OPENED: (V.ASSIGN, V.ASSIGN, V.ESCALATE, V.DEFER, V.CLOSE),
    IncidentStage.REOPENED: (V.ASSIGN, V.ASSIGN, V.ESCALATE, V.DEFER, V.CLOSE),
    IncidentStage.DISPATCHED: (V.ASSIGN, V.ESCALATE, V.CLOSE),
    IncidentStage.WORKING: (V.ASSIGN, V.ESCALATE, V.CLOSE),
    IncidentStage.HANDLED: (V.OPEN, V.VERIFY),
    IncidentStage.DEFERRED: (V.OPEN,),
    IncidentStage.CLOSED: (V.OPEN,),
}

DRAWN = (V.NOTE, V.MESSAGE, V.TAKE, V.SET_SEVERITY, V.RELOCATE, V.RECLASSIFY)
CASEWORK = (*DRAWN, V.ATTACH)  # the last in place of every other note
CASEWORK_SHARE = 0.3  # of what the operator does
SEVERITIES = (Severity.MINOR, Severity.MODERATE, Severity.SEVERE, Severity.EXTREME)
MOVED_DEG = 0.0002  # about 20 m: whoever goes there still finds it

IsLive = Callable[[IncidentId], bool]  # whether a source still reports the incident's condition


def _never_live(_incident: IncidentId) -> bool:
    return False


class IndecisiveOperator(Struct, frozen=True, kw_only=True):
    """`reopen_at`: what was closed or deferred, and when it is reopened; `undo_at`: what was
    merged, and when that is taken back.

    It is watched until it is in order and no source reports it: what happens under an episode
    whose incident was closed is reported by nobody else.
    """

    name: str
    is_indecisive: bool = False
    reopen_at: Mapping[IncidentId, Timestamp] = field(default_factory=dict)
    undo_at: Mapping[IncidentId, Timestamp] = field(default_factory=dict)

    @property
    def is_idle(self) -> bool:
        return not self.is_indecisive and not self.reopen_at and not self.undo_at


def with_reopening(
    operator: IndecisiveOperator, incident: IncidentId, due: Timestamp
) -> IndecisiveOperator:
    """After the operator has closed or deferred the incident."""
    return replace(operator, reopen_at={**operator.reopen_at, incident: due})


def decide_indecisively(
    operator: IndecisiveOperator,
    screen: Screen,
    now: Timestamp,
    is_clear: IsClear,
    rng: Random,
    *,
    is_live: IsLive = _never_live,
) -> tuple[IndecisiveOperator, tuple[OperatorAction, ...]]:
    """The operator's actions on what the console shows now."""
    rows = {row.report.incident: row for row in screen.queue}
    pending = {
        name: due
        for name, due in sorted(operator.reopen_at.items())
        if name in rows and (is_live(name) or _needs_reopening(rows[name], is_clear))
    }
    actions = [
        _action(operator, rows[name], V.OPEN)
        for name, due in pending.items()
        if due <= now and _needs_reopening(rows[name], is_clear)
    ]
    operator = replace(operator, reopen_at=pending)
    operator, undone = _take_back(operator, rows, now, rng)
    actions += undone
    mergeable = [row for row in screen.queue if row.report.stage in MERGEABLE]
    is_to_merge = operator.is_indecisive and len(mergeable) > 1
    if is_to_merge and rng.random() < ACTION_SHARE * MERGING_SHARE:
        return _merge(operator, mergeable, now, rng, actions)
    if operator.is_indecisive and screen.queue and rng.random() < ACTION_SHARE:
        row = rng.choice(screen.queue)
        if rng.random() < CASEWORK_SHARE:
            return operator, (*actions, _casework(operator, row, screen, now, rng))
        verb = rng.choice(POSSIBLE_VERBS.get(row.report.stage, (V.ESCALATE,)))
        unit = _free_unit(screen.units, rng) if verb is V.ASSIGN else None
        action = _action(operator, row, verb, unit=unit)
        busy = [shown.unit for shown in screen.units if shown.order is not None]
        if verb is V.ASSIGN and busy and _is_one_in(3, row):
            comes_next = busy[row.report.changed_at // 1_000 % len(busy)]
            action = _action(operator, row, verb, unit=comes_next, next_=True)
        elif verb is V.ASSIGN and unit is None and screen.units:
            action = _action(operator, row, verb, unit=screen.units[0].unit, preempt=True)
        if verb in (V.CLOSE, V.VERIFY, V.DEFER):
            due = later(now, rng.uniform(*REOPEN_DELAY_S))
            operator = with_reopening(operator, row.report.incident, due)
            if verb is V.DEFER and _is_one_in(2, row):  # no draw: all others stay as they are
                action = replace(action, until=due)
        actions.append(action)
        if _is_one_in(4, row):
            actions.append(_action(operator, row, V.RETURN))
        if verb is not V.ASSIGN and _is_one_in(5, row):
            actions.append(_action(operator, row, V.UNASSIGN))
        actions += _linking(operator, row, screen)
    return operator, tuple(actions)


def _casework(
    operator: IndecisiveOperator, row: QueueEntry, screen: Screen, now: Timestamp, rng: Random
) -> OperatorAction:
    """Something about the case beside its stage: true or not, it must do no harm."""
    place, verb = row.report.place, rng.choice(DRAWN)
    if verb is V.NOTE and now // SECOND_US % 2:  # no draw: all others stay as they are
        verb = V.ATTACH
    moved = Point(lat=place.lat + rng.uniform(-MOVED_DEG, MOVED_DEG), lon=place.lon)
    other = rng.choice(screen.queue).report.kind
    return OperatorAction(
        request=RequestId(f"{operator.name}-{row.report.incident}-{verb}-{now}"),
        operator=operator.name,
        incident=row.report.incident,
        verb=verb,
        reason="on second thoughts",
        text="on second thoughts" if verb in (V.NOTE, V.MESSAGE) else "",
        unit=rng.choice(screen.units).unit if verb is V.MESSAGE and screen.units else None,
        severity=rng.choice(SEVERITIES) if verb is V.SET_SEVERITY else None,
        place=moved if verb is V.RELOCATE else None,
        kind=other if verb is V.RECLASSIFY else None,
        upload=picture(row.report.incident, now) if verb is V.ATTACH else None,
    )


def _linking(
    operator: IndecisiveOperator, row: QueueEntry, screen: Screen
) -> tuple[OperatorAction, ...]:
    """It takes the case for what the most urgent other one led to, or does so no more."""
    if row.caused_by is not None:
        return (_action(operator, row, V.UNLINK),) if _is_one_in(2, row) else ()
    others = [other.report.incident for other in screen.queue[:2] if other is not row]
    is_linked = bool(others) and _is_one_in(3, row)
    return (_action(operator, row, V.LINK, other=others[0]),) if is_linked else ()


def _merge(
    operator: IndecisiveOperator,
    mergeable: list[QueueEntry],
    now: Timestamp,
    rng: Random,
    actions: list[OperatorAction],
) -> tuple[IndecisiveOperator, tuple[OperatorAction, ...]]:
    """Takes one open case for another, which it is not: they are in two places."""
    one, other = rng.sample(mergeable, 2)
    due = later(now, rng.uniform(*REOPEN_DELAY_S))
    operator = replace(operator, undo_at={**operator.undo_at, one.report.incident: due})
    return operator, (*actions, _action(operator, one, V.MERGE, other=other.report.incident))


def _take_back(
    operator: IndecisiveOperator,
    rows: Mapping[IncidentId, QueueEntry],
    now: Timestamp,
    rng: Random,
) -> tuple[IndecisiveOperator, list[OperatorAction]]:
    """Until it is seen that what was merged is a case of its own again."""
    actions, kept = list[OperatorAction](), dict[IncidentId, Timestamp]()
    for name, due in sorted(operator.undo_at.items()):
        row = rows.get(name)
        if row is None or (row.merged_into is None and now > later(due, GIVE_UP_S)):
            continue
        kept[name] = due
        if due <= now and row.merged_into is not None:
            verb = V.NOT_SAME if rng.random() < NOT_SAME_SHARE else V.UNDO
            other = row.merged_into if verb is V.NOT_SAME else None
            actions.append(_action(operator, row, verb, other=other))
    return replace(operator, undo_at=kept), actions


def _is_one_in(number: int, row: QueueEntry) -> bool:
    """By the time of the row's last change, which is as good as chance."""
    return row.report.changed_at // 1_000 % number == 0


def _needs_reopening(row: QueueEntry, is_clear: IsClear) -> bool:
    """Also while it is open: a close that was lost on the way may still arrive."""
    return row.report.stage is IncidentStage.DEFERRED or not is_clear(row.report)


def _free_unit(units: Iterable[UnitReport], rng: Random) -> UnitId | None:
    free = [unit.unit for unit in units if unit.state in FREE_UNIT_STATES and unit.order is None]
    return rng.choice(free) if free else None


def _action(
    operator: IndecisiveOperator,
    row: QueueEntry,
    verb: OperatorVerb,
    *,
    unit: UnitId | None = None,
    other: IncidentId | None = None,
    preempt: bool = False,
    next_: bool = False,
) -> OperatorAction:
    named = unit or other or ""
    request = RequestId(
        f"{operator.name}-{row.report.incident}-{verb}-{row.report.changed_at}-{named}"
        f"{'-preempt' if preempt else ''}{'-next' if next_ else ''}"
    )
    return OperatorAction(
        request=request,
        operator=operator.name,
        incident=row.report.incident,
        verb=verb,
        reason="on second thoughts",
        unit=unit,
        other=other,
        preempt=preempt,
        next=next_,
    )
