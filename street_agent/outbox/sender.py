"""What of an outbox to send now, and what again: a pure core. Time comes in, batches go out; whoever calls fetches rows and publishes.

Severe and live first, backlog behind. A batch waits for company at most `COMPANY_US`. Un-acknowledged batches go again after a timeout that adapts to
the measured round trip (RFC 6298, 5-60 s), and everything goes again after a reconnect. Never more than a window outstanding.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from citybrain.ack_ranges import AckRanges, ack_ranges_of, covered
from citybrain.clock import SECOND_US, Instant
from citybrain.domain.agent import Ack, SeqRange
from citybrain.limits import MESSAGE_BYTES, SENDER_WINDOW
from street_agent.outbox.port import Lane, Row
from street_agent.outbox.ranks import GAP_RANK, SEVERE_RANK, TOP_RANK

BATCH_FEW, BATCH_MANY = 10, 50  # items a message: fewer only when nothing more came in time
BATCH_BYTES = MESSAGE_BYTES.value - 16 * 1024
COMPANY_US = 20_000  # an alarm never waits longer for company
RTO_FIRST_US, RTO_LEAST_US, RTO_MOST_US = 10 * SECOND_US, 5 * SECOND_US, 60 * SECOND_US
FETCH_ROWS = 500  # rows looked at per step

# (rank, live) in the order of sending: severe ones, live before backlog; then declared losses; then what is live; then the backlog
_SEVERE = [(rank, live) for rank in range(TOP_RANK, SEVERE_RANK - 1, -1) for live in (True, False)]
_GAPS = [(GAP_RANK, True), (GAP_RANK, False)]
_OTHERS = [(rank, live) for live in (True, False) for rank in range(SEVERE_RANK - 1, -1, -1)]
LANES: tuple[tuple[int, bool], ...] = (*_SEVERE, *_GAPS, *_OTHERS)
_LANE_OF = {lane: index for index, lane in enumerate(LANES)}
_NO_END = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A batch that was sent and is not yet acknowledged whole."""

    number: int
    seqs: tuple[int, ...]  # of single items, those still open, ascending
    gaps: tuple[SeqRange, ...]  # of markers, those still open
    sent_at: Instant
    rto_us: int  # the patience it was sent with
    is_again: bool  # sent before: says nothing about the round trip (Karn)

    @property
    def due_at(self) -> Instant:
        return Instant(self.sent_at + self.rto_us)

    @property
    def rows(self) -> tuple[int, ...]:
        """The numbers to ask the outbox for when it must go again."""
        return (*self.seqs, *(gap.first for gap in self.gaps))


@dataclass(frozen=True, slots=True, kw_only=True)
class Out:
    """A batch to publish. `again` is the flight whose rows it repeats."""

    rows: tuple[Row, ...]
    again: Flight | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Where the sending of one connection stands. `cursors` hold the last turn sent per lane."""

    live_from: int = 1  # turns from here on came while connected
    cursors: tuple[int, ...] = (0,) * len(LANES)
    flights: tuple[Flight, ...] = ()  # by time of sending
    next_flight: int = 1
    held_since: Instant | None = None  # a few rows wait for company since then
    srtt_us: float = 0.0  # 0: not measured
    rttvar_us: float = 0.0
    rto_us: int = RTO_FIRST_US

    @property
    def outstanding(self) -> int:
        return sum(len(flight.seqs) + len(flight.gaps) for flight in self.flights)


def reconnected(state: Sender, next_turn: int) -> Sender:
    """A new connection: all that is kept goes again; what is put from `next_turn` on is live. The measured round trip is kept."""
    return Sender(
        live_from=next_turn,
        next_flight=state.next_flight,
        srtt_us=state.srtt_us,
        rttvar_us=state.rttvar_us,
        rto_us=state.rto_us,
    )


def lanes(state: Sender) -> tuple[Lane, ...]:
    """Where to look for unsent rows, in the order of sending."""
    return tuple(
        Lane(
            rank=rank,
            after=max(cursor, state.live_from - 1) if live else cursor,
            before=_NO_END if live else state.live_from,
        )
        for (rank, live), cursor in zip(LANES, state.cursors, strict=True)
    )


def room(state: Sender) -> int:
    """How many rows may be fetched for sending now."""
    return max(0, min(FETCH_ROWS, SENDER_WINDOW.value - state.outstanding))


def overdue(state: Sender, now: Instant) -> tuple[Flight, ...]:
    """Flights whose acknowledgement is late, the oldest first; their rows go again (`again`), or they are `dropped` when none is kept."""
    return tuple(flight for flight in state.flights if flight.due_at <= now)


def plan(state: Sender, rows: Sequence[Row], now: Instant) -> tuple[Sender, tuple[Out, ...]]:
    """Batches of unsent `rows` (in the order of the lanes) that should leave now. The rest waits for company; see `wake_at`."""
    groups = list(_grouped(rows))
    if not groups:
        return replace(state, held_since=None), ()
    last = groups[-1]
    held_since = now if state.held_since is None else state.held_since
    must_wait = (
        len(last) < BATCH_FEW
        and len(groups) == 1
        and now - held_since < COMPANY_US
        and not any(_is_severe(row) for row in last)
    )
    if must_wait:
        return replace(state, held_since=held_since), ()
    return replace(state, held_since=None), tuple(Out(rows=tuple(group)) for group in groups)


def again(flight: Flight, rows: Sequence[Row]) -> tuple[Out, ...]:
    """The batches that repeat `flight` with what is still kept of it."""
    return tuple(Out(rows=tuple(group), again=flight) for group in _grouped(rows))


def dropped(state: Sender, flight: Flight) -> Sender:
    """Nothing of `flight` is kept any more: it went into markers, or was acknowledged."""
    return replace(state, flights=tuple(f for f in state.flights if f.number != flight.number))


def sent(state: Sender, out: Out, now: Instant) -> Sender:
    """`out` was handed to the transport."""
    cursors, rto_us, flights = state.cursors, state.rto_us, state.flights
    if out.again is None:
        cursors = _advanced(state, out.rows)
    else:  # cursors stay: a row that grew into a marker since has its turn still to come
        rto_us = min(max(rto_us, 2 * out.again.rto_us), RTO_MOST_US)
        flights = tuple(f for f in flights if f.number != out.again.number)
    spans = [covered(row.said) for row in out.rows]
    flight = Flight(
        number=state.next_flight,
        seqs=tuple(sorted(row.said.seq for row in out.rows if row.said.gap is None)),
        gaps=tuple(
            span for row, span in zip(out.rows, spans, strict=True) if row.said.gap is not None
        ),
        sent_at=now,
        rto_us=rto_us,
        is_again=out.again is not None,
    )
    return replace(
        state,
        cursors=cursors,
        rto_us=rto_us,
        flights=(*flights, flight),
        next_flight=state.next_flight + 1,
    )


def acknowledged(state: Sender, ack: Ack, now: Instant) -> Sender:
    """Close what `ack` covers and learn the round trip from batches that were sent once."""
    ack_ranges = ack_ranges_of(ack)
    kept: list[Flight] = []
    for flight in state.flights:
        rest = _still_open(flight, ack_ranges)
        if rest is not None:
            kept.append(rest)
        elif not flight.is_again:
            state = _measured(state, now - flight.sent_at)
    return replace(state, flights=tuple(kept))


def wake_at(state: Sender) -> Instant | None:
    """When to look again though nothing came in; None: only news can bring work."""
    times = [flight.due_at for flight in state.flights]
    if state.held_since is not None:
        times.append(Instant(state.held_since + COMPANY_US))
    return min(times, default=None)


def _grouped(rows: Iterable[Row]) -> Iterable[list[Row]]:
    group: list[Row] = []
    size = 0
    for row in rows:
        if group and (len(group) == BATCH_MANY or size + row.size > BATCH_BYTES):
            yield group
            group, size = [], 0
        group.append(row)
        size += row.size
    if group:
        yield group


def _is_severe(row: Row) -> bool:
    return SEVERE_RANK <= row.rank <= TOP_RANK


def _advanced(state: Sender, rows: Iterable[Row]) -> tuple[int, ...]:
    cursors = list(state.cursors)
    for row in rows:
        lane = _LANE_OF[row.rank, row.turn >= state.live_from]
        cursors[lane] = max(cursors[lane], row.turn)
    return tuple(cursors)


def _still_open(flight: Flight, ack_ranges: AckRanges) -> Flight | None:
    """What `ack_ranges` leave open of `flight`; the usual cases, all and nothing, are told by its ends."""
    gaps = tuple(gap for gap in flight.gaps if not ack_ranges.has_span(gap.first, gap.last))
    seqs = flight.seqs
    top = ack_ranges.above[-1].last if ack_ranges.above else ack_ranges.contiguous
    if seqs and seqs[0] <= top:
        seqs = (
            ()
            if seqs[-1] <= ack_ranges.contiguous
            else tuple(seq for seq in seqs if not ack_ranges.has(seq))
        )
    if not seqs and not gaps:
        return None
    return (
        flight
        if len(seqs) == len(flight.seqs) and len(gaps) == len(flight.gaps)
        else replace(flight, seqs=seqs, gaps=gaps)
    )


def _measured(state: Sender, rtt_us: int) -> Sender:
    if state.srtt_us == 0:
        srtt, rttvar = float(rtt_us), rtt_us / 2
    else:
        rttvar = 0.75 * state.rttvar_us + 0.25 * abs(state.srtt_us - rtt_us)
        srtt = 0.875 * state.srtt_us + 0.125 * rtt_us
    rto = min(max(round(srtt + 4 * rttvar), RTO_LEAST_US), RTO_MOST_US)
    return replace(state, srtt_us=srtt, rttvar_us=rttvar, rto_us=rto)
