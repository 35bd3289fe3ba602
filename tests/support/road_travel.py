"""Travel times of a made-up road net, for tests: from A to B takes longer than from B to A, longer
in the rush hour, and some places have no road between them. Answers `nearest` by looking at every
pair. `Lying` is an adapter that breaks the contract.
"""

from collections.abc import Callable

import numpy as np

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct, replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import NearestOrigins, TravelTimes
from citybrain.travel.values import Floats, Origins, Pairs, Places, TravelMatrix
from citybrain.travel.version import TravelVersion

DAY_S, RUSH_FROM_S, RUSH_UNTIL_S = 86_400, 7 * 3600, 9 * 3600
DETOUR, UPHILL, RUSH = 1.4, 1.5, 2.0
QUARTER_DEG = 0.002  # places in quarters of like colour have no road between them
COLOURS = 7


class RoadTimes(Struct, frozen=True):
    """Implements `citybrain.travel.port.TravelTimes`."""

    @property
    def version(self) -> TravelVersion:
        return TravelVersion(name="roads-of-a-test", version="2026-07")

    def seconds(
        self, origins: Origins, destinations: Places, pairs: Pairs, at: Timestamp
    ) -> Floats:
        straight_s = GREAT_CIRCLE.seconds(origins, destinations, pairs, at)
        starts, goals = origins.places.take(pairs.origin), destinations.take(pairs.destination)
        is_uphill = goals.lat > starts.lat
        slower = DETOUR * np.where(is_uphill, UPHILL, 1.0) * (RUSH if _is_rush(at) else 1.0)
        seconds = np.rint(np.where(np.isfinite(straight_s), straight_s, 0.0) * slower * 1000) / 1000
        has_road = np.isfinite(straight_s) & ~_is_cut_off(starts, goals)
        return np.where(has_road, seconds, np.inf)

    def index(self, origins: Origins) -> "RoadIndex":
        return RoadIndex(origins)


ROADS = RoadTimes()


class RoadIndex:
    """Every pair is looked at."""

    def __init__(self, origins: Origins) -> None:
        self._origins = origins

    def nearest(
        self, destinations: Places, at: Timestamp, *, k: int, within_s: float
    ) -> TravelMatrix:
        rows: list[int] = []
        columns: list[int] = []
        outside_s = np.full(len(destinations.lat), np.inf)
        found: list[float] = []
        many = len(self._origins.speed_mps)
        for row in range(len(destinations.lat)):
            pairs = Pairs(origin=np.arange(many), destination=np.full(many, row, dtype=np.int64))
            seconds = ROADS.seconds(self._origins, destinations, pairs, at)
            near = [i for i in np.argsort(seconds, kind="stable") if seconds[i] <= within_s]
            rows += [row] * len(near[:k])
            columns += near[:k]
            found += [seconds[i] for i in near[:k]]
            if near[k:]:
                outside_s[row] = seconds[near[k]]
        return TravelMatrix(
            source=ROADS.version,
            destination=np.array(rows, dtype=np.int64),
            origin=np.array(columns, dtype=np.int64),
            seconds=np.array(found, dtype=np.float64),
            outside_s=outside_s,
        )


def alone(travel: TravelTimes, origins: Origins, destinations: Places, at: Timestamp) -> Floats:
    """The seconds from the i-th origin to the i-th destination."""
    every = np.arange(len(destinations.lat))
    return travel.seconds(origins, destinations, Pairs(origin=every, destination=every), at)


class Lying(Struct, frozen=True):
    """An adapter whose answers were changed: `matrix` changes those of `nearest`, `times` those of
    `seconds`.
    """

    honest: TravelTimes
    matrix: Callable[[TravelMatrix], TravelMatrix] = lambda found: found
    times: Callable[[Floats], Floats] = lambda seconds: seconds

    @property
    def version(self) -> TravelVersion:
        return self.honest.version

    def seconds(
        self, origins: Origins, destinations: Places, pairs: Pairs, at: Timestamp
    ) -> Floats:
        return self.times(self.honest.seconds(origins, destinations, pairs, at))

    def index(self, origins: Origins) -> "LyingIndex":
        return LyingIndex(self, self.honest.index(origins))


class LyingIndex:
    def __init__(self, lying: Lying, honest: NearestOrigins) -> None:
        self._lying, self._honest = lying, honest

    def nearest(
        self, destinations: Places, at: Timestamp, *, k: int, within_s: float
    ) -> TravelMatrix:
        found = self._honest.nearest(destinations, at, k=k, within_s=within_s)
        return self._lying.matrix(found)


def first_second(value: float) -> Callable[[Floats], Floats]:
    """The first time is `value`."""

    def changed(seconds: Floats) -> Floats:
        return np.concatenate([[value], seconds[1:]]) if len(seconds) else seconds

    return changed


def without_nearest(found: TravelMatrix) -> TravelMatrix:
    """The nearest pair of the first destination is kept back; the bound stays as it was."""
    (of_first,) = np.nonzero(found.destination == 0)
    if len(of_first) == 0:
        return found
    keep = np.ones(len(found.seconds), dtype=np.bool_)
    keep[of_first[np.argmin(found.seconds[of_first])]] = False
    return replace(
        found,
        destination=found.destination[keep],
        origin=found.origin[keep],
        seconds=found.seconds[keep],
    )


def _is_rush(at: Timestamp) -> bool:
    return RUSH_FROM_S <= at // SECOND_US % DAY_S < RUSH_UNTIL_S


def _is_cut_off(starts: Places, goals: Places) -> np.ndarray:
    start, goal = _quarter(starts), _quarter(goals)
    return (start * 3 + goal * 5) % COLOURS == 0


def _quarter(places: Places) -> np.ndarray:
    return np.floor(places.lat / QUARTER_DEG) + 2 * np.floor(places.lon / QUARTER_DEG)
