"""The decisions of one simulated crew: a pure core. Reads no clock and calls nobody.

The district's view is authoritative. The crew presses the button that follows from the stage that
its device shows, and presses it again with the same request id when the view does not change.
The device's own rule is applied here: an assignment number at or below the last one seen is void.
"""

import hashlib
import math
from collections.abc import Callable, Mapping

from citybrain.clock import SECOND_US, Timestamp, seconds_between
from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition, CrewView
from citybrain.geo import Point, distance_m, toward
from citybrain.ids import RequestId, UnitId
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.structs import Struct, replace
from citybrain.vocabulary import CrewAction, OrderStage

NEVER = Timestamp(0)
REFUSAL = "vehicle_fault"


class CrewBehaviour(Struct, frozen=True, kw_only=True):
    """The delays and chances of a crew's actions; pairs are bounds that `seed` draws between.

    `speedup` multiplies the crew's speed, so that trips across a city fit into a demo's minutes.
    """

    seed: int = 1
    speed_mps: float = 8.0
    speedup: float = 60.0
    accept_s: tuple[float, float] = (1.0, 2.0)
    depart_s: float = 0.5
    work_s: tuple[float, float] = (3.0, 6.0)
    report_s: float = 0.5
    retry_s: float = 3.0
    refuse_share: float = 0.2


class CrewState(Struct, frozen=True, kw_only=True):
    """What one crew knows.

    `since`: when the shown stage was first seen; `pressed`: the last button, `pressed_at`: when.
    """

    unit: UnitId
    behaviour: CrewBehaviour
    place: Point | None = None  # None until the device showed one
    last_assignment_number: int = 0
    refused: int = -1  # the last refused assignment number (-1: none): never two in a row
    order: CrewOrder | None = None
    since: Timestamp = NEVER
    pressed: CrewAction | None = None
    pressed_at: Timestamp = NEVER
    moved_at: Timestamp = NEVER


class VoidOrder(Struct, frozen=True, kw_only=True):
    """An order that the device does not show: its assignment number is not above the last seen."""

    order: CrewOrder


CrewCommand = CrewAnswer | CrewPosition | VoidOrder
Decision = tuple[CrewState, tuple[CrewCommand, ...]]


def on_view(crew: CrewState, view: CrewView, now: Timestamp) -> Decision:
    """The device has received `view`."""
    crew = replace(crew, place=view.place if crew.place is None else crew.place)
    order = view.order
    if order is None or order.stage in ENDED_ORDER_STAGES:
        return replace(crew, order=None, pressed=None), ()
    held = crew.order
    if order.assignment_number < crew.last_assignment_number or (
        order.assignment_number == crew.last_assignment_number
        and held is not None
        and held.order != order.order
    ):
        return replace(crew, order=None, pressed=None), (VoidOrder(order=order),)
    if held is not None and (held.order, held.stage) == (order.order, order.stage):
        return replace(crew, order=order), ()
    return replace(
        crew,
        order=order,
        last_assignment_number=order.assignment_number,
        since=now,
        pressed=None,
        moved_at=now,
    ), ()


def on_tick(crew: CrewState, now: Timestamp) -> Decision:
    """Time has passed: press the button that is due, move toward the incident."""
    if crew.order is None:
        return crew, ()
    handle = HANDLERS.get(crew.order.stage)
    return handle(crew, crew.order, now) if handle is not None else (crew, ())


def next_wakeup(crew: CrewState) -> Timestamp | None:
    """When `on_tick` gives its next command if no new view arrives; None: it gives none.

    Before that time `on_tick` changes nothing.
    """
    if crew.order is None:
        return None
    due = WAKEUPS.get(crew.order.stage)
    return due(crew, crew.order) if due is not None else None


def will_refuse(crew: CrewState, assignment_number: int) -> bool:
    """Whether this crew refuses this assignment: drawn from the seed, and never twice in a row."""
    return (
        crew.refused != assignment_number - 1
        and _random_share(crew, assignment_number, "refuse") < crew.behaviour.refuse_share
    )


def _answer_order(crew: CrewState, order: CrewOrder, now: Timestamp) -> Decision:
    if will_refuse(crew, order.assignment_number):
        crew, commands = _press(
            crew,
            order,
            CrewAction.CANNOT,
            after_s=_random_delay_s(crew, order, crew.behaviour.accept_s),
            now=now,
            reason=REFUSAL,
        )
        return replace(
            crew, refused=order.assignment_number if commands else crew.refused
        ), commands
    return _press(
        crew,
        order,
        CrewAction.ACCEPT,
        after_s=_random_delay_s(crew, order, crew.behaviour.accept_s),
        now=now,
    )


def _answer_due(crew: CrewState, order: CrewOrder) -> Timestamp:
    action = CrewAction.CANNOT if will_refuse(crew, order.assignment_number) else CrewAction.ACCEPT
    return _press_due(crew, action, after_s=_random_delay_s(crew, order, crew.behaviour.accept_s))


def _depart(crew: CrewState, order: CrewOrder, now: Timestamp) -> Decision:
    return _press(crew, order, CrewAction.DEPART, after_s=crew.behaviour.depart_s, now=now)


def _depart_due(crew: CrewState, _order: CrewOrder) -> Timestamp:
    return _press_due(crew, CrewAction.DEPART, after_s=crew.behaviour.depart_s)


def _drive_or_arrive(crew: CrewState, order: CrewOrder, now: Timestamp) -> Decision:
    here = order.task.place if crew.place is None else crew.place
    if _has_arrived(crew, order):
        return _press(crew, order, CrewAction.ARRIVE, after_s=0.0, now=now)
    passed_s = seconds_between(crew.moved_at, now)
    if passed_s < crew.behaviour.report_s:
        return crew, ()
    place = toward(
        here, order.task.place, passed_s * crew.behaviour.speed_mps * crew.behaviour.speedup
    )
    return replace(crew, place=place, moved_at=now), (
        CrewPosition(unit=crew.unit, place=place, at=now),
    )


def _drive_or_arrive_due(crew: CrewState, order: CrewOrder) -> Timestamp:
    return (
        _press_due(crew, CrewAction.ARRIVE, after_s=0.0)
        if _has_arrived(crew, order)
        else _after(crew.moved_at, crew.behaviour.report_s)
    )


def _has_arrived(crew: CrewState, order: CrewOrder) -> bool:
    return crew.place is None or distance_m(crew.place, order.task.place) < 1.0


def _work(crew: CrewState, order: CrewOrder, now: Timestamp) -> Decision:
    return _press(
        crew,
        order,
        CrewAction.FINISH,
        after_s=_random_delay_s(crew, order, crew.behaviour.work_s),
        now=now,
    )


def _work_due(crew: CrewState, order: CrewOrder) -> Timestamp:
    return _press_due(
        crew, CrewAction.FINISH, after_s=_random_delay_s(crew, order, crew.behaviour.work_s)
    )


HANDLERS: Mapping[OrderStage, Callable[[CrewState, CrewOrder, Timestamp], Decision]] = {
    OrderStage.ISSUED: _answer_order,
    OrderStage.ACCEPTED: _depart,
    OrderStage.EN_ROUTE: _drive_or_arrive,
    OrderStage.ON_SCENE: _work,
}
WAKEUPS: Mapping[OrderStage, Callable[[CrewState, CrewOrder], Timestamp]] = {
    OrderStage.ISSUED: _answer_due,
    OrderStage.ACCEPTED: _depart_due,
    OrderStage.EN_ROUTE: _drive_or_arrive_due,
    OrderStage.ON_SCENE: _work_due,
}


def _press(
    crew: CrewState,
    order: CrewOrder,
    action: CrewAction,
    *,
    after_s: float,
    now: Timestamp,
    reason: str = "",
) -> Decision:
    """Press `action` once `after_s` have passed since the stage was shown; again if it stays."""
    if seconds_between(crew.since, now) < after_s:
        return crew, ()
    if crew.pressed is action and seconds_between(crew.pressed_at, now) < crew.behaviour.retry_s:
        return crew, ()
    request = RequestId(f"{crew.unit}-{order.assignment_number}-{action}")
    answer = CrewAnswer(
        request=request,
        unit=crew.unit,
        order=order.order,
        assignment_number=order.assignment_number,
        action=action,
        reason=reason,
    )
    return replace(crew, pressed=action, pressed_at=now), (answer,)


def _press_due(crew: CrewState, action: CrewAction, *, after_s: float) -> Timestamp:
    due = _after(crew.since, after_s)
    return (
        max(due, _after(crew.pressed_at, crew.behaviour.retry_s)) if crew.pressed is action else due
    )


def _after(at: Timestamp, seconds: float) -> Timestamp:
    """The first microsecond at which `seconds` have passed since `at`."""
    due = Timestamp(at + math.ceil(seconds * SECOND_US))
    return due if seconds_between(at, due) >= seconds else Timestamp(due + 1)


def _random_delay_s(crew: CrewState, order: CrewOrder, bounds: tuple[float, float]) -> float:
    low, high = bounds
    return low + (high - low) * _random_share(crew, order.assignment_number, str(order.stage))


def _random_share(crew: CrewState, assignment_number: int, purpose: str) -> float:
    """A number in [0, 1) that seed, unit, assignment and purpose determine."""
    text = f"{crew.behaviour.seed}|{crew.unit}|{assignment_number}|{purpose}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]) / 2**64
