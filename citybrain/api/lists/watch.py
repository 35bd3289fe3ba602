"""Windows that are watched: what a client asks for, read; what changed, encoded once for all who
watch the same window.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing

from citybrain.api import limits
from citybrain.api.errors import InvalidRequestError, Violation
from citybrain.api.json_text import json_of
from citybrain.api.lists.filter_text import Filters, parse_filter, parse_order
from citybrain.api.lists.port import PublicList, PublicMessage
from citybrain.api.problem import feed_violation
from citybrain.api.requests.checks import Checks
from citybrain.api.v1 import changes_pb2 as pb
from citybrain.api.watching import ChangesMessage, Part, StreamMessage
from citybrain.clock import Timestamp
from citybrain.feed import limits as feed_limits
from citybrain.feed.change_feed import ChangeFeed
from citybrain.feed.errors import FeedError
from citybrain.feed.memo import Memo
from citybrain.feed.spec import DetailSpec, Spec, ViewSpec, check
from citybrain.feed.update import (
    Delta,
    Detail,
    Frame,
    Gone,
    Page,
    Update,
    Version,
    parse_version,
)

# a row's message: the member of `Row` that holds it
MEMBERS = {
    field.message_type.full_name: field.name
    for field in pb.Row.DESCRIPTOR.fields
    if field.message_type is not None
}


class Watching:
    """The streams of one node. `refresh` lets the feed find what has changed in the lists of these
    names."""

    def __init__(
        self,
        lists: Mapping[str, PublicList[object]],
        feed: ChangeFeed,
        refresh: Callable[[Iterable[str]], None],
    ) -> None:
        self._lists, self._feed, self._refresh = lists, feed, refresh
        self._parts: Memo[Part] = Memo()

    def watch(self, request: pb.WatchRequest) -> AsyncIterator[StreamMessage]:
        """What changes in the windows of `request`. Raises `InvalidRequestError` and `FeedError`s
        here, before the stream begins."""
        specs = specs_of(request, self._lists)
        since = _since(request.since)
        # a client that has just acted sees what came of it
        self._refresh(dict.fromkeys(spec.collection for spec in specs.values()))
        frames = self._feed.watch(
            specs,
            since,
            interval_s=limits.PUSH_INTERVAL.value / 1000,
            idle_s=limits.HEARTBEAT.value / 1000,
            fresh={view.name for view in request.views if view.fresh},
        )
        return self._messages(specs, frames, request.since)

    async def _messages(
        self, specs: Mapping[str, Spec], frames: AsyncGenerator[Frame, None], version: str
    ) -> AsyncIterator[StreamMessage]:
        async with aclosing(frames):
            async for frame in frames:
                if frame:
                    version = str(frame[0][1].version)
                yield ChangesMessage(
                    version,
                    tuple((name, self._part(specs[name].collection, upd)) for name, upd in frame),
                )

    def _part(self, name: str, update: Update) -> Part:
        return self._parts.get(update, lambda: self._made(name, update))

    def _made(self, name: str, update: Update) -> Part:
        match update:
            case Page():
                page = pb.Page(
                    total=update.total,
                    offset=update.offset,
                    rows=self._rows(name, update.rows, update.at),
                )
                return Part("page", page, lambda: json_of(page))
            case Delta():
                delta = pb.Delta(
                    total=update.total,
                    removed=update.removed,
                    placed=[pb.Placed(index=index, key=key) for index, key in update.placed],
                    rows=self._rows(name, update.changed, update.at),
                )
                return Part("delta", delta, lambda: json_of(delta))
            case Detail():
                row = _row(update.key, self._lists[name].detail(update.value, update.at))
                return Part("row", row, lambda: json_of(row))
            case Gone():
                return Part("gone", None, lambda: b"true")

    def _rows(self, name: str, rows: tuple[tuple[str, object], ...], at: Timestamp) -> list[pb.Row]:
        show = self._lists[name].row
        return [_row(key, show(value, at)) for key, value in rows]


def _row(key: str, value: PublicMessage) -> pb.Row:
    return pb.Row(key=key, **{MEMBERS[value.DESCRIPTOR.full_name]: value})


def specs_of(request: pb.WatchRequest, lists: Mapping[str, PublicList[object]]) -> dict[str, Spec]:
    """The windows and rows that are asked for of `lists`, by the client's names. Raises
    `InvalidRequestError` with everything that is wrong."""
    violations: list[Violation] = []
    specs: dict[str, Spec] = {}
    most = feed_limits.STREAM_VIEWS.value
    if not 1 <= len(request.views) <= most:
        violations.append(
            Violation(
                field="views",
                what=f"there are {len(request.views)}",
                cure=f"Ask for 1 to {most} windows in one stream.",
            )
        )
    for index, view in enumerate(request.views[:most]):
        name, spec, wrong = _spec(view, f"views[{index}].")
        wrong = wrong or _foreign(spec, lists, f"views[{index}].")
        if name in specs:
            wrong = (
                *wrong,
                Violation(
                    field=f"views[{index}].name",
                    what=f"{name!r} is the name of another one",
                    cure="Give each its own.",
                ),
            )
        violations += wrong
        specs[name] = spec
    if violations:
        raise InvalidRequestError(*violations[: limits.VIOLATIONS.value])
    return specs


def _spec(view: pb.View, prefix: str) -> tuple[str, Spec, tuple[Violation, ...]]:
    checks = Checks(view, prefix)
    name, collection = checks.identifier("name"), checks.identifier("collection")
    offset, size = checks.natural("offset"), checks.natural("limit")
    if view.key:
        key = checks.identifier("key")
        extra = [f for f in ("filter", "search", "order_by") if getattr(view, f)]
        checks.add(
            Violation(field=f"{prefix}{f}", what="a single row has none", cure="Leave it out.")
            for f in extra
        )
        return name, DetailSpec(collection=collection, key=key), checks.violations
    filters: Filters = ()
    order = ""
    try:
        filters = parse_filter(view.filter, f"{prefix}filter")
        order = parse_order(view.order_by, f"{prefix}order_by")
    except InvalidRequestError as error:
        checks.add(error.violations)
    spec = ViewSpec(
        collection=collection,
        filters=filters,
        search=view.search,
        order_by=order,
        offset=offset,
        limit=size or limits.DEFAULT_PAGE_ROWS.value,
    )
    return name, spec, checks.violations


def _foreign(
    spec: Spec, lists: Mapping[str, PublicList[object]], prefix: str
) -> tuple[Violation, ...]:
    """What the list has not that is asked for."""
    offered = lists.get(spec.collection)
    if offered is None:
        what, cure = f"there is no list {spec.collection!r}", f"One of: {', '.join(sorted(lists))}."
        return (Violation(field=f"{prefix}collection", what=what, cure=cure),)
    try:
        if isinstance(spec, ViewSpec):
            check(spec, offered.collection)
    except FeedError as error:
        field = "filter" if error.field == "filters" else error.field
        violation = feed_violation(error)
        return (Violation(field=f"{prefix}{field}", what=violation.what, cure=violation.cure),)
    return ()


def _since(text: str) -> Version | None:
    if not text:
        return None
    try:
        return parse_version(text)
    except FeedError as error:
        raise InvalidRequestError(feed_violation(error)) from error
