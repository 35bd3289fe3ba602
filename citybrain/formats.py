"""Versioned formats of stored values: which kind of text holds which type, and how an older text
becomes one of today. Reads and writes no file.

A text is stored with its kind and its version. A type that changes so that older texts no longer
mean what they meant gets an upcaster: a pure function from the canonical JSON of one version to
that of the next, one file each, never edited once it was released. The version of a format is
therefore one more than the number of its upcasters. A new field with a default needs none.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from citybrain import canonical_json
from citybrain.errors import FormatMismatchError, MalformedError, NewerFormatError
from citybrain.structs import Struct

T = TypeVar("T")
Upcaster = Callable[[bytes], bytes]  # canonical JSON of version n -> of version n + 1
# what an upcaster raises over a text that is not as it thought
UPCASTER_FAULTS = (
    ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
)  # fmt: skip


class Format(Struct, Generic[T], frozen=True, kw_only=False):
    """One kind of text. `upcasters[n - 1]` leads version n to n + 1; `former_kinds` are the names
    that this kind had in older files."""

    type: type[T]
    upcasters: tuple[Upcaster, ...] = ()
    former_kinds: tuple[str, ...] = ()

    @property
    def version(self) -> int:
        """The version that is written today."""
        return len(self.upcasters) + 1

    def upcast(self, text: bytes, version: int) -> bytes:
        """`text` of `version` as a text of today's; raises `NewerFormatError` if it is newer, and
        `FormatMismatchError` where an upcaster fails over it."""
        if not 1 <= version <= self.version:
            raise NewerFormatError(
                f"a {self.type.__name__} of version {version} was found, and this version of the"
                f" software knows 1 to {self.version}. Start the version that wrote it."
            )
        for number, upcaster in enumerate(self.upcasters[version - 1 :], start=version):
            try:
                text = upcaster(text)
            except UPCASTER_FAULTS as error:
                raise FormatMismatchError(
                    f"a stored {self.type.__name__} cannot be brought from version {number} to"
                    f" {number + 1} ({error!r}). Start the version that wrote it, and report this."
                ) from error
        return text

    def decode(self, text: bytes, version: int) -> T:
        """The value that `text` of `version` holds; raises `NewerFormatError`, or
        `FormatMismatchError` where the text does not fit the type after its upcasters."""
        if version != self.version:
            text = self.upcast(text, version)
        try:
            return canonical_json.decode(text, self.type)
        except MalformedError as error:
            raise FormatMismatchError(
                f"a stored {self.type.__name__} of version {version} does not fit this version of"
                f" the software ({error.detail}): the type was changed without an upcaster. Start"
                " the version that wrote it, and report this."
            ) from error

    def decode_whole(self, text: bytes, version: int) -> T:
        """As `decode`; raises `FormatMismatchError` as well where today's type would not keep all
        that the text says."""
        upcast = self.upcast(text, version)
        value = self.decode(upcast, self.version)
        forgotten = lost(upcast, canonical_json.encode(value), self.type.__name__)
        if forgotten is not None:
            raise FormatMismatchError(
                f"this version of the software would forget {forgotten}, which the version that"
                " wrote it kept. Start that version again, and report this: an upcaster is missing."
            )
        return value


class FormatRegistry:
    """The formats of one file, by kind. A kind is a name in the file: it is never given again."""

    def __init__(self, formats: Mapping[str, Format[Any]]) -> None:
        self._formats = dict(formats)
        self._by_stored_kind = dict(formats)
        for kind, known in formats.items():
            for former in known.former_kinds:
                if former in self._by_stored_kind:
                    raise ValueError(
                        f"{former!r} is a kind of its own, and a former name of {kind}"
                    )
                self._by_stored_kind[former] = known
        self._by_type = {known.type: (kind, known.version) for kind, known in formats.items()}
        if len(self._by_type) != len(formats):
            raise ValueError("one type stands for two kinds")

    def __iter__(self) -> Iterator[tuple[str, Format[Any]]]:
        return iter(sorted(self._formats.items()))

    def extended(self, formats: "FormatRegistry") -> "FormatRegistry":
        """This registry and `formats` in one."""
        return FormatRegistry({**dict(self), **dict(formats)})

    def kind_of(self, value: object) -> tuple[str, int]:
        """Kind and version under which `value` is stored; raises `KeyError` for a type of none."""
        return self._by_type[type(value)]

    def decode(self, kind: str, version: int, text: bytes) -> Any:
        """The value that was stored as `kind` and `version`, in today's type; raises
        `NewerFormatError` for a kind or version that is not known, `FormatMismatchError` as
        `Format.decode`."""
        return self._known(kind, version).decode(text, version)

    def decode_whole(self, kind: str, version: int, text: bytes) -> Any:
        """As `decode`; raises as `Format.decode_whole`."""
        return self._known(kind, version).decode_whole(text, version)

    def _known(self, kind: str, version: int) -> Format[Any]:
        known = self._by_stored_kind.get(kind)
        if known is None:
            raise NewerFormatError(
                f"the kind {kind!r} (version {version}) is not known to this version of the"
                " software. Start the version that wrote it."
            )
        return known


def lost(before: bytes, after: bytes, name: str) -> str | None:
    """Where the JSON text `before`, called `name`, says what `after` does not, which may hold more
    fields; None: nowhere."""
    if before == after:
        return None
    return next(_lost(json.loads(before), json.loads(after), name), None)


def _lost(before: object, after: object, where: str) -> Iterator[str]:
    """What of `before` is not in `after`, which may hold more fields."""
    if isinstance(before, dict) and isinstance(after, dict):
        for name, value in before.items():
            if name in after:
                yield from _lost(value, after[name], f"{where}.{name}")
            else:
                yield f"{where}.{name}"
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _lost(one, other, f"{where}[{number}]")
    elif before != after and not (before in ({}, []) and after in ({}, [])):
        yield where  # but an empty map may be written either way
