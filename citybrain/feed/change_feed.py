"""The door to a node's lists: takes what the lists hold now, gives pages and differences."""

from collections.abc import AsyncIterator, Mapping
from typing import TypeVar

from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection
from citybrain.feed.spec import DetailSpec, Spec, ViewSpec
from citybrain.feed.update import Delta, Detail, Frame, Gone, Page, Version

K = TypeVar("K", bound=str)
V = TypeVar("V")


class ChangeFeed:
    """All lists of one node with one version number. For one event loop; takes persistent maps
    after commits, and never changes them.

    `epoch` is another one in every life of the process: a version of an earlier life is answered
    with a page.
    """

    def __init__(self, epoch: str) -> None:
        raise NotImplementedError

    @property
    def version(self) -> Version:
        """The newest version."""
        raise NotImplementedError

    @property
    def watchers(self) -> int:
        """How many streams there are."""
        raise NotImplementedError

    def add(self, collection: Collection[V]) -> None:
        """Let `collection` be looked at; empty until it is refreshed."""
        raise NotImplementedError

    def refresh(self, name: str, items: Mapping[K, object], now: Timestamp) -> bool:
        """`items` is what the list holds now; rows that are not the same objects as before have
        changed. Whether anything has. The mapping is never changed afterwards: an `immutables.Map`,
        or a `dict` made for this call."""
        raise NotImplementedError

    def tick(self, now: Timestamp) -> bool:
        """Look again at the rows whose time has come, and let views go that nobody reads. Whether
        anything changed. To be called at `next_tick_at`, or every second."""
        raise NotImplementedError

    def next_tick_at(self) -> Timestamp | None:
        """When the first row may change by time alone."""
        raise NotImplementedError

    def page(self, spec: ViewSpec) -> Page:
        """The window as it is now. Raises `FeedError`s, as all that takes a spec."""
        raise NotImplementedError

    def changes(self, spec: ViewSpec, since: Version | None) -> Page | Delta | None:
        """What makes the window of `since` into that of now; None: it is the same. A page if
        `since` is of another life, older than what is kept, or not one given for this view."""
        raise NotImplementedError

    def detail(self, spec: DetailSpec) -> Detail | Gone:
        """One row as it is now."""
        raise NotImplementedError

    def watch(
        self,
        specs: Mapping[str, Spec],
        since: Version | None = None,
        *,
        interval_s: float,
        idle_s: float | None = None,
    ) -> AsyncIterator[Frame]:
        """Frames of the specs that changed, by their names; first what is new since `since`, at
        once. At most one frame in every `interval_s`, at the same moments for all watchers, so that
        they share their updates; a slow reader gets one difference for all that it missed.
        After `idle_s` without a change an empty frame says that the stream lives. Ends at
        `close`. Close it (`contextlib.aclosing`): it holds its views."""
        raise NotImplementedError

    def close(self) -> None:
        """End all streams, for a graceful stop."""
        raise NotImplementedError
