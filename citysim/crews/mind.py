"""What a simulated crew does with what its device shows: a pure core. Reads no clock, calls nobody.

The district's view is the truth: the crew presses the button that follows from the stage it is shown, and presses it again (same request id) when
nothing came of it. The device's own rule is kept here: an assignment number at or below the last one seen is void.
"""

import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from citybrain.clock import SECOND_US, Timestamp, seconds_between
from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition, CrewView
from citybrain.geo import Point, distance_m, toward
from citybrain.ids import RequestId, UnitId
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.vocabulary import CrewAction, OrderStage

NEVER = Timestamp(0)
REFUSAL = "vehicle_fault"


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How a crew of the demo works. `hurry` multiplies its speed so that a city's ways fit into a demo's minutes."""

    seed: int = 1
    speed_mps: float = 8.0
    hurry: float = 60.0
    accept_s: tuple[float, float] = (1.0, 2.0)
    depart_s: float = 0.5
    work_s: tuple[float, float] = (3.0, 6.0)
    report_s: float = 0.5
    again_s: float = 3.0
    refuse_share: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Mind:
    """What the crew knows. `since` is when the shown stage was first seen, `pressed` the last button and `pressed_at` when."""

    unit: UnitId
    habits: Habits
    place: Point | None = None  # None until the device showed one
    last_assignment: int = 0
    refused: int = -1  # the last assignment that was given back (-1: none): never two in a row
    order: CrewOrder | None = None
    since: Timestamp = NEVER
    pressed: CrewAction | None = None
    pressed_at: Timestamp = NEVER
    moved_at: Timestamp = NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class Void:
    """An order that the device refuses to show: its assignment number is not above the last one seen."""

    order: CrewOrder


Wish = CrewAnswer | CrewPosition | Void


def shown(mind: Mind, view: CrewView, now: Timestamp) -> tuple[Mind, tuple[Wish, ...]]:
    """The device shows `view`."""
    mind = replace(mind, place=view.place if mind.place is None else mind.place)
    order = view.order
    if order is None or order.stage in ENDED_ORDER_STAGES:
        return replace(mind, order=None, pressed=None), ()
    held = mind.order
    if order.assignment < mind.last_assignment or (
        order.assignment == mind.last_assignment and held is not None and held.order != order.order
    ):
        return replace(mind, order=None, pressed=None), (Void(order=order),)
    if held is not None and (held.order, held.stage) == (order.order, order.stage):
        return replace(mind, order=order), ()
    return replace(
        mind, order=order, last_assignment=order.assignment, since=now, pressed=None, moved_at=now
    ), ()


def ticked(mind: Mind, now: Timestamp) -> tuple[Mind, tuple[Wish, ...]]:
    """Time has passed: press what is due, move on."""
    if mind.order is None:
        return mind, ()
    follow = NEXT.get(mind.order.stage)
    return follow(mind, mind.order, now) if follow is not None else (mind, ())


def due_at(mind: Mind) -> Timestamp | None:
    """When `ticked` will next wish something though nothing new is shown; None: not before. Before that moment it changes nothing."""
    if mind.order is None:
        return None
    due = DUE.get(mind.order.stage)
    return due(mind, mind.order) if due is not None else None


def refuses(mind: Mind, assignment: int) -> bool:
    """Whether this crew gives this assignment back: by the seed, and never twice in a row."""
    return (
        mind.refused != assignment - 1
        and _share(mind, assignment, "refuse") < mind.habits.refuse_share
    )


def _answer_call(mind: Mind, order: CrewOrder, now: Timestamp) -> tuple[Mind, tuple[Wish, ...]]:
    if refuses(mind, order.assignment):
        mind, wishes = _press(
            mind,
            order,
            CrewAction.CANNOT,
            after_s=_between(mind, order, mind.habits.accept_s),
            now=now,
            reason=REFUSAL,
        )
        return replace(mind, refused=order.assignment if wishes else mind.refused), wishes
    return _press(
        mind, order, CrewAction.ACCEPT, after_s=_between(mind, order, mind.habits.accept_s), now=now
    )


def _answer_due(mind: Mind, order: CrewOrder) -> Timestamp:
    action = CrewAction.CANNOT if refuses(mind, order.assignment) else CrewAction.ACCEPT
    return _press_due(mind, action, after_s=_between(mind, order, mind.habits.accept_s))


def _set_out(mind: Mind, order: CrewOrder, now: Timestamp) -> tuple[Mind, tuple[Wish, ...]]:
    return _press(mind, order, CrewAction.DEPART, after_s=mind.habits.depart_s, now=now)


def _set_out_due(mind: Mind, order: CrewOrder) -> Timestamp:
    return _press_due(mind, CrewAction.DEPART, after_s=mind.habits.depart_s)


def _go(mind: Mind, order: CrewOrder, now: Timestamp) -> tuple[Mind, tuple[Wish, ...]]:
    here = order.task.place if mind.place is None else mind.place
    if _is_there(mind, order):
        return _press(mind, order, CrewAction.ARRIVE, after_s=0.0, now=now)
    passed_s = seconds_between(mind.moved_at, now)
    if passed_s < mind.habits.report_s:
        return mind, ()
    place = toward(here, order.task.place, passed_s * mind.habits.speed_mps * mind.habits.hurry)
    return replace(mind, place=place, moved_at=now), (
        CrewPosition(unit=mind.unit, place=place, at=now),
    )


def _go_due(mind: Mind, order: CrewOrder) -> Timestamp:
    return (
        _press_due(mind, CrewAction.ARRIVE, after_s=0.0)
        if _is_there(mind, order)
        else _after(mind.moved_at, mind.habits.report_s)
    )


def _is_there(mind: Mind, order: CrewOrder) -> bool:
    return mind.place is None or distance_m(mind.place, order.task.place) < 1.0


def _work(mind: Mind, order: CrewOrder, now: Timestamp) -> tuple[Mind, tuple[Wish, ...]]:
    return _press(
        mind, order, CrewAction.FINISH, after_s=_between(mind, order, mind.habits.work_s), now=now
    )


def _work_due(mind: Mind, order: CrewOrder) -> Timestamp:
    return _press_due(mind, CrewAction.FINISH, after_s=_between(mind, order, mind.habits.work_s))


NEXT: Mapping[OrderStage, Callable[[Mind, CrewOrder, Timestamp], tuple[Mind, tuple[Wish, ...]]]] = {
    OrderStage.ISSUED: _answer_call,
    OrderStage.ACCEPTED: _set_out,
    OrderStage.EN_ROUTE: _go,
    OrderStage.ON_SCENE: _work,
}
DUE: Mapping[OrderStage, Callable[[Mind, CrewOrder], Timestamp]] = {
    OrderStage.ISSUED: _answer_due,
    OrderStage.ACCEPTED: _set_out_due,
    OrderStage.EN_ROUTE: _go_due,
    OrderStage.ON_SCENE: _work_due,
}


def _press(
    mind: Mind,
    order: CrewOrder,
    action: CrewAction,
    *,
    after_s: float,
    now: Timestamp,
    reason: str = "",
) -> tuple[Mind, tuple[Wish, ...]]:
    """Press `action` once `after_s` passed since the stage was shown, and again when nothing came of it."""
    if seconds_between(mind.since, now) < after_s:
        return mind, ()
    if mind.pressed is action and seconds_between(mind.pressed_at, now) < mind.habits.again_s:
        return mind, ()
    request = RequestId(f"{mind.unit}-{order.assignment}-{action}")
    answer = CrewAnswer(
        request=request,
        unit=mind.unit,
        order=order.order,
        assignment=order.assignment,
        action=action,
        reason=reason,
    )
    return replace(mind, pressed=action, pressed_at=now), (answer,)


def _press_due(mind: Mind, action: CrewAction, *, after_s: float) -> Timestamp:
    due = _after(mind.since, after_s)
    return max(due, _after(mind.pressed_at, mind.habits.again_s)) if mind.pressed is action else due


def _after(at: Timestamp, seconds: float) -> Timestamp:
    """The first microsecond at which so many seconds have passed."""
    due = Timestamp(at + math.ceil(seconds * SECOND_US))
    return due if seconds_between(at, due) >= seconds else Timestamp(due + 1)


def _between(mind: Mind, order: CrewOrder, bounds: tuple[float, float]) -> float:
    low, high = bounds
    return low + (high - low) * _share(mind, order.assignment, str(order.stage))


def _share(mind: Mind, assignment: int, what: str) -> float:
    """A number in [0, 1) that the seed, the unit, the assignment and the occasion determine."""
    text = f"{mind.habits.seed}|{mind.unit}|{assignment}|{what}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64
