"""Between the bus and the gateway: what agents send waits in a fair queue and is decoded behind it,
not by the thread that keeps the connection. Decides nothing.

The bus's thread only enqueues. The gateway is called on a thread of this ingress, or by the event
loop where a simulator has no threads, and never gets far ahead of the journal: what waits does so
here, where each sender has its share, and not in the journal's one queue.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple, Protocol

from citybrain.bus import topics
from citybrain.bus.port import Bus, Message, OnMessage
from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.conditions import ConditionCode, Conditions
from citybrain.decider.command import TimerFired
from citybrain.decider.commit_loop import CommitLoop
from citybrain.decider.decider import Committed
from citybrain.ids import AgentId
from citybrain.limits import COMMIT_BATCH
from citybrain.refusal_log import RefusalLog
from district_node.cores import enrolment
from district_node.cores.state import DistrictState
from district_node.limits import INGRESS_LIMITED
from district_node.shell.ingress.alarm_peek import may_hold_live_alarm
from district_node.shell.ingress.fair_queue import Dropped, FairQueue, Unqueued
from district_node.shell.ingress.handover_bound import HandoverBound
from district_node.shell.ingress.muting import Muting
from district_node.shell.ingress.unwanted import TopicSender, Unwanted
from district_node.shell.thread_event import ThreadEvent

# bytes handed over at a time: an alarm that comes meanwhile waits for no more than these
PIECE_BYTES = 32 * 1024
# a journal that refuses a whole group tells nobody: it is looked at again
PACE_S = 0.05
STOP_S = 5.0  # for the messages that are being decoded
SENDER_CHARS = 128  # of a name in the queue; the gateway checks the whole

WORDS = {
    Unqueued.QUEUE_FULL: "too many of its messages wait already",
    Unqueued.OVER_RATE: "it sent more than one sender may",
    Unqueued.TOO_MANY_NEW: "more of them come within a minute than lab mode enrols",
    Unqueued.MUTED: "others wait behind it, and the broker is asked for none of its messages now",
}

MUTED_NAMED = 3  # names in a sentence
NEW_NAMES = "new names"  # the one sender that those count as which are too many
log = logging.getLogger(__name__)


class IngressMetrics(Protocol):
    """What an ingress counts."""

    def message_dropped(self, reason: str, count: int = 1) -> None: ...


class _Received(NamedTuple):
    message: Message
    handle: OnMessage

    def hand_over(self) -> None:
        self.handle(self.message)


class AgentIngress:
    """Subscribe through it instead of the bus, then run `run_on_thread` or `run_on_loop`."""

    def __init__(
        self,
        *,
        commit_loop: CommitLoop[DistrictState],
        bus: Bus,
        clock: Clock,
        conditions: Conditions,
        metrics: IngressMetrics,
        refusals: RefusalLog,
        may_begin: Callable[[AgentId], bool] = lambda _agent: True,
    ) -> None:
        """`may_begin` says of whom nothing at all is taken now; asked on the bus's thread alone."""
        self._commit_loop, self._bus, self._clock = commit_loop, bus, clock
        self._conditions, self._metrics, self._refusals = conditions, metrics, refusals
        self._may_begin = may_begin
        self._guard = threading.Lock()  # of all below
        self._queue: FairQueue[_Received] = FairQueue(clock, self._is_known)
        self._bound = HandoverBound()
        self._ahead = 0  # bytes handed over since the last commit
        self._ahead_since = Instant(0)  # when the first of them were
        self._in_hand = 0  # bytes of the present piece
        self._is_waiting = False  # whoever hands over wants to be woken by what comes
        self._is_held = False  # it waits for the journal, which wakes it
        self._wake: Callable[[], None] = lambda: None
        self._limited_at: Instant | None = None  # when a message was last dropped
        self._unwanted = Unwanted(bus, clock, self._sender_on)
        self._filters: list[str] = []
        self._muting = Muting(clock, lambda floods: bool(self._known_but(floods)))
        self._muted: frozenset[str] | None = None  # as the bus was told last
        self._is_session_known = False  # what a run before has subscribed to may be left
        commit_loop.on_commit(self._committed)

    def subscribe(self, topic_filter: str, on_message: OnMessage) -> None:
        """`on_message` is called with what comes, in its sender's turn. Before the bus starts."""
        is_urgent = _URGENT[topic_filter.rsplit("/", 1)[1]]
        self._filters.append(topic_filter)
        self._bus.subscribe(topic_filter, partial(self._enqueue, on_message, is_urgent))

    @property
    def waiting(self) -> int:
        """Bytes that wait, or are being handed over."""
        with self._guard:
            return self._queue.cost + self._in_hand

    async def run_on_thread(self) -> None:
        """Hand over on a thread of its own until cancelled."""
        woken, is_stopping = threading.Event(), threading.Event()
        self._wake = woken.set

        def hand_over() -> None:
            while not is_stopping.is_set():
                wait_s = self._hand_over_piece(_supervised)
                if wait_s != 0:
                    woken.wait(wait_s)
                    woken.clear()

        thread = threading.Thread(target=hand_over, name="agent-ingress", daemon=True)
        thread.start()
        try:
            await asyncio.get_running_loop().create_future()  # until cancelled
        finally:
            is_stopping.set()
            woken.set()
            thread.join(STOP_S)

    async def run_on_loop(self) -> None:
        """Hand over on the event loop until cancelled."""
        woken = ThreadEvent()
        self._wake = woken.set
        woken.bind()
        while True:
            wait_s = self._hand_over_piece(_Received.hand_over)
            if wait_s != 0:
                await woken.wait(wait_s)

    # the bus's thread

    def _enqueue(
        self, handle: OnMessage, is_urgent: Callable[[bytes], bool], message: Message
    ) -> None:
        payload = message.payload
        sender = message.topic.split("/")[topics.AGENT_LEVEL][:SENDER_CHARS]
        urgent = is_urgent(payload)
        if self._unwanted.has_ended:
            self._end_excess()
        received = _Received(message, handle)
        with self._guard:
            dropped = self._too_new(sender, message.topic) or self._queue.put(
                sender, received, len(payload), is_urgent=urgent
            )
            account = dropped.sender if dropped else self._queue.account(sender)
            is_muted = self._muting.add(account, is_dropped=dropped is not None)
            wakes = self._is_waiting and dropped is None
            self._is_waiting = self._is_waiting and not wakes
        if dropped is not None:
            self._note_dropped(dropped)
            self._unwanted.begin(dropped, is_urgent=urgent)
        elif wakes:
            self._wake()
        if is_muted:
            self._note_muted()

    def _too_new(self, name: str, topic: str) -> Dropped | None:
        if topic.endswith(_FIRST_WORDS) and not self._may_begin(AgentId(name)):
            return Dropped(NEW_NAMES, Unqueued.TOO_MANY_NEW)
        return None

    def _is_known(self, name: str) -> bool:
        enrolments = self._commit_loop.state.enrolments
        return enrolment.is_settled(enrolments, AgentId(name), self._clock.now())

    def _note_dropped(self, dropped: Dropped) -> None:
        """It is not acknowledged: an honest sender's outbox still has it."""
        sender, reason = dropped
        is_first, self._limited_at = self._limited_at is None, self._clock.instant()
        self._metrics.message_dropped(reason)
        detail = f"{WORDS[reason]}; it is not acknowledged, and what its outbox has comes again"
        self._refusals.add(sender, reason, detail)
        self._conditions.begin(
            ConditionCode.SENDER_LIMITED, f"messages of {sender!r} are dropped: {WORDS[reason]}"
        )
        if is_first:  # whoever hands over looks for the end of it, too
            self._wake()

    def _note_muted(self) -> None:
        """Whoever hands over asks the broker for less."""
        with self._guard:
            muted = self._muting.names() or frozenset()
        self._unwanted.mute(muted)
        for name in sorted(muted):
            self._refusals.add(name, Unqueued.MUTED, WORDS[Unqueued.MUTED])
            self._metrics.message_dropped(Unqueued.MUTED)
        self._limited_at = self._clock.instant()
        self._conditions.begin(
            ConditionCode.SENDER_LIMITED,
            f"{', '.join(sorted(muted)[:MUTED_NAMED])}: {WORDS[Unqueued.MUTED]}",
        )
        self._wake()

    def _sender_on(self, topic: bytes) -> TopicSender:
        text = topic.decode("utf-8", "replace")
        levels = text.split("/")
        is_urgent = _URGENT.get(levels[-1])
        if len(levels) <= topics.AGENT_LEVEL or is_urgent is None:
            return TopicSender("", _always)
        name = levels[topics.AGENT_LEVEL][:SENDER_CHARS]
        dropped = self._too_new(name, text)
        return TopicSender(dropped.sender if dropped else self._queue.account(name), is_urgent)

    def _end_excess(self) -> None:
        counts = self._unwanted.end()
        for reason, count in counts.by_reason.items():
            self._metrics.message_dropped(reason, count)
        with self._guard:
            found = [
                self._muting.add(name, count, is_dropped=True)
                for name, count in counts.by_sender.items()
            ]
        if any(found):
            self._note_muted()

    # the journal's thread

    def _committed(self, _state: DistrictState, committed: Sequence[Committed]) -> None:
        if type(committed[0].input) is TimerFired:  # these came out of no queue
            return
        if self._commit_loop.waiting > COMMIT_BATCH.value // 2:  # more than the next one will take
            return
        with self._guard:
            if self._ahead:
                took_us = self._clock.instant() - self._ahead_since
                self._bound.committed(self._ahead, took_us)
            self._ahead = 0
            wakes, self._is_held = self._is_held, False
        if wakes:
            self._wake()

    # whoever hands over

    def _hand_over_piece(self, hand_over: Callable[[_Received], None]) -> float | None:
        """Give the gateway some of what waits. How long to wait then; None: until woken."""
        piece, wait_s = self._take_piece()
        for received in piece:
            hand_over(received)
        self._note_unlimited()
        muted_s = self._follow_muting()
        if wait_s is not None or (self._limited_at is None and muted_s is None):
            return wait_s
        return INGRESS_LIMITED.value if muted_s is None else muted_s

    def _follow_muting(self) -> float | None:
        """Ask the broker for what is wanted now. After how long that changes; None: as it is."""
        with self._guard:
            muted, wait_s = self._muting.names(), self._muting.wait_s()
        if not self._is_session_known and self._bus.is_connected():
            self._is_session_known = True
            self._drop_left_over()
        if muted != self._muted:
            self._muted = muted
            if muted is None:
                self._unwanted.mute(frozenset())
            self._read_only(None if muted is None else self._known_but(muted))
        return wait_s

    def _drop_left_over(self) -> None:
        """The broker keeps a session's subscriptions: where a run was killed while somebody was
        muted, those of single boxes are left, and all that these send would come twice."""
        names = self._known_but(frozenset())
        for one in self._filters if names else ():
            # beside the filter itself: nobody goes unheard between the two
            self._bus.select(one, [one, *(one.replace("+", name) for name in names)])
            self._bus.select(one, None)

    def _read_only(self, names: Sequence[AgentId] | None) -> None:
        for one in self._filters:
            topics_of = None if names is None else [one.replace("+", name) for name in names]
            self._bus.select(one, topics_of)

    def _known_but(self, muted: frozenset[str]) -> list[AgentId]:
        """The boxes that are believed, but for those that count as one of these."""
        enrolments, now = self._commit_loop.state.enrolments, self._clock.now()
        return [
            name
            for name in enrolments.boxes
            if self._queue.account(name) not in muted
            and not enrolment.refusal(enrolments, name, now)
        ]

    def _take_piece(self) -> tuple[list[_Received], float | None]:
        piece: list[_Received] = []
        with self._guard:
            queue = self._queue
            bound = self._bound.value
            if self._ahead >= bound and not self._commit_loop.waiting:
                self._ahead = 0
            if not self._ahead:
                self._ahead_since = self._clock.instant()
            began = self._ahead
            end = min(self._ahead + PIECE_BYTES, bound)
            while self._ahead < end and queue:
                taken = queue.take()
                self._ahead += taken.cost
                piece.append(taken.item)
            self._in_hand = self._ahead - began
            self._is_waiting = not piece and not queue
            self._is_held = not piece and bool(queue)
            wait_s = 0.0 if piece else PACE_S if queue else None
        return piece, wait_s

    def _note_unlimited(self) -> None:
        at = self._limited_at
        if at is None or self._clock.instant() - at < INGRESS_LIMITED.value * SECOND_US:
            return
        self._limited_at = None
        self._conditions.end(ConditionCode.SENDER_LIMITED)


def _supervised(received: _Received) -> None:
    try:
        received.hand_over()
    except Exception:  # supervision boundary: one message must not end the thread that hands over
        # all; it is not acknowledged, and its sender's outbox still has it
        log.exception("handling a message on %s failed", received.message.topic)


def _always(_payload: bytes) -> bool:
    return True


def _never(_payload: bytes) -> bool:
    return False


# What goes first, by the last level of its topic. Hellos do, so that no alarm of a new outbox comes
# before the hello that declares it.
_URGENT: dict[str, Callable[[bytes], bool]] = {
    topics.EVENTS: may_hold_live_alarm,
    topics.HELLO: _always,
    topics.STATUS: _never,
    topics.REQUESTS_ACK: _never,
    topics.SERIES: _never,
}
# In lab mode one of these is enough to enrol whoever says it.
_FIRST_WORDS = (f"/{topics.EVENTS}", f"/{topics.HELLO}")
