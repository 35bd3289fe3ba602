"""What an incident's owner writes to the crew of another district that was sent to it, on its way
through the city, and what became of it on its way back. Pure.

The city keeps what the crew has not read yet, for a unit's owner whose store goes back in time;
everything else it only passes on. What reached nobody it says itself.
"""

from citybrain.clock import Timestamp
from citybrain.decider.command import Command, Post
from citybrain.domain.order import (
    CROWDED,
    OLDER_VERSION,
    ORDER_OVER,
    MessageReceipt,
    OrderMessage,
)
from citybrain.ids import DistrictId
from citybrain.limits import ORDER_MESSAGES
from citybrain.structs import replace
from citybrain.vocabulary import OrderStep
from coordinator.cores import order_saga
from coordinator.cores.order_saga import OrderSaga, SagaStage, UnitOwnerStage

Step = tuple[OrderSaga, tuple[Command, ...]]
WITHOUT_CREW = frozenset({SagaStage.PROPOSING, SagaStage.ABORTING})


def forward(saga: OrderSaga, sender: DistrictId, message: OrderMessage, at: Timestamp) -> Step:
    """To the unit's owner, as often as it comes: that one knows what it has shown."""
    owner = saga.task.incident_district
    if sender != owner or message.incident_district != owner or saga.unit_district == owner:
        return saga, ()
    if saga.stage in WITHOUT_CREW or saga.unit_owner_stage is UnitOwnerStage.RELEASED:
        return saga, (not_reached(message, ORDER_OVER, at),)
    others = tuple(one for one in saga.messages if one.message != message.message)
    if len(others) >= ORDER_MESSAGES.value:
        return saga, (not_reached(message, CROWDED, at),)
    return replace(saga, messages=(*others, message)), (request(saga, message),)


def note_receipt(saga: OrderSaga, receipt: MessageReceipt) -> OrderSaga:
    """What was read, or never will be, need not come again."""
    if receipt.read_at is None and not receipt.not_reached:
        return saga
    kept = tuple(one for one in saga.messages if one.message != receipt.message)
    return replace(saga, messages=kept) if len(kept) < len(saga.messages) else saga


def refuse_all(saga: OrderSaga, sender: DistrictId, at: Timestamp) -> Step:
    """The unit's owner does not know the step: it is of an older version."""
    if sender != saga.unit_district:
        return saga, ()
    refused = tuple(not_reached(message, OLDER_VERSION, at) for message in saga.messages)
    return (replace(saga, messages=()) if refused else saga), refused


def repeat(saga: OrderSaga) -> tuple[Command, ...]:
    """What the crew had not read when its district's store went back in time."""
    return tuple(request(saga, message) for message in saga.messages)


def request(saga: OrderSaga, message: OrderMessage) -> Post:
    """The letter that asks the unit's owner to show it."""
    return order_saga.request(saga, OrderStep.MESSAGE, message=message)


def not_reached(message: OrderMessage, reason: str, at: Timestamp) -> Post:
    """The letter that tells the incident's owner that its message reached nobody."""
    receipt = MessageReceipt(
        message=message.message,
        order=message.order,
        unit=message.unit,
        incident=message.incident,
        incident_district=message.incident_district,
        at=at,
        not_reached=reason,
    )
    return Post(to=order_saga.peer(message.incident_district), letter=receipt)


def relay(receipt: MessageReceipt) -> Post:
    """The letter that tells the incident's owner what became of its message."""
    return Post(to=order_saga.peer(receipt.incident_district), letter=receipt)
