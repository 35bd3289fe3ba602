"""Which rows of an outbox to send now, and which to send again: a pure core. Time comes in, batches
go out; the caller fetches rows and publishes.

Severe and live items are sent first, backlog last. A batch waits for further rows at most
`LINGER_US`. Unacknowledged batches are sent again after a timeout that adapts to the measured
round trip (RFC 6298, 5-60 s), and everything is sent again after a reconnect. Never more than a
window is outstanding.
"""

from collections.abc import Iterable, Sequence

from citybrain.ack_ranges import AckRanges, ack_ranges_of, covered
from citybrain.clock import SECOND_US, Instant
from citybrain.domain.agent import Ack, SeqRange
from citybrain.domain.event import Gap
from citybrain.limits import MESSAGE_BYTES, SENDER_WINDOW
from citybrain.structs import Struct, replace
from street_agent.outbox.port import OutboxRow, PendingRange
from street_agent.outbox.priority import GAP_PRIORITY, SEVERE_PRIORITY, TOP_PRIORITY

# items a message: fewer only when nothing more came in time
BATCH_ITEMS_MIN, BATCH_ITEMS_MAX = 10, 50
BATCH_BYTES = MESSAGE_BYTES.value - 16 * 1024
LINGER_US = 20_000  # an alarm never waits longer for further rows
RTO_FIRST_US, RTO_MIN_US, RTO_MAX_US = 10 * SECOND_US, 5 * SECOND_US, 60 * SECOND_US
FETCH_ROWS = 500  # rows fetched per step

# (priority, is live) in the order of sending: severe items, live before backlog; then declared
# losses; then live items; then the backlog.
_SEVERE = [
    (priority, live)
    for priority in range(TOP_PRIORITY, SEVERE_PRIORITY - 1, -1)
    for live in (True, False)
]
_GAPS = [(GAP_PRIORITY, True), (GAP_PRIORITY, False)]
_OTHERS = [
    (priority, live) for live in (True, False) for priority in range(SEVERE_PRIORITY - 1, -1, -1)
]
SEND_ORDER: tuple[tuple[int, bool], ...] = (*_SEVERE, *_GAPS, *_OTHERS)
_INDEX_OF = {entry: index for index, entry in enumerate(SEND_ORDER)}
_NO_END = 2**62


class InFlightBatch(Struct, frozen=True, kw_only=True):
    """A batch that was sent and is not yet acknowledged whole."""

    number: int
    seqs: tuple[int, ...]  # of single items, those still open, ascending
    gaps: tuple[SeqRange, ...]  # of gap markers, those still open
    sent_at: Instant
    rto_us: int  # the retransmission timeout it was sent with
    is_resend: bool  # sent before: says nothing about the round trip (Karn's algorithm)

    @property
    def due_at(self) -> Instant:
        return Instant(self.sent_at + self.rto_us)

    @property
    def open_rows(self) -> tuple[int, ...]:
        """The numbers to fetch from the outbox when it must be sent again."""
        return (*self.seqs, *(gap.first for gap in self.gaps))


class OutgoingBatch(Struct, frozen=True, kw_only=True):
    """A batch to publish. `resends` is the batch in flight whose rows it repeats."""

    rows: tuple[OutboxRow, ...]
    resends: InFlightBatch | None = None


class SendWindow(Struct, frozen=True, kw_only=True):
    """Where the sending over one connection stands. `cursors`: the last revision sent, for each
    entry of `SEND_ORDER`."""

    live_from: int = 1  # revisions from here on were stored while connected
    cursors: tuple[int, ...] = (0,) * len(SEND_ORDER)
    in_flight: tuple[InFlightBatch, ...] = ()  # by time of sending
    next_number: int = 1
    lingering_since: Instant | None = None  # a few rows wait for further ones since then
    srtt_us: float = 0.0  # 0: not measured
    rttvar_us: float = 0.0
    rto_us: int = RTO_FIRST_US

    @property
    def outstanding(self) -> int:
        return sum(len(batch.seqs) + len(batch.gaps) for batch in self.in_flight)


def reconnect(state: SendWindow, next_revision: int) -> SendWindow:
    """A new connection: all that is stored is sent again; what is stored from `next_revision` on is
    live. The measured round trip is kept."""
    return SendWindow(
        live_from=next_revision,
        next_number=state.next_number,
        srtt_us=state.srtt_us,
        rttvar_us=state.rttvar_us,
        rto_us=state.rto_us,
    )


def pending_ranges(state: SendWindow) -> tuple[PendingRange, ...]:
    """Where to find unsent rows, in the order of sending."""
    return tuple(
        PendingRange(
            priority=priority,
            after=max(cursor, state.live_from - 1) if live else cursor,
            before=_NO_END if live else state.live_from,
        )
        for (priority, live), cursor in zip(SEND_ORDER, state.cursors, strict=True)
    )


def fetch_limit(state: SendWindow) -> int:
    """How many rows may be fetched for sending now."""
    return max(0, min(FETCH_ROWS, SENDER_WINDOW.value - state.outstanding))


def overdue(state: SendWindow, now: Instant) -> tuple[InFlightBatch, ...]:
    """Batches whose acknowledgement is late, the oldest first. Their rows are sent again
    (`resend`), or they are dropped with `drop_batch` when none of their rows is stored any more."""
    return tuple(batch for batch in state.in_flight if batch.due_at <= now)


def plan(
    state: SendWindow, rows: Sequence[OutboxRow], now: Instant
) -> tuple[SendWindow, tuple[OutgoingBatch, ...]]:
    """Batches of unsent `rows` (in the order of sending) that should be published now. The rest
    waits for further rows; see `wake_at`."""
    groups = list(_grouped(rows))
    if not groups:
        return replace(state, lingering_since=None), ()
    last = groups[-1]
    lingering_since = now if state.lingering_since is None else state.lingering_since
    must_wait = (
        len(last) < BATCH_ITEMS_MIN
        and len(groups) == 1
        and now - lingering_since < LINGER_US
        and not any(_is_severe(row) for row in last)
    )
    if must_wait:
        return replace(state, lingering_since=lingering_since), ()
    return replace(state, lingering_since=None), tuple(
        OutgoingBatch(rows=tuple(group)) for group in groups
    )


def resend(batch: InFlightBatch, rows: Sequence[OutboxRow]) -> tuple[OutgoingBatch, ...]:
    """The batches that repeat `batch` with those of its rows that are still stored."""
    return tuple(OutgoingBatch(rows=tuple(group), resends=batch) for group in _grouped(rows))


def drop_batch(state: SendWindow, batch: InFlightBatch) -> SendWindow:
    """No row of `batch` is stored any more: it became part of a gap, or was acknowledged."""
    return replace(state, in_flight=tuple(b for b in state.in_flight if b.number != batch.number))


def record_sent(state: SendWindow, batch: OutgoingBatch, now: Instant) -> SendWindow:
    """`batch` was handed to the transport."""
    cursors, rto_us, in_flight = state.cursors, state.rto_us, state.in_flight
    if batch.resends is None:
        cursors = _advanced(state, batch.rows)
    else:  # cursors stay: a row that became a marker since has a later revision, not yet sent
        rto_us = min(max(rto_us, 2 * batch.resends.rto_us), RTO_MAX_US)
        in_flight = tuple(b for b in in_flight if b.number != batch.resends.number)
    sent = InFlightBatch(
        number=state.next_number,
        seqs=tuple(
            sorted(row.item.seq for row in batch.rows if not isinstance(row.item.content, Gap))
        ),
        gaps=tuple(covered(row.item) for row in batch.rows if isinstance(row.item.content, Gap)),
        sent_at=now,
        rto_us=rto_us,
        is_resend=batch.resends is not None,
    )
    return replace(
        state,
        cursors=cursors,
        rto_us=rto_us,
        in_flight=(*in_flight, sent),
        next_number=state.next_number + 1,
    )


def apply_ack(state: SendWindow, ack: Ack, now: Instant) -> SendWindow:
    """Close what `ack` covers and measure the round trip of batches that were sent once."""
    ack_ranges = ack_ranges_of(ack)
    kept: list[InFlightBatch] = []
    for batch in state.in_flight:
        rest = _still_open(batch, ack_ranges)
        if rest is not None:
            kept.append(rest)
        elif not batch.is_resend:
            state = _measured(state, now - batch.sent_at)
    return replace(state, in_flight=tuple(kept))


def wake_at(state: SendWindow) -> Instant | None:
    """When something is due though nothing came in; None: not before something comes in."""
    times = [batch.due_at for batch in state.in_flight]
    if state.lingering_since is not None:
        times.append(Instant(state.lingering_since + LINGER_US))
    return min(times, default=None)


def _grouped(rows: Iterable[OutboxRow]) -> Iterable[list[OutboxRow]]:
    group: list[OutboxRow] = []
    size = 0
    for row in rows:
        if group and (len(group) == BATCH_ITEMS_MAX or size + row.size > BATCH_BYTES):
            yield group
            group, size = [], 0
        group.append(row)
        size += row.size
    if group:
        yield group


def _is_severe(row: OutboxRow) -> bool:
    return SEVERE_PRIORITY <= row.priority <= TOP_PRIORITY


def _advanced(state: SendWindow, rows: Iterable[OutboxRow]) -> tuple[int, ...]:
    cursors = list(state.cursors)
    for row in rows:
        index = _INDEX_OF[row.priority, row.revision >= state.live_from]
        cursors[index] = max(cursors[index], row.revision)
    return tuple(cursors)


def _still_open(batch: InFlightBatch, ack_ranges: AckRanges) -> InFlightBatch | None:
    """What `ack_ranges` leave open of `batch`. The usual cases, all and nothing, are decided by its
    first and last number."""
    gaps = tuple(gap for gap in batch.gaps if not ack_ranges.has_range(gap.first, gap.last))
    seqs = batch.seqs
    top = ack_ranges.above[-1].last if ack_ranges.above else ack_ranges.contiguous
    if seqs and seqs[0] <= top:
        seqs = (
            ()
            if seqs[-1] <= ack_ranges.contiguous
            else tuple(seq for seq in seqs if not ack_ranges.has(seq))
        )
    if not seqs and not gaps:
        return None
    is_unchanged = len(seqs) == len(batch.seqs) and len(gaps) == len(batch.gaps)
    return batch if is_unchanged else replace(batch, seqs=seqs, gaps=gaps)


def _measured(state: SendWindow, rtt_us: int) -> SendWindow:
    """RFC 6298, section 2."""
    if state.srtt_us == 0:
        srtt, rttvar = float(rtt_us), rtt_us / 2
    else:
        rttvar = 0.75 * state.rttvar_us + 0.25 * abs(state.srtt_us - rtt_us)
        srtt = 0.875 * state.srtt_us + 0.125 * rtt_us
    rto = min(max(round(srtt + 4 * rttvar), RTO_MIN_US), RTO_MAX_US)
    return replace(state, srtt_us=srtt, rttvar_us=rttvar, rto_us=rto)
