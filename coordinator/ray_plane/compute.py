"""Planning on Ray: twins are named actors queried in parallel, the matching is a task. Runs in the
Ray process only.
"""

from collections.abc import Sequence

import numpy as np
import ray
from ray.actor import ActorHandle
from ray.exceptions import RayActorError

from citybrain.structs import Struct, replace
from citybrain.travel.port import TravelTimes
from citybrain.travel.values import Ints, TravelMatrix
from coordinator.errors import TwinStaleError
from coordinator.planning.assignment import match_sparse
from coordinator.planning.fleet import join
from coordinator.planning.pair_costs import SlotRows
from coordinator.planning.problem import FreeUnit, Problem, Solved
from coordinator.planning.solvers import by_assignment, solver_input
from coordinator.ray_plane.district_twin import DistrictTwin

NAMESPACE = "citybrain"
OBJECT_STORE_BYTES = 100 * 1024 * 1024
TWIN_PID_S = 5.0
TRIES = 3  # a twin that was killed is loaded anew and queried again


def connect(mode: str, folder: str, cpus: int) -> None:
    """A local Ray in `folder`, or the cluster at the address `mode`."""
    if mode != "local":
        ray.init(address=mode, namespace=NAMESPACE, log_to_driver=False)
        return
    ray.init(
        address="local",
        num_cpus=cpus,
        num_gpus=0,
        object_store_memory=OBJECT_STORE_BYTES,
        include_dashboard=False,
        log_to_driver=False,
        namespace=NAMESPACE,
        _node_ip_address="127.0.0.1",
        _temp_dir=folder,
    )


def disconnect() -> None:
    """Leave Ray."""
    ray.shutdown()


class Compute:
    """Holds the handles of the twins and which version each was given."""

    def __init__(self, travel: TravelTimes) -> None:
        self.travel = travel
        self._actor = ray.remote(num_cpus=0, max_restarts=-1)(DistrictTwin)
        self._match = ray.remote(num_cpus=1, max_retries=1)(match_sparse)
        self._twins: dict[str, ActorHandle[DistrictTwin]] = {}
        self._loaded: dict[str, _TwinLoad] = {}
        self.rebuilt = 0

    def solve(self, problem: Problem, budget_s: float) -> Solved:
        """The same optimum as in-process: candidates from all twins, matched in a task."""
        self.rebuilt = 0
        by_district: dict[str, list[int]] = {}
        for index, unit in enumerate(problem.units):
            by_district.setdefault(unit.district, []).append(index)
        source = _TwinSource(self, problem, by_district, budget_s)
        if not problem.slots:
            source.load_all()
        return by_assignment(
            solver_input(problem, source),
            match=lambda edges, unserved: ray.get(
                self._match.remote(edges, unserved), timeout=budget_s
            ),
        )

    def pids(self) -> dict[str, int]:
        """By district: the process of its twin."""
        calls: dict[str, ray.ObjectRef[int]] = {
            name: twin.pid.remote() for name, twin in sorted(self._twins.items())
        }
        return {name: ray.get(call, timeout=TWIN_PID_S) for name, call in calls.items()}

    @property
    def twins(self) -> int:
        return len(self._twins)

    def load_if_changed(
        self, district: str, units: tuple[FreeUnit, ...], problem: Problem
    ) -> "tuple[ActorHandle[DistrictTwin], int, ray.ObjectRef[int] | None]":
        """The district's twin, the version it holds these units under, and the load that is under
        way (None: it holds them already).
        """
        loaded = self._loaded.get(district)
        version = loaded.version + 1 if loaded is not None else 1
        load = _TwinLoad(version=version, units=units, max_travel_s=problem.max_travel_s)
        if loaded is not None and loaded == replace(load, version=loaded.version):
            return self._twins[district], loaded.version, None
        if district not in self._twins:
            # of a cluster that others use: a twin with other travel times is another one
            name = f"twin/{district}/{self.travel.version.text}"
            named = self._actor.options(name=name, get_if_exists=True)
            handle = named.remote(district, self.travel)
            assert isinstance(handle, ActorHandle)  # Ray's annotation leaves the class open too
            self._twins[district] = handle
        self._loaded[district] = load
        self.rebuilt += 1
        twin = self._twins[district]
        return twin, version, twin.load.remote(version, units, load.max_travel_s)

    def invalidate(self, district: str) -> None:
        """The twin was killed or holds something else: make and load it anew (above any version
        that it may hold).
        """
        loaded = self._loaded.get(district)
        version = loaded.version + 1 if loaded is not None else 1
        self._loaded[district] = _TwinLoad(version=version, units=None, max_travel_s=0.0)
        self._twins.pop(district, None)


class _TwinLoad(Struct, frozen=True, kw_only=True):
    """What a twin was loaded with; `units` is None where nothing was."""

    version: int
    units: tuple[FreeUnit, ...] | None
    max_travel_s: float


class _TwinSource:
    """All twins as one source of candidates."""

    def __init__(
        self, compute: Compute, problem: Problem, by_district: dict[str, list[int]], budget_s: float
    ) -> None:
        self._compute, self._problem, self._budget_s = compute, problem, budget_s
        self._index = {
            district: np.array(indices, dtype=np.int64)
            for district, indices in sorted(by_district.items())
        }
        self._units = {
            district: tuple(problem.units[i] for i in indices)
            for district, indices in sorted(by_district.items())
        }

    def load_all(self) -> None:
        """Load every twin whose units have changed, and wait for it: a killed one is made anew
        here, not when a plan waits.
        """
        for district, units in self._units.items():
            twin, _version, load = self._compute.load_if_changed(district, units, self._problem)
            try:
                ray.get(load if load is not None else twin.pid.remote(), timeout=self._budget_s)
            except (RayActorError, TwinStaleError):
                self._compute.invalidate(district)

    def nearest(self, rows: SlotRows, which: Ints, k: int) -> TravelMatrix:
        parts: list[TravelMatrix] = []
        waiting: Sequence[str] = list(self._index)
        for attempt in range(TRIES):
            calls = {district: self._query(district, rows, which, k) for district in waiting}
            failed: list[str] = []
            for district, call in calls.items():
                try:
                    found: TravelMatrix = ray.get(call, timeout=self._budget_s)
                except (RayActorError, TwinStaleError):
                    if attempt == TRIES - 1:
                        raise
                    self._compute.invalidate(district)
                    failed.append(district)
                    continue
                parts.append(replace(found, origin=self._index[district][found.origin]))
            waiting = failed
            if not failed:
                break
        return join(parts, len(rows.capability), which, self._compute.travel.version)

    def _query(
        self, district: str, rows: SlotRows, which: Ints, k: int
    ) -> "ray.ObjectRef[TravelMatrix]":
        twin, version, _load = self._compute.load_if_changed(
            district, self._units[district], self._problem
        )
        # the load under way comes first: an actor's calls are served in order
        return twin.nearest.remote(version, rows, which, k)
