"""The thread that decides: a bounded inbox, and the waiting around the agent's steps
(`agent_step`). Decides nothing itself.

Everything that changes the agent's state or its outbox happens on this one thread, so nothing here
needs a lock.
"""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from citybrain.clock import SECOND_US, Clock, Instant
from citybrain.errors import StoreCorruptError
from citybrain.supervision.heartbeat import Heartbeat
from street_agent.agent_step import AgentInput, AgentStep, StatusListener, StatusProvider
from street_agent.checkpoint.port import CheckpointStore
from street_agent.core.agent_setup import AgentSetup
from street_agent.core.decide import AgentState
from street_agent.core.inputs import ReadingRefused, SensorRead
from street_agent.district_link import DistrictLink, LinkConnected, LinkInput
from street_agent.errors import ClockSetBackError
from street_agent.limits import BATCH, INBOX, TICK_S
from street_agent.metrics import StreetMetrics
from street_agent.outbox.disk_full_buffer import DiskFullBuffer
from street_agent.outbox.port import RequestStore
from street_agent.series.reporter import SeriesReporter

log = logging.getLogger(__name__)

STOP_CHECK_S = 0.2  # how often a producer that waits for room checks whether the agent is stopping


class ThreadHeartbeats(NamedTuple):
    """Of the two threads that an agent cannot do without."""

    loop: Heartbeat
    detection: Heartbeat

    @classmethod
    def new(cls) -> "ThreadHeartbeats":
        return cls(Heartbeat("agent-loop"), Heartbeat("detection"))


class AgentLoop:
    """Owns one thread; `on_failure` is called on it should it end unforeseen."""

    def __init__(
        self,
        *,
        setup: AgentSetup,
        outbox: DiskFullBuffer,
        requests: RequestStore,
        clock: Clock,
        checkpoints: CheckpointStore,
        metrics: StreetMetrics,
        on_failure: Callable[[], None],
        heartbeat: Heartbeat,
    ) -> None:
        self._clock, self._metrics, self._on_failure = clock, metrics, on_failure
        self._inbox: queue.Queue[AgentInput] = queue.Queue(maxsize=INBOX.value)
        self._stopping, self._heartbeat = threading.Event(), heartbeat
        self.failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="agent-loop", daemon=True)
        self._step = AgentStep(
            setup=setup,
            outbox=outbox,
            requests=requests,
            clock=clock,
            checkpoints=checkpoints,
            metrics=metrics,
            series=SeriesReporter(setup),
        )

    @property
    def state(self) -> AgentState:
        """Frozen: safe to read from any thread."""
        return self._step.state

    @property
    def waiting(self) -> int:
        return self._inbox.qsize()

    def start(
        self, link: DistrictLink, status: StatusProvider, listener: StatusListener | None = None
    ) -> None:
        self._link, self._status, self._listener = link, status, listener
        self._thread.start()

    def put(self, new_input: AgentInput) -> None:
        """An observation. Waits while the inbox is full; nothing is lost but time."""
        while not self._stopping.is_set():
            try:
                self._inbox.put(new_input, timeout=STOP_CHECK_S)
            except queue.Full:
                continue
            return

    def post(self, received: LinkInput | SensorRead | ReadingRefused) -> None:
        """What came over the bus. Dropped when the inbox is full: the district sends it again, a
        sensor its next reading. A connection is reported only once, so that one waits."""
        if isinstance(received, LinkConnected):
            self.put(received)
            return
        try:
            self._inbox.put_nowait(received)
        except queue.Full:
            self._metrics.message_dropped()

    def stop(self) -> None:
        """Decide what waits, publish the last status, end. Producers must have been stopped
        before."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def _run(self) -> None:
        try:
            self._loop()
        except StoreCorruptError as error:  # said once, where the outbox is set aside
            self.failure = error
            self._on_failure()
        except ClockSetBackError as error:
            self.failure = error
            log.warning("%s", error)
            self._on_failure()
        except Exception as error:
            self.failure = error
            log.exception(
                "the agent cannot go on; its supervisor should start it again (nothing that is in"
                " the outbox is lost)"
            )
            self._on_failure()

    def _loop(self) -> None:
        self._step.begin(self._link, self._status, self._listener)
        wake = self._clock.instant()
        while not (self._stopping.is_set() and self._inbox.empty()):
            self._heartbeat.beat()
            wake = self._step.step(self._gather(wake))
        self._heartbeat.end()
        self._step.finish()

    def _gather(self, until: Instant) -> Sequence[AgentInput]:
        """What waits, or the first that comes before `until`."""
        wait_s = min((until - self._clock.instant()) / SECOND_US, TICK_S)
        inputs: list[AgentInput] = []
        try:
            inputs.append(
                self._inbox.get(timeout=wait_s) if wait_s > 0 else self._inbox.get_nowait()
            )
            while len(inputs) < BATCH.value:
                inputs.append(self._inbox.get_nowait())
        except queue.Empty:
            pass
        return inputs
