"""Pages of a list that hold while its rows change: a token says after which row the next page
begins, not how many rows were shown.

A row that neither moves nor changes comes exactly once, whatever comes, goes or moves around it.
"""

import base64
import hashlib
import json

from citybrain.api import limits
from citybrain.api.errors import InvalidRequestError, Violation
from citybrain.feed.change_feed import ChangeFeed
from citybrain.feed.spec import ViewSpec
from citybrain.structs import Struct

Place = tuple[tuple[object, ...], str]  # sort key and key of a row


class ListPage(Struct, frozen=True, kw_only=True):
    """Rows in order, the token of the next page ("": this is the last), how many match in all."""

    rows: tuple[object, ...]
    next_token: str
    total: int


def page_of(feed: ChangeFeed, spec: ViewSpec, token: str) -> ListPage:
    """The page of `spec` (its `limit` rows) behind the row of `token`.

    Raises `InvalidRequestError` and `FeedError`s.
    """
    place = _read(token, spec) if token else None
    try:
        found = feed.after(spec, place)
    except TypeError as error:  # the token was forged: its place is of another order
        raise _bad_token() from error
    return ListPage(
        rows=tuple(value for _, value in found.rows),
        next_token=_written(found.last, spec) if found.last is not None else "",
        total=found.total,
    )


def _asked(spec: ViewSpec) -> str:
    """A digest of what a token is good for; the size of a page may change."""
    asked = [spec.collection, sorted(map(list, spec.filters)), spec.search, spec.order_by]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]


def _written(place: Place, spec: ViewSpec) -> str:
    text = json.dumps([_asked(spec), place], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode("ascii").rstrip("=")


def _read(token: str, spec: ViewSpec) -> Place:
    if len(token) > limits.PAGE_TOKEN_CHARS.value or not token.isascii():
        raise _bad_token()
    try:
        padded = token + "=" * (-len(token) % 4)
        asked, (sort_key, key) = json.loads(base64.urlsafe_b64decode(padded))
    except (ValueError, TypeError, RecursionError) as error:
        raise _bad_token() from error
    if asked != _asked(spec) or not isinstance(sort_key, list) or not isinstance(key, str):
        raise _bad_token()
    return tuple(sort_key), key


def _bad_token() -> InvalidRequestError:
    return InvalidRequestError(
        Violation(
            field="page_token",
            what="it is of no page of this list with this filter, search and order",
            cure="Give the next_page_token of the page before, and leave the rest as it was.",
        )
    )
