"""All rows of a list in one order. A row that stays where it is costs one sort key; one that moves,
two bisections."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping

from citybrain.clock import Timestamp
from citybrain.feed.collection import SortKey
from citybrain.feed.rows.row import Row

Placed = tuple[SortKey, str]  # sort key, then key: no two are equal
BULK = 8  # where more than an eighth has changed, starting again is cheaper


class Ordering:
    """`sequence` is in order; selections share what is in it."""

    def __init__(
        self,
        sort_key: Callable[[object, Timestamp], SortKey],
        rows: Mapping[str, Row],
        now: Timestamp,
    ) -> None:
        self._sort_key, self._rows = sort_key, rows
        self.placed = {key: (sort_key(row.value, now), key) for key, row in rows.items()}
        self.sequence: list[Placed] = sorted(self.placed.values())

    def update(self, keys: Iterable[str], now: Timestamp) -> dict[str, Placed | None]:
        """Bring the rows of `keys`, which are other ones or gone, to where they belong. Where each
        was before (None: not there)."""
        before: dict[str, Placed | None] = {}
        moved: list[tuple[Placed | None, Placed | None]] = []
        for key in keys:
            old, row = self.placed.get(key), self._rows.get(key)
            before[key] = old
            if row is None:
                self.placed.pop(key, None)
                moved.append((old, None))
                continue
            sort_key = self._sort_key(row.value, now)
            if old is None or old[0] != sort_key:
                self.placed[key] = (sort_key, key)
                moved.append((old, self.placed[key]))
        self._move(moved)
        return before

    def _move(self, moved: list[tuple[Placed | None, Placed | None]]) -> None:
        if len(moved) * BULK > len(self.sequence):
            self.sequence = sorted(self.placed.values())
            return
        for old, new in moved:
            if old is not None:
                take_out(self.sequence, old)
            if new is not None:
                insort(self.sequence, new)


def take_out(sequence: list[Placed], placed: Placed) -> bool:
    """Take `placed` out of a sequence. Whether it was in it."""
    index = bisect_left(sequence, placed)
    if index == len(sequence) or sequence[index] is not placed:
        return False
    del sequence[index]
    return True
