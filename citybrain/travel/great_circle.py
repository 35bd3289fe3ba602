"""Travel times by great circle at the unit's own speed: the default, and the only adapter that
needs no data. Knows no street, so it flatters whoever stands across a river.
"""

from typing import TYPE_CHECKING

import numpy as np

from citybrain.clock import Timestamp
from citybrain.geo import EARTH_RADIUS_M
from citybrain.structs import Struct
from citybrain.travel.values import Floats, Ints, Origins, Pairs, Places, TravelMatrix
from citybrain.travel.version import GREAT_CIRCLE_VERSION, TravelVersion

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

# origins of like speed share a tree, so that a fast one far away does not loosen the bound
SPEED_BANDS = 6
MS = 1000.0
CHORD_SLACK = 1e-12  # what the search tree's arithmetic may differ from ours


class GreatCircle(Struct, frozen=True):
    """Implements `citybrain.travel.port.TravelTimes`; the time of day makes no difference."""

    @property
    def version(self) -> TravelVersion:
        return GREAT_CIRCLE_VERSION

    def seconds(
        self,
        origins: Origins,
        destinations: Places,
        pairs: Pairs,
        at: Timestamp,  # noqa: ARG002 - the port: the time of day makes no difference here
    ) -> Floats:
        start = _on_sphere(origins.places)[:, pairs.origin]
        goal = _on_sphere(destinations)[:, pairs.destination]
        return _seconds(start, goal, origins.speed_mps[pairs.origin])

    def index(self, origins: Origins) -> "GreatCircleIndex":
        return GreatCircleIndex(origins)


GREAT_CIRCLE = GreatCircle()


class GreatCircleIndex:
    """Origins in a search tree for every band of speed. Built once, asked often."""

    def __init__(self, origins: Origins) -> None:
        # here, for it is a quarter of the time that a node takes to start
        from scipy.spatial import cKDTree

        self._xyz, self._speed = _on_sphere(origins.places), origins.speed_mps
        parts = _bands(self._speed)
        self._bands = [
            (part, cKDTree(self._xyz[:, part].T), float(self._speed[part].max())) for part in parts
        ]

    def nearest(
        self,
        destinations: Places,
        at: Timestamp,  # noqa: ARG002 - as above
        *,
        k: int,
        within_s: float,
    ) -> TravelMatrix:
        goals = _on_sphere(destinations)
        outside_s = np.full(goals.shape[1], np.inf)
        found = [(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))]
        for band in self._bands:
            destination, origin, bound_s = _search(band, goals, k, within_s)
            found.append((destination, origin))
            outside_s = np.minimum(outside_s, bound_s)
        destination = np.concatenate([d for d, _ in found])
        origin = np.concatenate([o for _, o in found])
        seconds = _seconds(self._xyz[:, origin], goals[:, destination], self._speed[origin])
        is_near = seconds <= within_s
        return TravelMatrix(
            source=GREAT_CIRCLE_VERSION,
            destination=destination[is_near],
            origin=origin[is_near],
            seconds=seconds[is_near],
            outside_s=outside_s,
        )


def _bands(speed_mps: Floats) -> list[Ints]:
    """The origins that move, by speed: one band a speed where there are few, else of equal size."""
    moving = np.flatnonzero(speed_mps > 0)
    in_order = moving[np.argsort(speed_mps[moving], kind="stable")]
    _, starts = np.unique(speed_mps[in_order], return_index=True)
    is_few = len(starts) <= SPEED_BANDS
    parts = np.split(in_order, starts[1:]) if is_few else np.array_split(in_order, SPEED_BANDS)
    return [part for part in parts if len(part)]


def _search(
    band: "tuple[Ints, cKDTree, float]", goals: Floats, k: int, within_s: float
) -> tuple[Ints, Ints, Floats]:
    """Pairs found in a band, and per destination the least seconds of everything not found."""
    origins, tree, fastest_mps = band
    k, many = min(k, len(origins)), goals.shape[1]
    # a millisecond more, for what is rounded down to `within_s` is within it
    reach = min(np.pi, (within_s + 1 / MS) * fastest_mps / EARTH_RADIUS_M)
    upper = 2 * np.sin(reach / 2) * (1 + 1e-9) + CHORD_SLACK
    chord, index = tree.query(goals.T, k=k, distance_upper_bound=upper)
    chord, index = chord.reshape(many, k), index.reshape(many, k)
    is_found = np.isfinite(chord)
    destination = np.repeat(np.arange(many, dtype=np.int64), k)[is_found.ravel()]
    is_more = is_found[:, -1] & (k < len(origins))
    last = np.where(is_more, chord[:, -1], 0.0) * (1 - CHORD_SLACK)
    least_s = 2 * np.arcsin(np.minimum(1.0, last / 2)) * EARTH_RADIUS_M / fastest_mps
    # down to the millisecond and one less: seconds are rounded, and to either side
    bound_s = np.maximum(0.0, np.floor(least_s * MS) - 1) / MS
    return destination, origins[index[is_found]], np.where(is_more, bound_s, np.inf)


def _on_sphere(places: Places) -> Floats:
    """(3, n) on the unit sphere; each coordinate lies in a row, so that sums run over rows."""
    lat, lon = np.radians(places.lat), np.radians(places.lon)
    across = np.cos(lat)
    return np.stack([across * np.cos(lon), across * np.sin(lon), np.sin(lat)])


def _seconds(start: Floats, goal: Floats, speed_mps: Floats) -> Floats:
    """Pair by pair, by the chord: exact to a nanometre in a city. Whole milliseconds, so that the
    last bit of a platform's floating point does not decide who goes.
    """
    x, y, z = goal - start
    chord = np.sqrt(x * x + y * y + z * z)
    metres = 2 * np.arcsin(np.minimum(1.0, chord / 2)) * EARTH_RADIUS_M
    is_moving = speed_mps > 0
    seconds: Floats = np.rint(metres / np.where(is_moving, speed_mps, 1.0) * MS) / MS
    return np.where(is_moving, seconds, np.inf)
