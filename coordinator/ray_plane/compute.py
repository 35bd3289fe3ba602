"""Planning on Ray: twins are named actors asked in parallel, the matching is a task. Runs in the Ray process only; the one importer of Ray."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import ray
from ray.exceptions import RayActorError

from coordinator.errors import TwinStaleError
from coordinator.planning.assignment import match_sparse
from coordinator.planning.fleet import Edges, Ints, Rows, joined
from coordinator.planning.problem import FreeUnit, Problem, Solution
from coordinator.planning.solve import by_assignment, posed
from coordinator.ray_plane.twin import DistrictTwin

NAMESPACE = "citybrain"
OBJECT_STORE_BYTES = 100 * 1024 * 1024
TRIES = 3  # a twin that was killed is loaded anew and asked again


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
    ray.shutdown()


class Compute:
    """Holds the handles of the twins and which version each was given."""

    def __init__(self) -> None:
        self._actor = ray.remote(num_cpus=0, max_restarts=-1)(DistrictTwin)
        self._match = ray.remote(num_cpus=1, max_retries=1)(match_sparse)
        self._twins: dict[str, Any] = {}
        self._given: dict[str, tuple[int, tuple[FreeUnit, ...], Any]] = {}
        self.rebuilt = 0

    def solve(self, problem: Problem, budget_s: float) -> Solution:
        """The same optimum as in-process: candidates from all twins, matched in a task."""
        self.rebuilt = 0
        by_district: dict[str, list[int]] = {}
        for index, unit in enumerate(problem.units):
            by_district.setdefault(unit.district, []).append(index)
        source = _Districts(self, problem, by_district, budget_s)
        if not problem.slots:
            source.warm()
        return by_assignment(
            posed(problem, source),
            match=lambda edges, unserved: ray.get(
                self._match.remote(edges, unserved), timeout=budget_s
            ),
        )

    def pids(self) -> dict[str, int]:
        return {
            name: ray.get(twin.pid.remote(), timeout=5)
            for name, twin in sorted(self._twins.items())
        }

    @property
    def twins(self) -> int:
        return len(self._twins)

    def version_for(
        self, district: str, units: tuple[FreeUnit, ...], problem: Problem
    ) -> tuple[Any, int, Any]:
        """The district's twin, the version it holds these units under, and the load that is under way (None: it is warm)."""
        terms = (problem.costs, problem.max_travel_s)
        given = self._given.get(district)
        if given is not None and given[1] == units and given[2] == terms:
            return self._twins[district], given[0], None
        version = given[0] + 1 if given is not None else 1
        if district not in self._twins:
            self._twins[district] = self._actor.options(
                name=f"twin/{district}", get_if_exists=True
            ).remote(district)
        self._given[district] = (version, units, terms)
        self.rebuilt += 1
        return (
            self._twins[district],
            version,
            self._twins[district].load.remote(version, units, *terms),
        )

    def forget(self, district: str) -> None:
        """The twin was killed or holds something else: make and load it anew (above any version that it may hold)."""
        version = self._given[district][0] if district in self._given else 0
        self._given[district] = (version + 1, (), None)
        self._twins.pop(district, None)


class _Districts:
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

    def warm(self) -> None:
        """Load every twin whose units have changed, and wait for it: a killed one is made anew here, not when a plan waits."""
        for district, units in self._units.items():
            twin, _version, load = self._compute.version_for(district, units, self._problem)
            try:
                ray.get(load if load is not None else twin.pid.remote(), timeout=self._budget_s)
            except (RayActorError, TwinStaleError):
                self._compute.forget(district)

    def nearest(self, rows: Rows, which: Ints, k: int) -> Edges:
        parts: list[Edges] = []
        waiting: Sequence[str] = list(self._index)
        for attempt in range(TRIES):
            asked = {district: self._ask(district, rows, which, k) for district in waiting}
            failed: list[str] = []
            for district, call in asked.items():
                try:
                    edges: Edges = ray.get(call, timeout=self._budget_s)
                except (RayActorError, TwinStaleError):
                    if attempt == TRIES - 1:
                        raise
                    self._compute.forget(district)
                    failed.append(district)
                    continue
                parts.append(
                    Edges(
                        row=edges.row,
                        unit=self._index[district][edges.unit],
                        cost_ms=edges.cost_ms,
                        rest_ms=edges.rest_ms,
                    )
                )
            waiting = failed
            if not failed:
                break
        return joined(parts, len(rows.capability))

    def _ask(self, district: str, rows: Rows, which: Ints, k: int) -> Any:
        twin, version, _load = self._compute.version_for(
            district, self._units[district], self._problem
        )
        return twin.nearest.remote(
            version, rows, which, k
        )  # after its load: an actor's calls are served in order
