"""Decide, commit, release: the one way in which a tier's state changes. Synchronous, without threads or clocks of its own.

What a core sees is what a replay will see: every input is put into its canonical text and read back before the core gets it.
A batch that cannot be committed changes nothing: the state is kept only after the store has it.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from citybrain import canonical_json
from citybrain.clock import Timestamp
from citybrain.decider.command import (
    CancelTimer,
    ClockStepped,
    Command,
    DecisionContext,
    Post,
    SetTimer,
    TimerFired,
)
from citybrain.errors import MalformedError, StoreCorruptError
from citybrain.ids import TimerId
from citybrain.journal import chain
from citybrain.journal.port import GENESIS, Batch, Head, NewLetter, Record, Snapshot, Store, Timer

S = TypeVar("S")
Decide = Callable[[S, Any, DecisionContext], tuple[S, tuple[Command, ...]]]

KERNEL_KINDS: Mapping[str, type] = {"timer_fired": TimerFired, "clock_stepped": ClockStepped}


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """An input that is in the journal, and what the cores decided."""

    seq: int
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """An input that a core could not decide: not journaled, nothing changed. A bug or a forged message; the host quarantines it."""

    input: Any
    error: Exception


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """The first record that a replay decided otherwise: a changed core (back-test) or a broken law (same code)."""

    seq: int
    kind: str


class Decider(Generic[S]):
    """A tier's cores behind their journal.

    `kinds` names every input type the journal may hold (the kernel's own are added); `state_type` is what a snapshot decodes into.
    """

    def __init__(
        self, *, decide: Decide[S], initial: S, store: Store, kinds: Mapping[str, type]
    ) -> None:
        self._decide = decide
        self._store = store
        self._kinds = {**KERNEL_KINDS, **kinds}
        self._names = {kind: name for name, kind in self._kinds.items()}
        self._state = initial
        self._head = Head(seq=0, hash=GENESIS)
        self.divergence: Divergence | None = None
        self._recover(initial)

    @property
    def state(self) -> S:
        """The state after the last commit. Frozen: safe to read from any thread."""
        return self._state

    @property
    def head(self) -> Head:
        return self._head

    def run(self, inputs: Sequence[Any], at: Timestamp) -> tuple[Committed | Rejected, ...]:
        """Decide `inputs` in order and commit them in one transaction; raises `StoreError` with nothing changed when that fails."""
        state, head = self._state, self._head
        results: list[Committed | Rejected] = []
        draft = _BatchDraft()
        for raw in inputs:
            try:
                kind = self._names[type(raw)]
                payload = canonical_json.encode(raw)
                seen: Any = canonical_json.decode(payload, type(raw))
                state_after, commands = self._decide(
                    state, seen, DecisionContext(seq=head.seq + 1, at=at)
                )
                digest = commands_digest(commands)
            except Exception as error:  # noqa: BLE001 - supervision boundary: one bad input must not stop the node
                results.append(Rejected(input=raw, error=error))
                continue
            record = chain.seal(head, at=at, kind=kind, payload=payload, commands_digest=digest)
            draft.add(record, seen, commands)
            state, head = state_after, Head(seq=record.seq, hash=record.hash)
            results.append(Committed(seq=record.seq, commands=commands))
        if draft.records:
            self._store.commit(draft.batch())
        self._state, self._head = state, head
        return tuple(results)

    def fire_due(self, at: Timestamp, *, limit: int = 1000) -> tuple[Committed | Rejected, ...]:
        """Fire what is due, in order. A timer's row goes in the transaction that journals its firing."""
        due = self._store.timers_due(at=at, limit=limit)
        fired = [TimerFired(timer=t.timer, subject=t.subject, version=t.version) for t in due]
        return self.run(fired, at) if fired else ()

    def take_snapshot(self) -> Snapshot:
        """Save the state so that a start need not replay everything; raises `StoreCorruptError` when it would not read back the same."""
        snapshot = self.draw_snapshot()
        self.keep_snapshot(snapshot)
        return snapshot

    def draw_snapshot(self) -> Snapshot:
        """The state as a text: neither saved nor known to read back. Between two `run`s."""
        payload = canonical_json.encode(self._state)
        return Snapshot(
            seq=self._head.seq, payload=payload, hash=hashlib.sha256(payload).hexdigest()
        )

    def keep_snapshot(self, snapshot: Snapshot) -> None:
        """Save what `draw_snapshot` gave, once it was seen to read back; from any thread, `run` may go on meanwhile."""
        if _read_back(snapshot, type(self._state)) is None:
            raise StoreCorruptError(
                f"the state after record {snapshot.seq} does not read back the same; it was not saved as a snapshot."
            )
        self._store.save_snapshot(snapshot)

    def state_hash(self) -> str:
        return canonical_json.digest(self._state)

    def _recover(self, initial: S) -> None:
        """The newest snapshot that reads back, then every record after it, each checked against its hash before a core sees it."""
        self._head = self._store.head()
        start = Head(seq=0, hash=GENESIS)
        snapshot = self._store.snapshot()
        if snapshot is not None and (state := _read_back(snapshot, type(initial))) is not None:
            self._state, start = state, self._head_at(snapshot.seq)
        for record in chain.checked(self._store.records(after=start.seq), start):
            self._replay(record)

    def _head_at(self, seq: int) -> Head:
        record = next(iter(self._store.records(after=seq - 1)), None) if seq else None
        if seq and record is None:
            raise StoreCorruptError(
                f"the snapshot was taken after record {seq}, but the journal ends at {self._head.seq}: records are missing at its end."
            )
        return (
            Head(seq=0, hash=GENESIS) if record is None else Head(seq=record.seq, hash=record.hash)
        )

    def _replay(self, record: Record) -> None:
        kind = self._kinds.get(record.kind)
        if kind is None:
            raise StoreCorruptError(
                f"record {record.seq} is of kind {record.kind!r}, which this version does not know. Start the version that wrote it."
            )
        seen: Any = canonical_json.decode(record.payload, kind)
        self._state, commands = self._decide(
            self._state, seen, DecisionContext(seq=record.seq, at=record.at)
        )
        if self.divergence is None and commands_digest(commands) != record.commands_digest:
            self.divergence = Divergence(seq=record.seq, kind=record.kind)


def _read_back(snapshot: Snapshot, kind: type[S]) -> S | None:
    """The state in `snapshot`; None when it reads back otherwise, as one of an older version does (the journal is the truth: it is replayed whole)."""
    if hashlib.sha256(snapshot.payload).hexdigest() != snapshot.hash:
        raise StoreCorruptError(
            f"the snapshot at record {snapshot.seq} does not match its hash. `citybrain journal verify` shows what else is damaged."
        )
    try:
        state = canonical_json.decode(snapshot.payload, kind)
    except MalformedError:
        return None
    return state if canonical_json.encode(state) == snapshot.payload else None


def commands_digest(commands: Sequence[Command]) -> str:
    """SHA-256 of what the cores decided, type names included."""
    return canonical_json.digest(
        [
            [type(c).__name__, type(c.letter).__name__ if isinstance(c, Post) else "", c]
            for c in commands
        ]
    )


class _BatchDraft:
    """Gathers one transaction; of several things said about one timer the last one counts."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._letters: list[NewLetter] = []
        self._timers: dict[TimerId, Timer | None] = {}

    def add(self, record: Record, seen: Any, commands: Sequence[Command]) -> None:
        self.records.append(record)
        if (
            isinstance(seen, TimerFired) and self._timers.get(seen.timer) is None
        ):  # else a firing before it, in this transaction, moved it on: that row stands
            self._timers[seen.timer] = None
        for command in commands:
            match command:
                case Post(to=to, letter=letter):
                    self._letters.append(
                        NewLetter(
                            to=to, kind=type(letter).__name__, payload=canonical_json.encode(letter)
                        )
                    )
                case SetTimer(timer=timer, due=due, subject=subject, version=version):
                    self._timers[timer] = Timer(
                        timer=timer, due=due, subject=subject, version=version
                    )
                case CancelTimer(timer=timer):
                    self._timers[timer] = None

    def batch(self) -> Batch:
        return Batch(
            records=tuple(self.records),
            letters=tuple(self._letters),
            timers_set=tuple(t for t in self._timers.values() if t is not None),
            timers_cancelled=tuple(name for name, t in self._timers.items() if t is None),
        )
