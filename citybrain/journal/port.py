"""What a tier's store must do. Adapters: `sqlite` (production), `memory` (tests, simulator). Decides nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from citybrain.clock import Timestamp
from citybrain.ids import StoreEpoch, TimerId

GENESIS = "0" * 64  # the hash before the first record


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One input, sealed into the chain (`chain.seal`)."""

    seq: int
    at: Timestamp
    kind: str
    payload: bytes  # canonical JSON of the input
    prev_hash: str
    hash: str
    commands_digest: str  # of what the cores decided, so that a replay shows the first place where it decides otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where the journal ends: `seq` 0 and `GENESIS` when it is empty."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLetter:
    """A durable message for `to`; the store gives it the peer's next position (from 1, without holes, for ever)."""

    to: str  # "city", "district/<id>", "agent/<id>"
    kind: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    to: str
    position: int
    kind: str
    payload: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A deadline as a row. `version` lets a core ignore a firing whose subject has moved on."""

    timer: TimerId
    due: Timestamp
    subject: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The canonical encoding of all cores' state after record `seq`, and its SHA-256."""

    seq: int
    payload: bytes
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one transaction writes: all of it or none."""

    records: tuple[Record, ...] = ()
    letters: tuple[NewLetter, ...] = ()
    timers_set: tuple[Timer, ...] = ()  # replaces a timer of the same id
    timers_cancelled: tuple[TimerId, ...] = ()  # disjoint from timers_set


class Store(Protocol):
    """A tier's durable store. Every method raises a `StoreError` by name when it cannot; nothing is half done."""

    def epoch(self) -> StoreEpoch: ...

    def head(self) -> Head: ...

    def commit(self, batch: Batch) -> None:
        """Write `batch` in one transaction and make it durable before returning. Its first record must follow the head."""
        ...

    def records(self, *, after: int = 0) -> Iterator[Record]:
        """Every record with `seq` > `after`, in order."""
        ...

    def letters(self, *, to: str, after: int, limit: int) -> tuple[Letter, ...]:
        """The letters for `to` with position > `after` that were not yet forgotten, in order, at most `limit`."""
        ...

    def peers(self) -> tuple[str, ...]:
        """Whoever has a letter waiting, sorted."""
        ...

    def next_position(self, to: str) -> int:
        """The position that the next new letter for `to` will get."""
        ...

    def discard_letters(self, *, to: str, upto: int) -> None:
        """The peer has committed everything up to `upto`."""
        ...

    def timers_due(self, *, at: Timestamp, limit: int) -> tuple[Timer, ...]:
        """Timers with due <= `at`, by (due, id)."""
        ...

    def next_due(self) -> Timestamp | None: ...

    def snapshot(self) -> Snapshot | None:
        """The newest one."""
        ...

    def save_snapshot(self, snapshot: Snapshot) -> None: ...

    def close(self) -> None: ...
