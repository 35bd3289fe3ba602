"""Replays the sensors' series in real time, one thread for all of them. Tells readings and troubles to whoever listens; judges neither."""

import heapq
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.ids import SourceId
from citybrain.vocabulary import Visibility
from street_agent.core.inputs import Sensed, SightSeen
from street_agent.errors import SensorError
from street_agent.sensor import series
from street_agent.sensor.series import Series

log = logging.getLogger(__name__)

UNREADABLE, ENDED = "unreadable", "ended"
RETRY_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """One sensor's file and how it is replayed."""

    source: SourceId
    path: Path
    speedup: float
    loop: bool


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class _Turn:
    due: Instant
    order: int  # of the sensor: breaks ties
    index: int


class SensorFeed:
    """Owns one thread. `tell` is called on it."""

    def __init__(
        self,
        replays: tuple[Replay, ...],
        *,
        clock: Clock,
        new_trace: Callable[[], str],
        tell: Callable[[Sensed | SightSeen], None],
        on_death: Callable[[], None] = lambda: None,
    ) -> None:
        self._replays, self._clock, self._new_trace, self._tell, self._on_death = (
            replays,
            clock,
            new_trace,
            tell,
            on_death,
        )
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
                "the sensors are not read any more; the agent's supervisor should start it again"
            )
            self._on_death()

    def _replay(self) -> None:
        now = self._clock.instant()
        turns = [_Turn(due=now, order=order, index=0) for order in range(len(self._replays))]
        while turns and not self._stop.is_set():
            turn = turns[0]
            wait_s = (turn.due - self._clock.instant()) / SECOND_US
            if wait_s > 0 and self._stop.wait(wait_s):
                return
            following = self._take(turn)
            if following is None:
                heapq.heappop(turns)
            else:
                heapq.heapreplace(turns, following)

    def _take(self, turn: _Turn) -> _Turn | None:
        """Tell the reading that is due; the next turn of the same sensor, None after its last."""
        replay = self._replays[turn.order]
        if turn.order not in self._series and not self._open(turn.order, replay):
            return _Turn(
                due=Instant(turn.due + round(RETRY_S * SECOND_US)), order=turn.order, index=0
            )
        recorded = self._series[turn.order]
        at = self._clock.now()
        self._tell(
            Sensed(
                source=replay.source,
                at=at,
                value=series.value_at(recorded, turn.index),
                traceparent=self._new_trace(),
            )
        )
        if not replay.loop and turn.index + 1 == len(recorded.values):
            self._blind(replay, ENDED)
            return None
        due = series.due_at(
            recorded,
            turn.index + 1,
            began_at=Timestamp(self._began[turn.order]),
            speedup=replay.speedup,
        )
        return _Turn(due=Instant(due), order=turn.order, index=turn.index + 1)

    def _open(self, order: int, replay: Replay) -> bool:
        try:
            self._series[order] = series.read(replay.path)
        except SensorError as fault:
            log.warning("%s: %s Trying again in %g s.", replay.source, fault, RETRY_S)
            self._blind(replay, UNREADABLE)
            return False
        self._began[order] = self._clock.instant()
        log.info(
            "%s: %s is replayed from its first reading (a replay keeps no place over a restart)",
            replay.source,
            replay.path,
        )
        return True

    def _blind(self, replay: Replay, reason: str) -> None:
        at = self._clock.now()
        self._tell(
            SightSeen(
                source=replay.source, visibility=Visibility.BLIND, reason=reason, since=at, at=at
            )
        )
