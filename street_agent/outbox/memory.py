"""The outbox of tests and of the simulator: the same contract without a disk, with injected faults.

`crash()` gives what the next process would find.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from citybrain import canonical_json
from citybrain.ack_ranges import ack_ranges_of, covered
from citybrain.clock import Timestamp
from citybrain.domain.agent import Ack, AgentHello, RequestAck, RequestBatch
from citybrain.domain.event import Gap, OutboxItem, VerificationRequest, VerificationResult
from citybrain.errors import StoreError
from citybrain.ids import AgentId, CountingIds, IdSource, RequestId, StoreEpoch
from citybrain.journal.memory import Boundary, Faults
from street_agent.outbox.capacity import (
    CAP_BYTES_MIN,
    ROW_OVERHEAD,
    ensure_cap,
    fit_to_message,
    make_room,
)
from street_agent.outbox.port import OutboxDraft, OutboxRow, OutboxStats, PendingRange
from street_agent.outbox.priority import GAP_PRIORITY, numbered, priority_of
from street_agent.outbox.request_log import (
    EPOCHS_MAX,
    OPEN_REQUESTS,
    contiguous_before,
    new_requests,
)


@dataclass(slots=True)
class _Disk:  # a dataclass: it is changed in place
    """What survives a crash."""

    incarnation: int
    next_seq: int = 1
    next_revision: int = 1
    lost: int = 0
    previous: int = 0  # the incarnation before, as the district said
    bytes: int = 0
    rows: dict[int, OutboxRow] = field(default_factory=dict)  # by first number
    order: list[int] = field(default_factory=list)  # first numbers, sorted
    # priority → (revision, first number), sorted
    by_priority: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    gap_ends: dict[int, int] = field(default_factory=dict)  # a marker's last number → its first
    request_positions: dict[StoreEpoch, int] = field(default_factory=dict)  # newest epoch last
    requests: dict[RequestId, VerificationRequest] = field(default_factory=dict)


class MemoryOutbox:
    """See `outbox.port.Outbox` and `outbox.port.RequestStore`. `faults` is called around every
    change: `put`, `acknowledge` and `store_requests`.

    `min_bytes`: a cap below it is refused; a simulated run is short, and its outbox may have to
    be smaller than any sensible one to become full in it.
    """

    def __init__(
        self,
        *,
        ids: IdSource | None = None,
        cap_bytes: int = 64 * 1024 * 1024,
        min_bytes: int = CAP_BYTES_MIN,
        faults: Faults | None = None,
    ) -> None:
        self._disk = _Disk(incarnation=(ids or CountingIds()).number())
        self._cap_bytes, self._min_bytes = ensure_cap(cap_bytes, minimum=min_bytes), min_bytes
        self._unsent_gaps: set[int] = set()
        self._is_open = True
        self.faults = faults

    def crash(self) -> "MemoryOutbox":
        """A power cut: this outbox is closed, the returned one is what the next process opens (with
        the same faults)."""
        disk, self._is_open = self._disk, False
        reopened = MemoryOutbox(
            cap_bytes=self._cap_bytes, min_bytes=self._min_bytes, faults=self.faults
        )
        reopened._disk = disk
        return reopened

    def unacknowledged_seqs(self) -> frozenset[int]:
        """Every number that is not acknowledged yet. Does not count as fetching for sending."""
        ranges = [covered(row.item) for row in self._disk.rows.values()]
        return frozenset(seq for kept in ranges for seq in range(kept.first, kept.last + 1))

    @property
    def incarnation(self) -> int:
        return self._disk.incarnation

    def put(self, drafts: Sequence[OutboxDraft]) -> tuple[int, ...]:
        disk = self._live()
        self._fail_before()
        seqs = tuple(range(disk.next_seq, disk.next_seq + len(drafts)))
        for seq, draft in zip(seqs, drafts, strict=True):
            draft = fit_to_message(draft)
            self._place(numbered(seq, draft), priority_of(draft))
            if isinstance(draft, VerificationResult):
                disk.requests.pop(draft.request, None)
        disk.next_seq += len(drafts)
        disk.lost += make_room(self, self._cap_bytes)
        self._fail(Boundary.AFTER)
        return seqs

    def acknowledge(self, ack: Ack) -> int:
        disk = self._live()
        if ack.incarnation != disk.incarnation:
            return 0
        self._fail_before()
        ack_ranges, removed = ack_ranges_of(ack), 0
        for first, last in [
            (1, ack_ranges.contiguous),
            *((above.first, above.last) for above in ack_ranges.above),
        ]:
            within = disk.order[bisect_left(disk.order, first) : bisect_right(disk.order, last)]
            for row in [disk.rows[seq] for seq in within]:
                if covered(row.item).last <= last:
                    self.drop(row)
                    removed += 1
        self._fail(Boundary.AFTER)
        return removed

    def hello(self, agent: AgentId) -> AgentHello:
        disk = self._live()
        lowest = disk.order[0] if disk.order else disk.next_seq
        return AgentHello(
            agent=agent,
            incarnation=disk.incarnation,
            lowest_unacked=lowest,
            next_seq=disk.next_seq,
            previous=disk.previous,
        )

    def follow(self, previous: int) -> None:
        disk = self._live()
        self._fail_before()
        disk.previous = previous
        self._fail(Boundary.AFTER)

    def pending(self, pending_range: PendingRange, limit: int) -> tuple[OutboxRow, ...]:
        disk = self._live()
        revisions = disk.by_priority.get(pending_range.priority, [])
        begin = bisect_left(revisions, (pending_range.after + 1, 0))
        end = min(bisect_left(revisions, (pending_range.before, 0)), begin + limit)
        return self._fetched(disk.rows[seq] for _, seq in revisions[begin:end])

    def rows_of(self, seqs: Sequence[int]) -> tuple[OutboxRow, ...]:
        rows = self._live().rows
        return self._fetched(rows[seq] for seq in seqs if seq in rows)

    def stats(self) -> OutboxStats:
        disk = self._live()
        return OutboxStats(
            rows=len(disk.rows),
            bytes=disk.bytes,
            cap_bytes=self._cap_bytes,
            lost=disk.lost,
            next_revision=disk.next_revision,
            next_seq=disk.next_seq,
        )

    def store_requests(self, batch: RequestBatch) -> RequestAck:
        disk = self._live()
        before = disk.request_positions.get(batch.epoch)
        contiguous = contiguous_before(batch, before or 0)
        new = new_requests(batch, contiguous, room=OPEN_REQUESTS - len(disk.requests))
        if new or contiguous != before:
            self._fail_before()
            disk.requests = {**{request.request: request for request in new}, **disk.requests}
            disk.request_positions[batch.epoch] = contiguous + len(new)
            while len(disk.request_positions) > EPOCHS_MAX:
                del disk.request_positions[next(iter(disk.request_positions))]
            self._fail(Boundary.AFTER)
        return RequestAck(epoch=batch.epoch, contiguous=contiguous + len(new))

    def open_requests(self) -> tuple[VerificationRequest, ...]:
        return tuple(sorted(self._live().requests.values(), key=_by_deadline))

    def request_acks(self) -> tuple[RequestAck, ...]:
        return tuple(
            RequestAck(epoch=epoch, contiguous=contiguous)
            for epoch, contiguous in self._live().request_positions.items()
        )

    def all_rows(self) -> tuple[OutboxRow, ...]:
        """All that is stored, by number. Does not count as fetching for sending."""
        disk = self._live()
        return tuple(disk.rows[seq] for seq in disk.order)

    def close(self) -> None:
        self._is_open = False

    # `capacity.RowStore`

    def stored_bytes(self) -> int:
        return self._disk.bytes

    def lowest_row(self) -> OutboxRow | None:
        disk = self._disk
        lowest = next((p for p in range(GAP_PRIORITY) if disk.by_priority.get(p)), None)
        return None if lowest is None else disk.rows[disk.by_priority[lowest][0][1]]

    def unsent_gap_from(self, first: int) -> OutboxRow | None:
        return self._disk.rows[first] if first in self._unsent_gaps else None

    def unsent_gap_upto(self, last: int) -> OutboxRow | None:
        first = self._disk.gap_ends.get(last)
        return self._disk.rows[first] if first is not None and first in self._unsent_gaps else None

    def drop(self, row: OutboxRow) -> None:
        disk, seq = self._disk, row.item.seq
        del disk.rows[seq]
        del disk.order[bisect_left(disk.order, seq)]
        revisions = disk.by_priority[row.priority]
        del revisions[bisect_left(revisions, (row.revision, seq))]
        if isinstance(row.item.content, Gap):
            del disk.gap_ends[row.item.content.last]
        self._unsent_gaps.discard(seq)
        disk.bytes -= row.size

    def add_gap(self, item: OutboxItem) -> None:
        self._unsent_gaps.add(item.seq)
        self._place(item, GAP_PRIORITY)

    def _place(self, item: OutboxItem, priority: int) -> None:
        disk = self._disk
        row = OutboxRow(
            item=item,
            priority=priority,
            revision=disk.next_revision,
            size=len(canonical_json.encode(item)) + ROW_OVERHEAD,
        )
        disk.rows[item.seq] = row
        insort(disk.order, item.seq)
        insort(disk.by_priority.setdefault(priority, []), (row.revision, item.seq))
        if isinstance(item.content, Gap):
            disk.gap_ends[item.content.last] = item.seq
        disk.next_revision += 1
        disk.bytes += row.size

    def _fetched(self, rows: Iterable[OutboxRow]) -> tuple[OutboxRow, ...]:
        found = tuple(rows)
        self._unsent_gaps.difference_update(
            row.item.seq for row in found if row.priority == GAP_PRIORITY
        )
        return found

    def _fail_before(self) -> None:
        """Both come before the one step that follows: the next process never finds half of it."""
        self._fail(Boundary.BEFORE)
        self._fail(Boundary.DURING)

    def _fail(self, boundary: Boundary) -> None:
        if self.faults is not None:
            self.faults(boundary)

    def _live(self) -> _Disk:
        if not self._is_open:
            raise StoreError("this outbox is closed. Open it again.")
        return self._disk


def _by_deadline(request: VerificationRequest) -> tuple[Timestamp, RequestId]:
    return request.deadline, request.request
