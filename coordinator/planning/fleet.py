"""Free units, and which of them are nearest to a slot: by capability, held ready by the port of
travel times.

One fleet may be the whole city's (in-process) or one district's (a twin); what several found joins.
"""

from collections.abc import Sequence

import numpy as np

from citybrain.errors import TravelTimesError
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import NearestOrigins, TravelTimes
from citybrain.travel.validation import checked_matrix
from citybrain.travel.values import Floats, Ints, Origins, TravelMatrix, places_of
from citybrain.travel.version import TravelVersion
from citybrain.vocabulary import Capability
from coordinator.planning.pair_costs import SlotRows
from coordinator.planning.problem import FreeUnit, Problem


class Fleet:
    """Units by capability, each indexed when it is first asked for. Built once, asked often."""

    def __init__(
        self,
        units: Sequence[FreeUnit],
        max_travel_s: float,
        travel: TravelTimes = GREAT_CIRCLE,
    ) -> None:
        self._travel, self._max_travel_s = travel, max_travel_s
        self._origins = origins_of(units)
        self._holders = _holders(units)
        self._indexed: dict[Capability, NearestOrigins] = {}

    def has(self, capability: Capability) -> bool:
        return capability in self._holders

    def nearest(self, rows: SlotRows, which: Ints, k: int) -> TravelMatrix:
        """For each row of `which` at least `k` near units that have its capability and are within
        reach, and a bound on the others. Of the other rows the matrix knows nothing. Raises
        `TravelTimesError`.
        """
        found: list[TravelMatrix] = []
        wanted = [rows.capability[row] for row in which.tolist()]
        for capability in sorted(set(wanted)):
            if self.has(capability):
                members = which[np.array([held == capability for held in wanted], dtype=np.bool_)]
                found.append(self._nearest(capability, rows, members, k))
        return join(found, len(rows.capability), which, self._travel.version)

    def _nearest(
        self, capability: Capability, rows: SlotRows, members: Ints, k: int
    ) -> TravelMatrix:
        holders = self._holders[capability]
        if capability not in self._indexed:
            self._indexed[capability] = self._travel.index(self._origins.take(holders))
        answer = checked_matrix(
            self._indexed[capability].nearest(
                rows.places.take(members), rows.at, k=k, within_s=self._max_travel_s
            ),
            self._travel.version,
            origins=len(holders),
            destinations=len(members),
        )
        outside_s = np.full(len(rows.capability), np.inf)
        is_left = answer.outside_s <= self._max_travel_s  # what is out of reach is not left
        outside_s[members] = np.where(is_left, answer.outside_s, np.inf)
        return TravelMatrix(
            source=answer.source,
            destination=members[answer.destination],
            origin=holders[answer.origin],
            seconds=answer.seconds,
            outside_s=outside_s,
        )


def city_fleet(problem: Problem, travel: TravelTimes = GREAT_CIRCLE) -> Fleet:
    """All free units of `problem` as one fleet."""
    return Fleet(problem.units, problem.max_travel_s, travel)


def origins_of(units: Sequence[FreeUnit]) -> Origins:
    """Where `units` stand, as arrays."""
    return Origins(
        places=places_of([u.place for u in units]),
        speed_mps=np.array([u.speed_mps for u in units], dtype=np.float64),
    )


def join(
    parts: Sequence[TravelMatrix], rows: int, which: Ints, source: TravelVersion
) -> TravelMatrix:
    """What several fleets or capabilities found as one; the bound of a row is the least of its
    parts'. Of rows that are not in `which` nothing is known. Raises `TravelTimesError`.
    """
    bound_s = np.zeros(rows)
    bound_s[which] = np.inf
    for part in parts:
        if part.source != source:
            raise TravelTimesError(source.text, f"times of {part.source.text}")
        bound_s = np.minimum(bound_s, part.outside_s)
    no_pairs, no_times = np.zeros(0, dtype=np.int64), np.zeros(0)
    seconds: Floats = np.concatenate([no_times, *(p.seconds for p in parts)])
    return TravelMatrix(
        source=source,
        destination=np.concatenate([no_pairs, *(p.destination for p in parts)]),
        origin=np.concatenate([no_pairs, *(p.origin for p in parts)]),
        seconds=seconds,
        outside_s=bound_s,
    )


def _holders(units: Sequence[FreeUnit]) -> dict[Capability, Ints]:
    lists: dict[Capability, list[int]] = {}
    for index, unit in enumerate(units):
        for capability in unit.capabilities:
            held = lists.setdefault(capability, [])
            if not held or held[-1] != index:  # a list may name a capability twice
                held.append(index)
    return {capability: np.array(indices, dtype=np.int64) for capability, indices in lists.items()}
