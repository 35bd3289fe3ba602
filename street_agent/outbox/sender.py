"""Sends an outbox over a transport: fetches what the send window wants and publishes it. One thread
calls it; it owns no thread and no clock."""

from collections.abc import Callable, Sequence

from citybrain.clock import Instant, Timestamp, seconds_between
from citybrain.domain.agent import Ack
from citybrain.domain.event import Event, OutboxItem
from citybrain.errors import StoreFullError
from citybrain.structs import replace
from street_agent.outbox import send_window
from street_agent.outbox.port import Outbox, OutboxRow
from street_agent.outbox.send_window import OutgoingBatch, SendWindow

HISTORICAL_S = 60  # an event that is sent later than this after it was observed is marked as old
RETRY_US = 20_000  # the transport had no room: it is tried again then

Publish = Callable[[tuple[OutboxItem, ...]], bool]  # False: not taken, try later


class OutboxSender:
    """Sends one outbox over one connection. Call `step` when something was put, on an
    acknowledgement, and at the time that `step` returned."""

    def __init__(self, outbox: Outbox, publish: Publish) -> None:
        self._outbox, self._publish = outbox, publish
        self._state = SendWindow()
        self._is_connected = False
        # The outbox's next revision when nothing of it was left unsent.
        self._sent_upto: int | None = None

    @property
    def state(self) -> SendWindow:
        return self._state

    def on_connected(self) -> None:
        """After every (re)connect, once the hello was sent: everything stored is sent again."""
        self._state = send_window.reconnect(self._state, self._outbox.stats().next_revision)
        self._is_connected = True
        self._sent_upto = None

    def on_disconnected(self) -> None:
        self._is_connected = False

    def on_ack(self, ack: Ack, now: Instant) -> int:
        """Remove what the district has committed; how many rows were removed. What a full disk did
        not remove counts as never acknowledged: it is sent again, and acknowledged again."""
        try:
            removed = self._outbox.acknowledge(ack)
        except StoreFullError:
            return 0
        if ack.incarnation == self._outbox.incarnation:
            self._state = send_window.apply_ack(self._state, ack, now)
        return removed

    def step(self, now: Instant, at: Timestamp) -> Instant | None:
        """Send what is due at `now` (node time `at`). Returns when to call again though nothing
        happened; None: not before something happens."""
        if not self._is_connected:
            return None
        if self._send_overdue(now, at) and self._send_pending(now, at):
            return send_window.wake_at(self._state)
        return Instant(now + RETRY_US)

    def _send_overdue(self, now: Instant, at: Timestamp) -> bool:
        for late in send_window.overdue(self._state, now):
            batches = send_window.resend(late, self._outbox.rows_of(late.open_rows))
            if not batches:
                self._state = send_window.drop_batch(self._state, late)
            if not all(self._send(batch, now, at) for batch in batches):
                return False
        return True

    def _send_pending(self, now: Instant, at: Timestamp) -> bool:
        """Whether the transport took all that is due; goes on until nothing is left or the window
        is full."""
        next_revision = self._outbox.stats().next_revision
        if next_revision == self._sent_upto:
            return True
        while True:
            limit = send_window.fetch_limit(self._state)
            rows = self._fetch_pending(limit)
            self._state, batches = send_window.plan(self._state, rows, now)
            if not all(self._send(batch, now, at) for batch in batches):
                return False
            if not batches or len(rows) < limit:
                is_all = len(rows) < limit and self._state.lingering_since is None
                self._sent_upto = next_revision if is_all else None
                return True

    def _fetch_pending(self, limit: int) -> Sequence[OutboxRow]:
        rows: list[OutboxRow] = []
        for pending_range in send_window.pending_ranges(self._state):
            if len(rows) >= limit:
                break
            rows.extend(self._outbox.pending(pending_range, limit - len(rows)))
        return rows

    def _send(self, batch: OutgoingBatch, now: Instant, at: Timestamp) -> bool:
        if not self._publish(tuple(_with_historical_flag(row.item, at) for row in batch.rows)):
            return False
        self._state = send_window.record_sent(self._state, batch, now)
        return True


def _with_historical_flag(item: OutboxItem, at: Timestamp) -> OutboxItem:
    event = item.content
    if not isinstance(event, Event) or seconds_between(event.observed_at, at) <= HISTORICAL_S:
        return item
    return replace(item, content=replace(event, is_historical=True))
