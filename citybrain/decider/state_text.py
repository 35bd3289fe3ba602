"""The text of a state for its checkpoint, made in short steps beside the commit thread."""

from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from heapq import merge
from itertools import islice
from typing import Any, Generic, TypeVar, get_args, get_origin, get_type_hints

from citybrain import canonical_json
from citybrain.decider.rows.node_rows import NodeRows
from citybrain.errors import MalformedError, StoreCorruptError
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct

S = TypeVar("S")

RUN = 2_048  # keys sorted in one call
CHUNK = 32  # entries encoded in one call, in which no other thread of Python runs
STEP_BYTES = 32 * 1024  # of text between two pauses: a few milliseconds of work
PART_BYTES = 128 * 1024  # of a text, written in one transaction


class CheckpointDraft(Struct, Generic[S], frozen=True, kw_only=True):
    """A state that a checkpoint shall name; taken in no time, because states are immutable. `rows`
    is a copy of its own."""

    after: int
    state: S
    rows: NodeRows


class StateText(Struct, frozen=True, kw_only=True):
    """The canonical text of a state, in parts of about `PART_BYTES`."""

    parts: tuple[bytes, ...]
    hash: str

    @property
    def whole(self) -> bytes:
        return b"".join(self.parts)


def no_pause() -> None:
    """Where nothing else waits for the interpreter."""


def state_text(state: S, kind: type[S], *, pause: Callable[[], None] = no_pause) -> StateText:
    """The text of `state`, byte for byte `canonical_json.encode(state)`, made in short steps with a
    `pause` after each. Raises `StoreCorruptError` where a part of it does not read back the same:
    the cores then hold a value that is not of its declared type."""
    parts: list[bytes] = []
    waiting: list[bytes] = []
    step, size, digest = 0, 0, sha256()
    for piece in _pieces(state, kind):
        waiting.append(piece)
        step, size = step + len(piece), size + len(piece)
        if size >= PART_BYTES:
            parts.append(b"".join(waiting))
            digest.update(parts[-1])
            waiting, size = [], 0
        if step >= STEP_BYTES:
            pause()
            step = 0
    parts.append(b"".join(waiting))
    digest.update(parts[-1])
    return StateText(parts=tuple(parts), hash=digest.hexdigest())


def _pieces(value: Any, kind: Any) -> Iterator[bytes]:
    """The text of `value`, declared as `kind`, in pieces: large maps and tuples by chunks, structs
    by fields, all else whole."""
    if get_origin(kind) is SortedMap and len(value) > CHUNK:
        yield from _map_pieces(value, kind)
    elif get_origin(kind) is tuple and len(value) > CHUNK and get_args(kind)[-1] is Ellipsis:
        chunks = (value[at : at + CHUNK] for at in range(0, len(value), CHUNK))
        yield from _joined((_read_back(chunk, kind) for chunk in chunks), b"[", b"]")
    elif type(value) is kind and _has_plain_fields(kind):
        yield from _field_pieces(value, kind)
    else:
        yield _read_back(value, kind)


def _map_pieces(whole: SortedMap[Any, Any], kind: Any) -> Iterator[bytes]:
    content = whole.unordered()
    keys = sorted_in_steps(content)
    chunks = iter(lambda: tuple(islice(keys, CHUNK)), ())
    texts = (_read_back(SortedMap((key, content[key]) for key in chunk), kind) for chunk in chunks)
    brackets = (b"{", b"}") if isinstance(next(iter(content)), str) else (b"[", b"]")
    yield from _joined(texts, *brackets)


def sorted_in_steps(keys: Iterable[Any]) -> Iterator[Any]:
    """`keys` in order. One sort of all of them would hold the interpreter for too long."""
    unsorted = iter(keys)
    runs = iter(lambda: sorted(islice(unsorted, RUN)), [])
    return merge(*runs)


def _joined(texts: Iterator[bytes], opening: bytes, closing: bytes) -> Iterator[bytes]:
    """Texts of one collection as the text of all their entries: their own brackets go."""
    yield opening
    for number, text in enumerate(texts):
        if number:
            yield b","
        yield text[1:-1]
    yield closing


def _field_pieces(value: Any, kind: Any) -> Iterator[bytes]:
    yield b"{"
    declared = get_type_hints(kind)
    for number, name in enumerate(sorted(kind.__struct_fields__)):
        yield (b"," if number else b"") + canonical_json.encode(name) + b":"
        yield from _pieces(getattr(value, name), declared[name])
    yield b"}"


def _has_plain_fields(kind: Any) -> bool:
    """Whether a value of it is an object of its fields and nothing else."""
    config = getattr(kind, "__struct_config__", None)
    if config is None:
        return False
    is_plain = config.tag is None and not config.array_like and not config.omit_defaults
    return is_plain and kind.__struct_fields__ == kind.__struct_encode_fields__


def _read_back(value: Any, kind: Any) -> bytes:
    """The canonical text of `value` if it reads back the same as `kind`."""
    text = canonical_json.encode(value)
    try:
        again = canonical_json.encode(canonical_json.decode(text, kind))
    except MalformedError as error:
        raise _unreadable(text, error.detail) from error
    if again != text:
        raise _unreadable(text, "it reads back otherwise")
    return text


def _unreadable(text: bytes, detail: str) -> StoreCorruptError:
    shown = text[:200].decode("utf-8", errors="replace")
    return StoreCorruptError(
        f"the state cannot be kept as a checkpoint ({detail}): {shown}. A core made a value that is"
        " not of its declared type; report this. The journal goes on without the checkpoint."
    )
