"""What the district writes to its crews, and what they answer: the newest of each unit. Pure; sends
nothing, for a crew's screen shows them.
"""

from citybrain.clock import Timestamp
from citybrain.domain.crew import CrewMessage, MessageReply
from citybrain.ids import IncidentId, MessageId, UnitId
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from district_node.cores.case_limits import CREW_MESSAGES, MESSAGE_REPLIES

Messages = SortedMap[UnitId, tuple[CrewMessage, ...]]  # of each unit, the oldest first


def with_message(messages: Messages, message: CrewMessage) -> Messages:
    """With one more message to its unit."""
    kept = (*(messages.get(message.unit) or ()), message)
    if len(kept) > CREW_MESSAGES.value:
        oldest = next((one for one in kept[:-1] if one.replies), kept[0])
        kept = tuple(one for one in kept if one is not oldest)
    return messages.put(message.unit, kept)


def message_of(messages: Messages, unit: UnitId, message: MessageId) -> CrewMessage | None:
    """The unit's message of that id, if it is kept."""
    return next((one for one in messages.get(unit) or () if one.message == message), None)


def about(messages: Messages, incident: IncidentId) -> tuple[CrewMessage, ...]:
    """What was written about the incident, to whichever unit, the oldest first."""
    found = [one for some in messages.values() for one in some if one.incident == incident]
    return tuple(sorted(found, key=lambda one: (one.at, one.message)))


def with_reading(messages: Messages, message: CrewMessage, at: Timestamp) -> Messages:
    """Its crew has read it: the first time counts."""
    return _put(messages, message, read_by(message, at))


def with_reply(messages: Messages, message: CrewMessage, reply: MessageReply) -> Messages:
    """Its crew has answered it; who answers has read."""
    read = read_by(message, reply.at)
    return _put(messages, message, replace(read, replies=(*read.replies, reply)))


def has_room(message: CrewMessage) -> bool:
    """Whether it may be answered once more."""
    return len(message.replies) < MESSAGE_REPLIES.value


def read_by(message: CrewMessage, at: Timestamp) -> CrewMessage:
    """The message, read at the latest at `at`."""
    return message if message.read_at is not None else replace(message, read_at=at)


def _put(messages: Messages, before: CrewMessage, after: CrewMessage) -> Messages:
    kept = tuple(after if one.message == before.message else one for one in messages[before.unit])
    return messages.put(before.unit, kept)
