"""What a watcher gets: a page, then the differences from it. Values, shared by all watchers.

All updates of one frame have the same version: a client remembers that one and comes back with it.
"""

from citybrain.clock import Timestamp
from citybrain.feed.errors import BadVersionError
from citybrain.structs import Struct

Entry = tuple[str, object]  # key and value


class Version(Struct, frozen=True, kw_only=True):
    """A number that rises with every change, within one life of a node. `str()` of it is what goes
    to clients."""

    epoch: str
    number: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.number}"


def parse_version(text: str) -> Version:
    """The version that `str()` gave; `BadVersionError` for any other text."""
    epoch, dot, number = text.rpartition(".")
    if not (dot and epoch and number.isascii() and number.isdigit() and len(number) < 20):
        raise BadVersionError(text)
    return Version(epoch=epoch, number=int(number))


class Page(Struct, frozen=True, kw_only=True):
    """A whole window. `total` rows match, of which `rows` begin at `offset`; `at` is the time for
    which it holds (of clocks that run out, say)."""

    version: Version
    at: Timestamp
    total: int
    offset: int
    rows: tuple[Entry, ...]


class Delta(Struct, frozen=True, kw_only=True):
    """The difference of a window from the one that the watcher knows. To be applied in this order:
    take out the keys of `removed` and of `placed`; put each of `placed` in at its index, in the
    order given; take the values of `changed`. `apply` does it."""

    version: Version
    at: Timestamp
    total: int
    removed: tuple[str, ...]  # keys that left the window
    placed: tuple[tuple[int, str], ...]  # rows that entered or moved: rising index, key
    changed: tuple[Entry, ...]  # rows that entered, or have another value


class Slice(Struct, frozen=True, kw_only=True):
    """Rows behind a place, for who reads a list page by page: `total` rows match in all; `last` is
    the sort key and key of the last one, None where nothing is behind it. A row that stays where it
    is comes exactly once, whatever comes, goes or moves between two slices."""

    rows: tuple[Entry, ...]
    total: int
    last: tuple[tuple[object, ...], str] | None


class Detail(Struct, frozen=True, kw_only=True):
    """The value of the one row that is watched."""

    version: Version
    at: Timestamp
    key: str
    value: object


class Gone(Struct, frozen=True, kw_only=True):
    """The one row that is watched is not there, or no longer."""

    version: Version
    at: Timestamp
    key: str


Update = Page | Delta | Detail | Gone
Frame = tuple[tuple[str, Update], ...]  # by the name that the watcher gave to its spec


def apply(page: Page, delta: Delta) -> Page:
    """The page after `delta`, as a client makes it; `delta` is the next one for `page`."""
    taken_out = {*delta.removed, *(key for _, key in delta.placed)}
    values = dict(page.rows)
    keys = [key for key in values if key not in taken_out]
    for index, key in delta.placed:
        keys.insert(index, key)
    values.update(delta.changed)
    return Page(
        version=delta.version,
        at=delta.at,
        total=delta.total,
        offset=page.offset,
        rows=tuple((key, values[key]) for key in keys),
    )
