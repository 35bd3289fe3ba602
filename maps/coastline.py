"""The sea of an extract. OpenStreetMap has no areas of sea: coastlines are lines with the land on
their left, cut where the extract ends.

The rectangle of the extract is cut along its coastlines (polygonised, as OSMCoastline does with the
world); a face is sea where more of the coast that runs along it has it on its right. Extracts lose
the nodes behind their border, so that a coast ends a little before it: there it is drawn on to it.
"""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from maps.projection import Box

ASIDE = 1e-10  # of the unit square: four millimetres at the equator
INSET = 1e-9  # likewise; what the sea keeps off the border, so that every coast crosses its frame
GAP_MAX = 0.1  # of the shorter side: an end that is further inside is a gap in the data


def sea_of(coastlines: Sequence[shapely.Geometry], box: Box) -> list[shapely.Geometry]:
    """The faces of `box` that are sea; `coastlines` are lines within it, of the unit square, whose
    y runs to the south. Empty where there is no coastline: it is land, or the open sea.
    """
    border = shapely.box(*box).exterior
    frame = shapely.box(*box).buffer(-INSET, join_style="mitre")
    parts = shapely.get_parts(np.array(coastlines, dtype=object))
    merged = shapely.line_merge(shapely.multilinestrings(parts), directed=True)
    reach = min(box.east - box.west, box.south - box.north) * GAP_MAX
    coast = [_drawn_on(line, border, reach) for line in shapely.get_parts(merged)]
    cut = shapely.unary_union([*coast, frame.exterior])
    faces = [
        face
        for face in shapely.get_parts(shapely.polygonize([cut]))
        if frame.covers(face.representative_point())
    ]
    return _wet(faces, np.concatenate([_steps(line) for line in coast]))


def _drawn_on(line: shapely.Geometry, border: shapely.Geometry, reach: float) -> shapely.Geometry:
    """A coast whose ends are on the border, where they were near it."""
    if line.is_closed:
        return line
    places = [tuple(place) for place in shapely.get_coordinates(line).tolist()]
    for at in (0, -1):
        end = shapely.Point(places[at])
        if 0 < end.distance(border) <= reach:
            on_border = border.interpolate(border.project(end))
            places.insert(0 if at == 0 else len(places), (on_border.x, on_border.y))
    return shapely.LineString(places)


def _steps(line: shapely.Geometry) -> NDArray[np.float64]:
    """The steps of one line, [n, 4]: from x, y to x, y; none for a point."""
    places = shapely.get_coordinates(line)
    return np.hstack([places[:-1], places[1:]])


def _wet(faces: list[shapely.Geometry], steps: NDArray[np.float64]) -> list[shapely.Geometry]:
    along = steps[:, 2:] - steps[:, :2]
    length = np.hypot(along[:, 0], along[:, 1])
    steps, along, length = steps[length > 0], along[length > 0], length[length > 0]
    middle = (steps[:, :2] + steps[:, 2:]) / 2
    # with y to the south, the right of (dx, dy) is (-dy, dx)
    aside = np.column_stack([-along[:, 1], along[:, 0]]) / length[:, None] * ASIDE
    votes = np.zeros(len(faces))
    tree = shapely.STRtree(faces)
    for side, sign in ((aside, 1.0), (-aside, -1.0)):
        step, face = tree.query(shapely.points(middle + side), predicate="within")
        np.add.at(votes, face, sign * length[step])
    return [face for face, vote in zip(faces, votes, strict=True) if vote > 0]
