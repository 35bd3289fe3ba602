"""What a timer of the city is for: its kind, its subject, and the text that names its row."""

from enum import StrEnum
from typing import NamedTuple

from citybrain import canonical_json
from citybrain.ids import OrderId, TimerId


class TimerKind(StrEnum):
    """After each kind stands its subject."""

    REPLAN = "replan"  # none: a plan is requested, or a requested one did not come
    ORDER_DEADLINE = "order_deadline"  # order: what its saga waits for did not come


class TimerKey(NamedTuple):
    """A timer's kind and subject."""

    kind: TimerKind
    subject: tuple[str, ...] = ()


def timer_id(key: TimerKey) -> TimerId:
    """The text that names the timer's row."""
    return TimerId(canonical_json.encode(key).decode())


def timer_key(timer: TimerId) -> TimerKey:
    """Raises `MalformedError` for the name of no timer of this version."""
    return canonical_json.decode(timer.encode(), TimerKey)


REPLAN = timer_id(TimerKey(TimerKind.REPLAN))


def order_deadline(order: OrderId) -> TimerId:
    """The timer of an order's saga; an order has one at a time."""
    return timer_id(TimerKey(TimerKind.ORDER_DEADLINE, (order,)))
