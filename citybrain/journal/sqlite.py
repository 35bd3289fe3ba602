"""The `Store` of production: one SQLite file in WAL mode, fsynced at every commit, held by one
process. Decides nothing.

Two connections: the writer's (used under `commit` and where texts are kept) and a reader's, so that
whoever sends letters never waits for an fsync. Discarding letters needs no fsync of its own: it is
noted here and written with the next commit; if that never comes, the letters travel once more and
the peer knows them by their positions.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any

import apsw

from citybrain.clock import Timestamp
from citybrain.errors import StoreCorruptError, StoreError, UpgradeError
from citybrain.ids import IdSource, StoreEpoch, TimerId
from citybrain.journal.chain import head_after
from citybrain.journal.checkpoint import named_texts
from citybrain.journal.port import (
    BEGINNING,
    TEXTS_MAX,
    Batch,
    Head,
    Letter,
    LetterLog,
    Record,
    Timer,
)
from citybrain.journal.sqlite_identity import (
    refuse_archive,
    renew_epoch,
    renew_epoch_of_backup,
    set_epoch,
)
from citybrain.journal.sqlite_repair import write_repair
from citybrain.sqlite.owned_file import (
    BUSY_WAIT_MS,
    FileLock,
    open_owned,
    open_reader,
    settle,
    transaction,
    translated_errors,
    upgraded_copy,
)
from citybrain.sqlite.schema import check_schema, is_older
from citybrain.sqlite.statements import named_queries

SCHEMA = "citybrain.journal.migrations"
# read at once: a long walk must not hold one read transaction, or the log could not be checkpointed
PAGE_RECORDS = 1_000
LOG_PAGES = 1_000  # of the log when a commit copies it into the file: SQLite's own default
PARTS_A_COPY = 8  # of a text, between two copies of the log beside the commits


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
        self._sql = named_queries("citybrain.journal", "sqlite.sql")
        self._reading, self._writing, self._noting = Lock(), Lock(), Lock()
        self._discarded: dict[str, int] = {}  # acknowledged by the peer, not yet deleted
        self._read_codes()
        self._code_ids = {code: number for number, code in self._codes.items()}
        self._positions: dict[str, int] = dict(self._read("positions"))
        rows = self._read("head")
        self._head = Head(seq=rows[0][0], hash=rows[0][1]) if rows else self.base()

    @classmethod
    def open(cls, path: Path | str, *, ids: IdSource) -> "SqliteStore":
        """Open or make the store at `path`; a copy that `sqlite_backup` made gets another epoch.
        Raises `StoreBusyError` when another process has it open, `StoreError` for an archive."""
        path = Path(path)
        lock, writer = open_owned(path, schema=SCHEMA, check=partial(refuse_archive, path))
        try:
            if writer.in_transaction:  # of an older schema, see `_settle`
                with translated_errors(path):
                    renew_epoch_of_backup(writer, path, ids)
                return cls(path=path, reader=writer, writer=writer, lock=lock)
            with transaction(writer, path):
                set_epoch(writer, ids)
                renew_epoch_of_backup(writer, path, ids)
            return cls(path=path, reader=open_reader(path), writer=writer, lock=lock)
        except BaseException:
            writer.close()
            lock.release()
            raise

    @classmethod
    def open_readonly(cls, path: Path | str, *, is_snapshot: bool = False) -> "SqliteStore":
        """Open a store that may be live in another process; whatever would write raises
        `StoreError`. `head` is that of the moment of opening, and of a snapshot everything is. One
        of an older schema is read from a copy."""
        path = Path(path)
        reader = open_reader(path)
        with translated_errors(path):
            if is_older(reader, path, SCHEMA):
                older, reader = reader, upgraded_copy(reader, path, schema=SCHEMA)
                older.close()
            check_schema(reader, path, SCHEMA)
            if is_snapshot:
                reader.execute("BEGIN")
        return cls(path=path, reader=reader, writer=None, lock=None)

    def epoch(self) -> StoreEpoch:
        rows = self._read("epoch")
        if not rows:
            raise StoreCorruptError(
                f"{self._path} has no epoch: its first start was interrupted, or it is damaged."
                " Start its node once, or restore it from a backup."
            )
        return StoreEpoch(rows[0][0])

    def epoch_before(self) -> StoreEpoch | None:
        """The epoch that this store had until it was restored last; None: it never was."""
        rows = self._read("epoch_before")
        return StoreEpoch(rows[0][0]) if rows else None

    def renew_epoch(self, *, ids: IdSource) -> StoreEpoch:
        """This store went back in time: give it another epoch, by which its node and its peers
        learn of it. All else stays."""
        if self._reader is self._writer:
            raise UpgradeError(
                f"{self._path} is of an older version, which could no longer open it. Use that"
                " version for this."
            )
        with self._writing:
            writer = self._must_write()
            with transaction(writer, self._path):
                renew_epoch(writer, ids)
        return self.epoch()

    def base(self) -> Head:
        rows = self._read("base")
        return Head(seq=rows[0][0], hash=rows[0][1]) if rows else BEGINNING

    def is_archive(self) -> bool:
        return bool(self._read("archive_mark"))

    def head(self) -> Head:
        return self._head

    def commit(self, batch: Batch) -> None:
        with self._writing:
            self._settle()
            head = head_after(self._head, batch.records)
            writer = self._must_write()
            positions = dict(self._positions)
            with self._noting:
                discarded = dict(self._discarded)
            with transaction(writer, self._path):
                if batch.repair is not None:
                    write_repair(writer, self._sql, batch.repair)
                    positions |= {log.to: log.next for log in batch.repair.logs_set}
                code_ids = self._code_ids_with(writer, batch.records)
                self._write_records(writer, batch.records, code_ids)
                self._write_letters(writer, batch, positions)
                self._write_timers(writer, batch)
                if discarded:
                    writer.executemany(self._sql["discard_letters"], sorted(discarded.items()))
                    writer.executemany(self._sql["keep_discarded"], sorted(discarded.items()))
            self._head, self._positions, self._code_ids = head, positions, code_ids
            with self._noting:
                self._discarded = {
                    peer: upto
                    for peer, upto in self._discarded.items()
                    if discarded.get(peer) != upto
                }

    def ensure_room(self) -> None:
        self._write("write_epoch_again")

    def records(self, *, after: int = 0) -> Iterator[Record]:
        after = max(after, self.base().seq)  # what an archiving left half done is no record
        while page := self._read("records", after, PAGE_RECORDS):
            yield from self._records_of(page)
            after = page[-1][0]

    def checkpoints(self, *, after: int = 0, limit: int = TEXTS_MAX) -> tuple[Record, ...]:
        after = max(after, self.base().seq)
        return tuple(self._records_of(self._read("checkpoints", after, limit)))

    def write_text(self, text_hash: str, parts: Iterable[bytes]) -> None:
        count = 0
        with self._log_copied_beside() as copy_log:
            for content in parts:
                self._write("add_text_part", text_hash, count, content)
                count += 1
                if count % PARTS_A_COPY == 0:
                    copy_log()
            self._write("drop_text_parts", text_hash, count)
            copy_log()

    def text(self, text_hash: str) -> bytes | None:
        rows = self._read("text", text_hash)
        return b"".join(content for (content,) in rows) if rows else None

    def drop_old_texts(self) -> None:
        self._must_write()
        kept = named_texts(self.checkpoints())
        for text_hash, parts in self._read("texts"):
            if text_hash not in kept:
                for number in reversed(range(parts)):
                    self._write("drop_text_parts", text_hash, number)

    def letters(self, *, to: str, after: int, limit: int) -> tuple[Letter, ...]:
        rows = self._read("letters", to, max(after, self._discarded.get(to, 0)), limit)
        return tuple(
            Letter(to=peer, position=position, kind=kind, version=version, payload=payload)
            for peer, position, kind, version, payload in rows
        )

    def peers(self) -> tuple[str, ...]:
        return tuple(
            peer
            for peer, last in self._read("last_letters")
            if last is not None and last > self._discarded.get(peer, 0)
        )

    def next_position(self, to: str) -> int:
        return self._positions.get(to, 1)

    def discard_letters(self, *, to: str, upto: int) -> None:
        self._must_write()
        with self._noting:
            upto = min(upto, self.next_position(to) - 1)
            if upto > self._discarded.get(to, 0):
                self._discarded[to] = upto

    def letter_logs(self) -> tuple[LetterLog, ...]:
        with self._noting:
            noted = dict(self._discarded)
        return tuple(
            LetterLog(to=to, next=next_, discarded=max(upto, noted.get(to, 0)))
            for to, next_, upto in self._read("letter_logs")
        )

    def timers_due(self, *, at: Timestamp, limit: int) -> tuple[Timer, ...]:
        rows = self._read("timers_due", at, limit)
        return tuple(
            Timer(timer=TimerId(timer), due=Timestamp(due), subject=subject, version=version)
            for timer, due, subject, version in rows
        )

    def next_due(self) -> Timestamp | None:
        due = self._read("next_due")[0][0]
        return None if due is None else Timestamp(due)

    def close(self) -> None:
        if self._writer is not None and self._discarded:
            try:
                self.commit(Batch())
            except StoreError:  # a full disk: the letters travel once more after the next start
                self._discarded.clear()
        with self._writing, self._reading:
            self._reader.close()
            if self._writer is not None:
                self._writer.close()
                self._writer = None
            if self._file_lock is not None:
                self._file_lock.release()
                self._file_lock = None

    def _read(self, name: str, *arguments: Any) -> list[tuple[Any, ...]]:
        with self._reading, translated_errors(self._path):
            return self._reader.execute(self._sql[name], arguments).fetchall()

    def _write(self, name: str, *arguments: object) -> None:
        """One statement in a transaction of its own."""
        with self._writing:
            self._settle()
            writer = self._must_write()
            with transaction(writer, self._path):
                writer.execute(self._sql[name], arguments)

    @contextmanager
    def _log_copied_beside(self) -> Iterator[Callable[[], object]]:
        """While a long text is written SQLite does not copy its log into the file within a commit,
        for which everybody would wait: what this yields does, beside the commits."""
        beside = apsw.Connection(str(self._path))
        beside.set_busy_timeout(BUSY_WAIT_MS)
        try:
            self._set_log_pages(0)
            yield lambda: beside.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        finally:
            beside.close()
            self._set_log_pages(LOG_PAGES)

    def _set_log_pages(self, pages: int) -> None:
        """How long the log gets before a commit copies it; 0: none does."""
        with self._writing:
            if self._writer is not None:
                self._writer.wal_autocheckpoint(pages)

    def _must_write(self) -> apsw.Connection:
        if self._writer is None:
            raise StoreError(
                f"{self._path} is open for reading only, or closed. Open it with SqliteStore.open"
                " to write."
            )
        return self._writer

    def _settle(self) -> None:
        """Before the first write, under `_writing`: a file of an older schema is brought up only
        when nothing refused it. Until then it is read as it would be."""
        if self._reader is self._writer:
            with self._reading:
                settle(self._must_write(), self._path)
                self._reader = open_reader(self._path)

    def _records_of(self, rows: Sequence[tuple[Any, ...]]) -> Iterator[Record]:
        for seq, at, kind, version, code, payload, prev_hash, hashed, digest in rows:
            if code not in self._codes:  # of a node that took this store over after it was opened
                self._read_codes()
            if code not in self._codes:
                raise StoreCorruptError(
                    f"record {seq} in {self._path} names code {code}, and the file has no such row."
                    " Restore it from a backup."
                )
            yield Record(
                seq=seq,
                at=Timestamp(at),
                kind=kind,
                version=version,
                code=self._codes[code],
                payload=payload,
                prev_hash=prev_hash,
                hash=hashed,
                commands_digest=digest,
            )

    def _read_codes(self) -> None:
        self._codes: dict[int, str] = dict(self._read("codes"))

    def _code_ids_with(self, writer: apsw.Connection, records: Sequence[Record]) -> dict[str, int]:
        """The number of each code in this file; new ones are added in the open transaction."""
        new = {record.code for record in records} - self._code_ids.keys()
        if not new:
            return self._code_ids
        writer.executemany(self._sql["add_code"], [(code,) for code in sorted(new)])
        return {code: number for number, code in writer.execute(self._sql["codes"])}

    def _write_records(
        self, writer: apsw.Connection, records: Sequence[Record], code_ids: dict[str, int]
    ) -> None:
        writer.executemany(
            self._sql["add_record"],
            [
                (
                    r.seq,
                    r.at,
                    r.kind,
                    r.version,
                    code_ids[r.code],
                    r.payload,
                    r.prev_hash,
                    r.hash,
                    r.commands_digest,
                )
                for r in records
            ],
        )

    def _write_letters(
        self, writer: apsw.Connection, batch: Batch, positions: dict[str, int]
    ) -> None:
        letters = []
        for letter in batch.letters:
            position = positions.get(letter.to, 1)
            positions[letter.to] = position + 1
            letters.append((letter.to, position, letter.kind, letter.version, letter.payload))
        if letters:
            writer.executemany(self._sql["add_letter"], letters)
            writer.executemany(
                self._sql["set_position"],
                [(peer, positions[peer]) for peer in sorted({row[0] for row in letters})],
            )

    def _write_timers(self, writer: apsw.Connection, batch: Batch) -> None:
        writer.executemany(
            self._sql["set_timer"],
            [(t.timer, t.due, t.subject, t.version) for t in batch.timers_set],
        )
        writer.executemany(
            self._sql["cancel_timer"], [(timer,) for timer in batch.timers_cancelled]
        )
