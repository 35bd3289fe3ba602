"""The outbox of production: one SQLite file in WAL mode, held by one process.

What is put is fsynced; what is acknowledged is deleted without an fsync of its own (if that is lost
in a power cut, the rows are sent once more and the district knows them).
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import starmap
from pathlib import Path
from threading import RLock
from typing import Any

import apsw

from citybrain import canonical_json
from citybrain.ack_ranges import ack_ranges_of, covered
from citybrain.domain.agent import Ack, AgentHello, RequestAck, RequestBatch
from citybrain.domain.event import OutboxItem, VerificationRequest, VerificationResult
from citybrain.errors import (
    FormatMismatchError,
    NewerFormatError,
    StoreCorruptError,
    UpgradeError,
)
from citybrain.formats import Format
from citybrain.ids import AgentId, IdSource, StoreEpoch
from citybrain.sqlite.owned_file import (
    FileLock,
    open_owned,
    settle,
    transaction,
    translated_errors,
)
from citybrain.sqlite.statements import named_queries
from street_agent.formats import OUTBOX_ITEM, REQUEST
from street_agent.limits import SET_APART_ROWS
from street_agent.outbox.capacity import ROW_OVERHEAD, ensure_cap, fit_to_message, make_room
from street_agent.outbox.port import OutboxDraft, OutboxRow, OutboxStats, PendingRange
from street_agent.outbox.priority import GAP_PRIORITY, numbered, priority_of
from street_agent.outbox.request_log import (
    EPOCHS_MAX,
    OPEN_REQUESTS,
    contiguous_before,
    new_requests,
)
from street_agent.outbox.stored_row import (
    SetApartRow,
    StoredRow,
    UnreadableRowError,
)

log = logging.getLogger(__name__)

META = frozenset({"incarnation", "next_seq", "next_revision", "lost"})


class SqliteOutbox:
    """See `outbox.port.Outbox` and `outbox.port.RequestStore`. Build with `open`."""

    def __init__(
        self,
        *,
        path: Path,
        connection: apsw.Connection,
        lock: FileLock,
        ids: IdSource,
        cap_bytes: int,
    ) -> None:
        self._path, self._connection, self._file_lock = path, connection, lock
        self._cap_bytes = ensure_cap(cap_bytes)
        self._sql = named_queries("street_agent.outbox", "sqlite.sql")
        self._lock = RLock()
        self._count = self._bytes = 0
        unreadable: list[int] = []
        if self._rows("meta") or self._rows("count")[0][0]:
            self._load()
            unreadable = self._check_rows()
            self._check_requests()
        settle(connection, path)
        if not self._rows("meta"):
            with transaction(connection, path):
                self._set_meta(incarnation=ids.number(), next_seq=1, next_revision=1, lost=0)
            self._load()
        self.rows_of(unreadable)
        self.open_requests()

    @classmethod
    def open(cls, path: Path | str, *, ids: IdSource, cap_bytes: int) -> "SqliteOutbox":
        """Open or make the outbox at `path` (a new one has a new incarnation); raises
        `StoreBusyError` when another process has it open, and `UpgradeError` where it holds what
        this version cannot send as it was written."""
        path = Path(path)
        lock, connection = open_owned(
            path, schema="street_agent.outbox.migrations", check=partial(_check_whole, path)
        )
        try:
            return cls(path=path, connection=connection, lock=lock, ids=ids, cap_bytes=cap_bytes)
        except BaseException:
            connection.close()
            lock.release()
            raise

    @property
    def incarnation(self) -> int:
        return self._incarnation

    def put(self, drafts: Sequence[OutboxDraft]) -> tuple[int, ...]:
        with self._changing():
            seqs = tuple(range(self._next_seq, self._next_seq + len(drafts)))
            for seq, draft in zip(seqs, drafts, strict=True):
                draft = fit_to_message(draft)
                self._place(numbered(seq, draft), priority_of(draft))
                if isinstance(draft, VerificationResult):
                    self._connection.execute(self._sql["close_request"], (draft.request,))
            self._next_seq += len(drafts)
            self._lost += make_room(self, self._cap_bytes)
            self._set_meta(
                next_seq=self._next_seq, next_revision=self._next_revision, lost=self._lost
            )
        return seqs

    def set_apart(self) -> tuple[SetApartRow, ...]:
        """The rows that could not be read, as far as they are kept, oldest first."""
        with self._lock:
            return tuple(SetApartRow(*row) for row in self._rows("all_set_apart"))

    def acknowledge(self, ack: Ack) -> int:
        if ack.incarnation != self._incarnation:
            return 0
        ack_ranges = ack_ranges_of(ack)
        ranges = [
            (0, ack_ranges.contiguous, ack_ranges.contiguous),
            *((above.first, above.last, above.last) for above in ack_ranges.above),
        ]
        before = self._count
        with self._changing(is_durable=False):
            for bounds in ranges:
                removed, size = self._rows("covered", *bounds)[0]
                if removed:
                    self._connection.execute(self._sql["drop_covered"], bounds)
                    self._count, self._bytes = self._count - removed, self._bytes - size
        return before - self._count

    def hello(self, agent: AgentId) -> AgentHello:
        with self._lock:
            lowest = self._rows("lowest_unacked")[0][0]
            return AgentHello(
                agent=agent,
                incarnation=self._incarnation,
                lowest_unacked=lowest or self._next_seq,
                next_seq=self._next_seq,
                previous=self._previous,
            )

    def follow(self, previous: int) -> None:
        with self._changing():
            self._set_meta(previous=previous)
            self._previous = previous

    def pending(self, pending_range: PendingRange, limit: int) -> tuple[OutboxRow, ...]:
        with self._lock:
            return self._fetched(
                self._rows(
                    "pending",
                    pending_range.priority,
                    pending_range.after,
                    pending_range.before,
                    limit,
                )
            )

    def rows_of(self, seqs: Sequence[int]) -> tuple[OutboxRow, ...]:
        with self._lock:
            return self._fetched(row for seq in seqs for row in self._rows("row_of", seq))

    def stats(self) -> OutboxStats:
        with self._lock:
            return OutboxStats(
                rows=self._count,
                bytes=self._bytes,
                cap_bytes=self._cap_bytes,
                lost=self._lost,
                next_revision=self._next_revision,
                next_seq=self._next_seq,
                set_apart=self._set_apart,
            )

    def store_requests(self, batch: RequestBatch) -> RequestAck:
        with self._lock:
            before = dict(self._rows("request_positions")).get(batch.epoch)
            contiguous = contiguous_before(batch, before or 0)
            room = OPEN_REQUESTS - self._rows("count_requests")[0][0]
            new = new_requests(batch, contiguous, room=room)
            if new or contiguous != before:
                with self._changing():
                    self._add_requests(batch.epoch, contiguous + len(new), new)
            return RequestAck(epoch=batch.epoch, contiguous=contiguous + len(new))

    def open_requests(self) -> tuple[VerificationRequest, ...]:
        found: list[VerificationRequest] = []
        with self._lock:
            for request, version, payload in self._rows("open_requests"):
                try:
                    found.append(REQUEST.decode(payload, version))
                except UpgradeError as error:
                    reason = str(error.__cause__ or error)
                    with self._changing():
                        self._connection.execute(self._sql["close_request"], (request,))
                        self._keep_apart("request", request, version, reason, payload)
        return tuple(found)

    def request_acks(self) -> tuple[RequestAck, ...]:
        with self._lock:
            return tuple(
                RequestAck(epoch=StoreEpoch(epoch), contiguous=contiguous)
                for epoch, contiguous in self._rows("request_positions")
            )

    def close(self) -> None:
        with self._lock:
            self._connection.close()
            self._file_lock.release()

    # `capacity.RowStore`, called inside `put`'s transaction

    def stored_bytes(self) -> int:
        return self._bytes

    def lowest_row(self) -> OutboxRow | None:
        while rows := self._rows("lowest_row", GAP_PRIORITY):
            row = self._read(StoredRow(*rows[0]))
            if row is not None:  # else a marker has taken its place
                return row
        return None

    def unsent_gap_from(self, first: int) -> OutboxRow | None:
        return self._one("gap_from", first) if first in self._unsent_gaps else None

    def unsent_gap_upto(self, last: int) -> OutboxRow | None:
        row = self._one("gap_upto", last)
        return row if row is not None and row.item.seq in self._unsent_gaps else None

    def drop(self, row: OutboxRow) -> None:
        self._connection.execute(self._sql["drop"], (row.item.seq,))
        self._unsent_gaps.discard(row.item.seq)
        self._count, self._bytes = self._count - 1, self._bytes - row.size

    def add_gap(self, item: OutboxItem) -> None:
        self._unsent_gaps.add(item.seq)
        self._place(item, GAP_PRIORITY)

    def _place(self, item: OutboxItem, priority: int) -> None:
        payload = canonical_json.encode(item)
        size = len(payload) + ROW_OVERHEAD
        last, version = covered(item).last, OUTBOX_ITEM.version
        self._connection.execute(
            self._sql["add"],
            (item.seq, last, priority, self._next_revision, size, version, payload),
        )
        self._next_revision += 1
        self._count, self._bytes = self._count + 1, self._bytes + size

    def _add_requests(
        self, epoch: StoreEpoch, contiguous: int, new: tuple[VerificationRequest, ...]
    ) -> None:
        self._connection.executemany(
            self._sql["add_request"],
            [(r.request, r.deadline, REQUEST.version, canonical_json.encode(r)) for r in new],
        )
        self._connection.execute(self._sql["set_request_position"], (epoch, contiguous))
        self._connection.execute(self._sql["keep_newest_epochs"], (EPOCHS_MAX,))

    @contextmanager
    def _changing(self, *, is_durable: bool = True) -> Iterator[None]:
        """One transaction; the counters of this object are read back when it fails."""
        with self._lock:
            with translated_errors(self._path):
                self._connection.execute(f"PRAGMA synchronous={'FULL' if is_durable else 'NORMAL'}")
            try:
                with transaction(self._connection, self._path):
                    yield
            except BaseException:
                self._load()
                raise

    def _load(self) -> None:
        meta: dict[str, int] = dict(self._rows("meta"))
        if not meta.keys() >= META:
            raise _damaged(self._path, "it has rows, and does not say which numbers come next")
        self._incarnation, self._lost = meta["incarnation"], meta["lost"]
        self._next_seq, self._next_revision = meta["next_seq"], meta["next_revision"]
        self._set_apart = meta.get("set_apart", 0)
        self._previous = meta.get("previous", 0)
        self._count, self._bytes = self._rows("count")[0]
        # Markers that were never fetched for sending; those of an earlier run may have been.
        self._unsent_gaps: set[int] = set()

    def _check_rows(self) -> list[int]:
        """The numbers of rows that cannot be read. Raises `UpgradeError` where another version
        wrote what this one would read in part: before anything is started, not when it is to be
        sent."""
        with translated_errors(self._path):
            rows = starmap(StoredRow, self._connection.execute(self._sql["stored_items"]))
            return [
                row.seq
                for row in rows
                if not _is_readable(OUTBOX_ITEM, row.payload, row.version, self._path)
                or not row.is_itself()
            ]

    def _check_requests(self) -> None:
        with translated_errors(self._path):
            for _, version, payload in self._connection.execute(self._sql["stored_requests"]):
                _is_readable(REQUEST, payload, version, self._path)

    def _set_meta(self, **values: int) -> None:
        self._connection.executemany(self._sql["set_meta"], sorted(values.items()))

    def _rows(self, name: str, *arguments: int) -> list[tuple[Any, ...]]:
        with translated_errors(self._path):
            return self._connection.execute(self._sql[name], arguments).fetchall()

    def _one(self, name: str, *arguments: int) -> OutboxRow | None:
        rows = self._rows(name, *arguments)
        return self._read(StoredRow(*rows[0])) if rows else None

    def _read(self, stored: StoredRow) -> OutboxRow | None:
        """None: it cannot be read and is set apart now; a marker has taken its place. Within a
        transaction."""
        try:
            return stored.read()
        except UnreadableRowError as error:
            self._connection.execute(self._sql["drop"], (stored.seq,))
            self._unsent_gaps.discard(stored.seq)
            self._count, self._bytes = self._count - 1, self._bytes - stored.size
            name = f"{stored.seq} to {stored.last}"
            self._keep_apart("item", name, stored.version, str(error), stored.payload)
            self.add_gap(stored.declared())
            self._set_meta(next_revision=self._next_revision)
            return None

    def _keep_apart(self, kind: str, name: str, version: int, reason: str, payload: bytes) -> None:
        log.error(
            "%s: the %s %s cannot be read; it is set apart in the table set_apart, and its district"
            " is told that it is lost: %s",
            self._path,
            kind,
            name,
            reason,
        )
        self._connection.execute(self._sql["set_apart"], (kind, name, version, reason, payload))
        self._connection.execute(self._sql["keep_newest_set_apart"], (SET_APART_ROWS.value,))
        self._set_apart += 1
        self._set_meta(set_apart=self._set_apart)

    def _fetched(self, rows: Iterable[tuple[Any, ...]]) -> tuple[OutboxRow, ...]:
        stored = [StoredRow(*row) for row in rows]
        try:
            found = tuple(one.read() for one in stored)
        except UnreadableRowError:
            with self._changing():
                found = tuple(row for one in stored if (row := self._read(one)) is not None)
        self._unsent_gaps.difference_update(
            row.item.seq for row in found if row.priority == GAP_PRIORITY
        )
        return found


def _is_readable(known: Format[Any], payload: bytes, version: int, path: Path) -> bool:
    """Raises `UpgradeError` where another version wrote it and this one would lose a part of it."""
    try:
        known.decode(payload, version)
    except FormatMismatchError:
        return False
    except NewerFormatError as error:
        if version < 1:  # no version ever wrote it
            return False
        raise NewerFormatError(f"{path}: {error}") from error
    try:
        known.decode_whole(payload, version)
    except FormatMismatchError as error:
        raise FormatMismatchError(f"{path}: {error}") from error
    return True


def _check_whole(path: Path, connection: apsw.Connection) -> None:
    """Before anything is started: an outbox is small enough to be walked."""
    (found,) = connection.execute("PRAGMA quick_check(1)").fetchall()[0]
    if found != "ok":
        raise _damaged(path, str(found).replace("\n", " "))


def _damaged(path: Path, how: str) -> StoreCorruptError:
    return StoreCorruptError(
        f"{path} is damaged: {how}. Move it away: the agent begins another outbox, and the district"
        " journals that events may be lost."
    )
