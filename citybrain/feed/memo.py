"""Remembers what was made of shared values, so that it is made once for all watchers."""

from collections.abc import Callable
from typing import Generic, TypeVar

from citybrain.feed import limits

R = TypeVar("R")


class Memo(Generic[R]):
    """What was made of the newest `size` values, by their identity. Made for updates, which all
    watchers of a view share; use one memo for each encoding and language."""

    def __init__(self, size: int = limits.ENCODED_KEPT.value) -> None:
        self._size = size
        self._made: dict[int, tuple[object, R]] = {}  # the value too: an id is not used again

    def get(self, value: object, make: Callable[[], R]) -> R:
        """What `make` gave for this very value, made now if it is not remembered."""
        known = self._made.get(id(value))
        if known is not None:
            return known[1]
        made = make()
        while len(self._made) >= self._size:
            del self._made[next(iter(self._made))]
        self._made[id(value)] = (value, made)
        return made
