"""The filter `area`: what lies in a rectangle of degrees, so that a map watches what it shows."""

import math
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from citybrain.api.errors import Violation
from citybrain.geo import Point
from citybrain.structs import Struct

V = TypeVar("V")
FIELD = "area"
REMEMBERED = 256  # texts; every row is asked with the same few


class Area(Struct, frozen=True, kw_only=True):
    """Degrees, WGS 84, edges included. `west` above `east`: over the date line."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, place: Point) -> bool:
        if not self.south <= place.lat <= self.north:
            return False
        if self.west <= self.east:
            return self.west <= place.lon <= self.east
        return place.lon >= self.west or place.lon <= self.east


@lru_cache(maxsize=REMEMBERED)
def area_of(text: str) -> Area | None:
    """The area that "south,west,north,east" says; None: it says none."""
    try:
        south, west, north, east = map(float, text.split(","))
    except ValueError:
        return None
    if not all(map(math.isfinite, (south, west, north, east))) or south > north:
        return None
    if max(abs(south), abs(north)) > 90 or max(abs(west), abs(east)) > 180:
        return None
    return Area(south=south, west=west, north=north, east=east)


def violation_of(text: str, field: str) -> Violation | None:
    """What is wrong with a value of the filter, if anything."""
    if area_of(text) is not None:
        return None
    return Violation(
        field=field,
        what=f"{text[:80]!r} is no area",
        cure="Give south,west,north,east in degrees, WGS 84, without spaces.",
    )


def is_in_area(place: Callable[[V], Point]) -> Callable[[V, str], bool]:
    """Whether the value's place lies in the area that is asked for."""

    def passes(value: V, wanted: str) -> bool:
        area = area_of(wanted)
        return area is not None and area.holds(place(value))

    return passes
