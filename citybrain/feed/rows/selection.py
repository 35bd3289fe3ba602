"""The rows of a list that pass some filters and a search, in one order: brought up to date when it
is read, by what has changed since."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping
from typing import NamedTuple

from citybrain.feed.collection import Collection
from citybrain.feed.rows.ordering import BULK, Ordering, Placed, take_out
from citybrain.feed.rows.row import Row
from citybrain.feed.spec import words_of


class SelectionKey(NamedTuple):
    """Equal for whatever selects the same rows in the same order."""

    order: str
    filters: tuple[tuple[str, str], ...]
    words: tuple[str, ...]


def selection_key(order: str, filters: tuple[tuple[str, str], ...], search: str) -> SelectionKey:
    """The key of a selection; the order of filters and words makes no difference."""
    return SelectionKey(order, tuple(sorted(set(filters))), words_of(search))


class Selection:
    """See the module. `users` counts who holds it."""

    def __init__(
        self,
        key: SelectionKey,
        collection: Collection[object],
        ordering: Ordering,
        rows: Mapping[str, Row],
    ) -> None:
        self.key, self.users = key, 0
        self._collection, self._ordering, self._rows = collection, ordering, rows
        self._groups = [
            (collection.filters[name], [value for of, value in key.filters if of == name])
            for name in dict.fromkeys(name for name, _ in key.filters)
        ]
        self._is_whole = not self._groups and not key.words
        self._before: dict[str, Placed | None] = {}  # changed rows, and where they were when read
        self._is_stale = True
        self._sequence: list[Placed] = []

    def note(self, before: Mapping[str, Placed | None]) -> None:
        """The rows of `before` have changed, which were there."""
        if self._is_whole or self._is_stale:
            return
        for key, placed in before.items():
            self._before.setdefault(key, placed)
        if len(self._before) * BULK > len(self._ordering.sequence):
            self._is_stale = True
            self._before.clear()

    def window(self, offset: int, limit: int, *, backwards: bool) -> tuple[list[str], int]:
        """The keys of a window, and how many rows pass."""
        sequence = self._read()
        total = len(sequence)
        if not backwards:
            return [key for _, key in sequence[offset : offset + limit]], total
        end = max(0, total - offset)
        return [key for _, key in reversed(sequence[max(0, end - limit) : end])], total

    def after(
        self, placed: Placed | None, limit: int, *, backwards: bool
    ) -> tuple[list[Placed], int, bool]:
        """At most `limit` rows behind a place, which need not be taken (None: from the start), how
        many pass in all, and whether there are more behind. `TypeError` where the place is of
        another order."""
        sequence = self._read()
        total = len(sequence)
        if backwards:
            end = total if placed is None else bisect_left(sequence, placed)
            begin = max(0, end - limit)
            return sequence[begin:end][::-1], total, begin > 0
        begin = 0 if placed is None else bisect_right(sequence, placed)
        return sequence[begin : begin + limit], total, begin + limit < total

    def _read(self) -> list[Placed]:
        if self._is_whole:
            return self._ordering.sequence
        if self._is_stale:
            rows, passes = self._rows, self._passes
            self._sequence = [at for at in self._ordering.sequence if passes(rows[at[1]])]
            self._is_stale = False
        for key, was in self._before.items():
            if was is not None:
                take_out(self._sequence, was)
            row = self._rows.get(key)
            if row is not None and self._passes(row):
                insort(self._sequence, self._ordering.placed[key])
        self._before.clear()
        return self._sequence

    def _passes(self, row: Row) -> bool:
        value = row.value
        for passes, wanted in self._groups:
            if not any(passes(value, one) for one in wanted):
                return False
        return not self.key.words or row.holds(self.key.words, self._collection.text)
