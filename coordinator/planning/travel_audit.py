"""Whether the travel times that a plan rests on are those of the port in force, and whether the
bounds on the pairs without one are true. Part of the checker; shares no code with any adapter.

Great circle: every given time is computed anew by another formula, and every unit that could be
nearer than a bound says is looked at. Any other adapter: it is asked again, for every given pair
and for the pairs without a time: all of them up to a limit, evenly spread ones above it.
"""

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from citybrain.errors import TravelTimesError
from citybrain.geo import EARTH_RADIUS_M, Point
from citybrain.travel.port import TravelTimes
from citybrain.travel.validation import checked_matrix, checked_seconds
from citybrain.travel.values import Origins, Pairs, TravelMatrix, places_of
from citybrain.travel.version import GREAT_CIRCLE_VERSION
from citybrain.vocabulary import Capability
from coordinator import limits
from coordinator.planning.problem import FreeUnit, OpenSlot, Problem

TOLERANCE_S = 0.002  # two formulas, rounded
TOLERANCE_SHARE = 1e-7  # near the antipodes formulas differ by more
DOT_SLACK = 1e-12  # ten metres
ROWS_AT_ONCE = 64  # bounds the memory of a question

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def travel_faults(problem: Problem, travel: TravelTimes) -> Iterator[str]:
    """What is wrong with the travel times of `problem`, as sentences."""
    matrix, slots, units = problem.travel, len(problem.slots), len(problem.units)
    if matrix is None:
        yield "it rests on no travel times"
        return
    try:
        checked_matrix(matrix, travel.version, origins=units, destinations=slots)
        if travel.version == GREAT_CIRCLE_VERSION:
            yield from _great_circle_faults(problem, matrix)
        else:
            yield from _answer_faults(problem, matrix, travel)
    except TravelTimesError as error:
        yield str(error)


def _great_circle_faults(problem: Problem, matrix: TravelMatrix) -> Iterator[str]:
    circles = _Circles(problem)
    row, unit = matrix.destination, matrix.origin
    own_s = circles.seconds(row, unit)
    is_off = ~(np.abs(own_s - matrix.seconds) <= TOLERANCE_S + TOLERANCE_SHARE * matrix.seconds)
    for at in np.flatnonzero(is_off)[:1].tolist():
        yield _wrong_time(problem, matrix, at, float(own_s[at]))
    limit_s = np.minimum(matrix.outside_s, problem.max_travel_s)
    row, unit = circles.within(limit_s)
    own_s = circles.seconds(row, unit)
    is_nearer = own_s < limit_s[row] * (1 - TOLERANCE_SHARE) - TOLERANCE_S
    yield from _left_out(problem, matrix, row[is_nearer], unit[is_nearer])


def _answer_faults(problem: Problem, matrix: TravelMatrix, travel: TravelTimes) -> Iterator[str]:
    places = places_of([s.place for s in problem.slots])
    origins = Origins(
        places=places_of([u.place for u in problem.units]),
        speed_mps=np.array([u.speed_mps for u in problem.units], dtype=np.float64),
    )

    def asked(row: Ints, unit: Ints) -> Floats:
        pairs = Pairs(origin=unit, destination=row)
        seconds = travel.seconds(origins, places, pairs, problem.at)
        return checked_seconds(seconds, travel.version, pairs=len(row))

    again_s = asked(matrix.destination, matrix.origin)
    for at in np.flatnonzero(again_s != matrix.seconds)[:1].tolist():
        yield _wrong_time(problem, matrix, at, float(again_s[at]))
    limit_s = np.minimum(matrix.outside_s, problem.max_travel_s)
    for row, unit in _pairs(problem):
        is_nearer = asked(row, unit) < limit_s[row]
        found = list(_left_out(problem, matrix, row[is_nearer], unit[is_nearer]))
        if found:
            yield from found
            return


def _pairs(problem: Problem) -> Iterator[tuple[Ints, Ints]]:
    """All pairs of a slot and a unit with its capability, or, above the limit, every so many'th;
    another one in every row.
    """
    holders = _holders(problem.units)
    rows = _rows(problem.slots)
    total = sum(len(of) * len(holders[c]) for c, of in rows.items() if c in holders)
    step = max(1, math.ceil(total / limits.TRAVEL_PAIRS_ASKED.value))
    for capability, members in rows.items():
        units = holders.get(capability)
        if units is None:
            continue
        for first in range(0, len(members), ROWS_AT_ONCE):
            some = members[first : first + ROWS_AT_ONCE]
            asked = [units[row % step :: step] for row in some.tolist()]
            yield np.repeat(some, [len(one) for one in asked]), np.concatenate(asked)


def _left_out(problem: Problem, matrix: TravelMatrix, row: Ints, unit: Ints) -> Iterator[str]:
    """The first of these pairs, each nearer than its slot's bound, that the matrix does not
    hold.
    """
    wide = len(problem.units)
    given = matrix.destination * wide + matrix.origin
    for at in np.flatnonzero(~np.isin(row * wide + unit, given))[:1].tolist():
        yield (
            f"the travel times of {matrix.source.text} leave out {problem.units[unit[at]].unit} to "
            f"slot {problem.slots[row[at]].slot}, which is nearer than their bound of "
            f"{matrix.outside_s[row[at]]:.3f} s"
        )


def _wrong_time(problem: Problem, matrix: TravelMatrix, at: int, right_s: float) -> str:
    unit, slot = problem.units[matrix.origin[at]], problem.slots[matrix.destination[at]]
    return (
        f"{unit.unit} takes {right_s:.3f} s to slot {slot.slot} by {matrix.source.text}, and the "
        f"plan rests on {matrix.seconds[at]:.3f} s"
    )


class _Circles:
    """Great circles between a problem's slots and units."""

    def __init__(self, problem: Problem) -> None:
        self._slot_lat, self._slot_lon = _radians([s.place for s in problem.slots])
        self._lat, self._lon = _radians([u.place for u in problem.units])
        self._speed = np.array([u.speed_mps for u in problem.units], dtype=np.float64)
        self._rows, self._holders = _rows(problem.slots), _holders(problem.units)

    def seconds(self, row: Ints, unit: Ints) -> Floats:
        """Pair by pair, by the angle between vectors; infinite for a unit without a speed."""
        lat, goal = self._lat[unit], self._slot_lat[row]
        turn = self._lon[unit] - self._slot_lon[row]
        north = np.cos(goal) * np.sin(lat) - np.sin(goal) * np.cos(lat) * np.cos(turn)
        along = np.sin(goal) * np.sin(lat) + np.cos(goal) * np.cos(lat) * np.cos(turn)
        arc = np.arctan2(np.hypot(north, np.cos(lat) * np.sin(turn)), along)
        speed = self._speed[unit]
        seconds: Floats = arc * EARTH_RADIUS_M / np.where(speed > 0, speed, 1.0)
        return np.where(speed > 0, seconds, np.inf)

    def within(self, limit_s: Floats) -> tuple[Ints, Ints]:
        """Every pair that may take less than its slot's limit, and few others: what is near enough
        in latitude and by the angle, at the speed of the fastest.
        """
        found: list[tuple[Ints, Ints]] = [(np.zeros(0, np.int64), np.zeros(0, np.int64))]
        for capability, members in self._rows.items():
            holders = self._holders.get(capability)
            if holders is not None:
                found += self._within(members, holders[np.argsort(self._lat[holders])], limit_s)
        return np.concatenate([r for r, _ in found]), np.concatenate([u for _, u in found])

    def _within(self, members: Ints, holders: Ints, limit_s: Floats) -> Iterator[tuple[Ints, Ints]]:
        fastest = max(0.0, float(self._speed[holders].max()))
        reach = np.minimum(np.pi, limit_s[members] * fastest / EARTH_RADIUS_M) + 1e-9
        lat = self._lat[holders]
        low = np.searchsorted(lat, self._slot_lat[members] - reach)
        high = np.searchsorted(lat, self._slot_lat[members] + reach)
        least = np.cos(np.minimum(np.pi, reach)) - DOT_SLACK
        sphere = _on_sphere(lat, self._lon[holders])
        goals = _on_sphere(self._slot_lat[members], self._slot_lon[members])
        for at, row in enumerate(members.tolist()):
            some = slice(low[at], high[at])
            hits = holders[some][sphere[some] @ goals[at] >= least[at]]
            yield np.full(len(hits), row, dtype=np.int64), hits


def _radians(points: Sequence[Point]) -> tuple[Floats, Floats]:
    places = places_of(points)
    return np.radians(places.lat), np.radians(places.lon)


def _on_sphere(lat: Floats, lon: Floats) -> Floats:
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def _rows(slots: Sequence[OpenSlot]) -> Mapping[Capability, Ints]:
    lists: dict[Capability, list[int]] = {}
    for row, slot in enumerate(slots):
        lists.setdefault(slot.capability, []).append(row)
    return {capability: np.array(rows, dtype=np.int64) for capability, rows in lists.items()}


def _holders(units: Sequence[FreeUnit]) -> Mapping[Capability, Ints]:
    lists: dict[Capability, list[int]] = {}
    for index, unit in enumerate(units):
        for capability in unit.capabilities:
            lists.setdefault(capability, []).append(index)
    return {capability: np.array(held, dtype=np.int64) for capability, held in lists.items()}
