"""The thread that decides: a bounded inbox, and around the turns that the agent takes (`turn`) the waiting. Decides nothing itself.

Everything that changes the agent's state or its outbox happens on this one thread, so nothing here needs a lock.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence

from citybrain.clock import SECOND_US, Clock, Instant
from street_agent.core.decide import AgentState
from street_agent.core.inputs import Input
from street_agent.core.setup import AgentSetup
from street_agent.diary.port import Diary
from street_agent.limits import BATCH, INBOX, TICK_S
from street_agent.link.uplink import Connected, News, Uplink
from street_agent.meters import StreetMeters
from street_agent.outbox.holding import Holding
from street_agent.outbox.port import Requests
from street_agent.turn import Reports, Turns

log = logging.getLogger(__name__)

PATIENCE_S = 0.2  # of a full inbox, between two looks whether the agent is stopping


class Mind:
    """Owns one thread; `on_death` is called on it should it end unforeseen."""

    def __init__(
        self,
        *,
        setup: AgentSetup,
        outbox: Holding,
        requests: Requests,
        clock: Clock,
        diary: Diary,
        meters: StreetMeters,
        on_death: Callable[[], None],
    ) -> None:
        self._clock, self._meters, self._on_death = clock, meters, on_death
        self._inbox: queue.Queue[Input | News] = queue.Queue(maxsize=INBOX.value)
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mind", daemon=True)
        self._turns = Turns(
            setup=setup, outbox=outbox, requests=requests, clock=clock, diary=diary, meters=meters
        )

    @property
    def state(self) -> AgentState:
        """Frozen: safe to read from any thread."""
        return self._turns.state

    @property
    def waiting(self) -> int:
        return self._inbox.qsize()

    def start(self, uplink: Uplink, reporter: Reports) -> None:
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
            log.exception(
                "the agent cannot go on; its supervisor should start it again (nothing that is in the outbox is lost)"
            )
            self._on_death()

    def _live(self) -> None:
        self._turns.begin(self._uplink, self._reporter)
        wake = self._clock.instant()
        while not (self._ending.is_set() and self._inbox.empty()):
            wake = self._turns.turn(self._gather(wake))
        self._turns.goodbye()

    def _gather(self, until: Instant) -> Sequence[Input | News]:
        """What waits, or the first that comes before `until`."""
        wait_s = min((until - self._clock.instant()) / SECOND_US, TICK_S)
        items: list[Input | News] = []
        try:
            items.append(
                self._inbox.get(timeout=wait_s) if wait_s > 0 else self._inbox.get_nowait()
            )
            while len(items) < BATCH.value:
                items.append(self._inbox.get_nowait())
        except queue.Empty:
            pass
        return items
