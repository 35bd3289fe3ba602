"""The `Store` of tests and of the simulator: the same contract without a disk, with faults at every boundary and a power button.

`crash()` gives the store as the next process would find it: what was committed, and nothing else.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from enum import StrEnum
from threading import RLock

from citybrain.clock import Timestamp
from citybrain.errors import StoreError
from citybrain.ids import CountingIds, IdSource, StoreEpoch, TimerId
from citybrain.journal.chain import follow
from citybrain.journal.port import GENESIS, Batch, Head, Letter, Record, Snapshot, Timer

SNAPSHOTS_KEPT = 2


class Boundary(StrEnum):
    """Where a process can die, or a disk refuse, around a commit."""

    BEFORE = "before"  # nothing was written
    DURING = "during"  # written in part: the next start finds nothing of it
    AFTER = "after"  # durable, but nobody was told


class Crashed(BaseException):
    """The simulated process died here. Not an `Exception`: nothing may catch it but whoever simulates."""


Faults = Callable[
    [Boundary], None
]  # raises `Crashed` or `StoreFullError` to strike, returns to let it pass


@dataclass(slots=True)
class _Disk:
    """What survives a crash."""

    epoch: StoreEpoch
    records: list[Record] = field(default_factory=list)
    letters: dict[str, dict[int, Letter]] = field(
        default_factory=dict
    )  # by peer, in order of position
    positions: dict[str, int] = field(default_factory=dict)
    timers: dict[TimerId, Timer] = field(default_factory=dict)
    by_due: list[tuple[Timestamp, TimerId]] = field(default_factory=list)  # sorted
    snapshots: list[Snapshot] = field(default_factory=list)


class MemoryStore:
    """See `journal.port.Store`."""

    def __init__(self, *, ids: IdSource | None = None, faults: Faults | None = None) -> None:
        self._disk = _Disk(epoch=StoreEpoch((ids or CountingIds("epoch-")).token()))
        self._forgotten: dict[str, int] = {}
        self._is_open = True
        self._guard = RLock()  # as with the other adapter: senders read while the writer commits
        self.faults = faults

    def crash(self) -> "MemoryStore":
        """Pull the plug: this store is dead, the returned one is what the next process opens (with the same faults)."""
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

    def head(self) -> Head:
        records = self._live().records
        return (
            Head(seq=records[-1].seq, hash=records[-1].hash)
            if records
            else Head(seq=0, hash=GENESIS)
        )

    def commit(self, batch: Batch) -> None:
        with self._guard:
            disk = self._live()
            follow(self.head(), batch.records)
            self._strike(Boundary.BEFORE)
            self._strike(
                Boundary.DURING
            )  # before the one step below: a transaction has no middle that anybody could find
            disk.records.extend(batch.records)
            for new in batch.letters:
                position = disk.positions.get(new.to, 1)
                disk.positions[new.to] = position + 1
                disk.letters.setdefault(new.to, {})[position] = Letter(
                    to=new.to, position=position, kind=new.kind, payload=new.payload
                )
            for timer in batch.timers_set:
                self._drop_timer(timer.timer)
                disk.timers[timer.timer] = timer
                insort(disk.by_due, (timer.due, timer.timer))
            for name in batch.timers_cancelled:
                self._drop_timer(name)
            self._write_forgotten()
            self._strike(Boundary.AFTER)

    def records(self, *, after: int = 0) -> Iterator[Record]:
        disk = self._live()
        return iter(disk.records[max(after, 0) :])

    def letters(self, *, to: str, after: int, limit: int) -> tuple[Letter, ...]:
        with self._guard:
            disk = self._live()
            waiting = disk.letters.get(to)
            if not waiting:
                return ()
            first = max(after + 1, self._forgotten.get(to, 0) + 1, next(iter(waiting)))
            return tuple(
                waiting[position]
                for position in range(first, min(first + limit, disk.positions[to]))
            )

    def peers(self) -> tuple[str, ...]:
        with self._guard:
            disk = self._live()
            return tuple(
                sorted(
                    to
                    for to, waiting in disk.letters.items()
                    if waiting and disk.positions[to] - 1 > self._forgotten.get(to, 0)
                )
            )

    def next_position(self, to: str) -> int:
        return self._live().positions.get(to, 1)

    def discard_letters(self, *, to: str, upto: int) -> None:
        with self._guard:
            upto = min(upto, self.next_position(to) - 1)
            if upto > self._forgotten.get(to, 0):
                self._forgotten[to] = upto

    def timers_due(self, *, at: Timestamp, limit: int) -> tuple[Timer, ...]:
        with self._guard:
            disk = self._live()
            end = min(bisect_left(disk.by_due, (Timestamp(at + 1), TimerId(""))), limit)
            return tuple(disk.timers[name] for _, name in disk.by_due[:end])

    def next_due(self) -> Timestamp | None:
        with self._guard:
            by_due = self._live().by_due
            return by_due[0][0] if by_due else None

    def snapshot(self) -> Snapshot | None:
        snapshots = self._live().snapshots
        return snapshots[-1] if snapshots else None

    def save_snapshot(self, snapshot: Snapshot) -> None:
        with self._guard:
            disk = self._live()
            self._strike(Boundary.BEFORE)
            kept = [old for old in disk.snapshots if old.seq != snapshot.seq]
            disk.snapshots = sorted([*kept, snapshot], key=lambda s: s.seq)[-SNAPSHOTS_KEPT:]
            self._strike(Boundary.AFTER)

    def close(self) -> None:
        if self._is_open:
            self._write_forgotten()
        self._is_open = False

    def reopen(self) -> "MemoryStore":
        """What the next process opens after an orderly `close`."""
        self.close()
        return self.crash()

    def _live(self) -> _Disk:
        if not self._is_open:
            raise StoreError("this store is closed. Open it again.")
        return self._disk

    def _strike(self, boundary: Boundary) -> None:
        if self.faults is not None:
            self.faults(boundary)

    def _drop_timer(self, name: TimerId) -> None:
        old = self._disk.timers.pop(name, None)
        if old is not None:
            del self._disk.by_due[bisect_left(self._disk.by_due, (old.due, name))]

    def _write_forgotten(self) -> None:
        for to, upto in sorted(self._forgotten.items()):
            waiting = self._disk.letters.get(to, {})
            for position in [p for p in waiting if p <= upto]:
                del waiting[position]
        self._forgotten.clear()
