"""Ray tasks, one per item: results as they are ready, few under way at a time, nothing left behind.
See `parallel_map`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

import ray
from ray.exceptions import RayError, RayTaskError

from coordinator.errors import ComputeUnavailableError
from coordinator.ray_plane.cluster_auth import check_cluster
from coordinator.ray_plane.compute import connect, disconnect

T = TypeVar("T")
R = TypeVar("R")

TASKS_PER_CPU = 2  # items a processor has in hand or waiting
RETRIES = 2  # of an item whose machine was lost


def results(
    function: Callable[[T], R], items: Iterable[T], *, mode: str, folder: str, cpus: int
) -> Iterator[R]:
    """Joins Ray for as long as the work lasts. `mode`, `folder` and `cpus` as in
    `compute.connect`.
    """
    with _joined(mode, folder, cpus):
        try:
            yield from _one_by_one(function, items)
        except RayTaskError:
            raise  # of the work itself: it is of the class of its cause
        except (RayError, ConnectionError) as error:
            raise ComputeUnavailableError(
                f"the work on Ray ({mode}) failed: {error}. Is this project, in this version, "
                "installed on every machine of it?"
            ) from error


def _one_by_one(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    call: Callable[[Callable[[T], R], T], R] = _call
    remote = ray.remote(num_cpus=1, max_retries=RETRIES)(call)
    cluster_resources: Callable[[], dict[str, float]] = ray.cluster_resources
    todo, ahead = iter(items), TASKS_PER_CPU * max(1, int(cluster_resources().get("CPU", 1)))
    waiting: list[ray.ObjectRef[R]] = [
        remote.remote(function, item) for item in islice(todo, ahead)
    ]
    try:
        while waiting:
            (ready, *_), waiting = ray.wait(waiting, num_returns=1)
            waiting += [remote.remote(function, item) for item in islice(todo, 1)]
            yield ray.get(ready)
    finally:
        for work in waiting:
            ray.cancel(work, force=True)


def _call(function: Callable[[T], R], item: T) -> R:
    return function(item)


@contextmanager
def _joined(mode: str, folder: str, cpus: int) -> Iterator[None]:
    try:
        if mode != "local":
            check_cluster(mode)
        connect(mode, folder, cpus)
    except (RayError, OSError, RuntimeError, ValueError) as error:
        raise ComputeUnavailableError(
            f"there is no Ray at {mode}: {str(error).strip().splitlines()[0]}. "
            "Give another address, or leave it out."
        ) from error
    try:
        yield
    finally:
        disconnect()
