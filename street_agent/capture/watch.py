"""Keeps a camera's sight up to date from its frames and from silence, and gathers the changes for the consumer. The decisions are `visibility`'s."""

import threading
from collections import deque

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.limits import Limit
from street_agent.capture import look
from street_agent.capture import visibility as visibility_core
from street_agent.capture.frame import Frame, Pixels
from street_agent.capture.port import VisibilityChange

LOOK_EVERY_US = SECOND_US // 5
CHANGES_KEPT = Limit(
    name="sight_changes",
    value=256,
    unit="changes",
    reason="a camera that flaps for minutes before the consumer looks",
    fate="the oldest is dropped; the newest say what is true now",
)


class Watch:
    """The shell around the sight core of one camera. Thread-safe: the camera's thread shows frames, the consumer asks."""

    def __init__(self, clock: Clock, *, limits: visibility_core.SightLimits | None = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._before: Pixels | None = None
        self._looked: Timestamp | None = None
        self._state = visibility_core.begin(now=clock.now(), instant=clock.instant(), limits=limits)
        self._changes: deque[VisibilityChange] = deque(
            [self._state.said], maxlen=CHANGES_KEPT.value
        )

    def show(self, frame: Frame) -> None:
        """Look at a frame when the last look is long enough ago; an unlooked frame still breaks the silence."""
        with self._lock:
            if (
                not frame.cut
                and self._looked is not None
                and frame.captured_at - self._looked < LOOK_EVERY_US
            ):
                return
            self._looked = frame.captured_at
            grey = frame.picture.grey(look.WIDTH, look.HEIGHT)
            before = None if frame.cut else self._before
            self._before = grey
            self._take(
                visibility_core.see(
                    self._state,
                    look.measure(grey, before),
                    now=frame.captured_at,
                    instant=self._clock.instant(),
                    cut=frame.cut,
                )
            )

    def lose(self, code: str) -> None:
        """The source itself says that there is nothing to see."""
        with self._lock:
            self._before = self._looked = None
            self._take(visibility_core.lose(self._state, code, now=self._clock.now()))

    def now(self) -> VisibilityChange:
        """What is known now, silence included."""
        with self._lock:
            self._tick()
            return self._state.said

    def take_changes(self) -> tuple[VisibilityChange, ...]:
        """Every change since the last call."""
        with self._lock:
            self._tick()
            taken = tuple(self._changes)
            self._changes.clear()
            return taken

    def _tick(self) -> None:
        now, instant = self._clock.now(), self._clock.instant()
        self._take(visibility_core.wait(self._state, now=now, instant=instant))

    def _take(self, step: tuple[visibility_core.SightState, tuple[VisibilityChange, ...]]) -> None:
        self._state, changes = step
        self._changes.extend(changes)
