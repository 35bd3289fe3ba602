"""Zones and lines over foot points, vectorised. Image geometry in shares of the picture; distances
in picture heights. Nothing about rules here."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from street_agent.track.tracks import Tracks

Floats = NDArray[np.float64]
Corner = tuple[float, float]
Zone = tuple[Corner, ...]  # at least three corners, closed by itself
Line = tuple[Corner, Corner]


def foot_points(tracks: Tracks) -> Floats:
    """[N, 2] where each object stands: the middle of its box's lower edge."""
    boxes = tracks.boxes
    return np.stack(((boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]), axis=1)


def inside(zone: Zone, points: Floats) -> NDArray[np.bool_]:
    """[N] whether each point lies in `zone` (even-odd rule; no zone: everywhere)."""
    if not zone or not len(points):
        return np.ones(len(points), np.bool_)
    x1, y1, y2, slope = _edges(zone)
    x, y = points[:, 0, None], points[:, 1, None]
    spans = (y1 > y) != (y2 > y)
    return np.asarray((spans & (x < x1 + (y - y1) * slope)).sum(axis=1) % 2 == 1)


@lru_cache(maxsize=256)
def _edges(zone: Zone) -> tuple[Floats, Floats, Floats, Floats]:
    corners = np.array(zone, np.float64)
    following = np.roll(corners, -1, axis=0)
    rise = following[:, 1] - corners[:, 1]
    slope = np.divide(
        following[:, 0] - corners[:, 0], rise, out=np.zeros(len(corners)), where=rise != 0
    )
    return corners[:, 0], corners[:, 1], following[:, 1], slope


def area(zone: Zone) -> float:
    """The share of the picture that `zone` covers (shoelace)."""
    corners = np.array(zone, np.float64)
    x, y = corners[:, 0], corners[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def right_of(line: Line, points: Floats, aspect: float) -> Floats:
    """[N] signed distance in picture heights from the endless line: positive to the right of
    somebody who walks from its first point to its second."""
    (ax, ay), (bx, by) = line
    dx, dy = (bx - ax) * aspect, by - ay
    return np.asarray(
        (dx * (points[:, 1] - ay) - dy * (points[:, 0] - ax) * aspect) / np.hypot(dx, dy)
    )


def meets(line: Line, starts: Floats, ends: Floats) -> NDArray[np.bool_]:
    """[N] whether the way from start to end (on opposite sides of the line) passes between the
    line's two points."""
    (ax, ay), (bx, by) = line
    dx, dy = bx - ax, by - ay
    from_a = dx * (starts[:, 1] - ay) - dy * (starts[:, 0] - ax)
    to_b = dx * (ends[:, 1] - ay) - dy * (ends[:, 0] - ax)
    span = from_a - to_b
    share = np.divide(from_a, span, out=np.zeros(len(starts)), where=span != 0)
    at = starts + (ends - starts) * share[:, None]
    along = ((at[:, 0] - ax) * dx + (at[:, 1] - ay) * dy) / (dx * dx + dy * dy)
    return np.asarray((along >= 0) & (along <= 1))
