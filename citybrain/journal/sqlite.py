"""The `Store` of production: one SQLite file in WAL mode, fsynced at every commit, held by one process. Decides nothing.

Two connections: the writer's (used under `commit` and `save_snapshot`) and a reader's, so that whoever sends letters never waits for an fsync.
Forgetting letters needs no fsync of its own: it is remembered here and written with the next commit; if that never comes, the letters travel
once more and the peer knows them by their positions.
"""

from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

import apsw

from citybrain.clock import Timestamp
from citybrain.errors import StoreError
from citybrain.ids import IdSource, StoreEpoch, TimerId
from citybrain.journal.chain import follow
from citybrain.journal.port import GENESIS, Batch, Head, Letter, Record, Snapshot, Timer
from citybrain.sqlite.file import FileLock, in_our_words, open_owned, open_reader, transaction
from citybrain.sqlite.statements import named

SNAPSHOTS_KEPT = 2
PAGE_RECORDS = 1_000  # records read at once: a long walk must not hold one read transaction, or the log could not be checkpointed


class SqliteStore:
    """See `journal.port.Store`. Build with `open` or `open_readonly`."""

    def __init__(
        self,
        *,
        path: Path,
        reader: apsw.Connection,
        writer: apsw.Connection | None,
        lock: FileLock | None,
    ) -> None:
        self._path, self._reader, self._writer, self._file_lock = path, reader, writer, lock
        self._sql = named("citybrain.journal", "sqlite.sql")
        self._reading, self._writing, self._noting = Lock(), Lock(), Lock()
        self._forgotten: dict[str, int] = {}  # acknowledged by the peer, not yet deleted
        self._positions: dict[str, int] = dict(self._read("positions"))
        rows = self._read("head")
        self._head = Head(seq=rows[0][0], hash=rows[0][1]) if rows else Head(seq=0, hash=GENESIS)

    @classmethod
    def open(cls, path: Path | str, *, ids: IdSource) -> "SqliteStore":
        """Open or make the store at `path`; raises `StoreBusyError` when another process has it open."""
        path = Path(path)
        lock, writer = open_owned(path, schema="citybrain.journal.migrations")
        try:
            with transaction(writer, path):
                writer.execute(
                    named("citybrain.journal", "sqlite.sql")["set_epoch"], (ids.token(),)
                )
            return cls(path=path, reader=open_reader(path), writer=writer, lock=lock)
        except BaseException:
            writer.close()
            lock.release()
            raise

    @classmethod
    def open_readonly(cls, path: Path | str) -> "SqliteStore":
        """Open a store that may be live in another process; whatever would write raises `StoreError`. `head` is that of the moment of opening."""
        path = Path(path)
        return cls(path=path, reader=open_reader(path), writer=None, lock=None)

    def epoch(self) -> StoreEpoch:
        return StoreEpoch(self._read("epoch")[0][0])

    def epoch_before(self) -> StoreEpoch | None:
        """The epoch that this store had until it was restored last; None: it never was."""
        rows = self._read("epoch_before")
        return StoreEpoch(rows[0][0]) if rows else None

    def renew_epoch(self, *, ids: IdSource) -> StoreEpoch:
        """This store went back in time: give it another epoch, by which its node and its peers learn of it. All else stays."""
        with self._writing:
            writer = self._must_write()
            with transaction(writer, self._path):
                writer.execute(self._sql["keep_epoch_before"])
                writer.execute(self._sql["renew_epoch"], (ids.token(),))
        return self.epoch()

    def head(self) -> Head:
        return self._head

    def commit(self, batch: Batch) -> None:
        head = follow(self._head, batch.records)
        with self._writing:
            writer = self._must_write()
            positions = dict(self._positions)
            with self._noting:
                forgotten = dict(self._forgotten)
            with transaction(writer, self._path):
                self._write_batch(writer, batch, positions)
                writer.executemany(self._sql["discard_letters"], sorted(forgotten.items()))
            self._head, self._positions = head, positions
            with self._noting:
                self._forgotten = {
                    peer: upto
                    for peer, upto in self._forgotten.items()
                    if forgotten.get(peer) != upto
                }

    def records(self, *, after: int = 0) -> Iterator[Record]:
        while page := self._read("records", after, PAGE_RECORDS):
            for seq, at, kind, payload, prev_hash, hashed, digest in page:
                yield Record(
                    seq=seq,
                    at=Timestamp(at),
                    kind=kind,
                    payload=payload,
                    prev_hash=prev_hash,
                    hash=hashed,
                    commands_digest=digest,
                )
            after = page[-1][0]

    def letters(self, *, to: str, after: int, limit: int) -> tuple[Letter, ...]:
        rows = self._read("letters", to, max(after, self._forgotten.get(to, 0)), limit)
        return tuple(
            Letter(to=peer, position=position, kind=kind, payload=payload)
            for peer, position, kind, payload in rows
        )

    def peers(self) -> tuple[str, ...]:
        return tuple(
            peer
            for peer, last in self._read("last_letters")
            if last is not None and last > self._forgotten.get(peer, 0)
        )

    def next_position(self, to: str) -> int:
        return self._positions.get(to, 1)

    def discard_letters(self, *, to: str, upto: int) -> None:
        self._must_write()
        with self._noting:
            upto = min(upto, self.next_position(to) - 1)
            if upto > self._forgotten.get(to, 0):
                self._forgotten[to] = upto

    def timers_due(self, *, at: Timestamp, limit: int) -> tuple[Timer, ...]:
        rows = self._read("timers_due", at, limit)
        return tuple(
            Timer(timer=TimerId(timer), due=Timestamp(due), subject=subject, version=version)
            for timer, due, subject, version in rows
        )

    def next_due(self) -> Timestamp | None:
        due = self._read("next_due")[0][0]
        return None if due is None else Timestamp(due)

    def snapshot(self) -> Snapshot | None:
        rows = self._read("snapshot")
        return Snapshot(seq=rows[0][0], payload=rows[0][1], hash=rows[0][2]) if rows else None

    def save_snapshot(self, snapshot: Snapshot) -> None:
        with self._writing:
            writer = self._must_write()
            with transaction(writer, self._path):
                writer.execute(
                    self._sql["save_snapshot"], (snapshot.seq, snapshot.payload, snapshot.hash)
                )
                writer.execute(self._sql["keep_newest_snapshots"], (SNAPSHOTS_KEPT,))

    def close(self) -> None:
        if self._writer is not None and self._forgotten:
            try:
                self.commit(Batch())
            except StoreError:  # a full disk: the letters travel once more after the next start
                self._forgotten.clear()
        with self._writing, self._reading:
            self._reader.close()
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            if self._file_lock is not None:
                self._file_lock.release()
                self._file_lock = None

    def _read(self, name: str, *arguments: Any) -> list[tuple[Any, ...]]:
        with self._reading, in_our_words(self._path):
            return self._reader.execute(self._sql[name], arguments).fetchall()

    def _must_write(self) -> apsw.Connection:
        if self._writer is None:
            raise StoreError(
                f"{self._path} is open for reading only, or closed. Open it with SqliteStore.open to write."
            )
        return self._writer

    def _write_batch(
        self, writer: apsw.Connection, batch: Batch, positions: dict[str, int]
    ) -> None:
        sql = self._sql
        rows = [
            (r.seq, r.at, r.kind, r.payload, r.prev_hash, r.hash, r.commands_digest)
            for r in batch.records
        ]
        writer.executemany(sql["add_record"], rows)
        letters = []
        for letter in batch.letters:
            position = positions.get(letter.to, 1)
            positions[letter.to] = position + 1
            letters.append((letter.to, position, letter.kind, letter.payload))
        if letters:
            writer.executemany(sql["add_letter"], letters)
            writer.executemany(
                sql["set_position"],
                [(peer, positions[peer]) for peer in sorted({row[0] for row in letters})],
            )
        writer.executemany(
            sql["set_timer"], [(t.timer, t.due, t.subject, t.version) for t in batch.timers_set]
        )
        writer.executemany(sql["cancel_timer"], [(timer,) for timer in batch.timers_cancelled])
