"""Public messages as JSON: proto3's mapping, with the fields' own names, in the order of the protos
and with their defaults; what is absent is left out.

Written by hand because the library's gives another order in every process, and takes twice as
long for every row.
"""

import json
import math
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from google.protobuf.descriptor import (  # type: ignore[import-untyped]  # no stubs
    Descriptor,
    FieldDescriptor,
)
from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs
from google.protobuf.timestamp_pb2 import Timestamp  # type: ignore[import-untyped]  # no stubs

if TYPE_CHECKING:
    Value = None | bool | float | str | list["Value"] | dict[str, "Value"]
    Write = Callable[[Message], Value]  # of a field's value: a message, text, number or several


def json_of(message: Message) -> bytes:
    """One line of UTF-8 JSON."""
    values = values_of(message)
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def values_of(message: Message) -> "dict[str, Value]":
    """The message as JSON values."""
    values: dict[str, Value] = {}
    for name, has_presence, write in _fields(message.DESCRIPTOR):
        if not has_presence or message.HasField(name):
            values[name] = write(getattr(message, name))
    return values


@cache
def _fields(kind: Descriptor) -> "tuple[tuple[str, bool, Write], ...]":
    """(name, whether it may be absent, how its value is written) of every field."""
    return tuple((field.name, field.has_presence, _writer(field)) for field in kind.fields)


def _writer(field: FieldDescriptor) -> "Write":
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        one = _writer_of_one(field.message_type.fields_by_name["value"])
        return lambda values: {key: one(values[key]) for key in sorted(values)}
    one = _writer_of_one(field)
    if field.is_repeated:
        return lambda values: [one(value) for value in values]
    return one


def _writer_of_one(field: FieldDescriptor) -> "Write":
    if field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE:
        return _number
    if field.message_type is None:
        return _as_it_is
    if field.message_type.full_name == Timestamp.DESCRIPTOR.full_name:
        return _time
    return values_of


def _as_it_is(value: Message) -> "Value":
    plain: Value = value
    return plain


def _number(value: float) -> "Value":
    """JSON has no infinity and no NaN: a bare one ends a browser's stream. Proto3 names them."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _time(value: Message) -> "Value":
    text: str = value.ToJsonString()
    return text
