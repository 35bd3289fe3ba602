"""The changes of a district's queue as JSON lines, for a program. Pure."""

import json
from collections.abc import Iterator, Mapping

from citybrain.api.json_text import values_of
from citybrain.api.lists.port import PublicMessage
from citybrain.clock import Timestamp, iso

Rows = Mapping[str, PublicMessage]  # by id


def changes_between(before: Rows, after: Rows, at: Timestamp) -> Iterator[str]:
    """A line for each case that is new or other than before, and for each that left the queue."""
    for key, row in after.items():
        if before.get(key) != row:
            yield _line("case", at, incident=values_of(row))
    for key in before:
        if key not in after:
            yield _line("left", at, id=key)


def connection_line(*, is_lost: bool, at: Timestamp, why: str = "") -> str:
    """That the node is not heard any more, or is again: then every case is said anew."""
    return _line("connection_lost" if is_lost else "connected", at, **({"why": why} if why else {}))


def _line(change: str, at: Timestamp, **values: object) -> str:
    said = {"change": change, "at": f"{iso(at)[:19]}Z", **values}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
