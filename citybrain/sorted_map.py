"""A persistent mapping for the cores' state: `put` returns a new map in O(log n), iteration is
always in key order. Keys are strings or flat tuples (NamedTuples) of strings and integers.

A hash map iterated in its own order gives another order under another `PYTHONHASHSEED`, and a
replay would decide otherwise.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from immutables import Map

Key = str | tuple[str | int, ...]
K = TypeVar("K", bound=Key)
V = TypeVar("V")

_new = object.__new__  # without the empty map that `__init__` would make


class SortedMap(Generic[K, V]):
    """An immutable mapping from keys that can be ordered to frozen values."""

    __slots__ = ("_map",)

    def __init__(self, items: Iterable[tuple[K, V]] | None = None) -> None:
        self._map: Map[K, V] = Map(items) if items is not None else Map()

    def get(self, key: K) -> V | None:
        return self._map.get(key)

    def put(self, key: K, value: V) -> "SortedMap[K, V]":
        """A map that holds `value` under `key`."""
        made: SortedMap[K, V] = _new(SortedMap)
        made._map = self._map.set(key, value)
        return made

    def put_all(self, items: Iterable[tuple[K, V]]) -> "SortedMap[K, V]":
        """A map that holds all of `items` too."""
        made: SortedMap[K, V] = _new(SortedMap)
        made._map = self._map.update(items)
        return made

    def drop(self, key: K) -> "SortedMap[K, V]":
        """A map without `key`; dropping a missing key is no error."""
        if key not in self._map:
            return self
        made: SortedMap[K, V] = _new(SortedMap)
        made._map = self._map.delete(key)
        return made

    def drop_all(self, keys: Iterable[K]) -> "SortedMap[K, V]":
        """A map without any of `keys`, in one go; missing ones are no error."""
        gone = self._map.mutate()
        for key in keys:
            gone.pop(key, None)
        made: SortedMap[K, V] = _new(SortedMap)
        made._map = gone.finish()
        return made

    def keys(self) -> list[K]:
        """All keys in order: strings by code point, tuples position by position."""
        return sorted(self._map.keys())

    def values(self) -> Iterator[V]:
        return (self._map[key] for key in self.keys())

    def items(self) -> Iterator[tuple[K, V]]:
        return ((key, self._map[key]) for key in self.keys())

    def unordered(self) -> Mapping[K, V]:
        """The same content without an order, for a caller that sorts by itself (an encoder)."""
        return self._map

    def __getitem__(self, key: K) -> V:
        return self._map[key]

    def __contains__(self, key: object) -> bool:
        return key in self._map

    def __iter__(self) -> Iterator[K]:
        return iter(self.keys())

    def __len__(self) -> int:
        return len(self._map)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SortedMap) and self._map == other._map

    def __hash__(self) -> int:
        return hash(self._map)

    def __repr__(self) -> str:
        return f"SortedMap({dict(self.items())!r})"
