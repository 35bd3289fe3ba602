"""Which units commits have touched, gathered on the commit thread for a reader on another one."""

import threading
from collections.abc import Sequence
from typing import NamedTuple

from citybrain.decider.command import ClockSet, ClockStepped, TimerFired
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.domain.unit import UnitReport
from citybrain.ids import UnitId
from coordinator.cores.state import CityState
from coordinator.inputs import (
    DistrictLetterQuarantined,
    DistrictLetterReceived,
    DistrictLost,
    DistrictReturned,
    LetterRefusedByDistrict,
    OfficerActed,
    PlanFailed,
    PlanMade,
)

Touched = frozenset[UnitId] | None  # None: any unit may be another
NOTHING: frozenset[UnitId] = frozenset()
# inputs that leave every unit as it is
HARMLESS = (
    DistrictLetterQuarantined,
    DistrictLost,
    DistrictReturned,
    LetterRefusedByDistrict,
    PlanMade,
    PlanFailed,
    OfficerActed,
    TimerFired,
    ClockStepped,
    ClockSet,
)


class Newest(NamedTuple):
    """A state, and the units that may be others than in the state that was taken before it."""

    state: CityState
    touched: Touched


class TouchedUnits:
    """Listens to the commits of one loop."""

    def __init__(self, commit_loop: CommitLoop[CityState]) -> None:
        self._commit_loop = commit_loop
        self._guard = threading.Lock()
        self._newest: CityState | None = None  # of the commits that were heard of
        self._touched: Touched = None
        commit_loop.on_commit(self._committed)

    def take(self) -> Newest:
        """The newest state; what it touched is gathered anew from now on."""
        with self._guard:
            if self._newest is None:
                return Newest(self._commit_loop.state, None)
            touched, self._touched = self._touched, NOTHING
            return Newest(self._newest, touched)

    def _committed(self, state: CityState, committed: Sequence[Committed]) -> None:
        touched = touched_by([one.input for one in committed])
        with self._guard:
            self._newest, self._touched = state, union(self._touched, touched)


def union(one: Touched, other: Touched) -> Touched:
    """What either touches."""
    return None if one is None or other is None else one | other


def touched_by(inputs: Sequence[object]) -> Touched:
    """The units that `inputs` may change."""
    found: set[UnitId] = set()
    for given in inputs:
        match given:
            case DistrictLetterReceived():
                if isinstance(given.letter, UnitReport):
                    found.add(given.letter.unit)
            case _ if not isinstance(given, HARMLESS):
                return None  # a store that went back in time drops what was known
    return frozenset(found)
