"""Work of any kind spread over a Ray cluster, results as they are ready. Not for planning: nothing is kept, and this process joins Ray itself.

A machine of the cluster must have this project installed; functions go there by name. Nothing that is computed here is ever the truth of a city.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

import ray
from ray.exceptions import RayError

from citybrain.ids import RandomIds
from coordinator.errors import PlaneGone
from coordinator.ray_plane import session
from coordinator.ray_plane.compute import connect, disconnect

T = TypeVar("T")
R = TypeVar("R")

LOCAL = "local"  # instead of an address: a Ray of our own on this machine, for as long as the work lasts
AHEAD = 2  # items a processor has in hand or waiting
RETRIES = 2  # of an item whose machine was lost


def spread(function: Callable[[T], R], items: Iterable[T], *, address: str, cpus: int) -> Iterator[R]:
    """`function` of every item, in any order. Closing the iterator ends the work. Raises `PlaneGone` when Ray is not there or is lost.

    `cpus` are those that a Ray of our own is given; a cluster has its own.
    """
    with _joined(address, cpus):
        try:
            yield from _results(function, items)
        except (RayError, ConnectionError) as error:
            raise PlaneGone(f"the work on Ray at {address} failed: {error}. Is this project installed, in this version, on every machine of it?") from error


def _results(function: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    remote = ray.remote(num_cpus=1, max_retries=RETRIES)(function)
    todo, ahead = iter(items), AHEAD * max(1, int(ray.cluster_resources().get("CPU", 1)))
    waiting: list[Any] = [remote.remote(item) for item in islice(todo, ahead)]
    try:
        while waiting:
            (ready, *_), waiting = ray.wait(waiting, num_returns=1)
            waiting += [remote.remote(item) for item in islice(todo, 1)]
            yield ray.get(ready)
    finally:
        for work in waiting:
            ray.cancel(work, force=True)


@contextmanager
def _joined(address: str, cpus: int) -> Iterator[None]:
    """Part of the cluster; of a Ray of our own, until every process of it is gone."""
    if address != LOCAL:
        try:
            connect(address, "", cpus)
        except (RayError, ConnectionError, RuntimeError, ValueError) as error:
            raise PlaneGone(f"there is no Ray at {address}: {error}. Give another address, or leave --ray out to use this machine's cores.") from error
        try:
            yield
        finally:
            disconnect()
        return
    corner = session.create(RandomIds().token())
    before = dict(os.environ)
    os.environ.update(session.environment(corner))
    try:
        connect(LOCAL, str(corner.ray), cpus)
        yield
    finally:
        disconnect()
        os.environ.clear()
        os.environ.update(before)
        session.reap(corner)
