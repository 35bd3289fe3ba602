"""Takes points of boxes off the bus and writes them, a transaction a second at most. What there is
no room for is dropped and counted: a picture has a hole, and no event waits for it.
"""

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Protocol

from citybrain.bus import topics
from citybrain.bus.port import Message
from citybrain.clock import Clock
from citybrain.domain.series import SeriesBatch
from citybrain.errors import MalformedError, StoreError
from citybrain.ids import AgentId, DistrictId
from citybrain.wire.series import decode_series_batch
from district_node.series.limits import SERIES_WAITING
from district_node.series.store import SeriesStore
from district_node.shell.agent_gateway import AgentMessages
from district_node.shell.ingress.message_checks import ensure_same_sender, ensure_within_size

WRITE_EVERY_S = 1.0
FORGET_EVERY_S = 600.0

log = logging.getLogger(__name__)


class SeriesMetrics(Protocol):
    """What becomes of points and of messages that hold them."""

    def series_message(self, result: str) -> None: ...


class SeriesIntake:
    """`subscribe` before the bus starts, then `run`. `refusal`: why a box is not believed, ""
    where it is."""

    def __init__(
        self,
        district: DistrictId,
        store: SeriesStore,
        *,
        clock: Clock,
        refusal: Callable[[AgentId], str],
        metrics: SeriesMetrics,
    ) -> None:
        self._district, self._store, self._clock = district, store, clock
        self._refusal, self._metrics = refusal, metrics
        self._guard = threading.Lock()
        self._waiting: list[SeriesBatch] = []
        self._points = 0

    def subscribe(self, bus: AgentMessages) -> None:
        bus.subscribe(topics.all_agents(self._district, topics.SERIES), self._take)

    async def run(self) -> None:
        """Write until cancelled; what waits then is written once more."""
        forget_at = 0.0
        loop = asyncio.get_running_loop()
        try:
            while True:
                await asyncio.to_thread(self.write)
                if loop.time() >= forget_at:
                    forget_at = loop.time() + FORGET_EVERY_S
                    await asyncio.to_thread(self._forget)
                await asyncio.sleep(WRITE_EVERY_S)
        finally:
            self.write()

    def write(self) -> None:
        """Write what waits. A full disk costs the points, and nothing else."""
        with self._guard:
            batches, self._waiting, self._points = self._waiting, [], 0
        if not batches:
            return
        try:
            refused = self._store.put(batches, self._clock.now())
        except StoreError as error:
            self._metrics.series_message("not_written")
            log.warning("points of sources were not kept: %s", error)
            return
        for _ in range(len(batches)):
            self._metrics.series_message("kept")
        if refused:
            self._metrics.series_message("points_refused")

    def _take(self, message: Message) -> None:
        try:
            _, agent, _ = topics.parse(message.topic)
            ensure_within_size(message.payload)
            batch = decode_series_batch(message.payload)
            ensure_same_sender(agent, batch.agent)
        except MalformedError:
            self._metrics.series_message("malformed")
            return
        if self._refusal(agent):
            self._metrics.series_message("refused")
            return
        with self._guard:
            if self._points + len(batch.points) > SERIES_WAITING.value:
                self._metrics.series_message("queue_full")
                return
            self._waiting.append(batch)
            self._points += len(batch.points)

    def _forget(self) -> None:
        try:
            self._store.forget(self._clock.now())
        except StoreError as error:
            log.warning("old points of sources could not be dropped: %s", error)
