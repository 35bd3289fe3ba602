"""What a tier's store must do. Adapters: `sqlite` (production), `memory` (tests, simulator).
Decides nothing."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from citybrain.clock import Timestamp
from citybrain.ids import StoreEpoch, TimerId
from citybrain.structs import Struct

GENESIS = "0" * 64  # the hash before the first record
CHECKPOINT_KIND = "checkpoint"  # of a record that names the state it follows, see `decider`
TEXTS_MAX = 2  # of the newest checkpoints; older ones leave their hash in the chain


class Head(Struct, frozen=True, kw_only=True):
    """A place in the chain: the record `seq` with its hash; `BEGINNING` is the one before the
    first record of a journal that was never cut."""

    seq: int
    hash: str


BEGINNING = Head(seq=0, hash=GENESIS)


class Record(Struct, frozen=True, kw_only=True):
    """One input or checkpoint, sealed into the chain (`chain.seal`)."""

    seq: int
    at: Timestamp
    kind: str
    version: int  # of the payload's format
    code: str  # what decided it (`decider.code_identity`)
    payload: bytes  # canonical JSON of the input
    prev_hash: str
    hash: str
    commands_digest: str  # of what the cores decided: a replay finds where it decides otherwise

    @property
    def head(self) -> Head:
        """The place of this record in the chain."""
        return Head(seq=self.seq, hash=self.hash)


class NewLetter(Struct, frozen=True, kw_only=True):
    """A durable message for `to`; the store gives it the peer's next position (from 1, without
    holes, for ever)."""

    to: str  # "city", "district/<id>", "agent/<id>"
    kind: str
    version: int  # of the payload's format
    payload: bytes


class Letter(Struct, frozen=True, kw_only=True):
    """A `NewLetter` with its position."""

    to: str
    position: int
    kind: str
    version: int
    payload: bytes


class Timer(Struct, frozen=True, kw_only=True):
    """A deadline as a row. `version` lets a core ignore a firing whose subject has moved on."""

    timer: TimerId
    due: Timestamp
    subject: str
    version: int


class LetterLog(Struct, frozen=True, kw_only=True):
    """How far the letters to one peer have come."""

    to: str
    next: int  # the position that the next new letter gets
    discarded: int  # letters up to here went: their peer has them


class RowRepair(Struct, frozen=True, kw_only=True):
    """What brings a store's timers and letters to what its records lead to. Removals come first."""

    timers_removed: tuple[TimerId, ...] = ()
    timers_set: tuple[Timer, ...] = ()
    letters_removed: tuple[tuple[str, int], ...] = ()  # peer, position
    letters_written: tuple[Letter, ...] = ()  # each under the position that it has
    logs_set: tuple[LetterLog, ...] = ()


class Batch(Struct, frozen=True, kw_only=True):
    """What one transaction writes: all of it or none."""

    records: tuple[Record, ...] = ()
    letters: tuple[NewLetter, ...] = ()
    timers_set: tuple[Timer, ...] = ()  # replaces a timer of the same id
    timers_cancelled: tuple[TimerId, ...] = ()  # disjoint from timers_set
    repair: RowRepair | None = None  # before all else of it


class Store(Protocol):
    """A tier's durable store. Every method raises a `StoreError` by name when it cannot; nothing is
    half done."""

    def epoch(self) -> StoreEpoch: ...

    def base(self) -> Head:
        """What the first record follows: `BEGINNING`, or the place where older records were cut off
        into an archive."""
        ...

    def head(self) -> Head: ...

    def commit(self, batch: Batch) -> None:
        """Write `batch` in one transaction and make it durable before returning. Its first record
        must follow the head."""
        ...

    def ensure_room(self) -> None:
        """Write something that changes nothing; raises `StoreFullError` where a commit would be
        refused for want of room."""
        ...

    def is_archive(self) -> bool:
        """Whether it is a part that was cut off a journal: nothing is ever added to it."""
        ...

    def records(self, *, after: int = 0) -> Iterator[Record]:
        """Every record with `seq` > `after`, in order; from the base where `after` is before it."""
        ...

    def checkpoints(self, *, after: int = 0, limit: int = TEXTS_MAX) -> tuple[Record, ...]:
        """The newest records of kind `CHECKPOINT_KIND` with `seq` > `after`, newest first."""
        ...

    def write_text(self, text_hash: str, parts: Iterable[bytes]) -> None:
        """Keep the text of a state, by its SHA-256, beside the records. Durable on return; written
        in small transactions between which others may commit. Counts once a checkpoint names it."""
        ...

    def text(self, text_hash: str) -> bytes | None:
        """The text that was kept under this hash, unverified; None if there is none."""
        ...

    def drop_old_texts(self) -> None:
        """Remove every text that none of the `TEXTS_MAX` newest checkpoints names, in small
        transactions."""
        ...

    def letters(self, *, to: str, after: int, limit: int) -> tuple[Letter, ...]:
        """The letters for `to` with position > `after` that were not yet discarded, in order, at
        most `limit`."""
        ...

    def peers(self) -> tuple[str, ...]:
        """The peers that have a letter waiting, sorted."""
        ...

    def next_position(self, to: str) -> int:
        """The position that the next new letter for `to` will get."""
        ...

    def discard_letters(self, *, to: str, upto: int) -> None:
        """The peer has committed everything up to `upto`."""
        ...

    def letter_logs(self) -> tuple[LetterLog, ...]:
        """One of every peer that was ever written to or has a letter here, sorted. What was
        discarded is on the disk with the next commit."""
        ...

    def timers_due(self, *, at: Timestamp, limit: int) -> tuple[Timer, ...]:
        """Timers with due <= `at`, by (due, id)."""
        ...

    def next_due(self) -> Timestamp | None: ...

    def close(self) -> None: ...
