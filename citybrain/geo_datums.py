"""Places in the datums of Chinese maps, as points in WGS 84: GCJ-02 (Chinese map services and
phones) and BD-09 (Baidu). Inside, everything is WGS 84; files at the edges may be of another.

GCJ-02 shifts WGS 84 by some hundred metres; its formula was never published by the authority and is
known from a program that came out in 2010. It is the one that all open converters have (`delta` of
https://github.com/googollee/eviltransform, `wgs_gcj` of https://github.com/Artoria2e5/PRCoords).
BD-09 turns and shifts GCJ-02 once more. Neither has an inverse in closed form: it is found by
iteration, to well below 0.1 m. Outside a rectangle around China both are WGS 84.
"""

import math
from collections.abc import Callable
from enum import StrEnum

from citybrain.geo import Point

Degrees = tuple[float, float]  # latitude, longitude
AXIS_M, ECCENTRICITY_2 = 6_378_245.0, 0.00669342162296594323  # Krasovsky's ellipsoid
SOUTH, NORTH, WEST, EAST = 0.8293, 55.8271, 72.004, 137.8347  # where the shift is applied
BAIDU_TURN = math.pi * 3_000 / 180
BAIDU_LAT, BAIDU_LON = 0.006, 0.0065
STEPS_MAX = 20
CLOSE_ENOUGH = 1e-9  # degrees, 0.1 mm


class Datum(StrEnum):
    """What coordinates in degrees are of."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


# names in GeoJSON's old member `crs`; CGCS 2000 (4490) differs from WGS 84 by less than a metre
REFERENCES = (
    *(("GCJ-02", Datum.GCJ02), ("GCJ02", Datum.GCJ02), ("BD-09", Datum.BD09), ("BD09", Datum.BD09)),
    *((name, Datum.WGS84) for name in ("CRS84", "EPSG::4326", "EPSG:4326")),
    *((name, Datum.WGS84) for name in ("EPSG::4490", "EPSG:4490")),
)


def datum_of_reference(crs: object) -> Datum | None:
    """The datum that a file's member `crs` names; one without it is of WGS 84 (RFC 7946). None: it
    names something else."""
    named = str(crs or REFERENCES[-1][0]).upper()
    return next((datum for name, datum in REFERENCES if name in named), None)


def to_wgs84(place: Point, datum: Datum) -> Point:
    """The place in WGS 84 that has these coordinates in `datum`."""
    at = (place.lat, place.lon)
    if datum is Datum.BD09:
        at = _inverse(_baidu_of_gcj02, at)
    if datum is not Datum.WGS84:
        at = _inverse(_gcj02_of_wgs84, at)
    return Point(lat=at[0], lon=at[1])


def from_wgs84(place: Point, datum: Datum) -> Point:
    """The coordinates in `datum` of a place in WGS 84."""
    at = (place.lat, place.lon)
    if datum is not Datum.WGS84 and _is_shifted(at):
        at = _gcj02_of_wgs84(at)
        if datum is Datum.BD09:
            at = _baidu_of_gcj02(at)
    return Point(lat=at[0], lon=at[1])


def _is_shifted(at: Degrees) -> bool:
    return SOUTH <= at[0] <= NORTH and WEST <= at[1] <= EAST


def _inverse(shift: Callable[[Degrees], Degrees], shifted: Degrees) -> Degrees:
    """What `shift` moves there. Between neighbours a shift differs by less than a hundredth of
    their distance, so each step leaves less than that of the error. What would come from outside
    the rectangle was not shifted."""
    lat, lon = shifted
    for _ in range(STEPS_MAX):
        found = shift((lat, lon))
        off = (shifted[0] - found[0], shifted[1] - found[1])
        lat, lon = lat + off[0], lon + off[1]
        if max(abs(off[0]), abs(off[1])) < CLOSE_ENOUGH:
            break
    return (lat, lon) if _is_shifted((lat, lon)) else shifted


def _gcj02_of_wgs84(at: Degrees) -> Degrees:
    """Polynomials and waves around 35 N, 105 E, in metres on the ellipsoid."""
    y, x = at[0] - 35.0, at[1] - 105.0
    both = 20.0 * _wave(x, 6.0) + 20.0 * _wave(x, 2.0)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x))
    north += (both + 20.0 * _wave(y) + 40.0 * _wave(y, 1 / 3)) * 2 / 3
    north += (160.0 * _wave(y, 1 / 12) + 320.0 * _wave(y, 1 / 30)) * 2 / 3
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x))
    east += (both + 20.0 * _wave(x) + 40.0 * _wave(x, 1 / 3)) * 2 / 3
    east += (150.0 * _wave(x, 1 / 12) + 300.0 * _wave(x, 1 / 30)) * 2 / 3
    latitude = math.radians(at[0])
    bulge = 1 - ECCENTRICITY_2 * math.sin(latitude) ** 2
    meridian = AXIS_M * (1 - ECCENTRICITY_2) / (bulge * math.sqrt(bulge))
    parallel = AXIS_M / math.sqrt(bulge) * math.cos(latitude)
    return at[0] + math.degrees(north / meridian), at[1] + math.degrees(east / parallel)


def _wave(degrees: float, times: float = 1.0) -> float:
    return math.sin(degrees * times * math.pi)


def _baidu_of_gcj02(at: Degrees) -> Degrees:
    lat, lon = at
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * BAIDU_TURN)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * BAIDU_TURN)
    return radius * math.sin(angle) + BAIDU_LAT, radius * math.cos(angle) + BAIDU_LON
