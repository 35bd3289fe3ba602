"""Work given to Ray piece by piece: results as they are ready, little under way at a time, nothing left behind. See `spread`."""

import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

import ray
from ray.exceptions import RayError, RayTaskError

from coordinator.errors import ComputeGoneError
from coordinator.ray_plane.compute import connect, disconnect

T = TypeVar("T")
R = TypeVar("R")

AHEAD = 2  # items a processor has in hand or waiting
RETRIES = 2  # of an item whose machine was lost
KNOCK_S = 5.0


def results(
    function: Callable[[T], R], items: Iterable[T], *, mode: str, folder: str, cpus: int
) -> Iterator[R]:
    """Joins Ray for as long as the work lasts. `mode`, `folder` and `cpus` as in `compute.connect`."""
    with _joined(mode, folder, cpus):
        try:
            yield from _one_by_one(function, items)
        except RayTaskError:
            raise  # of the work itself: it is of the class of its cause
        except (RayError, ConnectionError) as error:
            raise ComputeGoneError(
                f"the work on Ray ({mode}) failed: {error}. Is this project, in this version, installed on every machine of it?"
            ) from error


def _one_by_one(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    remote: Any = ray.remote(num_cpus=1, max_retries=RETRIES)(_do)
    todo, ahead = iter(items), AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
    waiting: list[Any] = [remote.remote(function, item) for item in islice(todo, ahead)]
    try:
        while waiting:
            (ready, *_), waiting = ray.wait(waiting, num_returns=1)
            waiting += [remote.remote(function, item) for item in islice(todo, 1)]
            yield ray.get(ready)
    finally:
        for work in waiting:
            ray.cancel(work, force=True)


def _do(function: Callable[[T], R], item: T) -> R:
    return function(item)


@contextmanager
def _joined(mode: str, folder: str, cpus: int) -> Iterator[None]:
    try:
        _knock(mode)
        connect(mode, folder, cpus)
    except (RayError, OSError, RuntimeError, ValueError) as error:
        raise ComputeGoneError(
            f"there is no Ray at {mode}: {str(error).strip().splitlines()[0]}. Give another address, or leave it out."
        ) from error
    try:
        yield
    finally:
        disconnect()


def _knock(mode: str) -> None:
    """Raises `OSError` at once where nobody listens: Ray itself would try for a minute and then abort this process."""
    host, colon, port = mode.rpartition(":")
    if colon and port.isdecimal():
        socket.create_connection((host, int(port)), timeout=KNOCK_S).close()
