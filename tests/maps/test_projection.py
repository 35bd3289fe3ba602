"""Web Mercator: known tiles of known places, and back."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.map_file import MapBounds
from maps.projection import Box, Tile, box_of, box_of_tile, project, tiles_in, within


@pytest.mark.parametrize(
    ("longitude", "latitude", "tile"),
    [
        (0.0, 0.0, Tile(1, 1, 1)),
        (24.945, 60.171, Tile(15, 18654, 9484)),
        (-9.1406, 53.3308, Tile(10, 486, 332)),  # of the documentation of mercantile
        (-0.1276, 51.5072, Tile(12, 2046, 1362)),
    ],
)
def test_a_place_lies_in_the_tile_that_every_map_has_for_it(longitude, latitude, tile):
    ((x, y),) = project(np.array([[longitude, latitude]])).tolist()
    assert tile in list(tiles_in(Box(x, y, x, y), tile.z))
    box = box_of_tile(tile)
    assert box.west <= x <= box.east
    assert box.north <= y <= box.south


@given(st.floats(-180, 180), st.floats(-85, 85))
def test_the_projection_can_be_undone(longitude, latitude):
    ((x, y),) = project(np.array([[longitude, latitude]])).tolist()
    assert x * 360 - 180 == pytest.approx(longitude, abs=1e-9)
    back = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
    assert back == pytest.approx(latitude, abs=1e-9)


def test_the_poles_are_the_ends_of_the_square():
    box = box_of(MapBounds(west=-180, south=-90, east=180, north=90))
    assert box == pytest.approx((0, 0, 1, 1), abs=1e-9)
    assert len(list(tiles_in(box, 3))) == 64


def test_a_tile_is_cut_into_four_a_zoom():
    assert list(within(Tile(3, 2, 5), 3)) == [Tile(3, 2, 5)]
    inner = list(within(Tile(3, 2, 5), 5))
    assert len(inner) == 16
    assert inner[0] == Tile(5, 8, 20)
    assert inner[-1] == Tile(5, 11, 23)
