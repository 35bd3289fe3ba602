"""A district's twin: its free units as a fleet held ready, behind a version. Plain Python;
`compute` makes a Ray actor of it.
"""

import os
from collections.abc import Sequence

from citybrain.travel.port import TravelTimes
from citybrain.travel.values import Ints, TravelMatrix
from coordinator.errors import TwinStaleError
from coordinator.planning.fleet import Fleet
from coordinator.planning.pair_costs import SlotRows
from coordinator.planning.problem import FreeUnit


class DistrictTwin:
    """Candidate units of one district and their travel times. Its state is a copy: a killed twin is
    loaded anew.
    """

    def __init__(self, district: str, travel: TravelTimes) -> None:
        self._district, self._travel = district, travel
        self._version = 0
        self._fleet: Fleet | None = None

    def load(self, version: int, units: Sequence[FreeUnit], max_travel_s: float) -> int:
        """Hold `units` as of `version`; an older load than the one held is refused."""
        if version < self._version:
            raise TwinStaleError(self._district, held=str(self._version), wanted=str(version))
        self._fleet, self._version = Fleet(units, max_travel_s, self._travel), version
        return version

    def nearest(self, version: int, rows: SlotRows, which: Ints, k: int) -> TravelMatrix:
        """Candidates as of exactly `version`; raises `TwinStaleError` when another is held."""
        if self._fleet is None or version != self._version:
            raise TwinStaleError(
                self._district, held=str(self._version) if self._fleet else "", wanted=str(version)
            )
        return self._fleet.nearest(rows, which, k)

    def pid(self) -> int:
        return os.getpid()
