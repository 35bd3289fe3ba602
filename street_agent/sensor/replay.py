"""Replays the sensors' series in real time, one thread for all of them. Emits readings and what
cannot be read; decides nothing about either."""

import heapq
import logging
import threading
from collections.abc import Callable
from pathlib import Path

from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.ids import SourceId
from citybrain.structs import Struct
from citybrain.vocabulary import Visibility
from street_agent.core.inputs import ReadingRefused, SensorRead, VisibilityChanged
from street_agent.errors import SensorError
from street_agent.sensor import series
from street_agent.sensor.series import RefusedRow, Series

log = logging.getLogger(__name__)

UNREADABLE, ENDED = "unreadable", "ended"
RETRY_S = 5.0


class SeriesReplay(Struct, frozen=True, kw_only=True):
    """One sensor's file and how it is replayed."""

    source: SourceId
    path: Path
    speedup: float
    loop: bool


class _DueReading(Struct, frozen=True, kw_only=True, order=True):
    due: Instant
    sensor: int  # its place in the configuration: breaks ties
    index: int  # of the reading


class SensorReplay:
    """Owns one thread. `emit` is called on it, and `on_failure` should it end unforeseen."""

    def __init__(
        self,
        replays: tuple[SeriesReplay, ...],
        *,
        clock: Clock,
        new_trace: Callable[[], str],
        emit: Callable[[SensorRead | ReadingRefused | VisibilityChanged], None],
        on_failure: Callable[[], None] = lambda: None,
    ) -> None:
        self._replays, self._clock, self._new_trace = replays, clock, new_trace
        self._emit, self._on_failure = emit, on_failure
        self._series: dict[int, Series] = {}
        self._began: dict[int, Instant] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sensors", daemon=True)

    def start(self) -> None:
        if self._replays:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        try:
            self._replay()
        except Exception:
            log.exception(
                "no sensor is read any more; the agent's supervisor should start it again"
            )
            self._on_failure()

    def _replay(self) -> None:
        now = self._clock.instant()
        heap = [_DueReading(due=now, sensor=n, index=0) for n in range(len(self._replays))]
        while heap and not self._stop.is_set():
            reading = heap[0]
            wait_s = (reading.due - self._clock.instant()) / SECOND_US
            if wait_s > 0 and self._stop.wait(wait_s):
                return
            following = self._read(reading)
            if following is None:
                heapq.heappop(heap)
            else:
                heapq.heapreplace(heap, following)

    def _read(self, reading: _DueReading) -> _DueReading | None:
        """Emit the reading that is due; the next one of the same sensor, None after its last."""
        sensor, index = reading.sensor, reading.index
        replay = self._replays[sensor]
        if sensor not in self._series and not self._open(sensor, replay):
            retry_at = Instant(reading.due + round(RETRY_S * SECOND_US))
            return _DueReading(due=retry_at, sensor=sensor, index=0)
        recorded = self._series[sensor]
        self._emit(self._given(replay, series.value_at(recorded, index)))
        if not replay.loop and index + 1 == len(recorded.values):
            self._emit_blind(replay, ENDED)
            return None
        began_at = Timestamp(self._began[sensor])
        due = series.due_at(recorded, index + 1, began_at=began_at, speedup=replay.speedup)
        return _DueReading(due=Instant(due), sensor=sensor, index=index + 1)

    def _given(
        self, replay: SeriesReplay, value: float | RefusedRow
    ) -> SensorRead | ReadingRefused:
        at = self._clock.now()
        if isinstance(value, str):
            return ReadingRefused(source=replay.source, at=at, reason=UNREADABLE, detail=value)
        return SensorRead(source=replay.source, at=at, value=value, traceparent=self._new_trace())

    def _open(self, sensor: int, replay: SeriesReplay) -> bool:
        try:
            self._series[sensor] = series.read(replay.path)
        except SensorError as error:
            log.warning("%s: %s Trying again in %g s.", replay.source, error, RETRY_S)
            self._emit_blind(replay, UNREADABLE)
            return False
        self._began[sensor] = self._clock.instant()
        if refused := self._series[sensor].refused:
            log.warning(
                "%s: %d rows of %s are no readings and are skipped: %s",
                replay.source,
                refused,
                replay.path,
                self._series[sensor].first_refused,
            )
        log.info(
            "%s: %s is replayed from its first reading (a replay keeps no place over a restart)",
            replay.source,
            replay.path,
        )
        return True

    def _emit_blind(self, replay: SeriesReplay, reason: str) -> None:
        at = self._clock.now()
        self._emit(
            VisibilityChanged(
                source=replay.source, visibility=Visibility.BLIND, reason=reason, since=at, at=at
            )
        )
