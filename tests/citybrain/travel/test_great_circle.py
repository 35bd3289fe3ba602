"""Times by great circle: the distance at the unit's speed, to the millisecond."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from road_travel import alone

from citybrain.clock import Timestamp
from citybrain.geo import Point, distance_m
from citybrain.travel.great_circle import GREAT_CIRCLE, SPEED_BANDS
from citybrain.travel.values import Origins, places_of

AT = Timestamp(0)
HERE = Point(lat=30.65, lon=104.05)
towns = st.tuples(st.floats(30.0, 31.0), st.floats(103.5, 104.5)).map(
    lambda p: Point(lat=p[0], lon=p[1])
)


def origins_at(points, speeds):
    return Origins(places=places_of(points), speed_mps=np.array(speeds, dtype=np.float64))


@given(towns, towns, st.floats(0.5, 60.0))
def test_it_is_the_distance_at_the_units_speed(start, goal, speed_mps):
    (seconds,) = alone(GREAT_CIRCLE, origins_at([start], [speed_mps]), places_of([goal]), AT)
    assert abs(seconds - distance_m(start, goal) / speed_mps) <= 0.000_51


def test_the_time_of_day_makes_no_difference_and_neither_does_the_way_round():
    there = Point(lat=30.7, lon=104.2)
    one = alone(GREAT_CIRCLE, origins_at([HERE], [8.0]), places_of([there]), AT)
    other = alone(GREAT_CIRCLE, origins_at([there], [8.0]), places_of([HERE]), Timestamp(10**12))
    assert one == other


def test_a_fast_unit_far_away_is_found_beside_slow_ones_near_by():
    """Few speeds have a search each: k of every one."""
    slow = [Point(lat=30.65 + i * 0.0001, lon=104.05) for i in range(50)]
    far = Point(lat=30.70, lon=104.05)
    index = GREAT_CIRCLE.index(origins_at([*slow, far], [1.0] * 50 + [90.0]))
    found = index.nearest(places_of([HERE]), AT, k=2, within_s=3600.0)
    assert 50 in found.origin


def test_many_speeds_share_few_bands_and_the_bound_is_by_the_fastest_of_each():
    points = [Point(lat=30.6 + i * 0.001, lon=104.0) for i in range(100)]
    speeds = [5.0 + i / 10 for i in range(100)]
    index = GREAT_CIRCLE.index(origins_at(points, speeds))
    found = index.nearest(places_of([HERE]), AT, k=3, within_s=1e9)
    assert len(found.seconds) == 3 * SPEED_BANDS
    left_out = np.setdiff1d(np.arange(100), found.origin)
    every = origins_at(points, speeds)
    seconds = alone(GREAT_CIRCLE, every.take(left_out), places_of([HERE] * len(left_out)), AT)
    assert 0 < found.outside_s[0] <= seconds.min()


def test_without_origins_nothing_is_found_and_nothing_is_left_out():
    found = GREAT_CIRCLE.index(origins_at([], [])).nearest(
        places_of([HERE]), AT, k=3, within_s=60.0
    )
    assert len(found.seconds) == 0
    assert np.isinf(found.outside_s).all()
