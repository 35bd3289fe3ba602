"""The windows that a client watches, kept up by pages and differences: see
docs/protocols/changes.md.
"""

from collections.abc import Iterable, Mapping

from citybrain.api.lists.port import PublicMessage
from citybrain.api.v1 import changes_pb2 as pb
from citybrain.feed.limits import WINDOW_ROWS

ROWS_MAX = WINDOW_ROWS.value
View = Mapping[str, object]  # fields of a `pb.View`


class Windows:
    """`views`: what is watched, by name. Ask with `request`, and `take` every message."""

    def __init__(self, views: Mapping[str, pb.View]) -> None:
        self._views = dict(views)
        self._keys: dict[str, list[str]] = {name: [] for name in views}
        self._rows: dict[str, dict[str, pb.Row]] = {name: {} for name in views}
        self._totals = dict.fromkeys(views, 0)
        self._version = ""

    def request(self) -> pb.WatchRequest:
        """What to ask for, from the start or to go on from the last message."""
        return pb.WatchRequest(views=list(self._views.values()), since=self._version)

    def take(self, changes: pb.Changes) -> bool:
        """Bring the windows up to date. Whether anything changed."""
        self._version = changes.version or self._version
        for change in changes.views:
            name = change.name
            match change.WhichOneof("change"):
                case "page":
                    self._put(name, change.page.rows, change.page.total)
                case "delta":
                    self._apply(name, change.delta)
                case "row":
                    self._put(name, [change.row], 1)
                case _:
                    self._put(name, [], 0)
        return bool(changes.views)

    def values(self, name: str) -> list[PublicMessage]:
        """The values of the window's rows, in order."""
        rows = self._rows[name]
        return [getattr(rows[key], str(rows[key].WhichOneof("value"))) for key in self._keys[name]]

    def total(self, name: str) -> int:
        """How many rows match, in the window or not."""
        return self._totals[name]

    def _put(self, name: str, rows: Iterable[pb.Row], total: int) -> None:
        self._totals[name] = total
        self._rows[name] = {row.key: row for row in rows}
        self._keys[name] = list(self._rows[name])

    def _apply(self, name: str, delta: pb.Delta) -> None:
        self._totals[name] = delta.total
        gone = {*delta.removed, *(placed.key for placed in delta.placed)}
        keys = [key for key in self._keys[name] if key not in gone]
        for placed in delta.placed:
            keys.insert(placed.index, placed.key)
        rows = self._rows[name] | {row.key: row for row in delta.rows}
        self._keys[name], self._rows[name] = keys, {key: rows[key] for key in keys}


def windows_of(views: Iterable[View]) -> Windows:
    """The windows of views whose fields these are."""
    return Windows({view.name: view for view in pb.WatchRequest(views=list(views)).views})
