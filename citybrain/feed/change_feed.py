"""The door to a node's lists: takes what the lists hold now, gives pages and differences."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Set
from collections.abc import Collection as Keys
from typing import TypeVar, cast

from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection, Related, nothing_else
from citybrain.feed.pace import Pace
from citybrain.feed.rows.ordering import Placed
from citybrain.feed.rows.table import Table
from citybrain.feed.spec import DetailSpec, Spec, ViewSpec
from citybrain.feed.stream import Stream, one_row
from citybrain.feed.update import Delta, Detail, Frame, Gone, Page, Slice, Version
from citybrain.feed.views import Views, table_of
from citybrain.structs import replace

K = TypeVar("K", bound=str)
V = TypeVar("V")


class ChangeFeed:
    """All lists of one node with one version number. For one event loop; takes persistent maps
    after commits, and never changes them.

    `epoch` is another one in every life of the process: a version of an earlier life is answered
    with a page.
    """

    def __init__(self, epoch: str) -> None:
        self._tables: dict[str, Table] = {}
        self._views = Views(self._tables)
        self._version = Version(epoch=epoch, number=0)
        self._now = Timestamp(0)
        self._changed = asyncio.Event()  # a new one for every version
        self._is_closed = False
        self._watchers = 0

    @property
    def version(self) -> Version:
        """The newest version."""
        return self._version

    @property
    def now(self) -> Timestamp:
        """The time for which the newest version holds: of the last `refresh` or `tick`."""
        return self._now

    @property
    def watchers(self) -> int:
        """How many streams there are."""
        return self._watchers

    @property
    def views(self) -> int:
        """How many views are kept."""
        return len(self._views)

    def add(self, collection: Collection[V], related: Related[V] = nothing_else) -> None:
        """Let `collection` be looked at; empty until it is refreshed. `related`: what else than the
        value one row in full is made of; it is read with every version, of the rows that are
        watched by themselves."""
        # its functions are only ever given the values that `refresh` was given under its name
        self._tables[collection.name] = Table(
            cast("Collection[object]", collection), cast("Related[object]", related)
        )

    def refresh(
        self,
        name: str,
        items: Mapping[K, object],
        now: Timestamp,
        *,
        touched: Keys[K] | None = None,
    ) -> bool:
        """`items` is what the list holds now; rows that are not the same objects as before have
        changed. Whether anything has. The mapping is never changed afterwards: an `immutables.Map`,
        or a `dict` made for this call.

        `touched`: every key whose row may be another than at the refresh before; no other row is
        looked at. None: all are."""
        table = table_of(self._tables, name)
        has_ticked = self.tick(now)
        has_changed = table.replace(
            cast("Mapping[str, object]", items), self._now, self._version.number + 1, touched
        )
        return self._advance(has_changed) or has_ticked

    def tick(self, now: Timestamp) -> bool:
        """Look again at the rows whose time has come, and let views go that nobody reads. Whether
        anything changed. To be called at `next_tick_at`, or every second."""
        self._now = max(self._now, now)
        self._views.expire(self._now)
        number = self._version.number + 1
        expired = [table.expire(self._now, number) for table in self._tables.values()]
        return self._advance(any(expired))

    def next_tick_at(self) -> Timestamp | None:
        """When the first row may change by time alone."""
        times = [table.next_change_at() for table in self._tables.values()]
        return min((at for at in times if at is not None), default=None)

    def page(self, spec: ViewSpec) -> Page:
        """The window as it is now. Raises `FeedError`s, as all that takes a spec."""
        return self._views.open(spec, self._now).page(self._version, self._now)

    def changes(self, spec: ViewSpec, since: Version | None) -> Page | Delta | None:
        """What makes the window of `since` into that of now; None: it is the same. A page if
        `since` is of another life, older than what is kept, or not one given for this view."""
        view = self._views.open(spec, self._now)
        if since is None or since.epoch != self._version.epoch:
            return view.page(self._version, self._now)
        return view.changes(since.number, self._version, self._now)

    def after(self, spec: ViewSpec, place: Placed | None) -> Slice:
        """As many rows as the window has, behind a place instead of at an offset (None: the first).
        `TypeError` where the place is of another order."""
        return self._views.open(spec, self._now).after(place)

    def detail(self, spec: DetailSpec) -> Detail | Gone:
        """One row as it is now."""
        row = table_of(self._tables, spec.collection).rows.get(spec.key)
        return one_row(row, spec.key, self._version, self._now)

    def watch(
        self,
        specs: Mapping[str, Spec],
        since: Version | None = None,
        *,
        interval_s: float,
        idle_s: float | None = None,
        fresh: Set[str] = frozenset(),
    ) -> AsyncGenerator[Frame, None]:
        """Frames of the specs that changed, by their names; first what is new since `since`, at
        once, and whole what `fresh` names: what was not watched at that version. At most one frame
        in every `interval_s`, at the same moments for all watchers, so that they share their
        updates; a slow reader gets one difference for all that it missed. After `idle_s` without a
        change an empty frame says that the stream lives. Ends at `close`. Close it
        (`contextlib.aclosing`): it holds its views."""
        self._stream(specs, since).close(self._now)  # what is wrong with the specs is raised here
        return self._frames(specs, since, fresh, Pace(interval_s), idle_s)

    def close(self) -> None:
        """End all streams, for a graceful stop."""
        self._is_closed = True
        self._wake()

    async def _frames(
        self,
        specs: Mapping[str, Spec],
        since: Version | None,
        fresh: Set[str],
        pace: Pace,
        idle_s: float | None,
    ) -> AsyncGenerator[Frame, None]:
        stream = self._stream(specs, since, fresh)
        self._watchers += 1
        try:
            while True:
                await pace.turn()
                if self._is_closed:
                    return
                changed = self._changed
                if frame := stream.frame(self._version, self._now):
                    yield frame
                while not await _is_set(changed, idle_s):
                    yield ()
        finally:
            self._watchers -= 1
            stream.close(self._now)

    def _stream(
        self, specs: Mapping[str, Spec], since: Version | None, fresh: Set[str] = frozenset()
    ) -> Stream:
        return Stream(
            specs, since, fresh=fresh, views=self._views, tables=self._tables, now=self._now
        )

    def _advance(self, has_changed: bool) -> bool:
        if has_changed:
            self._version = replace(self._version, number=self._version.number + 1)
            self._wake()
        return has_changed

    def _wake(self) -> None:
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()


async def _is_set(changed: asyncio.Event, idle_s: float | None) -> bool:
    """Wait for `changed`; False: not within `idle_s`."""
    try:
        async with asyncio.timeout(idle_s):
            return await changed.wait()
    except TimeoutError:
        return False
