"""The windows of one stream of changes on a client's side, kept up by its messages as
docs/protocols/changes.md says.
"""

from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs

from citybrain.api.v1 import changes_pb2 as pb


class Windows:
    """By the names that the client gave. `version`: where to go on after a lost connection."""

    def __init__(self) -> None:
        self.version = ""
        self._keys: dict[str, list[str]] = {}
        self._values: dict[str, dict[str, Message]] = {}
        self._totals: dict[str, int] = {}

    def take(self, changes: pb.Changes) -> None:
        """Bring the windows to the version of `changes`, the next message of the stream."""
        self.version = changes.version or self.version
        for view in changes.views:
            self._take(view)

    def rows(self, name: str) -> tuple[Message, ...]:
        """The window's rows in order; empty before the first message about it."""
        values = self._values.get(name, {})
        return tuple(values[key] for key in self._keys.get(name, ()))

    def total(self, name: str) -> int:
        """How many rows match, in the window or not."""
        return self._totals.get(name, 0)

    def _take(self, view: pb.ViewChange) -> None:
        match view.WhichOneof("change"):
            case "delta":
                self._apply(view.name, view.delta)
            case "page":
                self._replace(view.name, list(view.page.rows), view.page.total)
            case "row":
                self._replace(view.name, [view.row], 1)
            case _:
                self._replace(view.name, [], 0)

    def _replace(self, name: str, rows: list[pb.Row], total: int) -> None:
        self._keys[name] = [row.key for row in rows]
        self._values[name] = {row.key: _value(row) for row in rows}
        self._totals[name] = total

    def _apply(self, name: str, delta: pb.Delta) -> None:
        out = {*delta.removed, *(placed.key for placed in delta.placed)}
        keys = [key for key in self._keys[name] if key not in out]
        for placed in delta.placed:
            keys.insert(placed.index, placed.key)
        values = self._values[name] | {row.key: _value(row) for row in delta.rows}
        self._keys[name] = keys
        self._values[name] = {key: values[key] for key in keys}
        self._totals[name] = delta.total


def _value(row: pb.Row) -> Message:
    return getattr(row, row.WhichOneof("value"))
