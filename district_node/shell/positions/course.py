"""Where a unit heads, from the positions that it reports. Pure; for screens, and no decision reads
it.

It is computed here and not asked of the phone: a browser gives a heading only while its phone
moves, and a browser on a desk or a person who says where a crew with a radio is gives none at all;
and positions are checked for what the unit can have reached, which a heading could not be. So every
unit has one that moves, and it costs nothing on the wire.
"""

from citybrain.clock import Timestamp, seconds_between
from citybrain.geo import Point, bearing_deg, distance_m
from citybrain.structs import Struct
from district_node.limits import COURSE_AGE, COURSE_STEP


class Course(Struct, frozen=True, kw_only=True):
    """The place from which the next stretch is measured, when the unit was there, and where it
    headed on its way there; None: nobody knows."""

    place: Point
    at: Timestamp
    heading_deg: float | None = None


def course_after(course: Course | None, place: Point, at: Timestamp) -> Course:
    """The course of a unit that is at `place` at `at`. A stretch counts from `COURSE_STEP` on, for
    a phone that lies still wanders by some metres. Of a unit that made none within `COURSE_AGE`
    nobody knows any more where it points."""
    if course is None or seconds_between(course.at, at) > COURSE_AGE.value:
        return Course(place=place, at=at)
    if distance_m(course.place, place) < COURSE_STEP.value:
        return course
    return Course(place=place, at=at, heading_deg=round(bearing_deg(course.place, place)) % 360)
