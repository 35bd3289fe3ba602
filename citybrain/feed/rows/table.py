"""The rows of one list as they are now, what changes them, and the orders that they are in.

A row is made anew whenever its value is another object or its time has come, so that "the same
row" means "nothing to send".
"""

import heapq
from collections.abc import Collection as Keys
from collections.abc import Mapping

from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection, Related, nothing_else
from citybrain.feed.rows.ordering import Ordering
from citybrain.feed.rows.row import Row
from citybrain.feed.rows.selection import Selection, SelectionKey, selection_key

_MISSING = object()


class Table:
    """See the module. `touched` is the number of the version that last changed a row; `related`
    says what a row in full shows beside its value."""

    def __init__(
        self, collection: Collection[object], related: Related[object] = nothing_else
    ) -> None:
        self.collection, self.related = collection, related
        self.rows: dict[str, Row] = {}
        self.touched = 0
        self._items: Mapping[str, object] = {}
        self._due: dict[str, Timestamp] = {}
        self._heap: list[tuple[Timestamp, str]] = []  # may hold what `_due` no longer says
        self._orderings: dict[str, Ordering] = {}
        self._selections: dict[SelectionKey, Selection] = {}

    @property
    def has_related(self) -> bool:
        """Whether a row in full shows anything beside its value."""
        return self.related is not nothing_else

    def replace(
        self,
        items: Mapping[str, object],
        now: Timestamp,
        number: int,
        touched: Keys[str] | None = None,
    ) -> bool:
        """Take `items` as the rows of version `number`. Whether any is another. `touched`: the keys
        of all that may be; None: any."""
        known = self._items
        if items is known:
            return False
        if touched is None:
            changed = [key for key, value in items.items() if known.get(key, _MISSING) is not value]
            left = len(known) + sum(key not in known for key in changed) - len(items)
            removed = [key for key in known if key not in items] if left else []
        else:
            present = [key for key in touched if key in items]
            changed = [key for key in present if known.get(key, _MISSING) is not items[key]]
            removed = [key for key in touched if key in known and key not in items]
        self._items = items
        for key in removed:
            del self.rows[key]
            self._due.pop(key, None)
        return self._remake(changed, removed, now, number)

    def expire(self, now: Timestamp, number: int) -> bool:
        """Make the rows anew whose time has come, as of version `number`. Whether there are any."""
        due = []
        while self._heap and self._heap[0][0] <= now:
            at, key = heapq.heappop(self._heap)
            if self._due.get(key) == at:
                del self._due[key]
                due.append(key)
        return self._remake(due, [], now, number)

    def next_change_at(self) -> Timestamp | None:
        """When the first row may change by time alone; perhaps a little early."""
        return self._heap[0][0] if self._heap else None

    def select(
        self, order: str, filters: tuple[tuple[str, str], ...], search: str, now: Timestamp
    ) -> Selection:
        """The rows that pass, in order: shared by all that ask for the same, until `release`d as
        often as it was asked for."""
        wanted = selection_key(order, filters, search)
        if (selection := self._selections.get(wanted)) is None:
            if (ordering := self._orderings.get(order)) is None:
                ordering = Ordering(self.collection.orders[order], self.rows, now)
                self._orderings[order] = ordering
            selection = Selection(wanted, self.collection, ordering, self.rows)
            self._selections[wanted] = selection
        selection.users += 1
        return selection

    def release(self, selection: Selection) -> None:
        """One user less; what nobody uses is no longer kept in order."""
        selection.users -= 1
        if selection.users == 0:
            del self._selections[selection.key]
            order = selection.key.order
            if all(key.order != order for key in self._selections):
                del self._orderings[order]

    def _remake(self, changed: list[str], removed: list[str], now: Timestamp, number: int) -> bool:
        if not changed and not removed:
            return False
        self.touched = number
        next_change_at = self.collection.next_change_at
        for key in changed:
            value = self._items[key]
            self.rows[key] = Row(key, value, number)
            self._schedule(key, next_change_at(value, now), now)
        for order, ordering in self._orderings.items():
            before = ordering.update([*removed, *changed], now)
            for selection in self._selections.values():
                if selection.key.order == order:
                    selection.note(before)
        return True

    def _schedule(self, key: str, due: Timestamp | None, now: Timestamp) -> None:
        if due is None or due <= now:
            self._due.pop(key, None)
        elif self._due.get(key) != due:
            self._due[key] = due
            heapq.heappush(self._heap, (due, key))
        if len(self._heap) > 2 * len(self._due) + 64:  # mostly what is no longer so
            self._heap = [(at, of) for of, at in self._due.items()]
            heapq.heapify(self._heap)
