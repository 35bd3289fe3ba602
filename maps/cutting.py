"""Cuts features into one tile: what lies in it, thinned out for its zoom, on its grid of integers.

Lines with the same properties become one feature whose pieces are joined, so that a street has one
name and not one at each corner. Thinning is Douglas and Peucker's (shapely.simplify), by less than
a pixel.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from maps.projection import MARGIN, Tile, box_of_tile
from maps.schema import LAYERS, Properties
from maps.spool import FeatureTable
from maps.vector_tile import EXTENT, Geometry, TileFeature, TileLayer

Shapes = NDArray[np.object_]
PIXEL = EXTENT / 512  # units; a tile is drawn 512 pixels wide
THINNING = 0.75 * PIXEL  # of shapes, above the deepest zoom, which is drawn larger than it is
AREA_MIN = 4 * PIXEL**2  # smaller areas are left out above the deepest zoom
POLYGON, MULTI = 3, 4  # type ids of shapely; from MULTI on a shape has parts
KINDS = {0: Geometry.POINT, 1: Geometry.LINE, 2: Geometry.LINE, POLYGON: Geometry.POLYGON}
SOLID = (POLYGON, 6)


def cut(features: FeatureTable, tile: Tile, *, is_deepest: bool) -> list[TileLayer]:
    """The layers of `tile`; none where it is empty. `is_deepest`: no zoom follows, so nothing is
    thinned out."""
    chosen = features.touching(box_of_tile(tile, MARGIN), tile.z)
    if not len(chosen):
        return []
    shapes = _on_grid(features.shapes[chosen], tile, is_deepest=is_deepest)
    parts, owners = _simple_parts(shapes)
    kinds = [KINDS[kind] for kind in shapely.get_type_id(parts).tolist()]
    areas = shapely.area(parts).tolist()
    made: dict[str, list[TileFeature]] = {layer: [] for layer in LAYERS}
    lines: dict[tuple[str, Properties], list[shapely.Geometry]] = {}
    for part, kind, area, index in zip(parts, kinds, areas, chosen[owners].tolist(), strict=True):
        layer, properties = features.layers[index], features.properties[index]
        if kind is Geometry.LINE:
            lines.setdefault((layer, properties), []).append(part)
        elif kind is Geometry.POINT:
            made[layer].append(TileFeature(kind, [_places(part)], properties))
        elif is_deepest or area >= AREA_MIN:
            made[layer].append(TileFeature(kind, _rings(part), properties))
    for (layer, properties), pieces in lines.items():
        joined = shapely.line_merge(shapely.MultiLineString(pieces))
        paths = [_places(path) for path in shapely.get_parts(joined)]
        made[layer].append(TileFeature(Geometry.LINE, paths, properties))
    return [TileLayer(layer, found) for layer, found in made.items() if found]


def _on_grid(shapes: Shapes, tile: Tile, *, is_deepest: bool) -> Shapes:
    """The part of each shape in the tile and its margin, in whole units."""
    units = EXTENT * (1 << tile.z)
    origin = np.array([tile.x, tile.y]) * EXTENT
    moved = shapely.transform(shapes, lambda places: places * units - origin)
    low, high = -MARGIN * EXTENT, (1 + MARGIN) * EXTENT
    if not is_deepest:
        moved = shapely.simplify(moved, THINNING)
    found: Shapes = shapely.clip_by_rect(moved, low, low, high, high)
    bad = ~shapely.is_valid(found)
    found[bad] = shapely.make_valid(found[bad])
    solid = np.isin(shapely.get_type_id(found), SOLID)
    found[solid] = shapely.set_precision(found[solid], 1.0)  # valid on the grid, or gone
    return found


def _simple_parts(shapes: Shapes) -> tuple[Shapes, NDArray[np.int64]]:
    """Points, lines and polygons that `shapes` consist of, and the index of each one's shape."""
    parts, owners = shapely.get_parts(shapes, return_index=True)
    if (shapely.get_type_id(parts) >= MULTI).any():  # in a collection, where a shape was mended
        parts, inner = shapely.get_parts(parts, return_index=True)
        owners = owners[inner]
    there = ~shapely.is_empty(parts)
    parts, owners = parts[there], owners[there]
    solid = shapely.get_type_id(parts) == POLYGON
    parts[solid] = shapely.orient_polygons(parts[solid])
    return parts, owners


def _rings(polygon: shapely.Polygon) -> list[list[tuple[int, int]]]:
    """Its rings as a vector tile has them: with y to the south, positive areas are outer ones."""
    return [_places(ring)[:-1] for ring in (polygon.exterior, *polygon.interiors)]


def _places(shape: shapely.Geometry) -> list[tuple[int, int]]:
    found: list[list[int]] = np.rint(shapely.get_coordinates(shape)).astype(np.int64).tolist()
    return [(x, y) for x, y in found]
