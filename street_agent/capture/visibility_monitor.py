"""Keeps a camera's visibility up to date from its frames and from silence, and collects the changes
for the consumer. The decisions are made in `visibility`."""

import threading
from collections import deque

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.limits import Limit
from citybrain.structs import replace
from street_agent.capture import picture_statistics, visibility
from street_agent.capture.frame import Frame, Pixels
from street_agent.capture.port import CameraVisibility
from street_agent.capture.visibility import VisibilityLimits, VisibilityState

MEASURE_EVERY_US = SECOND_US // 5
VISIBILITY_CHANGES = Limit(
    name="visibility_changes",
    value=256,
    unit="changes",
    reason="a camera that flaps for minutes before the consumer takes the changes",
    fate="the oldest is dropped; the newest say what is true now",
)


class VisibilityMonitor:
    """The shell around the visibility core of one camera. Thread-safe: the camera's thread hands in
    frames, the consumer takes what is known."""

    def __init__(self, clock: Clock, *, limits: VisibilityLimits | None = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._before: Pixels | None = None
        self._measured_at: Timestamp | None = None
        self._state = visibility.begin(now=clock.now(), instant=clock.instant(), limits=limits)
        self._changes: deque[CameraVisibility] = deque(
            [self._state.reported], maxlen=VISIBILITY_CHANGES.value
        )

    def observe(self, frame: Frame) -> None:
        """Measure a frame when the last measurement is long enough ago."""
        with self._lock:
            self._state = visibility.count_whole(self._state)
            if (
                not frame.discontinuity
                and self._measured_at is not None
                and frame.captured_at - self._measured_at < MEASURE_EVERY_US
            ):
                return
            self._measured_at = frame.captured_at
            grey = frame.picture.grey(picture_statistics.WIDTH, picture_statistics.HEIGHT)
            before = None if frame.discontinuity else self._before
            self._before = grey
            self._apply(
                visibility.observe(
                    self._state,
                    picture_statistics.measure(grey, before),
                    now=frame.captured_at,
                    instant=self._clock.instant(),
                    discontinuity=frame.discontinuity,
                )
            )

    def expect_every(self, seconds: float) -> None:
        """Its pictures come so far apart: twice as long without one is silence."""
        with self._lock:
            stall_s = max(self._state.limits.stall_s, 2 * seconds)
            limits = replace(self._state.limits, stall_s=stall_s)
            self._state = replace(self._state, limits=limits)

    def observe_damaged(self, at: Timestamp) -> None:
        """A picture arrived damaged at `at`."""
        with self._lock:
            instant = self._clock.instant()
            self._apply(visibility.observe_damaged(self._state, now=at, instant=instant))

    def report_lost(self, reason: str) -> None:
        """The source itself says that it gives no picture."""
        with self._lock:
            self._before = self._measured_at = None
            self._apply(visibility.report_lost(self._state, reason, now=self._clock.now()))

    def current(self) -> CameraVisibility:
        """What is known now, silence included."""
        with self._lock:
            self._tick()
            return self._state.reported

    def take_changes(self) -> tuple[CameraVisibility, ...]:
        """Every change since the last call."""
        with self._lock:
            self._tick()
            taken = tuple(self._changes)
            self._changes.clear()
            return taken

    def _tick(self) -> None:
        self._apply(visibility.tick(self._state, instant=self._clock.instant()))

    def _apply(self, step: tuple[VisibilityState, tuple[CameraVisibility, ...]]) -> None:
        self._state, changes = step
        self._changes.extend(changes)
