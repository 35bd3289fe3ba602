"""What one list of rows is: its orders, filters and search. A definition, not the rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from citybrain.clock import Timestamp

V = TypeVar("V")
# of one order always the same shape, so that any two compare; no NaN, no None beside a number
SortKey = tuple[object, ...]
# what else than its value one row in full shows; small values, as they are compared often
Related = Callable[[V], tuple[object, ...]]


def _no_text(_: object) -> str:
    return ""


def _never(_: object, __: Timestamp) -> None:
    return None


def nothing_else(_: object) -> tuple[object, ...]:
    """The `Related` of values that are all that their rows show."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection(Generic[V]):
    """A list of values under string keys (the mapping's own), and how it can be looked at.

    `orders`: sort keys by name, the first is the default; equal ones stand in the order of their
    keys. `filters`: whether a value passes, given any text that is asked for. `text`: what a search
    looks into. `next_change_at(value, now)`: the first time after `now` at which a sort key of the
    value, or what is shown of it, changes by time alone (a clock runs out); None, or a time that is
    not after `now`: never. Until then every sort key stays what it was. All are pure functions.
    """

    name: str
    orders: Mapping[str, Callable[[V, Timestamp], SortKey]]
    filters: Mapping[str, Callable[[V, str], bool]]
    text: Callable[[V], str] = _no_text
    next_change_at: Callable[[V, Timestamp], Timestamp | None] = _never
