"""A parallel map over a Ray cluster, or over a Ray of this process's own. Not for planning: nothing
is kept, and this process joins Ray itself.

A machine of the cluster must have this project installed; functions go there by name. Nothing that
is computed here is ever the truth of a city. Ray is imported when the work begins: it reads its
environment then, and a Ray of our own has one of its own.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from citybrain.random_ids import RandomIds
from coordinator.ray_plane import session

T = TypeVar("T")
R = TypeVar("R")

LOCAL = "local"  # instead of an address: an own Ray on this machine, while the work lasts


def parallel_map(
    function: Callable[[T], R], items: Iterable[T], *, address: str, cpus: int
) -> Iterator[R]:
    """`function` of every item, in any order. Closing the iterator ends the work. Raises
    `ComputeUnavailableError` when Ray is not there or is lost.

    `cpus` are those that an own Ray is given; a cluster has its own.
    """
    if address != LOCAL:
        from coordinator.ray_plane.ray_tasks import results

        yield from results(function, items, mode=address, folder="", cpus=cpus)
        return
    with _own_session() as folder:
        from coordinator.ray_plane.ray_tasks import results

        yield from results(function, items, mode=LOCAL, folder=folder, cpus=cpus)


@contextmanager
def _own_session() -> Iterator[str]:
    """A session with this process in it, until every other process in it is gone."""
    own, before = session.create(RandomIds().token()), dict(os.environ)
    os.environ.update(session.environment(own))
    try:
        yield str(own.ray)
    finally:
        os.environ.clear()
        os.environ.update(before)
        session.reap(own)
