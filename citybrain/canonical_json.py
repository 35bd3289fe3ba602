"""One canonical text for every frozen value: what the journal stores, what state hashes are taken of. Not what travels (that is protobuf).

Deterministic JSON (fields sorted, enums by value, tables as objects in key order), typed on the way back: a payload that does not fit its
dataclass raises `MalformedError`.
"""

import hashlib
from typing import Any, TypeVar

import msgspec

from citybrain.errors import MalformedError
from citybrain.sorted_map import SortedMap

T = TypeVar("T")


def encode(value: Any) -> bytes:
    """The canonical JSON of a frozen dataclass (or of anything made of them)."""
    return msgspec.json.encode(value, enc_hook=_unfold, order="sorted")


def decode(payload: bytes, kind: type[T]) -> T:
    """The value of type `kind` that `payload` describes; raises `MalformedError` where it does not fit."""
    try:
        return msgspec.json.decode(payload, type=kind, dec_hook=_fold)
    except (msgspec.ValidationError, msgspec.DecodeError) as error:
        raise MalformedError("payload", f"no {kind.__name__}: {error}") from error


def digest(value: Any) -> str:
    """SHA-256 (hex) of the canonical JSON of `value`."""
    return hashlib.sha256(encode(value)).hexdigest()


def _unfold(value: Any) -> Any:
    if isinstance(value, SortedMap):
        return dict(value.items())
    raise TypeError(
        f"{type(value).__name__} has no canonical form; make it a frozen dataclass, an enum, a tuple or a Table"
    )


def _fold(kind: Any, raw: Any) -> Any:
    if getattr(kind, "__origin__", kind) is not SortedMap:
        raise TypeError(f"cannot decode into {kind!r}")
    arguments = getattr(kind, "__args__", None)
    if not arguments or not isinstance(raw, dict):
        raise TypeError(f"a table wants an object and its types, not {type(raw).__name__}")
    values: Any = dict.__class_getitem__(
        (str, arguments[1])
    )  # keys are string newtypes: nothing to convert
    return SortedMap(msgspec.convert(raw, values, dec_hook=_fold).items())
