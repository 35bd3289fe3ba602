"""Files of incidents: what is asked, checked, and what they are to a client."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from citybrain.api.requests.checks import Checks
from citybrain.api.resources.elements import count, time_message, time_or_none
from citybrain.api.v1 import attachment_pb2 as pb
from citybrain.clock import Timestamp
from citybrain.ids import AttachmentId, IncidentId, RequestId
from citybrain.structs import Struct


class AttachAsked(Struct, frozen=True, kw_only=True):
    """Who attaches a file to which incident. `name` is as its sender wrote it."""

    request: RequestId
    incident: IncidentId
    operator: str
    name: str


class AttachmentAsked(Struct, frozen=True, kw_only=True):
    """Which file of which incident somebody wants."""

    incident: IncidentId
    attachment: AttachmentId


# no Struct: it holds a live object
@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file of an incident as it is given out: what is noted of it, and its bytes."""

    attachment: AttachmentId
    name: str
    media_type: str
    size: int
    sha256: str
    actor: str
    at: Timestamp
    pieces: AsyncIterator[bytes]


def attach_asked(request: pb.AttachRequest) -> AttachAsked:
    """Raises `InvalidRequestError` with everything that is wrong. A name is of any writing and
    length: the district cleans and bounds it."""
    checks = Checks(request)
    asked = AttachAsked(
        request=RequestId(checks.identifier("request_id")),
        incident=IncidentId(checks.identifier("incident")),
        operator=checks.identifier("actor"),
        name=request.name,
    )
    checks.finish()
    return asked


def attachment_asked(request: pb.GetAttachmentRequest) -> AttachmentAsked:
    """Raises `InvalidRequestError`."""
    checks = Checks(request)
    asked = AttachmentAsked(
        incident=IncidentId(checks.identifier("incident")),
        attachment=AttachmentId(checks.identifier("attachment")),
    )
    checks.finish()
    return asked


def attachment_message(
    *,
    attachment: AttachmentId,
    name: str,
    media_type: str,
    size: int,
    sha256: str,
    actor: str,
    at: Timestamp,
    state: str,
    redacted_by: str = "",
    redacted_reason: str = "",
    redacted_at: Timestamp | None = None,
) -> pb.Attachment:
    """What is noted of a file. `state`: whether its bytes can be had."""
    return pb.Attachment(
        id=attachment,
        name=name,
        media_type=media_type,
        size=count(size),
        sha256=sha256,
        actor=actor,
        at=time_message(at),
        state=state,
        redacted_by=redacted_by,
        redacted_reason=redacted_reason,
        redacted_at=time_or_none(redacted_at),
    )
