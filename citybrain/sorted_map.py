"""A persistent mapping for the cores' state: putting gives a new table and costs O(log n); walking is always in key order.

Order matters: a hash table walked as it lies gives another order under another `PYTHONHASHSEED`, and a replay would decide otherwise.
"""

from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from immutables import Map

K = TypeVar("K", bound=str)
V = TypeVar("V")


class SortedMap(Generic[K, V]):
    """An immutable mapping from string-like keys to frozen values."""

    __slots__ = ("_map",)

    def __init__(self, items: Iterable[tuple[K, V]] | None = None) -> None:
        self._map: Map[K, V] = Map(items) if items is not None else Map()

    @classmethod
    def _of(cls, inner: "Map[K, V]") -> "SortedMap[K, V]":
        table = cls.__new__(cls)
        table._map = inner
        return table

    def get(self, key: K) -> V | None:
        return self._map.get(key)

    def put(self, key: K, value: V) -> "SortedMap[K, V]":
        """A table that holds `value` under `key`."""
        return self._of(self._map.set(key, value))

    def put_all(self, items: Iterable[tuple[K, V]]) -> "SortedMap[K, V]":
        """A table that holds all of `items` too."""
        return self._of(self._map.update(items))

    def drop(self, key: K) -> "SortedMap[K, V]":
        """A table without `key`; dropping what is not there is no error."""
        return self._of(self._map.delete(key)) if key in self._map else self

    def keys(self) -> list[K]:
        return sorted(self._map.keys())

    def values(self) -> Iterator[V]:
        return (self._map[key] for key in self.keys())

    def items(self) -> Iterator[tuple[K, V]]:
        return ((key, self._map[key]) for key in self.keys())

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
        return f"Table({dict(self.items())!r})"
