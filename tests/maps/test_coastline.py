"""The sea lies on the right of its coast, up to the border of the extract."""

import pytest
import shapely

from maps.coastline import sea_of
from maps.projection import Box

BOX = Box(0.0, 0.0, 1.0, 1.0)  # y runs to the south
WEST_EAST = shapely.LineString([(0, 0.5), (0.5, 0.55), (1, 0.5)])  # heading east: right is south


def area(*lines):
    return shapely.unary_union(sea_of([*lines], BOX)).area


def test_the_sea_is_on_the_right_of_its_coast():
    (sea,) = sea_of([WEST_EAST], BOX)
    assert sea.contains(shapely.Point(0.5, 0.9))
    assert not sea.contains(shapely.Point(0.5, 0.1))
    (other,) = sea_of([WEST_EAST.reverse()], BOX)
    assert other.contains(shapely.Point(0.5, 0.1))


def test_an_island_is_no_sea():
    island = shapely.LineString([(0.4, 0.7), (0.6, 0.7), (0.6, 0.8), (0.4, 0.8), (0.4, 0.7)])
    # land is on its left: with y to the south it runs against the clock on the screen
    (sea,) = sea_of([WEST_EAST, island.reverse()], BOX)
    assert not sea.contains(shapely.Point(0.5, 0.75))
    assert sea.contains(shapely.Point(0.5, 0.95))


def test_an_island_alone_stands_in_the_sea():
    island = shapely.LineString([(0.4, 0.7), (0.4, 0.8), (0.6, 0.8), (0.6, 0.7), (0.4, 0.7)])
    assert area(island) == pytest.approx(1 - 0.02, abs=1e-6)


def test_pieces_of_one_coast_are_joined_in_their_direction():
    pieces = [
        shapely.LineString([(0.5, 0.5), (1, 0.5)]),
        shapely.LineString([(0, 0.5), (0.5, 0.5)]),
    ]
    assert area(*pieces) == pytest.approx(0.5, abs=1e-6)


def test_a_coast_whose_last_node_the_extract_lost_is_drawn_on_to_the_border():
    short = shapely.LineString([(0.02, 0.5), (0.5, 0.5), (0.97, 0.5)])
    assert area(short) == pytest.approx(0.5, abs=1e-6)


def test_a_coast_with_a_gap_inside_makes_no_sea():
    assert sea_of([shapely.LineString([(0, 0.5), (0.6, 0.5)])], BOX) == []
