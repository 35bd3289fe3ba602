"""Web Mercator as every tiled map has it: the world is a square with x to the east and y to the
south, both from 0 to 1, and zoom z cuts it into 2^z by 2^z tiles (EPSG:3857, ICA 2014).
"""

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from citybrain.map_file import MapBounds

MARGIN = 1 / 64  # of its side that a tile shows around itself, so that strokes meet
LATITUDE_MAX = 85.051_128_78  # of the square, in degrees


class Tile(NamedTuple):
    """One tile, by zoom, column from the west, row from the north."""

    z: int
    x: int
    y: int


class Box(NamedTuple):
    """A rectangle of the unit square; north is the smaller y."""

    west: float
    north: float
    east: float
    south: float


def project(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """An array [n, 2] of longitudes and latitudes as places of the unit square."""
    latitude = np.radians(np.clip(degrees[:, 1], -LATITUDE_MAX, LATITUDE_MAX))
    x = degrees[:, 0] / 360 + 0.5
    y = 0.5 - np.arcsinh(np.tan(latitude)) / (2 * math.pi)
    return np.column_stack([x, y])


def box_of(bounds: MapBounds) -> Box:
    """`bounds` on the unit square."""
    corners = np.array([[bounds.west, bounds.north], [bounds.east, bounds.south]])
    (west, north), (east, south) = project(corners).tolist()
    return Box(west, north, east, south)


def box_of_tile(tile: Tile, margin: float = 0.0) -> Box:
    """Where a tile lies, with `margin` (a part of its side) around it."""
    side = 1 / (1 << tile.z)
    west, north = (tile.x - margin) * side, (tile.y - margin) * side
    reach = (1 + 2 * margin) * side
    return Box(west, north, west + reach, north + reach)


def tiles_in(box: Box, zoom: int) -> Iterator[Tile]:
    """The tiles of `zoom` that `box` touches, row by row."""
    last = (1 << zoom) - 1
    scale = 1 << zoom
    columns = range(max(0, int(box.west * scale)), min(last, int(box.east * scale)) + 1)
    for y in range(max(0, int(box.north * scale)), min(last, int(box.south * scale)) + 1):
        for x in columns:
            yield Tile(zoom, x, y)


def within(tile: Tile, zoom: int) -> Iterator[Tile]:
    """The tiles of `zoom` (not above the tile's own) that `tile` is cut into."""
    depth = zoom - tile.z
    for y in range(tile.y << depth, (tile.y + 1) << depth):
        for x in range(tile.x << depth, (tile.x + 1) << depth):
            yield Tile(zoom, x, y)
