"""A list of the API as a tier offers it: how it is looked at, what it holds, how a row is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs

from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection, Related, nothing_else

V = TypeVar("V")
# a message of `citybrain.api.v1`, for tiers, which make none themselves
PublicMessage: TypeAlias = Message


# no Struct: callables make cycles, which a Struct is left out of
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicList(Generic[V]):
    """`items`: what it holds now, by key, in a mapping that is never changed afterwards. `row`: the
    public message of a value at a time, `detail` that of one row in full. `related`: all that the
    latter shows beside the value, so that it is new to its watchers where one of that is.
    """

    collection: Collection[V]
    items: Callable[[], Mapping[str, V]]
    row: Callable[[V, Timestamp], PublicMessage]
    detail: Callable[[V, Timestamp], PublicMessage]
    related: Related[V] = nothing_else
