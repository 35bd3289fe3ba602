"""A client's messages: requests of fields, replies as they come."""

from collections.abc import Mapping

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]  # no stubs

from citybrain.api.lists.port import PublicMessage
from citybrain.api.methods import ApiMethod
from citybrain.errors import MalformedError


def request_of(method: ApiMethod, fields: Mapping[str, object]) -> PublicMessage:
    """The request with these fields; messages within it may be dicts."""
    return method.request(**fields)


def reply_of(method: ApiMethod, payload: bytes) -> PublicMessage:
    """The reply in `payload`, fields of newer nodes passed over. Raises `MalformedError`."""
    try:
        return method.reply.FromString(payload)
    except DecodeError as error:
        raise MalformedError("reply", f"it is no {method.reply.DESCRIPTOR.name}") from error
