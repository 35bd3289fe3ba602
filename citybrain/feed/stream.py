"""What one watcher has been given, of all that it watches: each frame is what is new to it. Knows
no event loop."""

from collections.abc import Iterator, Mapping, Set
from typing import NamedTuple

from citybrain.clock import Timestamp
from citybrain.feed import limits
from citybrain.feed.errors import OutOfBoundsError
from citybrain.feed.rows.row import Row
from citybrain.feed.rows.table import Table
from citybrain.feed.spec import DetailSpec, Spec, ViewSpec
from citybrain.feed.update import Detail, Frame, Gone, Update, Version
from citybrain.feed.view import View
from citybrain.feed.views import Views, table_of


class Stream:
    """Holds its views from its making to `close`."""

    def __init__(
        self,
        specs: Mapping[str, Spec],
        since: Version | None,
        *,
        fresh: Set[str] = frozenset(),
        views: Views,
        tables: Mapping[str, Table],
        now: Timestamp,
    ) -> None:
        if len(specs) > (limit := limits.STREAM_VIEWS).value:
            raise OutOfBoundsError("views", len(specs), at_least=0, limit=limit)
        self._specs, self._known = specs, since
        self._fresh = frozenset(fresh)  # to be given whole, once
        self._views: dict[str, View] = {}
        self._details: dict[str, tuple[DetailSpec, Table]] = {}
        self._given: dict[str, _Shown] = {}  # of the details
        is_whole = False
        try:
            for name, spec in specs.items():
                if isinstance(spec, ViewSpec):
                    self._views[name] = views.open(spec, now)
                    self._views[name].watchers += 1
                else:
                    self._details[name] = spec, table_of(tables, spec.collection)
            is_whole = True
        finally:
            if not is_whole:
                self.close(now)

    def close(self, now: Timestamp) -> None:
        """Let the views go."""
        for view in self._views.values():
            view.watchers -= 1
            view.used_at = now
        self._views.clear()

    def frame(self, version: Version, now: Timestamp) -> Frame:
        """What is new at `version`, the newest; empty if nothing is."""
        known = self._known
        if known is not None and (known.epoch != version.epoch or known.number > version.number):
            known = None
        updates = dict(self._updates(known, version, now))
        self._known, self._fresh = version, frozenset()
        return tuple((name, updates[name]) for name in self._specs if name in updates)

    def _updates(
        self, known: Version | None, version: Version, now: Timestamp
    ) -> Iterator[tuple[str, Update]]:
        for name, view in self._views.items():
            if known is None or name in self._fresh:
                yield name, view.page(version, now)
            elif (update := view.changes(known.number, version, now)) is not None:
                yield name, update
        for name, (spec, table) in self._details.items():
            shown = _shown(table, spec.key)
            given = self._given.get(name)
            # nobody knows since when its related values are what they are
            is_known = (
                shown.row is not None
                and not table.has_related
                and known is not None
                and shown.row.number <= known.number
                and name not in self._fresh
            )
            if not is_known if given is None else not shown.is_same(given):
                yield name, one_row(shown.row, spec.key, version, now)
            self._given[name] = shown


class _Shown(NamedTuple):
    """What one row in full is made of."""

    row: Row | None
    related: tuple[object, ...]

    def is_same(self, other: "_Shown") -> bool:
        return self.row is other.row and self.related == other.related


def _shown(table: Table, key: str) -> _Shown:
    row = table.rows.get(key)
    return _Shown(row, () if row is None else table.related(row.value))


def one_row(row: Row | None, key: str, version: Version, now: Timestamp) -> Detail | Gone:
    """What a watcher of one row gets."""
    if row is None:
        return Gone(version=version, at=now, key=key)
    return Detail(version=version, at=now, key=key, value=row.value)
