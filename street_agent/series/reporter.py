"""Gathers a box's counts and readings and sends a point a minute of each, all sources in one
message. Runs on the agent's thread; decides nothing.

Boxes send at a second of the minute that their name gives, so that a thousand boxes send some
twenty messages a second and not a thousand at once. What cannot be sent waits in memory, bounded:
a picture of the day has a hole then, and shows it.
"""

import zlib
from collections import Counter, deque
from collections.abc import Callable, Mapping

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.series import MINUTE_US, SeriesBatch, SeriesPoint, minute_of
from citybrain.sorted_map import SortedMap
from street_agent.core import coverage_log
from street_agent.core.agent_setup import AgentSetup
from street_agent.core.decide import AgentState
from street_agent.core.inputs import FrameObserved, SensorRead
from street_agent.limits import SERIES_MESSAGE, SERIES_OF_SOURCE, SERIES_WAITING
from street_agent.series.minute import (
    ALL_OBJECTS,
    SENSOR_SERIES,
    Minute,
    SeriesKey,
    add,
    close,
    following,
)

FIRST_SECOND, SECONDS = 5, 50  # of the minute after, in which boxes send

Publish = Callable[[SeriesBatch], bool]  # whether the bus took it


class SeriesReporter:
    """`note` each input that was decided, `step` at least every second."""

    def __init__(self, setup: AgentSetup) -> None:
        self._setup = setup
        self._units = {name: sensor.unit for name, sensor in setup.sensors.items()}
        delay_s = FIRST_SECOND + zlib.crc32(setup.agent.encode()) % SECONDS
        self._delay_us = delay_s * SECOND_US
        self._minute: Minute | None = None
        self._waiting: deque[tuple[SeriesPoint, ...]] = deque(maxlen=SERIES_WAITING.value)
        self._sent_at = Timestamp(0)

    def note(self, decided: FrameObserved | SensorRead, state: AgentState) -> None:
        """A picture was looked at, or a sensor read; `state` is what the core made of it."""
        if self._minute is None:
            return
        if isinstance(decided, SensorRead):
            sensor = state.sensors.get(decided.source)
            if sensor is not None and sensor.last_at == decided.at:  # the core took it
                self._add(SeriesKey(decided.source, SENSOR_SERIES), decided.value)
        elif (camera := state.cameras.get(decided.source)) is not None:
            visible = camera.visible.detected()
            counts = Counter(visible.labels[number] for number in visible.classes.tolist())
            self._add_counts(decided, counts)

    def step(self, state: AgentState, at: Timestamp, publish: Publish | None) -> None:
        """End the minutes that are over, and send what waits. `publish` None: there is no link."""
        self._end_minutes(state, at)
        is_due = at % MINUTE_US >= self._delay_us or len(self._waiting) > 1
        if not self._waiting or publish is None or not is_due or self._sent_at > at - SECOND_US:
            return
        points: list[SeriesPoint] = []
        minutes = 0
        for waiting in self._waiting:
            if minutes and len(points) + len(waiting) > SERIES_MESSAGE.value:
                break
            points += waiting
            minutes += 1
        batch = SeriesBatch(agent=self._setup.agent, points=tuple(points[: SERIES_MESSAGE.value]))
        if publish(batch):
            self._sent_at = at
            for _ in range(minutes):
                self._waiting.popleft()

    def _add(self, key: SeriesKey, value: float) -> None:
        assert self._minute is not None, "noted only once a minute has begun"
        self._minute = add(self._minute, key, value)

    def _add_counts(self, frame: FrameObserved, counts: Mapping[str, int]) -> None:
        """All objects, and those of each class that was seen at this camera once: what is not there
        counts 0."""
        assert self._minute is not None, "noted only once a minute has begun"
        known = {key.series for key in self._minute.samples if key.source == frame.source}
        seen = {f"{ALL_OBJECTS}.{label}": count for label, count in counts.items()}
        seen[ALL_OBJECTS] = sum(counts.values())
        room = SERIES_OF_SOURCE.value - len(known)
        known.update([series for series in sorted(seen) if series not in known][: max(0, room)])
        for series in sorted(known):
            self._add(SeriesKey(frame.source, series), float(seen.get(series, 0)))

    def _end_minutes(self, state: AgentState, at: Timestamp) -> None:
        now = minute_of(at)
        if self._minute is None or now < self._minute.began:  # or the box's time was set back
            self._minute = Minute(began=now, observed_us=SortedMap(_observed_us(state, at).items()))
            return
        if now == self._minute.began:
            return
        observed_us = _observed_us(state, at)
        points = close(self._minute, observed_us, self._units)
        if points:
            self._waiting.append(points)
        self._minute = following(self._minute, now, observed_us)


def _observed_us(state: AgentState, at: Timestamp) -> dict[str, int]:
    logs = [
        *(camera.source.coverage for camera in state.cameras.values()),
        *(sensor.source.coverage for sensor in state.sensors.values()),
    ]
    return {log.source: coverage_log.extend(log, at).observed_us for log in logs}
