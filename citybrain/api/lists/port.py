"""A list of the API as a tier offers it: how it is looked at, what it holds, how a row is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from google.protobuf.message import Message  # type: ignore[import-untyped]  # no stubs

from citybrain.clock import Timestamp
from citybrain.feed.collection import Collection

V = TypeVar("V")
# a message of `citybrain.api.v1`, for tiers, which make none themselves
PublicMessage: TypeAlias = Message


# no Struct: callables make cycles, which a Struct is left out of
@dataclass(frozen=True, slots=True, kw_only=True)
class PublicList(Generic[V]):
    """`items`: what it holds now, by key, in a mapping that is never changed afterwards. `row`: the
    public message of a value at a time, `detail` that of one row in full.
    """

    collection: Collection[V]
    items: Callable[[], Mapping[str, V]]
    row: Callable[[V, Timestamp], PublicMessage]
    detail: Callable[[V, Timestamp], PublicMessage]
