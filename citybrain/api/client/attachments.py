"""Files of an incident, as a screen's values."""

from citybrain.api.resources.elements import timestamp_of
from citybrain.api.v1 import attachment_pb2 as pb
from citybrain.clock import Timestamp
from citybrain.ids import AttachmentId
from citybrain.structs import Struct


class AttachmentShown(Struct, frozen=True, kw_only=True):
    """What a screen shows of a file. `state`: kept, missing, damaged or redacted."""

    attachment: AttachmentId
    at: Timestamp
    actor: str
    name: str
    media_type: str
    size: int
    state: str
    redacted: str = ""  # who took it back, and why


def attachment_shown(message: pb.Attachment) -> AttachmentShown:
    redacted = f"{message.redacted_by}: {message.redacted_reason}" if message.redacted_by else ""
    return AttachmentShown(
        attachment=AttachmentId(message.id),
        at=timestamp_of(message.at),
        actor=message.actor,
        name=message.name,
        media_type=message.media_type,
        size=message.size,
        state=message.state,
        redacted=redacted,
    )
