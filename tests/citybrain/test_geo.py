"""Distances and ways on the earth."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.geo import (
    EARTH_RADIUS_M,
    Point,
    bearing_deg,
    compass_point,
    distance_m,
    is_valid,
    toward,
)

points = st.builds(Point, lat=st.floats(-89, 89), lon=st.floats(-179, 179))
near = st.builds(Point, lat=st.floats(30.5, 30.8), lon=st.floats(103.9, 104.2))  # a city


@given(points, points)
def test_distance_is_symmetric_and_never_more_than_half_the_earth(a, b):
    assert distance_m(a, b) == pytest.approx(distance_m(b, a))
    assert 0 <= distance_m(a, b) <= math.pi * EARTH_RADIUS_M * 1.000001


@given(points, points, points)
def test_no_detour_is_shorter(a, b, c):
    assert distance_m(a, c) <= distance_m(a, b) + distance_m(b, c) + 1e-3


def test_known_distances():
    assert distance_m(Point(lat=0, lon=0), Point(lat=0, lon=1)) == pytest.approx(111_195, rel=1e-4)
    chengdu, chongqing = Point(lat=30.5728, lon=104.0668), Point(lat=29.5630, lon=106.5516)
    assert distance_m(chengdu, chongqing) == pytest.approx(264_000, rel=0.01)
    assert distance_m(Point(lat=0, lon=179.9), Point(lat=0, lon=-179.9)) == pytest.approx(
        22_239, rel=1e-3
    )  # over the date line


@given(near, near, st.floats(0, 50_000))
def test_on_the_way_one_comes_nearer_by_what_one_went(start, goal, metres):
    here = toward(start, goal, metres)
    whole = distance_m(start, goal)
    if metres >= whole:
        assert here == goal
    else:
        assert distance_m(start, here) == pytest.approx(metres, rel=1e-2, abs=0.5)
        assert distance_m(here, goal) <= whole + 0.5


@pytest.mark.parametrize(
    "bad",
    [
        Point(lat=91, lon=0),
        Point(lat=0, lon=181),
        Point(lat=math.nan, lon=0),
        Point(lat=0, lon=math.inf),
    ],
)
def test_what_is_no_place_is_not_valid(bad):
    assert not is_valid(bad)


def test_the_edges_of_the_earth_are_valid():
    assert is_valid(Point(lat=-90, lon=180))


@given(points, points)
def test_a_bearing_is_from_0_to_below_360(a, b):
    assert 0 <= bearing_deg(a, b) < 360


@pytest.mark.parametrize(
    ("north", "east", "degrees", "word"),
    [
        (1, 0, 0, "north"),
        (1, 1, 45, "north-east"),
        (0, 1, 90, "east"),
        (-1, 0, 180, "south"),
        (0, -1, 270, "west"),
        (1, -0.1, 354.3, "north"),
    ],
)
def test_a_bearing_is_clockwise_from_true_north(north, east, degrees, word):
    here, far = Point(lat=60.0, lon=24.0), 1e-3
    east_scale = math.cos(math.radians(here.lat))
    there = Point(lat=here.lat + far * north, lon=here.lon + far * east / east_scale)
    assert bearing_deg(here, there) == pytest.approx(degrees, abs=0.1)
    assert compass_point(bearing_deg(here, there)) == word


def test_the_bearing_over_the_date_line_is_the_short_way():
    assert bearing_deg(Point(lat=0, lon=179.9), Point(lat=0, lon=-179.9)) == pytest.approx(90)
