"""Where a unit heads, from its positions."""

import pytest

from citybrain.clock import SECOND_US
from citybrain.geo import Point
from district_node.limits import COURSE_AGE, COURSE_STEP
from district_node.shell.positions.course import course_after

HERE = Point(lat=30.66, lon=104.06)
METRE = 1 / 111_195


def north(metres):
    return Point(lat=HERE.lat + metres * METRE, lon=HERE.lon)


def at(seconds):
    return round(seconds * SECOND_US)


def course(*reports):
    """After (metres north, second) reports."""
    found = None
    for metres, second in reports:
        found = course_after(found, north(metres), at(second))
    return found


def test_one_position_has_no_heading():
    assert course((0, 0)).heading_deg is None


@pytest.mark.parametrize(("metres", "degrees"), [(20, 0), (-20, 180)])
def test_a_stretch_has_the_heading_of_its_way(metres, degrees):
    assert course((0, 0), (metres, 5)).heading_deg == degrees


def test_steps_that_are_too_short_add_up_until_they_are_a_stretch():
    short = COURSE_STEP.value / 3
    assert course((0, 0), (short, 5), (2 * short, 10)).heading_deg is None
    assert course((0, 0), (short, 5), (2 * short, 10), (3.1 * short, 15)).heading_deg == 0


def test_a_phone_that_lies_still_and_wanders_turns_nobody():
    wandering = [(100 + (-1) ** n * 6, 5 + n) for n in range(60)]
    assert course((0, 0), *wandering).heading_deg == 0


def test_whoever_stands_for_long_has_no_heading_any_more():
    moved = [(0, 0), (50, 5)]
    assert course(*moved, (50, COURSE_AGE.value)).heading_deg == 0
    assert course(*moved, (50, COURSE_AGE.value + 6)).heading_deg is None


def test_two_positions_far_apart_in_time_say_nothing_of_the_way_between():
    assert course((0, 0), (4_000, COURSE_AGE.value + 1)).heading_deg is None


def test_a_heading_is_below_360():
    start = course_after(None, HERE, at(0))
    nearly_north = Point(lat=north(1_000).lat, lon=HERE.lon - METRE)
    assert course_after(start, nearly_north, at(5)).heading_deg == 0
