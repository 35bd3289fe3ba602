"""A file that a person attached to a case: what is noted of it. Its bytes lie beside the journal,
under their digest."""

from collections.abc import Iterable

from citybrain.clock import Timestamp
from citybrain.ids import AttachmentId
from citybrain.structs import Struct, replace


class Redaction(Struct, frozen=True, kw_only=True):
    """Who took a file's bytes away, and why."""

    at: Timestamp
    actor: str
    reason: str


class Attachment(Struct, frozen=True, kw_only=True):
    """One file of a case. `redaction` None: its bytes are kept."""

    attachment: AttachmentId
    at: Timestamp
    actor: str
    name: str
    media_type: str
    size: int  # bytes
    sha256: str  # hexadecimal
    redaction: Redaction | None = None


def attachment_of(attachments: Iterable[Attachment], attachment: AttachmentId) -> Attachment | None:
    """The one of that id."""
    return next((one for one in attachments if one.attachment == attachment), None)


def kept(attachments: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Those whose bytes nobody took away."""
    return tuple(one for one in attachments if one.redaction is None)


def redacted(
    attachments: Iterable[Attachment], attachment: AttachmentId, redaction: Redaction
) -> tuple[Attachment, ...]:
    """All of them, the one of that id without its bytes."""
    return tuple(
        replace(one, redaction=redaction) if one.attachment == attachment else one
        for one in attachments
    )
