"""The thread that decides: takes inputs from a bounded inbox, asks the core, puts what is to be said into the outbox, then lets the link send it.

Everything that changes the agent's state or its outbox happens on this one thread, so nothing here needs a lock.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence

from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.outbox.holding import HELD_DRAFTS, Holding
from citybrain.outbox.port import Draft, Requests
from street_agent.core import decide
from street_agent.core.decide import AgentState
from street_agent.core.inputs import AskedToLook, Input, Looked, Ticked
from street_agent.core.setup import AgentSetup
from street_agent.diary import Diary
from street_agent.limits import BATCH, INBOX, STATUS_EVERY_S, TICK_S
from street_agent.link.uplink import Acked, Connected, Mail, News, Uplink
from street_agent.meters import StreetMeters
from street_agent.status import Reporter

log = logging.getLogger(__name__)

PATIENCE_S = 0.2  # of a full inbox, between two looks whether the agent is stopping


class Mind:
    """Owns one thread; `on_death` is called on it should it end unforeseen."""

    def __init__(
        self, *, setup: AgentSetup, outbox: Holding, requests: Requests, clock: Clock, diary: Diary, meters: StreetMeters, on_death: Callable[[], None]
    ) -> None:
        self._setup, self._outbox, self._requests, self._clock = setup, outbox, requests, clock
        self._diary, self._meters, self._on_death = diary, meters, on_death
        self._inbox: queue.Queue[Input | News] = queue.Queue(maxsize=INBOX.value)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mind", daemon=True)
        past = diary.read(outbox.stats().next_seq)
        self._state, self._first_words = decide.begin(
            setup, clock.now(), last_alive=past.alive_at if past else None, open_episodes=past.episodes if past else ()
        )
        self._note(clock.now())

    @property
    def state(self) -> AgentState:
        """Frozen: safe to read from any thread."""
        return self._state

    @property
    def waiting(self) -> int:
        return self._inbox.qsize()

    def start(self, uplink: Uplink, reporter: Reporter) -> None:
        self._uplink, self._reporter = uplink, reporter
        self._thread.start()

    def tell(self, input: Input | News) -> None:
        """What was seen. Waits while the inbox is full; nothing is lost but time."""
        while not self._ending.is_set():
            try:
                self._inbox.put(input, timeout=PATIENCE_S)
                return
            except queue.Full:
                continue

    def post(self, news: News) -> None:
        """What came over the bus. Dropped when the inbox is full: the district says it again. A connection is said only once, so that waits."""
        if isinstance(news, Connected):
            self.tell(news)
            return
        try:
            self._inbox.put_nowait(news)
        except queue.Full:
            self._meters.dropped_news()

    def stop(self) -> None:
        """Decide what waits, say goodbye, end. Whoever tells must have been stopped before."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        try:
            self._live()
        except Exception:
            log.exception("the agent cannot go on; its supervisor should start it again (nothing that is in the outbox is lost)")
            self._on_death()

    def _live(self) -> None:
        self._keep(self._first_words)
        for request in self._requests.open_requests():
            self._keep(self._decide(AskedToLook(request=request, at=self._clock.now())))
        next_tick = next_status = wake = self._clock.instant()
        while not (self._ending.is_set() and self._inbox.empty()):
            drafts = [draft for item in self._gather(min(next_tick, wake)) for draft in self._take(item)]
            now, at = self._clock.instant(), self._clock.now()
            if now >= next_tick:
                next_tick = Instant(now + round(TICK_S * SECOND_US))
                drafts.extend(self._decide(Ticked(at=at)))
            self._note(at)
            self._keep(drafts)
            wake = self._uplink.step(self._clock.instant(), at) or next_tick
            if now >= next_status:
                next_status = Instant(now + round(STATUS_EVERY_S * SECOND_US))
                self._report(at, now)
        self._goodbye()

    def _gather(self, until: Instant) -> Sequence[Input | News]:
        """What waits, or the first that comes before `until`."""
        wait_s = min((until - self._clock.instant()) / SECOND_US, TICK_S)
        items: list[Input | News] = []
        try:
            items.append(self._inbox.get(timeout=wait_s) if wait_s > 0 else self._inbox.get_nowait())
            while len(items) < BATCH.value:
                items.append(self._inbox.get_nowait())
        except queue.Empty:
            pass
        return items

    def _take(self, item: Input | News) -> Sequence[Draft]:
        if isinstance(item, Connected | Acked | Mail):
            at = self._clock.now()
            asked = self._uplink.take(item, self._clock.instant())
            if isinstance(item, Connected):
                self._report(at, self._clock.instant())
            return [draft for request in asked for draft in self._decide(AskedToLook(request=request, at=at))]
        if isinstance(item, Looked):
            self._meters.looked((self._clock.now() - item.captured_at) / SECOND_US)
        return self._decide(item)

    def _decide(self, input: Input) -> Sequence[Draft]:
        self._state, drafts = decide.decide(self._setup, self._state, input)
        return drafts

    def _keep(self, drafts: Sequence[Draft]) -> None:
        held = self._outbox.held
        if drafts or held:
            self._outbox.put(drafts)
            self._meters.said(drafts, self._clock.now())
            if not held and self._outbox.held:
                log.error("the disk is full: what is said waits in memory (at most %d items) and is not sent; free some space", HELD_DRAFTS.value)
            elif held and not self._outbox.held:
                log.warning("the disk has room again: what waited is in the outbox, and what did not fit in memory is declared")

    def _note(self, at: Timestamp, *, force: bool = False) -> None:
        self._diary.note(at, decide.open_episodes(self._setup, self._state), self._outbox.stats().next_seq, force=force)

    def _report(self, at: Timestamp, now: Instant) -> None:
        if self._uplink.is_connected:
            self._uplink.say(self._reporter.status(self._state, at, now, online=True))

    def _goodbye(self) -> None:
        now, at = self._clock.instant(), self._clock.now()
        self._uplink.step(now, at)
        self._uplink.say(self._reporter.status(self._state, at, now, online=False))
        self._note(at, force=True)
