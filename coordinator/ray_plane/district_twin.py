"""A district's twin: its free units as a fleet held ready, behind a version. Plain Python;
`compute` makes a Ray actor of it.
"""

import os
from collections.abc import Sequence

from coordinator.errors import TwinStaleError
from coordinator.planning.fleet import Edges, Fleet, Ints, SlotRows
from coordinator.planning.problem import FreeUnit
from coordinator.policy import Costs


class DistrictTwin:
    """Candidate units, travel times and coverage price of one district. Its state is a copy: a
    killed twin is loaded anew.
    """

    def __init__(self, district: str) -> None:
        self._district = district
        self._version = 0
        self._fleet: Fleet | None = None

    def load(
        self, version: int, units: Sequence[FreeUnit], costs: Costs, max_travel_s: float
    ) -> int:
        """Hold `units` as of `version`; an older load than the one held is refused."""
        if version < self._version:
            raise TwinStaleError(self._district, held=str(self._version), wanted=str(version))
        self._fleet, self._version = Fleet(units, costs, max_travel_s), version
        return version

    def nearest(self, version: int, rows: SlotRows, which: Ints, k: int) -> Edges:
        """Candidates as of exactly `version`; raises `TwinStaleError` when another is held."""
        if self._fleet is None or version != self._version:
            raise TwinStaleError(
                self._district, held=str(self._version) if self._fleet else "", wanted=str(version)
            )
        return self._fleet.nearest(rows, which, k)

    def pid(self) -> int:
        return os.getpid()
