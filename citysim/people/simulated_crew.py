"""The decisions of one simulated crew: a pure core. Reads no clock and calls nobody.

The district's view is authoritative. The crew presses the button that follows from the stage that
its device shows, and presses it again with the same request id when the view does not change.
The device's own rule is applied here: an assignment number at or below the last one seen is void.
"""

import hashlib
import math
from collections.abc import Callable, Mapping

from citybrain.clock import SECOND_US, Timestamp, seconds_between
from citybrain.domain.console import UnitAction, UnitVerb
from citybrain.domain.crew import CrewAnswer, CrewOrder, CrewPosition, CrewView
from citybrain.domain.order import FoundNeed
from citybrain.domain.unit import UnitStatus
from citybrain.geo import Point, distance_m, toward
from citybrain.ids import RequestId, UnitId
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.structs import Struct, replace
from citybrain.vocabulary import Capability, CrewAction, Finding, OrderStage, RefusalClass

NEVER = Timestamp(0)
# what a crew says that cannot do an order: what that means for its unit, and its words
Refusal = tuple[RefusalClass | None, str]
VEHICLE_FAULT: Refusal = (RefusalClass.UNIT_OUT, "vehicle_fault")
REFUSALS: tuple[Refusal, ...] = (
    VEHICLE_FAULT,
    (RefusalClass.EQUIPMENT_OUT, "wrong equipment"),
    (RefusalClass.CASE_NOT, "the way is blocked"),
    (RefusalClass.LATER, "held up"),
    (None, "cannot"),  # of a device that knows no classes
)
FINDINGS = (Finding.NOTHING_HERE, Finding.AS_REPORTED, Finding.WORSE)
NOTHING = Capability("")
BEYOND_SHARE = 0.1  # of what crews find: the worst of it


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
    refusals: tuple[Refusal, ...] = (VEHICLE_FAULT,)
    break_share: float = 0.0  # of its orders, after which it takes a break
    away_s: tuple[float, float] = (5.0, 15.0)  # until it is ready again, whatever it was
    found_share: float = 0.0  # of the orders of which it says what it found
    wanted: Capability = Capability("patrol")  # what it asks for; crews know whom their city has …
    beyond: Capability = NOTHING  # … and sometimes for this, which nobody there can do


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
    status: UnitStatus | None = None  # why it gets no order, as its device shows it …
    away_since: Timestamp = NEVER  # … since when it has known of that, or of what it lacks
    wants_break: bool = False
    said: UnitVerb | None = None  # of its duty, last …
    said_at: Timestamp = NEVER  # … at this time


class VoidOrder(Struct, frozen=True, kw_only=True):
    """An order that the device does not show: its assignment number is not above the last seen."""

    order: CrewOrder


CrewCommand = CrewAnswer | CrewPosition | UnitAction | VoidOrder
Decision = tuple[CrewState, tuple[CrewCommand, ...]]


def on_view(crew: CrewState, view: CrewView, now: Timestamp) -> Decision:
    """The device has received `view`."""
    crew = replace(crew, place=view.place if crew.place is None else crew.place)
    crew, order = _noted_duty(crew, view, now), view.order
    if order is None or order.stage in ENDED_ORDER_STAGES:
        wants_break = crew.wants_break or (crew.order is not None and _takes_break(crew))
        return replace(crew, order=None, pressed=None, wants_break=wants_break), ()
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
        return _say_duty(crew, now)
    handle = HANDLERS.get(crew.order.stage)
    return handle(crew, crew.order, now) if handle is not None else (crew, ())


def next_wakeup(crew: CrewState) -> Timestamp | None:
    """When `on_tick` gives its next command if no new view arrives; None: it gives none.

    Before that time `on_tick` changes nothing.
    """
    if crew.order is None:
        return _duty_due(crew)
    due = WAKEUPS.get(crew.order.stage)
    return due(crew, crew.order) if due is not None else None


def will_refuse(crew: CrewState, assignment_number: int) -> bool:
    """Whether this crew refuses this assignment: drawn from the seed, and never twice in a row."""
    return (
        crew.refused != assignment_number - 1
        and _random_share(crew, assignment_number, "refuse") < crew.behaviour.refuse_share
    )


def _noted_duty(crew: CrewState, view: CrewView, now: Timestamp) -> CrewState:
    is_away = view.status is not None or bool(view.lost_capabilities)
    was_away = crew.away_since != NEVER
    since = crew.away_since if was_away and is_away else now if is_away else NEVER
    wants_break = crew.wants_break and not is_away
    return replace(crew, status=view.status, away_since=since, wants_break=wants_break)


def _takes_break(crew: CrewState) -> bool:
    return _random_share(crew, crew.last_assignment_number, "break") < crew.behaviour.break_share


def _wanted(crew: CrewState) -> tuple[UnitVerb, Timestamp] | None:
    """What it says of its duty next, and when; None: nothing."""
    if crew.away_since != NEVER:
        low, high = crew.behaviour.away_s
        share = _random_share(crew, crew.last_assignment_number, "away")
        return UnitVerb.READY, _after(crew.away_since, low + (high - low) * share)
    return (UnitVerb.BREAK, crew.since) if crew.wants_break else None


def _duty_due(crew: CrewState) -> Timestamp | None:
    wanted = _wanted(crew)
    if wanted is None:
        return None
    verb, due = wanted
    return max(due, _after(crew.said_at, crew.behaviour.retry_s)) if crew.said is verb else due


def _say_duty(crew: CrewState, now: Timestamp) -> Decision:
    """Under the same request until the screen shows that it counts."""
    wanted, due = _wanted(crew), _duty_due(crew)
    if wanted is None or due is None or now < due:
        return crew, ()
    verb, _ = wanted
    request = f"{crew.unit}-{verb}-{crew.last_assignment_number}-{crew.away_since}"
    action = UnitAction(
        request=RequestId(request), operator="", unit=crew.unit, verb=verb, reason=str(verb)
    )
    return replace(crew, said=verb, said_at=now), (action,)


def _refusal(crew: CrewState, assignment_number: int) -> Refusal:
    known = crew.behaviour.refusals
    return known[int(_random_share(crew, assignment_number, "class") * len(known))]


def _answer_order(crew: CrewState, order: CrewOrder, now: Timestamp) -> Decision:
    if will_refuse(crew, order.assignment_number):
        crew, commands = _press(
            crew,
            order,
            CrewAction.CANNOT,
            after_s=_random_delay_s(crew, order, crew.behaviour.accept_s),
            now=now,
            refusal=_refusal(crew, order.assignment_number),
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
    finding, needs = _finding(crew, order)
    crew, commands = _press(
        crew,
        order,
        CrewAction.FINISH,
        after_s=_random_delay_s(crew, order, crew.behaviour.work_s),
        now=now,
    )
    answers = (a for a in commands if isinstance(a, CrewAnswer))
    return crew, tuple(replace(answer, finding=finding, needs=needs) for answer in answers)


def _finding(crew: CrewState, order: CrewOrder) -> tuple[Finding, tuple[FoundNeed, ...]]:
    """What it says of a share of its orders: each finding of as many. What is worse asks for one
    unit more."""
    share, behaviour = _random_share(crew, order.assignment_number, "found"), crew.behaviour
    if share >= behaviour.found_share:
        return Finding.UNKNOWN, ()
    finding = FINDINGS[int(share / behaviour.found_share * len(FINDINGS))]
    is_beyond = behaviour.beyond != NOTHING and share > (1 - BEYOND_SHARE) * behaviour.found_share
    asked = behaviour.beyond if is_beyond else behaviour.wanted
    return finding, (FoundNeed(capability=asked),) if finding is Finding.WORSE else ()


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
    refusal: Refusal = (None, ""),
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
        reason_class=refusal[0],
        reason=refusal[1],
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
