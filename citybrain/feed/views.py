"""The views that are kept: as many as may be, the last used first."""

from collections.abc import Mapping

from citybrain.clock import Timestamp, later
from citybrain.feed import limits
from citybrain.feed.errors import TooManyViewsError, UnknownCollectionError
from citybrain.feed.rows.table import Table
from citybrain.feed.spec import ViewSpec, check
from citybrain.feed.view import View


class Views:
    """Views over `tables` by their specs, in the order of use."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._tables = tables
        self._views: dict[ViewSpec, View] = {}

    def __len__(self) -> int:
        return len(self._views)

    def open(self, spec: ViewSpec, now: Timestamp) -> View:
        """The view of `spec`, made now if it is not kept. Raises what is wrong with the spec, and
        `TooManyViewsError`."""
        view = self._views.pop(spec, None)
        if view is None:
            table = table_of(self._tables, spec.collection)
            check(spec, table.collection)
            self._make_room()
            view = View(spec, table, now)
        self._views[spec] = view
        view.used_at = now
        return view

    def expire(self, now: Timestamp) -> None:
        """Let those go that nobody has watched or read for long."""
        idle = [
            view
            for view in self._views.values()
            if not view.watchers and later(view.used_at, limits.VIEW_IDLE.value) <= now
        ]
        for view in idle:
            self._let_go(view)

    def _make_room(self) -> None:
        if len(self._views) < limits.VIEWS.value:
            return
        unwatched = next((view for view in self._views.values() if not view.watchers), None)
        if unwatched is None:
            raise TooManyViewsError(limits.VIEWS)
        self._let_go(unwatched)

    def _let_go(self, view: View) -> None:
        del self._views[view.spec]
        view.table.release(view.selection)


def table_of(tables: Mapping[str, Table], name: str) -> Table:
    """The table of that name, or an `UnknownCollectionError` that says which there are."""
    if (table := tables.get(name)) is None:
        raise UnknownCollectionError(name, tables)
    return table
