"""What answers are made of: words of closed sets, and places."""

from enum import StrEnum
from typing import TypeVar

from citybrain.api.v1 import place_pb2
from citybrain.geo import Point

W = TypeVar("W", bound=StrEnum)


def word_of(words: type[W], text: str) -> W:
    """The member that `text` is; UNKNOWN for one that a newer node has."""
    return words(text) if text in words.__members__.values() else words("unknown")


def cap_word_of(words: type[W], text: str) -> W:
    """As `word_of`, of the words of CAP."""
    return words(text) if text in words.__members__.values() else words("Unknown")


def point_of(place: place_pb2.Place) -> Point:
    return Point(lat=place.latitude, lon=place.longitude)
