"""What was answered to the city, so that a repeat gets the same answer, and the tombstones of what was released before it came. Decides no order."""

from citybrain.domain.order import OrderAnswer
from citybrain.ids import OrderId
from citybrain.table import Table
from citybrain.value import Value, field, replace
from citybrain.vocabulary import OrderStep


class Promises(Value, frozen=True, kw_only=True):
    answers: Table[str, OrderAnswer] = field(default_factory=Table)  # by order and step
    unit_tombs: Table[OrderId, str] = field(
        default_factory=Table
    )  # released or withdrawn before `reserve` came: why
    slot_tombs: Table[OrderId, str] = field(
        default_factory=Table
    )  # released or not coming before `claim` came: why


def answered(promises: Promises, order: OrderId, step: OrderStep) -> OrderAnswer | None:
    return promises.answers.get(f"{order}|{step}")


def keep(promises: Promises, answer: OrderAnswer) -> Promises:
    return replace(promises, answers=promises.answers.put(f"{answer.order}|{answer.step}", answer))


def bury_unit_side(promises: Promises, order: OrderId, because: str) -> Promises:
    return replace(promises, unit_tombs=promises.unit_tombs.put(order, because))


def bury_slot_side(promises: Promises, order: OrderId, because: str) -> Promises:
    return replace(promises, slot_tombs=promises.slot_tombs.put(order, because))


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
