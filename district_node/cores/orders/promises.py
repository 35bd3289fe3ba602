"""What was answered to the city, so that a repeat gets the same answer, and the tombstones of what was released before it came. Decides no order."""

from citybrain.domain.order import OrderAnswer
from citybrain.ids import OrderId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import OrderStep


class Promises(Struct, frozen=True, kw_only=True):
    answers: SortedMap[str, OrderAnswer] = field(default_factory=SortedMap)  # by order and step
    unit_tombs: SortedMap[OrderId, str] = field(
        default_factory=SortedMap
    )  # released or withdrawn before `reserve` came: why
    slot_tombs: SortedMap[OrderId, str] = field(
        default_factory=SortedMap
    )  # released or not coming before `claim` came: why


def answered(promises: Promises, order: OrderId, step: OrderStep) -> OrderAnswer | None:
    return promises.answers.get(f"{order}|{step}")


def keep(promises: Promises, answer: OrderAnswer) -> Promises:
    return replace(promises, answers=promises.answers.put(f"{answer.order}|{answer.step}", answer))


def bury_unit_side(promises: Promises, order: OrderId, reason: str) -> Promises:
    return replace(promises, unit_tombs=promises.unit_tombs.put(order, reason))


def bury_slot_side(promises: Promises, order: OrderId, reason: str) -> Promises:
    return replace(promises, slot_tombs=promises.slot_tombs.put(order, reason))


def forget(promises: Promises, order: OrderId) -> Promises:
    """Nothing is remembered of `order` any more."""
    answers = promises.answers
    for step in OrderStep:
        answers = answers.drop(f"{order}|{step}")
    return Promises(
        answers=answers,
        unit_tombs=promises.unit_tombs.drop(order),
        slot_tombs=promises.slot_tombs.drop(order),
    )
