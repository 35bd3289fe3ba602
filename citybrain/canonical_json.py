"""One canonical text for every frozen value: what the journal stores and state hashes are taken of.
Not what travels (that is protobuf).

Deterministic JSON: fields sorted, enums by value, a member of a tagged union with its tag under
`type`. A `SortedMap` with string keys is an object; one with tuple keys is a list of [key, value]
pairs in key order. An empty map is `{}` whatever its keys: encoding sees no declared type.
Decoding is typed by the declared key type and takes `{}` and `[]` for an empty map of either kind.
A payload that does not fit its type raises `MalformedError`.

JSON has no word for a number that is not finite; its encoders write `null`, which no reader takes
for a number. Such a value is refused where it is written, not where it would be read.
"""

import hashlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from functools import lru_cache
from types import UnionType
from typing import TYPE_CHECKING, Any, NewType, TypeVar, Union, get_args, get_origin

import msgspec

from citybrain.errors import MalformedError
from citybrain.sorted_map import SortedMap

if TYPE_CHECKING:
    from typing_extensions import TypeForm

T = TypeVar("T")

NO_TEXT = (UnicodeDecodeError, RecursionError)  # bytes that are no UTF-8, or nested without end
# A double that is not finite, as MessagePack writes it: its tag, and an exponent of ones alone.
_NOT_FINITE = re.compile(rb"\xcb[\x7f\xff][\xf0-\xff]")


def encode(value: object) -> bytes:
    """The canonical JSON of a struct, or of anything made of structs, enums, tuples, numbers and
    maps; raises `TypeError` for what has no canonical form, and `ValueError` for a number that is
    not finite: nothing that was encoded is unreadable."""
    text = msgspec.json.encode(value, enc_hook=_plain, order="sorted")
    if text.rfind(b"null") >= 0:  # from the end: half the time of `in`, which batches would feel
        _ensure_finite(value)
    return text


def decode(payload: bytes, kind: "TypeForm[T]") -> T:
    """The value of type `kind` (a class or a union of tagged structs) that `payload` describes;
    raises `MalformedError` where it does not fit."""
    try:
        decoder = _decoder(kind)  # type: ignore[arg-type]  # every type form can be hashed
        decoded: T = decoder.decode(payload)
    except (msgspec.ValidationError, msgspec.DecodeError, *NO_TEXT) as error:
        raise MalformedError("payload", f"no {_name(kind)}: {error}") from error
    return decoded


def digest(value: object) -> str:
    """SHA-256 (hex) of the canonical JSON of `value`."""
    return hashlib.sha256(encode(value)).hexdigest()


@lru_cache(maxsize=1024)
def _decoder(kind: object) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind, dec_hook=_typed)


def _plain(value: object) -> object:
    if not isinstance(value, SortedMap):
        raise TypeError(
            f"{type(value).__name__} has no canonical form; make it a Struct, an enum, a tuple or"
            " a SortedMap"
        )
    content = value.unordered()
    first = next(iter(content), "")
    if isinstance(first, str):  # msgspec sorts the names of an object itself
        return dict(content)
    _check_parts(first)
    return list(value.items())


def _ensure_finite(value: object) -> None:
    """A search over another encoding costs a microsecond where a walk over the value would cost
    ten. What it finds may be part of a text: only then the value is walked."""
    try:
        packed = msgspec.msgpack.encode(value, enc_hook=_plain)
    except OverflowError:  # a whole number of more than 64 bits, which JSON holds
        packed = None
    if packed is not None and not _NOT_FINITE.search(packed):
        return
    for where, number in _not_finite(value, ""):
        raise ValueError(
            f"{where.lstrip('.') or 'the value'} is {number}, which has no canonical form; refuse a"
            " number that is not finite where it comes in"
        )


def _not_finite(value: object, where: str) -> Iterator[tuple[str, float]]:
    if isinstance(value, float):
        if not math.isfinite(value):
            yield where, value
    elif isinstance(value, msgspec.Struct):
        for name, entry in msgspec.structs.asdict(value).items():
            yield from _not_finite(entry, f"{where}.{name}")
    elif isinstance(value, SortedMap | Mapping):
        for key, entry in value.items():
            yield from _not_finite(entry, f"{where}.{key}")
    elif isinstance(value, tuple | list):
        for number, entry in enumerate(value):
            yield from _not_finite(entry, f"{where}[{number}]")


def _check_parts(key: tuple[object, ...]) -> None:
    """All keys of one map are of one type: checking the first one suffices."""
    for part in key:
        if not isinstance(part, str | int):
            raise TypeError(
                f"a SortedMap key holds {part!r} ({type(part).__name__}), which has no canonical"
                " form; make its parts strings, integers or string enums"
            )


def _typed(kind: Any, raw: object) -> object:
    arguments = get_args(kind)
    if get_origin(kind) is not SortedMap or len(arguments) != 2:
        raise NotImplementedError(
            f"{_name(kind)} cannot be decoded; declare a Struct, an enum, a tuple or"
            " SortedMap[key type, value type]"
        )
    if not isinstance(raw, dict | list):
        raise TypeError(f"a map is an object or a list of pairs, not {type(raw).__name__}")
    if not raw:
        return SortedMap()
    key_kind, value_kind = arguments
    return SortedMap(_items(raw, _runtime_type(key_kind), key_kind, value_kind))


def _items(
    raw: dict[str, object] | list[object], runtime: Any, key_kind: Any, value_kind: Any
) -> Iterable[tuple[Any, Any]]:
    if issubclass(runtime, str):
        names = key_kind if issubclass(runtime, Enum) else str  # ids need no conversion
        by_name: dict[Any, Any] = msgspec.convert(
            raw, dict.__class_getitem__((names, value_kind)), dec_hook=_typed
        )
        return by_name.items()
    pair = tuple.__class_getitem__((key_kind, value_kind))
    pairs: list[tuple[Any, Any]] = msgspec.convert(
        raw, list.__class_getitem__(pair), dec_hook=_typed
    )
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("a map holds a key twice")
    return pairs


def _runtime_type(key_kind: Any) -> Any:
    """The class behind a declared key type: `str` of an id, `tuple` of a tuple of ids."""
    while isinstance(key_kind, NewType):
        key_kind = key_kind.__supertype__
    origin = get_origin(key_kind)
    if origin in (Union, UnionType):
        return _runtime_type(get_args(key_kind)[0])
    return origin or key_kind


def _name(kind: object) -> str:
    return kind.__name__ if isinstance(kind, type) else str(kind)
