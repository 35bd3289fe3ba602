"""Work of any kind spread over a Ray cluster, or over a Ray of our own. Not for planning: nothing is kept, and this process joins Ray itself.

A machine of the cluster must have this project installed; functions go there by name. Nothing that is computed here is ever the truth of a city.
Ray is imported when the work begins: it reads its environment then, and a Ray of our own has one of its own.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from citybrain.ids import RandomIds
from coordinator.ray_plane import session

T = TypeVar("T")
R = TypeVar("R")

LOCAL = "local"  # instead of an address: a Ray of our own on this machine, for as long as the work lasts


def spread(
    function: Callable[[T], R], items: Iterable[T], *, address: str, cpus: int
) -> Iterator[R]:
    """`function` of every item, in any order. Closing the iterator ends the work. Raises `ComputeGoneError` when Ray is not there or is lost.

    `cpus` are those that a Ray of our own is given; a cluster has its own.
    """
    if address != LOCAL:
        from coordinator.ray_plane.work import results

        yield from results(function, items, mode=address, folder="", cpus=cpus)
        return
    with _corner() as folder:
        from coordinator.ray_plane.work import results

        yield from results(function, items, mode=LOCAL, folder=folder, cpus=cpus)


@contextmanager
def _corner() -> Iterator[str]:
    """A private corner of this machine, this process in it, until every other process in it is gone."""
    corner, before = session.create(RandomIds().token()), dict(os.environ)
    os.environ.update(session.environment(corner))
    try:
        yield str(corner.ray)
    finally:
        os.environ.clear()
        os.environ.update(before)
        session.reap(corner)
