"""The outbox of production: one SQLite file in WAL mode, held by one process. What is put is fsynced; what is acknowledged goes without an fsync
of its own (if that is lost in a power cut, the rows travel once more and the district knows them)."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

import apsw

from citybrain import canonical_json
from citybrain.ack_ranges import ack_ranges_of, covered
from citybrain.domain.agent import Ack, AgentHello, RequestAck, RequestBatch
from citybrain.domain.event import OutboxItem, VerificationRequest, VerificationResult
from citybrain.ids import AgentId, IdSource, StoreEpoch
from citybrain.sqlite.file import FileLock, in_our_words, open_owned, transaction
from citybrain.sqlite.statements import named
from street_agent.outbox.cap import ROW_OVERHEAD, ensure_cap, fitting, make_room
from street_agent.outbox.port import Draft, Lane, OutboxStats, Row
from street_agent.outbox.ranks import GAP_RANK, numbered, rank_of
from street_agent.outbox.requests import EPOCHS_KEPT, OPEN_REQUESTS, news_of, stands_at


class SqliteOutbox:
    """See `outbox.port.Outbox` and `outbox.port.Requests`. Build with `open`."""

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
        self._sql = named("street_agent.outbox", "sqlite.sql")
        self._guard = RLock()
        self._count = self._bytes = 0
        if not self._rows("meta"):
            with transaction(connection, path):
                self._set_meta(incarnation=ids.number(), next_seq=1, next_turn=1, lost=0)
        self._load()

    @classmethod
    def open(cls, path: Path | str, *, ids: IdSource, cap_bytes: int) -> "SqliteOutbox":
        """Open or make the outbox at `path` (a new one has a new incarnation); raises `StoreBusyError` when another process has it open."""
        path = Path(path)
        lock, connection = open_owned(path, schema="street_agent.outbox.migrations")
        try:
            return cls(path=path, connection=connection, lock=lock, ids=ids, cap_bytes=cap_bytes)
        except BaseException:
            connection.close()
            lock.release()
            raise

    @property
    def incarnation(self) -> int:
        return self._incarnation

    def put(self, drafts: Sequence[Draft]) -> tuple[int, ...]:
        with self._changing():
            seqs = tuple(range(self._next_seq, self._next_seq + len(drafts)))
            for seq, draft in zip(seqs, drafts, strict=True):
                draft = fitting(draft)
                self._place(numbered(seq, draft), rank_of(draft))
                if isinstance(draft, VerificationResult):
                    self._connection.execute(self._sql["close_request"], (draft.request,))
            self._next_seq += len(drafts)
            self._lost += make_room(self, self._cap_bytes)
            self._set_meta(next_seq=self._next_seq, next_turn=self._next_turn, lost=self._lost)
        return seqs

    def acknowledge(self, ack: Ack) -> int:
        if ack.incarnation != self._incarnation:
            return 0
        ack_ranges = ack_ranges_of(ack)
        spans = [
            (0, ack_ranges.contiguous, ack_ranges.contiguous),
            *((span.first, span.last, span.last) for span in ack_ranges.above),
        ]
        before = self._count
        with self._changing(is_durable=False):
            for span in spans:
                gone, size = self._rows("covered", *span)[0]
                if gone:
                    self._connection.execute(self._sql["drop_covered"], span)
                    self._count, self._bytes = self._count - gone, self._bytes - size
        return before - self._count

    def hello(self, agent: AgentId) -> AgentHello:
        with self._guard:
            lowest = self._rows("lowest_kept")[0][0]
            return AgentHello(
                agent=agent,
                incarnation=self._incarnation,
                lowest_kept=lowest or self._next_seq,
                next_seq=self._next_seq,
            )

    def pending(self, lane: Lane, limit: int) -> tuple[Row, ...]:
        with self._guard:
            return self._handed_out(
                self._rows("pending", lane.rank, lane.after, lane.before, limit)
            )

    def again(self, seqs: Sequence[int]) -> tuple[Row, ...]:
        with self._guard:
            return self._handed_out(row for seq in seqs for row in self._rows("again", seq))

    def stats(self) -> OutboxStats:
        with self._guard:
            return OutboxStats(
                rows=self._count,
                bytes=self._bytes,
                cap_bytes=self._cap_bytes,
                lost=self._lost,
                next_turn=self._next_turn,
                next_seq=self._next_seq,
            )

    def keep_asked(self, asked: RequestBatch) -> RequestAck:
        with self._guard:
            before = dict(self._rows("asked")).get(asked.epoch)
            seen = stands_at(asked, before or 0)
            news = news_of(asked, seen, room=OPEN_REQUESTS - self._rows("count_requests")[0][0])
            if news or seen != before:
                with self._changing():
                    self._connection.executemany(
                        self._sql["add_request"],
                        [(r.request, r.deadline, canonical_json.encode(r)) for r in news],
                    )
                    self._connection.execute(
                        self._sql["set_asked"], (asked.epoch, seen + len(news))
                    )
                    self._connection.execute(self._sql["keep_newest_asked"], (EPOCHS_KEPT,))
            return RequestAck(epoch=asked.epoch, contiguous=seen + len(news))

    def open_requests(self) -> tuple[VerificationRequest, ...]:
        with self._guard:
            return tuple(
                canonical_json.decode(payload, VerificationRequest)
                for (payload,) in self._rows("open_requests")
            )

    def request_acks(self) -> tuple[RequestAck, ...]:
        with self._guard:
            return tuple(
                RequestAck(epoch=StoreEpoch(epoch), contiguous=contiguous)
                for epoch, contiguous in self._rows("asked")
            )

    def close(self) -> None:
        with self._guard:
            self._connection.close()
            self._file_lock.release()

    # the shelf of `cap`: called inside `put`'s transaction

    def bytes_kept(self) -> int:
        return self._bytes

    def lowest(self) -> Row | None:
        return self._one("lowest", GAP_RANK)

    def loose_gap_from(self, first: int) -> Row | None:
        return self._one("gap_from", first) if first in self._loose else None

    def loose_gap_upto(self, last: int) -> Row | None:
        row = self._one("gap_upto", last)
        return row if row is not None and row.said.seq in self._loose else None

    def drop(self, row: Row) -> None:
        self._connection.execute(self._sql["drop"], (row.said.seq,))
        self._loose.discard(row.said.seq)
        self._count, self._bytes = self._count - 1, self._bytes - row.size

    def place_gap(self, said: OutboxItem) -> None:
        self._loose.add(said.seq)
        self._place(said, GAP_RANK)

    def _place(self, said: OutboxItem, rank: int) -> None:
        payload = canonical_json.encode(said)
        size = len(payload) + ROW_OVERHEAD
        self._connection.execute(
            self._sql["add"], (said.seq, covered(said).last, rank, self._next_turn, size, payload)
        )
        self._next_turn += 1
        self._count, self._bytes = self._count + 1, self._bytes + size

    @contextmanager
    def _changing(self, *, is_durable: bool = True) -> Iterator[None]:
        """One transaction; what is remembered of it here goes back with it when it fails."""
        with self._guard:
            with in_our_words(self._path):
                self._connection.execute(f"PRAGMA synchronous={'FULL' if is_durable else 'NORMAL'}")
            try:
                with transaction(self._connection, self._path):
                    yield
            except BaseException:
                self._load()
                raise

    def _load(self) -> None:
        meta = dict(self._rows("meta"))
        self._incarnation, self._lost = meta["incarnation"], meta["lost"]
        self._next_seq, self._next_turn = meta["next_seq"], meta["next_turn"]
        self._count, self._bytes = self._rows("count")[0]
        self._loose: set[int] = (
            set()
        )  # markers that were never handed out; those of an earlier run may have been

    def _set_meta(self, **values: int) -> None:
        self._connection.executemany(self._sql["set_meta"], sorted(values.items()))

    def _rows(self, name: str, *arguments: Any) -> list[tuple[Any, ...]]:
        with in_our_words(self._path):
            return self._connection.execute(self._sql[name], arguments).fetchall()

    def _one(self, name: str, *arguments: Any) -> Row | None:
        rows = self._rows(name, *arguments)
        return _row(rows[0]) if rows else None

    def _handed_out(self, rows: Iterable[tuple[Any, ...]]) -> tuple[Row, ...]:
        found = tuple(_row(row) for row in rows)
        self._loose.difference_update(row.said.seq for row in found if row.rank == GAP_RANK)
        return found


def _row(row: tuple[Any, ...]) -> Row:
    rank, turn, size, payload = row
    return Row(said=canonical_json.decode(payload, OutboxItem), rank=rank, turn=turn, size=size)
