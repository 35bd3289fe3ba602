"""What several resources are made of: places and times."""

from google.protobuf.timestamp_pb2 import (  # type: ignore[import-untyped]  # no stubs
    Timestamp as PbTimestamp,
)

from citybrain.api.v1 import place_pb2 as pb
from citybrain.clock import SECOND_US, Timestamp
from citybrain.geo import Point

INT32_MAX = 2**31 - 1


def count(number: int) -> int:
    """A count as the API's fields hold it; what is beyond them is shown as the most they hold."""
    return min(number, INT32_MAX)


def place_message(place: Point) -> pb.Place:
    return pb.Place(latitude=place.lat, longitude=place.lon)


def time_message(at: Timestamp) -> PbTimestamp:
    seconds, micros = divmod(at, SECOND_US)
    return PbTimestamp(seconds=seconds, nanos=micros * 1_000)


def time_or_none(at: Timestamp | None) -> PbTimestamp | None:
    return None if at is None else time_message(at)


def timestamp_of(message: PbTimestamp) -> Timestamp:
    """The time in a message, whole microseconds of it."""
    return Timestamp(message.seconds * SECOND_US + message.nanos // 1_000)
