"""Carries an outbox to a transport: fetches what the sender core wants, publishes, remembers. One thread calls it; it owns no thread and no clock."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from citybrain.clock import Instant, Timestamp, seconds_between
from citybrain.domain.agent import Ack
from citybrain.domain.event import OutboxItem
from citybrain.errors import StoreFullError
from street_agent.outbox import sender
from street_agent.outbox.port import Outbox, Row

HISTORICAL_S = 60  # an event that leaves later than this after it was seen is history, not news
TRY_AGAIN_US = 20_000  # the transport had no room: look again then

Publish = Callable[[tuple[OutboxItem, ...]], bool]  # False: not taken, try later


class Courier:
    """Drives one outbox over one connection. Call `step` when something was put, on an acknowledgement, and at the time that `step` returned."""

    def __init__(self, outbox: Outbox, publish: Publish) -> None:
        self._outbox, self._publish = outbox, publish
        self._state = sender.Sender()
        self._is_connected = False
        self._sent_upto: int | None = (
            None  # the outbox's next turn when nothing of it was left unsent
        )

    @property
    def state(self) -> sender.Sender:
        return self._state

    def connected(self) -> None:
        """After every (re)connect, once the hello was sent: everything kept goes again."""
        self._state = sender.reconnected(self._state, self._outbox.stats().next_turn)
        self._is_connected = True
        self._sent_upto = None

    def disconnected(self) -> None:
        self._is_connected = False

    def acknowledged(self, ack: Ack, now: Instant) -> int:
        """Take out what the district has committed; how many rows went. What a full disk did not let go of counts as never acknowledged: it is sent
        again when its time comes, and acknowledged again."""
        try:
            gone = self._outbox.acknowledge(ack)
        except StoreFullError:
            return 0
        if ack.incarnation == self._outbox.incarnation:
            self._state = sender.acknowledged(self._state, ack, now)
        return gone

    def step(self, now: Instant, at: Timestamp) -> Instant | None:
        """Send what should leave at `now` (node time `at`); when to call again though nothing happened, None for not before something does."""
        if not self._is_connected:
            return None
        if self._repeat(now, at) and self._send_new(now, at):
            return sender.wake_at(self._state)
        return Instant(now + TRY_AGAIN_US)

    def _repeat(self, now: Instant, at: Timestamp) -> bool:
        for flight in sender.overdue(self._state, now):
            outs = sender.again(flight, self._outbox.again(flight.rows))
            if not outs:
                self._state = sender.dropped(self._state, flight)
            if not all(self._sent(out, now, at) for out in outs):
                return False
        return True

    def _send_new(self, now: Instant, at: Timestamp) -> bool:
        """Whether the transport took all that should leave; goes on until nothing is left or the window is full."""
        next_turn = self._outbox.stats().next_turn
        if next_turn == self._sent_upto:
            return True
        while True:
            limit = sender.room(self._state)
            rows = self._unsent(limit)
            self._state, outs = sender.plan(self._state, rows, now)
            if not all(self._sent(out, now, at) for out in outs):
                return False
            if not outs or len(rows) < limit:
                is_all = len(rows) < limit and self._state.held_since is None
                self._sent_upto = next_turn if is_all else None
                return True

    def _unsent(self, limit: int) -> Sequence[Row]:
        rows: list[Row] = []
        for lane in sender.lanes(self._state):
            if len(rows) >= limit:
                break
            rows.extend(self._outbox.pending(lane, limit - len(rows)))
        return rows

    def _sent(self, out: sender.Out, now: Instant, at: Timestamp) -> bool:
        if not self._publish(tuple(_dated(row.said, at) for row in out.rows)):
            return False
        self._state = sender.sent(self._state, out, now)
        return True


def _dated(said: OutboxItem, at: Timestamp) -> OutboxItem:
    if said.event is None or seconds_between(said.event.observed_at, at) <= HISTORICAL_S:
        return said
    return replace(said, event=replace(said.event, is_historical=True))
