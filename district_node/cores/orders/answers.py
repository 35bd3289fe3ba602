"""What was answered to the city about each order, so that a repeated step gets the same answer, and
the tombstones of orders that were released before they came. Decides no order.
"""

from typing import NamedTuple

from citybrain.domain.order import OrderAnswer
from citybrain.ids import OrderId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import OrderStep


class StepKey(NamedTuple):
    """One step of one order."""

    order: OrderId
    step: OrderStep


class OrderAnswers(Struct, frozen=True, kw_only=True):
    """The value of a tombstone is the reason for which a later `reserve` or `claim` is refused."""

    answers: SortedMap[StepKey, OrderAnswer] = field(default_factory=SortedMap)
    # released or withdrawn before their `reserve` came
    unit_tombstones: SortedMap[OrderId, str] = field(default_factory=SortedMap)
    # released or cancelled before their `claim` came
    slot_tombstones: SortedMap[OrderId, str] = field(default_factory=SortedMap)


def recorded_answer(known: OrderAnswers, order: OrderId, step: OrderStep) -> OrderAnswer | None:
    """The answer that this step got before; None for a new step."""
    return known.answers.get(StepKey(order, step))


def record_answer(known: OrderAnswers, answer: OrderAnswer) -> OrderAnswers:
    """The answers with `answer` among them."""
    key = StepKey(answer.order, answer.step)
    return replace(known, answers=known.answers.put(key, answer))


def add_unit_tombstone(known: OrderAnswers, order: OrderId, reason: str) -> OrderAnswers:
    """A later `reserve` of `order` is refused for `reason`."""
    return replace(known, unit_tombstones=known.unit_tombstones.put(order, reason))


def add_slot_tombstone(known: OrderAnswers, order: OrderId, reason: str) -> OrderAnswers:
    """A later `claim` of `order` is refused for `reason`."""
    return replace(known, slot_tombstones=known.slot_tombstones.put(order, reason))


def evict(known: OrderAnswers, order: OrderId) -> OrderAnswers:
    """Nothing is remembered of `order` any more."""
    answers = known.answers
    for step in OrderStep:
        answers = answers.drop(StepKey(order, step))
    return OrderAnswers(
        answers=answers,
        unit_tombstones=known.unit_tombstones.drop(order),
        slot_tombstones=known.slot_tombstones.drop(order),
    )
