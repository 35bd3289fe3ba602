"""Points on the earth (WGS 84 degrees) and distances between them. No image geometry."""

import math

from citybrain.structs import Struct

EARTH_RADIUS_M = 6_371_008.8  # IUGG mean radius
COMPASS = (
    "north",
    "north-east",
    "east",
    "south-east",
    "south",
    "south-west",
    "west",
    "north-west",
)


class Point(Struct, frozen=True, kw_only=True):
    """Latitude and longitude in degrees."""

    lat: float
    lon: float


def distance_m(a: Point, b: Point) -> float:
    """Great-circle distance in metres (haversine)."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b.lon - a.lon) / 2
    h = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


def bearing_deg(start: Point, goal: Point) -> float:
    """Degrees clockwise from true north in which `goal` lies, from 0 to below 360, as the great
    circle sets out; 0 where both are one point."""
    lat_a, lat_b = math.radians(start.lat), math.radians(goal.lat)
    lon = math.radians(goal.lon - start.lon)
    east = math.sin(lon) * math.cos(lat_b)
    north = math.cos(lat_a) * math.sin(lat_b) - math.sin(lat_a) * math.cos(lat_b) * math.cos(lon)
    degrees = math.degrees(math.atan2(east, north)) % 360
    return degrees if degrees < 360 else 0.0  # a tiny angle west of north is rounded up to it


def compass_point(heading_deg: float) -> str:
    """The nearest of the eight points of the compass, in English."""
    return COMPASS[round(heading_deg / 45) % 8]


def toward(start: Point, goal: Point, metres: float) -> Point:
    """The point `metres` from `start` towards `goal`, never past it. Interpolates degrees, which is
    accurate enough within a city."""
    whole = distance_m(start, goal)
    if whole <= metres or whole == 0:
        return goal
    share = metres / whole
    return Point(
        lat=start.lat + (goal.lat - start.lat) * share,
        lon=start.lon + (goal.lon - start.lon) * share,
    )


def is_valid(point: Point) -> bool:
    """Whether both coordinates are finite degrees of the earth."""
    return (
        math.isfinite(point.lat)
        and math.isfinite(point.lon)
        and abs(point.lat) <= 90
        and abs(point.lon) <= 180
    )
