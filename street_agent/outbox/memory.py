"""The outbox of tests and of the simulator: the same contract without a disk, with faults at every boundary and a power button.

`crash()` gives what the next process would find.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from citybrain import canonical_json
from citybrain.ack_ranges import ack_ranges_of, covered
from citybrain.clock import Timestamp
from citybrain.domain.agent import Ack, AgentHello, RequestAck, RequestBatch
from citybrain.domain.event import OutboxItem, VerificationRequest, VerificationResult
from citybrain.errors import StoreError
from citybrain.ids import AgentId, CountingIds, IdSource, RequestId, StoreEpoch
from citybrain.journal.memory import Boundary, Faults
from street_agent.outbox.cap import CAP_BYTES_MIN, ROW_OVERHEAD, ensure_cap, fitting, make_room
from street_agent.outbox.port import Draft, Lane, OutboxStats, Row
from street_agent.outbox.ranks import GAP_RANK, numbered, rank_of
from street_agent.outbox.requests import EPOCHS_KEPT, OPEN_REQUESTS, news_of, stands_at


@dataclass(slots=True)
class _Disk:
    """What survives a crash."""

    incarnation: int
    next_seq: int = 1
    next_turn: int = 1
    lost: int = 0
    bytes: int = 0
    rows: dict[int, Row] = field(default_factory=dict)  # by first number
    order: list[int] = field(default_factory=list)  # first numbers, sorted
    lanes: dict[int, list[tuple[int, int]]] = field(
        default_factory=dict
    )  # rank → (turn, first number), sorted
    gap_ends: dict[int, int] = field(default_factory=dict)  # a marker's last number → its first
    asked: dict[StoreEpoch, int] = field(default_factory=dict)  # the newest epoch last
    requests: dict[RequestId, VerificationRequest] = field(default_factory=dict)


class MemoryOutbox:
    """See `outbox.port.Outbox` and `outbox.port.Requests`. `faults` is asked around every change: `put`, `acknowledge` and `keep_asked`.

    `least_bytes`: a cap below it is refused; a story is short, and its outbox may have to be smaller than any that is sensible to be filled in it.
    """

    def __init__(
        self,
        *,
        ids: IdSource | None = None,
        cap_bytes: int = 64 * 1024 * 1024,
        least_bytes: int = CAP_BYTES_MIN,
        faults: Faults | None = None,
    ) -> None:
        self._disk = _Disk(incarnation=(ids or CountingIds()).number())
        self._cap_bytes, self._least_bytes = ensure_cap(cap_bytes, least=least_bytes), least_bytes
        self._loose: set[int] = set()
        self._is_open = True
        self.faults = faults

    def crash(self) -> "MemoryOutbox":
        """Pull the plug: this outbox is dead, the returned one is what the next process opens (with the same faults)."""
        disk, self._is_open = self._disk, False
        reopened = MemoryOutbox(
            cap_bytes=self._cap_bytes, least_bytes=self._least_bytes, faults=self.faults
        )
        reopened._disk = disk
        return reopened

    def numbers_kept(self) -> frozenset[int]:
        """Every number that is not acknowledged yet. For whoever judges: it hands nothing out."""
        spans = [covered(row.said) for row in self._disk.rows.values()]
        return frozenset(number for span in spans for number in range(span.first, span.last + 1))

    @property
    def incarnation(self) -> int:
        return self._disk.incarnation

    def put(self, drafts: Sequence[Draft]) -> tuple[int, ...]:
        disk = self._live()
        self._strike_ahead()
        seqs = tuple(range(disk.next_seq, disk.next_seq + len(drafts)))
        for seq, draft in zip(seqs, drafts, strict=True):
            draft = fitting(draft)
            self._place(numbered(seq, draft), rank_of(draft))
            if isinstance(draft, VerificationResult):
                disk.requests.pop(draft.request, None)
        disk.next_seq += len(drafts)
        disk.lost += make_room(self, self._cap_bytes)
        self._strike(Boundary.AFTER)
        return seqs

    def acknowledge(self, ack: Ack) -> int:
        disk = self._live()
        if ack.incarnation != disk.incarnation:
            return 0
        self._strike_ahead()
        ack_ranges, gone = ack_ranges_of(ack), 0
        for first, last in [
            (1, ack_ranges.contiguous),
            *((span.first, span.last) for span in ack_ranges.above),
        ]:
            within = disk.order[bisect_left(disk.order, first) : bisect_right(disk.order, last)]
            for row in [disk.rows[seq] for seq in within]:
                if covered(row.said).last <= last:
                    self.drop(row)
                    gone += 1
        self._strike(Boundary.AFTER)
        return gone

    def hello(self, agent: AgentId) -> AgentHello:
        disk = self._live()
        lowest = disk.order[0] if disk.order else disk.next_seq
        return AgentHello(
            agent=agent, incarnation=disk.incarnation, lowest_kept=lowest, next_seq=disk.next_seq
        )

    def pending(self, lane: Lane, limit: int) -> tuple[Row, ...]:
        disk = self._live()
        turns = disk.lanes.get(lane.rank, [])
        begin, end = bisect_left(turns, (lane.after + 1, 0)), bisect_left(turns, (lane.before, 0))
        return self._handed_out(disk.rows[seq] for _, seq in turns[begin : min(end, begin + limit)])

    def again(self, seqs: Sequence[int]) -> tuple[Row, ...]:
        rows = self._live().rows
        return self._handed_out(rows[seq] for seq in seqs if seq in rows)

    def stats(self) -> OutboxStats:
        disk = self._live()
        return OutboxStats(
            rows=len(disk.rows),
            bytes=disk.bytes,
            cap_bytes=self._cap_bytes,
            lost=disk.lost,
            next_turn=disk.next_turn,
            next_seq=disk.next_seq,
        )

    def keep_asked(self, asked: RequestBatch) -> RequestAck:
        disk = self._live()
        before = disk.asked.get(asked.epoch)
        seen = stands_at(asked, before or 0)
        news = news_of(asked, seen, room=OPEN_REQUESTS - len(disk.requests))
        if news or seen != before:
            self._strike_ahead()
            disk.requests = {**{request.request: request for request in news}, **disk.requests}
            disk.asked[asked.epoch] = seen + len(news)
            while len(disk.asked) > EPOCHS_KEPT:
                del disk.asked[next(iter(disk.asked))]
            self._strike(Boundary.AFTER)
        return RequestAck(epoch=asked.epoch, contiguous=seen + len(news))

    def open_requests(self) -> tuple[VerificationRequest, ...]:
        return tuple(sorted(self._live().requests.values(), key=_by_deadline))

    def request_acks(self) -> tuple[RequestAck, ...]:
        return tuple(
            RequestAck(epoch=epoch, contiguous=contiguous)
            for epoch, contiguous in self._live().asked.items()
        )

    def rows(self) -> tuple[Row, ...]:
        """All that is kept, by number, for those who judge: nothing is handed out by it."""
        disk = self._live()
        return tuple(disk.rows[seq] for seq in disk.order)

    def close(self) -> None:
        self._is_open = False

    # the shelf of `cap`

    def bytes_kept(self) -> int:
        return self._disk.bytes

    def lowest(self) -> Row | None:
        disk = self._disk
        return next(
            (disk.rows[disk.lanes[rank][0][1]] for rank in range(GAP_RANK) if disk.lanes.get(rank)),
            None,
        )

    def loose_gap_from(self, first: int) -> Row | None:
        return self._disk.rows[first] if first in self._loose else None

    def loose_gap_upto(self, last: int) -> Row | None:
        first = self._disk.gap_ends.get(last)
        return self._disk.rows[first] if first is not None and first in self._loose else None

    def drop(self, row: Row) -> None:
        disk, seq = self._disk, row.said.seq
        del disk.rows[seq]
        del disk.order[bisect_left(disk.order, seq)]
        lane = disk.lanes[row.rank]
        del lane[bisect_left(lane, (row.turn, seq))]
        if row.said.gap is not None:
            del disk.gap_ends[row.said.gap.last]
        self._loose.discard(seq)
        disk.bytes -= row.size

    def place_gap(self, said: OutboxItem) -> None:
        self._loose.add(said.seq)
        self._place(said, GAP_RANK)

    def _place(self, said: OutboxItem, rank: int) -> None:
        disk = self._disk
        row = Row(
            said=said,
            rank=rank,
            turn=disk.next_turn,
            size=len(canonical_json.encode(said)) + ROW_OVERHEAD,
        )
        disk.rows[said.seq] = row
        insort(disk.order, said.seq)
        insort(disk.lanes.setdefault(rank, []), (row.turn, said.seq))
        if said.gap is not None:
            disk.gap_ends[said.gap.last] = said.seq
        disk.next_turn += 1
        disk.bytes += row.size

    def _handed_out(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        found = tuple(rows)
        self._loose.difference_update(row.said.seq for row in found if row.rank == GAP_RANK)
        return found

    def _strike_ahead(self) -> None:
        """Before the one step that follows: a transaction has no middle that anybody could find."""
        self._strike(Boundary.BEFORE)
        self._strike(Boundary.DURING)

    def _strike(self, boundary: Boundary) -> None:
        if self.faults is not None:
            self.faults(boundary)

    def _live(self) -> _Disk:
        if not self._is_open:
            raise StoreError("this outbox is closed. Open it again.")
        return self._disk


def _by_deadline(request: VerificationRequest) -> tuple[Timestamp, RequestId]:
    return request.deadline, request.request
