"""One window over one list, with the windows that its watchers may still know.

A window is made when it is read and rows have changed; it is the same for all versions from
`first` to `last`. The difference from a known one is made once, however many ask.
"""

from collections import deque

from citybrain.clock import Timestamp
from citybrain.feed import limits
from citybrain.feed.difference import difference
from citybrain.feed.rows.ordering import Placed
from citybrain.feed.rows.row import Row
from citybrain.feed.rows.selection import Selection
from citybrain.feed.rows.table import Table
from citybrain.feed.spec import ViewSpec, order_of
from citybrain.feed.update import Delta, Page, Slice, Version
from citybrain.structs import replace


class _Window:
    __slots__ = ("deltas", "first", "last", "page", "rows", "total")

    def __init__(self, number: int, rows: tuple[Row, ...], total: int) -> None:
        self.first = self.last = number
        self.rows, self.total = rows, total
        self.page: Page | None = None
        self.deltas: dict[int, Delta] = {}  # by the first version of the known window


class View:
    """See the module. `watchers` counts the streams that hold it; `used_at` is when it was last
    read or let go."""

    def __init__(self, spec: ViewSpec, table: Table, now: Timestamp) -> None:
        self.spec, self.table = spec, table
        self.watchers, self.used_at = 0, now
        order = order_of(spec, table.collection)
        self.selection: Selection = table.select(order, spec.filters, spec.search, now)
        self._windows: deque[_Window] = deque(maxlen=limits.WINDOWS_KEPT.value)

    def page(self, version: Version, at: Timestamp) -> Page:
        """The whole window at `version`, the newest."""
        window = self._read(version.number)
        if window.page is None or window.page.version != version:
            rows = tuple((row.key, row.value) for row in window.rows)
            window.page = Page(
                version=version, at=at, total=window.total, offset=self.spec.offset, rows=rows
            )
        return window.page

    def changes(self, since: int, version: Version, at: Timestamp) -> Page | Delta | None:
        """What has changed since the version of number `since`; a page if that is not known."""
        window = self._read(version.number)
        known = self._known(since)
        if known is window:
            return None
        if known is None:
            return self.page(version, at)
        delta = window.deltas.get(known.first)
        if delta is None:
            removed, placed, changed = difference(known.rows, window.rows)
            delta = Delta(
                version=version,
                at=at,
                total=window.total,
                removed=removed,
                placed=placed,
                changed=changed,
            )
        elif delta.version != version:
            delta = replace(delta, version=version, at=at)
        window.deltas[known.first] = delta
        return delta

    def after(self, placed: Placed | None) -> Slice:
        """As many rows as the window has, behind a place instead of at an offset."""
        found, total, has_more = self.selection.after(
            placed, self.spec.limit, backwards=self.spec.order_by.startswith("-")
        )
        rows = tuple((key, self.table.rows[key].value) for _, key in found)
        return Slice(rows=rows, total=total, last=found[-1] if has_more else None)

    def _read(self, number: int) -> _Window:
        newest = self._windows[-1] if self._windows else None
        if newest is None or self.table.touched > newest.last:
            newest = self._made(newest, number)
        newest.last = number
        return newest

    def _made(self, newest: _Window | None, number: int) -> _Window:
        """The window as it is now: the newest, if it is still that."""
        spec, rows = self.spec, self.table.rows
        keys, total = self.selection.window(
            spec.offset, spec.limit, backwards=spec.order_by.startswith("-")
        )
        now = tuple(rows[key] for key in keys)
        if newest is not None and newest.rows == now and newest.total == total:
            return newest
        if newest is not None:
            newest.page = None
            newest.deltas.clear()  # nobody asks for what leads to an old window
        self._windows.append(_Window(number, now, total))
        return self._windows[-1]

    def _known(self, number: int) -> _Window | None:
        for window in reversed(self._windows):
            if window.first <= number:
                return window if number <= window.last else None
        return None
