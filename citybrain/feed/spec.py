"""What a watcher asks for: a window over a list, or one row of it. Values; checked by `check`."""

from citybrain.feed import limits
from citybrain.feed.collection import Collection
from citybrain.feed.errors import OutOfBoundsError, UnknownFilterError, UnknownOrderError
from citybrain.limits import Limit
from citybrain.structs import Struct


class ViewSpec(Struct, frozen=True, kw_only=True):
    """Rows `offset` to `offset + limit` of those that pass all filters and hold every word of
    `search`, in the order `order_by` ("" for the list's default, "-name" for the other way round).
    Several filters of one name pass a row if one of them does."""

    collection: str
    filters: tuple[tuple[str, str], ...] = ()  # (name, what is asked for)
    search: str = ""
    order_by: str = ""
    offset: int = 0
    limit: int = 100


class DetailSpec(Struct, frozen=True, kw_only=True):
    """One row of a list, whatever window it is in."""

    collection: str
    key: str


Spec = ViewSpec | DetailSpec


def order_of(spec: ViewSpec, collection: Collection[object]) -> str:
    """The name of the order of a view, without its direction."""
    return spec.order_by.removeprefix("-") or next(iter(collection.orders))


def words_of(search: str) -> tuple[str, ...]:
    """The words of a search, folded, each once."""
    return tuple(sorted(set(search.casefold().split())))


def check(spec: ViewSpec, collection: Collection[object]) -> None:
    """Raise the `FeedError` that says what `collection` cannot give of `spec`."""
    for name, wanted in spec.filters:
        if name not in collection.filters:
            raise UnknownFilterError(collection.name, name, collection.filters)
        _bound("filters", len(wanted), limits.SEARCH_CHARS)
    _bound("filters", len(spec.filters), limits.FILTER_VALUES)
    _bound("search", len(spec.search), limits.SEARCH_CHARS)
    if (order := order_of(spec, collection)) not in collection.orders:
        raise UnknownOrderError(collection.name, order, collection.orders)
    _bound("limit", spec.limit, limits.WINDOW_ROWS, at_least=1)
    _bound("offset", spec.offset, limits.OFFSET)


def _bound(field: str, given: int, limit: Limit, *, at_least: int = 0) -> None:
    if not at_least <= given <= limit.value:
        raise OutOfBoundsError(field, given, at_least=at_least, limit=limit)
