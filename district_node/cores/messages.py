"""What is written to crews, and what they answer: the newest of each unit. A crew's screen shows
them. Those between an incident and a unit of two districts belong to an order: the incident's owner
keeps what it wrote, the unit's owner what its crew is shown. Pure.
"""

from citybrain.clock import Timestamp
from citybrain.domain.crew import CrewMessage
from citybrain.domain.order import MessageReply
from citybrain.ids import IncidentId, MessageId, OrderId, UnitId
from citybrain.limits import MESSAGE_REPLIES, ORDER_MESSAGES
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from district_node.cores.case_limits import CREW_MESSAGES

Messages = SortedMap[UnitId, tuple[CrewMessage, ...]]  # of each unit, the oldest first


def with_message(messages: Messages, message: CrewMessage) -> Messages:
    """With one more message to its unit."""
    kept = (*(messages.get(message.unit) or ()), message)
    if len(kept) > CREW_MESSAGES.value:
        oldest = _to_leave(kept[:-1])
        kept = tuple(one for one in kept if one is not oldest)
    return messages.put(message.unit, kept)


def left_out(before: Messages, after: Messages, unit: UnitId) -> tuple[CrewMessage, ...]:
    """What had to leave so that another one of the unit could be kept."""
    kept = [one.message for one in after.get(unit) or ()]
    return tuple(one for one in before.get(unit) or () if one.message not in kept)


def message_of(messages: Messages, unit: UnitId, message: MessageId) -> CrewMessage | None:
    """The unit's message of that id, if it is kept."""
    return next((one for one in messages.get(unit) or () if one.message == message), None)


def about(messages: Messages, incident: IncidentId) -> tuple[CrewMessage, ...]:
    """What was written about the incident, to whichever unit, the oldest first."""
    found = [one for some in messages.values() for one in some if one.incident == incident]
    return tuple(sorted(found, key=lambda one: (one.at, one.message)))


def with_reading(messages: Messages, message: CrewMessage, at: Timestamp) -> Messages:
    """Its crew has read it: the first time counts."""
    return with_change(messages, message, read_by(message, at))


def with_reply(messages: Messages, message: CrewMessage, reply: MessageReply) -> Messages:
    """Its crew has answered it; who answers has read."""
    read = read_by(message, reply.at)
    return with_change(messages, message, replace(read, replies=(*read.replies, reply)))


def has_room(message: CrewMessage) -> bool:
    """Whether it may be answered once more."""
    return len(message.replies) < MESSAGE_REPLIES.value


def read_by(message: CrewMessage, at: Timestamp) -> CrewMessage:
    """The message, read at the latest at `at`."""
    return message if message.read_at is not None else replace(message, read_at=at)


def with_change(messages: Messages, before: CrewMessage, after: CrewMessage) -> Messages:
    """With what became of one of them."""
    kept = tuple(after if one.message == before.message else one for one in messages[before.unit])
    return messages.put(before.unit, kept)


def of_order(messages: Messages, unit: UnitId, order: OrderId) -> tuple[CrewMessage, ...]:
    """What belongs to the order, the oldest first."""
    return tuple(one for one in messages.get(unit) or () if one.order == order)


def is_order_full(messages: Messages, unit: UnitId, order: OrderId) -> bool:
    """Whether no more may be written to the unit within the order."""
    return len(of_order(messages, unit, order)) >= ORDER_MESSAGES.value


def is_written_here(message: CrewMessage) -> bool:
    """Whether this district wrote it to a crew of another one."""
    return message.order is not None and not message.district


def is_shown_here(message: CrewMessage) -> bool:
    """Whether another district wrote it to a crew of this one."""
    return bool(message.district)


def is_pending(message: CrewMessage) -> bool:
    """Whether its crew has not read it and still may."""
    return message.read_at is None and not message.not_reached


def _to_leave(kept: tuple[CrewMessage, ...]) -> CrewMessage:
    """What is answered goes first, then what belongs to an order and is not waited for."""
    for may_go in (_is_answered, _is_settled):
        found = next((one for one in kept if may_go(one)), None)
        if found is not None:
            return found
    return kept[0]


def _is_answered(message: CrewMessage) -> bool:
    return bool(message.replies)


def _is_settled(message: CrewMessage) -> bool:
    return message.order is not None and not is_pending(message)
