"""The checks of decoding: each returns the value that it was given, or raises `MalformedError` with
a reason and the field's name.

Ids and times come back as `Any`, so that each field takes its own type without a conversion: these
checks run for every field of every message.
"""

from collections.abc import Mapping
from functools import lru_cache
from math import isfinite
from typing import Any, TypeVar

from google.protobuf.message import DecodeError, Message  # type: ignore[import-untyped]  # no stubs

from citybrain import kinds
from citybrain.errors import MalformedError
from citybrain.geo import Point
from citybrain.limits import MESSAGE_BYTES, Limit
from citybrain.vocabulary import EventKind, IncidentKind
from citybrain.wire.v1 import vocabulary_pb2 as pb
from citybrain.wire.validation.limits import (
    AT_MICROS,
    DURATION_S,
    ID_CHARS,
    NAMED_NUMBERS,
    NAMES_KEPT,
    SEQUENCE_NUMBER,
    TEXT_CHARS,
    WRITTEN_CHARS,
)

M = TypeVar("M", bound=Message)
FEW_NAMES = 16  # of one set: the cache would keep as many as a message has
VERSION = 1  # of the messages on MQTT; another version is refused


def parse(kind: type[M], payload: bytes, limit: Limit = MESSAGE_BYTES) -> M:
    """The protobuf message in `payload`; reasons "oversized" and "undecodable"."""
    if len(payload) > limit.value:
        raise MalformedError("oversized", f"{len(payload)} bytes; {limit.name} is {limit.value}")
    try:
        message: M = kind.FromString(payload)
    except DecodeError as error:
        raise MalformedError("undecodable", f"no {kind.DESCRIPTOR.name}: {error}") from error
    return message


def serialized(message: Message) -> bytes:
    """The bytes of `message`."""
    payload: bytes = message.SerializeToString()
    return payload


def check_version(version: int) -> None:
    """Raises `MalformedError` for the version of another protocol."""
    if version != VERSION:
        raise MalformedError(
            "version", f"message of version {version}; this software knows {VERSION}"
        )


def identifier(value: str, name: str) -> Any:
    """An id or code: 1 to 128 printable characters."""
    if 0 < len(value) <= ID_CHARS.value and value.isprintable():
        return value
    raise MalformedError(
        "id", f"{name} is {value[:40]!r}; an id has 1 to {ID_CHARS.value} printable characters"
    )


def case_number(value: str, name: str) -> Any:
    """The number that people say of a case; districts of versions before give none."""
    return identifier(value, name) if value else value


def event_kind(value: str, name: str) -> EventKind:
    """The kind of an event, whether a rule of it is known or not."""
    if kinds.is_event_kind(value):
        return EventKind(value)
    raise MalformedError("kind", f"{name} is {value[:40]!r}; a kind is {kinds.EVENT_KIND_FORM}")


def incident_kind(value: str, name: str) -> IncidentKind:
    """The kind of an incident, whether a playbook of it is known or not."""
    if kinds.is_incident_kind(value):
        return IncidentKind(value)
    raise MalformedError("kind", f"{name} is {value[:40]!r}; a kind is {kinds.INCIDENT_KIND_FORM}")


def text(value: str, name: str) -> Any:
    """A reason, name or code that may be empty."""
    if len(value) <= TEXT_CHARS.value:
        return value
    raise MalformedError("text", f"{name} has {len(value)} characters; at most {TEXT_CHARS.value}")


def written(value: str, name: str) -> str:
    """What a person wrote to another one."""
    if len(value) <= WRITTEN_CHARS.value:
        return value
    raise MalformedError(
        "text", f"{name} has {len(value)} characters; at most {WRITTEN_CHARS.value}"
    )


def finite(value: float, name: str) -> float:
    """A finite number."""
    if isfinite(value):
        return value
    raise MalformedError("number", f"{name} is {value}")


def non_negative(value: float, name: str) -> float:
    """A finite number, not negative."""
    if isfinite(value) and value >= 0:
        return value
    raise MalformedError("number", f"{name} is {value}; it cannot be negative")


def duration(value: float, name: str) -> float:
    """Seconds from which a deadline is made."""
    if 0 <= value <= DURATION_S.value:  # false for NaN too
        return value
    raise MalformedError("number", f"{name} is {value} s; it is 0 to {DURATION_S.value} s")


def natural(value: int, name: str) -> int:
    """A whole number, not negative."""
    if value >= 0:
        return value
    raise MalformedError("number", f"{name} is {value}; it cannot be negative")


def sequence_number(value: int, name: str) -> int:
    """The number of an item, a letter or a request; 0 where there is none yet."""
    if 0 <= value <= SEQUENCE_NUMBER.value:
        return value
    raise MalformedError("number", f"{name} is {value}; it is 0 to {SEQUENCE_NUMBER.value}")


def timestamp(value: int, name: str) -> Any:
    """A time: microseconds since 1970, up to the year 2255."""
    if 0 <= value <= AT_MICROS.value:
        return value
    raise MalformedError("time", f"{name} is {value} µs since 1970")


def point(value: pb.Point, name: str) -> Point:
    """A place on the earth."""
    lat, lon = value.lat, value.lon
    if -90 <= lat <= 90 and -180 <= lon <= 180:  # false for NaN too
        return Point(lat=lat, lon=lon)
    raise MalformedError(
        "place", f"{name} is {lat}, {lon}; degrees of latitude and longitude are needed"
    )


def to_pb_point(value: Point) -> pb.Point:
    """The protobuf message of a place."""
    return pb.Point(lat=value.lat, lon=value.lon)


def bounded(values: Any, limit: Limit) -> Any:
    """A repeated field that is not too long."""
    if len(values) <= limit.value:
        return values
    raise MalformedError("count", f"{len(values)} {limit.unit}; {limit.name} is {limit.value}")


def named_numbers(values: Mapping[str, float]) -> dict[str, float]:
    """Finite numbers by name, in the order of their names."""
    names = tuple(values)
    if len(names) <= FEW_NAMES:
        found = {name: values[name] for name in _known_names(names)}
    else:
        found = {name: values[name] for name in _checked_names(bounded(names, NAMED_NUMBERS))}
    if not isfinite(sum(found.values())):  # checked one by one only to name the invalid one
        for name, value in found.items():
            finite(value, name)
    return found


def _checked_names(names: tuple[str, ...]) -> tuple[str, ...]:
    """In their order. Raises `MalformedError`."""
    return tuple(identifier(name, "name of a number") for name in sorted(names))


_known_names = lru_cache(maxsize=NAMES_KEPT.value)(_checked_names)
