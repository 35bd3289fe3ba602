"""The `Store` of tests and of the simulator: the same contract without a disk, with faults at every
boundary of a write and a power button.

`crash()` gives the store as the next process would find it: what was committed, and nothing else.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from threading import RLock

from citybrain.clock import Timestamp
from citybrain.errors import StoreError
from citybrain.ids import CountingIds, IdSource, StoreEpoch, TimerId
from citybrain.journal.chain import head_after
from citybrain.journal.checkpoint import named_texts
from citybrain.journal.port import (
    BEGINNING,
    CHECKPOINT_KIND,
    TEXTS_MAX,
    Batch,
    Head,
    Letter,
    LetterLog,
    Record,
    RowRepair,
    Timer,
)


class Boundary(StrEnum):
    """Where a process can die, or a disk refuse, around a write."""

    BEFORE = "before"  # nothing was written
    DURING = "during"  # written in part: the next start finds nothing of it
    AFTER = "after"  # durable, but nobody was told


class Crashed(BaseException):
    """The simulated process died here. Not an `Exception`: nothing may catch it but the
    simulator."""


# raises `Crashed` or `StoreFullError` to inject a fault, returns to let the write pass
Faults = Callable[[Boundary], None]


@dataclass(slots=True)  # mutable: the one thing that survives a crash
class _Disk:
    epoch: StoreEpoch
    base: Head = BEGINNING
    records: list[Record] = field(default_factory=list)
    checkpoints: list[Record] = field(default_factory=list)
    texts: dict[str, bytes] = field(default_factory=dict)
    # by peer, in order of position
    letters: dict[str, dict[int, Letter]] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    discarded: dict[str, int] = field(default_factory=dict)
    timers: dict[TimerId, Timer] = field(default_factory=dict)
    by_due: list[tuple[Timestamp, TimerId]] = field(default_factory=list)  # sorted


class MemoryStore:
    """See `journal.port.Store`."""

    def __init__(self, *, ids: IdSource | None = None, faults: Faults | None = None) -> None:
        self._disk = _Disk(epoch=StoreEpoch((ids or CountingIds("epoch-")).token()))
        self._discarded: dict[str, int] = {}
        self._is_open = True
        # as with the other adapter: senders read while the commit thread commits
        self._guard = RLock()
        self.faults = faults

    def crash(self) -> "MemoryStore":
        """Pull the plug: this store is dead, the returned one is what the next process opens (with
        the same faults)."""
        disk, self._is_open = self._disk, False
        reopened = MemoryStore(faults=self.faults)
        reopened._disk = disk
        return reopened

    def epoch(self) -> StoreEpoch:
        return self._live().epoch

    def backup(self) -> "MemoryStore":
        """A copy as it lies on another disk: closed, to be opened by `reopen`."""
        copy = MemoryStore()
        copy._disk, copy._is_open = deepcopy(self._live()), False
        return copy

    def renew_epoch(self, *, ids: IdSource) -> StoreEpoch:
        """As `SqliteStore.renew_epoch`."""
        self._live().epoch = StoreEpoch(ids.token())
        return self.epoch()

    def cut(self, upto: int) -> None:
        """Remove the records up to `upto`, as `journal.archive` does with a file."""
        with self._guard:
            disk = self._live()
            kept = upto - disk.base.seq
            disk.base = disk.records[kept - 1].head
            disk.records = disk.records[kept:]
            disk.checkpoints = [record for record in disk.checkpoints if record.seq > upto]

    def ensure_room(self) -> None:
        with self._guard:
            self._live()
            self._inject(Boundary.BEFORE)

    def base(self) -> Head:
        return self._live().base

    def is_archive(self) -> bool:
        return False

    def head(self) -> Head:
        disk = self._live()
        return disk.records[-1].head if disk.records else disk.base

    def commit(self, batch: Batch) -> None:
        with self._guard:
            disk = self._live()
            head_after(self.head(), batch.records)
            self._inject(Boundary.BEFORE)
            # before the one step below: a transaction has no middle that anybody could find
            self._inject(Boundary.DURING)
            if batch.repair is not None:
                self._repair(batch.repair)
            disk.records.extend(batch.records)
            disk.checkpoints += [r for r in batch.records if r.kind == CHECKPOINT_KIND]
            for new in batch.letters:
                position = disk.positions.get(new.to, 1)
                disk.positions[new.to] = position + 1
                disk.letters.setdefault(new.to, {})[position] = Letter(
                    to=new.to,
                    position=position,
                    kind=new.kind,
                    version=new.version,
                    payload=new.payload,
                )
            for timer in batch.timers_set:
                self._drop_timer(timer.timer)
                disk.timers[timer.timer] = timer
                insort(disk.by_due, (timer.due, timer.timer))
            for name in batch.timers_cancelled:
                self._drop_timer(name)
            self._delete_discarded()
            self._inject(Boundary.AFTER)

    def records(self, *, after: int = 0) -> Iterator[Record]:
        disk = self._live()
        return iter(disk.records[max(after - disk.base.seq, 0) :])

    def checkpoints(self, *, after: int = 0, limit: int = TEXTS_MAX) -> tuple[Record, ...]:
        found = reversed(self._live().checkpoints)
        return tuple(record for record in found if record.seq > after)[:limit]

    def write_text(self, text_hash: str, parts: Iterable[bytes]) -> None:
        with self._guard:
            disk = self._live()
            self._inject(Boundary.BEFORE)
            disk.texts[text_hash] = b"".join(parts)
            self._inject(Boundary.AFTER)

    def text(self, text_hash: str) -> bytes | None:
        return self._live().texts.get(text_hash)

    def drop_old_texts(self) -> None:
        with self._guard:
            disk = self._live()
            self._inject(Boundary.BEFORE)
            named = named_texts(self.checkpoints())
            disk.texts = {name: text for name, text in disk.texts.items() if name in named}
            self._inject(Boundary.AFTER)

    def letters(self, *, to: str, after: int, limit: int) -> tuple[Letter, ...]:
        with self._guard:
            disk = self._live()
            waiting = disk.letters.get(to)
            if not waiting:
                return ()
            first = max(after + 1, self._discarded.get(to, 0) + 1, next(iter(waiting)))
            last = next(reversed(waiting))
            kept = (waiting.get(position) for position in range(first, last + 1))
            return tuple(islice((letter for letter in kept if letter is not None), limit))

    def peers(self) -> tuple[str, ...]:
        with self._guard:
            disk = self._live()
            return tuple(
                sorted(
                    to
                    for to, waiting in disk.letters.items()
                    if waiting and disk.positions[to] - 1 > self._discarded.get(to, 0)
                )
            )

    def next_position(self, to: str) -> int:
        return self._live().positions.get(to, 1)

    def discard_letters(self, *, to: str, upto: int) -> None:
        with self._guard:
            upto = min(upto, self.next_position(to) - 1)
            if upto > self._discarded.get(to, 0):
                self._discarded[to] = upto

    def letter_logs(self) -> tuple[LetterLog, ...]:
        with self._guard:
            disk = self._live()
            written = {to for to, waiting in disk.letters.items() if waiting}
            return tuple(
                LetterLog(
                    to=to,
                    next=self.next_position(to),
                    discarded=max(disk.discarded.get(to, 0), self._discarded.get(to, 0)),
                )
                for to in sorted(written | disk.positions.keys())
            )

    def timers_due(self, *, at: Timestamp, limit: int) -> tuple[Timer, ...]:
        with self._guard:
            disk = self._live()
            end = min(bisect_left(disk.by_due, (Timestamp(at + 1), TimerId(""))), limit)
            return tuple(disk.timers[name] for _, name in disk.by_due[:end])

    def next_due(self) -> Timestamp | None:
        with self._guard:
            by_due = self._live().by_due
            return by_due[0][0] if by_due else None

    def close(self) -> None:
        if self._is_open:
            self._delete_discarded()
        self._is_open = False

    def reopen(self) -> "MemoryStore":
        """What the next process opens after an orderly `close`."""
        self.close()
        return self.crash()

    def _live(self) -> _Disk:
        if not self._is_open:
            raise StoreError("this store is closed. Open it again.")
        return self._disk

    def _inject(self, boundary: Boundary) -> None:
        if self.faults is not None:
            self.faults(boundary)

    def _drop_timer(self, name: TimerId) -> None:
        old = self._disk.timers.pop(name, None)
        if old is not None:
            del self._disk.by_due[bisect_left(self._disk.by_due, (old.due, name))]

    def _repair(self, repair: RowRepair) -> None:
        for name in (*repair.timers_removed, *(one.timer for one in repair.timers_set)):
            self._drop_timer(name)
        for timer in repair.timers_set:
            self._disk.timers[timer.timer] = timer
            insort(self._disk.by_due, (timer.due, timer.timer))
        for to, position in repair.letters_removed:
            self._disk.letters.get(to, {}).pop(position, None)
        for letter in repair.letters_written:
            waiting = self._disk.letters.get(letter.to, {}) | {letter.position: letter}
            self._disk.letters[letter.to] = dict(sorted(waiting.items()))
        for log in repair.logs_set:
            self._disk.positions[log.to] = log.next
            self._disk.discarded[log.to] = log.discarded

    def _delete_discarded(self) -> None:
        for to, upto in sorted(self._discarded.items()):
            self._disk.discarded[to] = max(self._disk.discarded.get(to, 0), upto)
            waiting = self._disk.letters.get(to, {})
            for position in [p for p in waiting if p <= upto]:
                del waiting[position]
        self._discarded.clear()
