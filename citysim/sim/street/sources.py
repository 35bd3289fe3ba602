"""A camera and a gauge of an edge box: what each observes of its scene, and when the next time.

Observations are rare while nothing happens and frequent while the agent debounces a change. What a
detector would find is placed by hand; it goes through the production tracker and rules as usual.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import inf, nan
from random import Random  # noqa: TID251 - seeded
from typing import Protocol

import numpy as np

from citybrain.clock import Timestamp
from citybrain.ids import IdSource, SourceId
from citybrain.telemetry.trace_context import format_traceparent, start_trace
from citybrain.vocabulary import Visibility
from citysim.life.values import CameraSighting, SensorLevel
from citysim.sim.street.scene import Scene
from street_agent.capture.port import FrameCounts
from street_agent.core.inputs import (
    CoreInput,
    FrameObserved,
    ReadingRefused,
    SensorRead,
    VisibilityChanged,
)
from street_agent.core.source import SourceState
from street_agent.detect.detections import Detections
from street_agent.scene.geometry import Line
from street_agent.scene.rule_evaluation import Dwell

FRAME_RESTING_S = 1.8  # below the two seconds after which a scene counts as not observed
FRAME_CHANGE_S = 0.4
FRAME_WAITING_S = 1.0
READ_RESTING_S = 7.0
RESTING_SHARE = 0.7  # of the time after which a gauge counts as silent, at most
READ_CHANGE_S = 1.0
BLINDNESS_NOTICED_S = (0.2, 1.8)  # after which a camera notices that its picture is gone
ASPECT = 1.5
NO_TIME = Timestamp(0)
POSES = 4
PER_ROW, ROWS = 5, (0.4, 0.08, 0.62)  # of objects in the picture; their upper edges
CLEAR_OF_LINE = 0.06  # of an object that crosses, in picture heights: a tracker smooths its way
CHANGE_FRAMES = 6  # in quick succession: then the tracker knows every object
CHANGE_REPEAT_FRAMES = 30  # and again after so many: a stepped clock made the tracker forget


class Source(Protocol):
    """One camera or gauge of an edge box, for one run of its agent."""

    def observe(self, at_s: float, at: Timestamp, state: SourceState) -> tuple[CoreInput, ...]:
        """What it reports at simulated time `at_s`, which is `at` by the box's own clock."""
        ...

    def interval_s(self, at_s: float, state: SourceState) -> float:
        """How long until the next observation, by what the agent holds of the scene so far."""
        ...


@dataclass(slots=True, kw_only=True)  # not a Struct: it changes
class SimCamera:
    """Reports the objects of its scene. See `street_agent.status.FrameCounter`."""

    source: SourceId
    sighting: CameraSighting
    scene: Scene
    ids: IdSource
    rng: Random
    line: Line | None = None  # that its rule watches: then the objects cross it, else they stand
    frames: int = 0
    is_discontinuous: bool = True  # the time before the next frame is not connected with it
    reported_reason: str | None = None  # of its blindness; "": it sees; None: nothing reported
    notices_at_s: float | None = None  # when it will notice that its picture is gone
    blind_since: Timestamp = NO_TIME
    unmatched_frames: int = 0  # frames with a condition that the rule has not matched (yet)
    looked_at_s: float = -inf  # when the detector last looked

    def observe(self, at_s: float, at: Timestamp, state: SourceState) -> tuple[CoreInput, ...]:
        reason = self.scene.blind_reason(at_s)
        if reason:
            return self._observe_nothing(at_s, at, reason)
        self.notices_at_s = None
        changed: tuple[CoreInput, ...] = ()
        if self.reported_reason != "":
            changed = (_seen_again(self.source, at),)
        self.reported_reason = ""
        if at_s - self.looked_at_s < self.scene.trouble_at(at_s).look_every_s:
            return changed
        self.looked_at_s = at_s
        is_present = self.scene.is_present(at_s)
        is_matched = self.is_discontinuous or not is_present or _dwell(state).present
        self.unmatched_frames = 0 if is_matched else self.unmatched_frames + 1
        frame = FrameObserved(
            source=self.source,
            captured_at=at,
            error_ms=5.0,
            aspect=ASPECT,
            discontinuity=self.is_discontinuous,
            detections=self._found(is_present),
            traceparent=format_traceparent(start_trace(self.ids)),
        )
        self.frames, self.is_discontinuous = self.frames + 1, False
        return (*changed, frame)

    def interval_s(self, at_s: float, state: SourceState) -> float:
        if self.notices_at_s is not None:
            is_unnoticed = self.reported_reason == ""
            return max(self.notices_at_s - at_s, 0.0) if is_unnoticed else FRAME_RESTING_S
        dwell, is_present = _dwell(state), self.scene.is_present(at_s)
        if is_present and not dwell.present:
            is_change = self.unmatched_frames % CHANGE_REPEAT_FRAMES < CHANGE_FRAMES
            return FRAME_CHANGE_S if is_change else FRAME_WAITING_S
        is_changing = bool(dwell.began_at) and is_present is not dwell.active
        return FRAME_WAITING_S if state.verifications or is_changing else FRAME_RESTING_S

    def _found(self, is_present: bool) -> Detections:
        label, count = self.sighting.label, self.sighting.count if is_present else 0
        if self.line is not None:
            return _crossing(label, count, self.frames % 2, self.line)
        return _detections(label, count, self.frames % POSES)

    def frame_counts(self) -> FrameCounts:
        return FrameCounts(captured=self.frames, used=self.frames)

    def _observe_nothing(self, at_s: float, at: Timestamp, reason: str) -> tuple[CoreInput, ...]:
        """No picture: that is noticed a moment later, and reported once."""
        self.is_discontinuous = True
        if self.notices_at_s is None:
            self.notices_at_s = at_s + self.rng.uniform(*BLINDNESS_NOTICED_S)
            self.blind_since = at
        if at_s < self.notices_at_s or self.reported_reason == reason:
            return ()
        self.reported_reason = reason
        return (
            VisibilityChanged(
                source=self.source,
                visibility=Visibility.BLIND,
                reason=reason,
                since=self.blind_since,
                at=at,
            ),
        )


@dataclass(slots=True, kw_only=True)  # not a Struct: it holds a scene
class SimGauge:
    """Reports the level of its scene at most every seven seconds. A blind gauge is silent."""

    source: SourceId
    level: SensorLevel
    scene: Scene
    ids: IdSource
    rng: Random
    stale_s: float  # silence from which on the agent counts it as blind

    def observe(self, at_s: float, at: Timestamp, _: SourceState) -> tuple[CoreInput, ...]:
        if self.scene.blind_reason(at_s):
            return ()
        odd_share = self.scene.trouble_at(at_s).odd_share
        if odd_share and self.rng.random() < odd_share:
            return (self._odd(at),)
        level = self.level
        value = level.alarm if self.scene.is_present(at_s) else level.resting
        value += self.rng.uniform(-level.sway, level.sway)
        return (
            SensorRead(
                source=self.source,
                at=at,
                value=round(value, 3),
                traceparent=format_traceparent(start_trace(self.ids)),
            ),
        )

    def _odd(self, at: Timestamp) -> CoreInput:
        """What is no reading: a text, or a number that is none."""
        value = self.rng.choice((None, nan, inf, -inf))
        if value is None:
            return ReadingRefused(source=self.source, at=at, reason="unreadable", detail="1,5 m")
        trace = format_traceparent(start_trace(self.ids))
        return SensorRead(source=self.source, at=at, value=value, traceparent=trace)

    def interval_s(self, at_s: float, state: SourceState) -> float:
        dwell = _dwell(state)
        is_changing = self.scene.is_present(at_s) is not dwell.active or (
            bool(dwell.began_at) and not dwell.present
        )
        resting_s = min(READ_RESTING_S, RESTING_SHARE * self.stale_s)
        return min(READ_CHANGE_S, resting_s) if state.verifications or is_changing else resting_s


def _seen_again(source: SourceId, at: Timestamp) -> VisibilityChanged:
    return VisibilityChanged(
        source=source, visibility=Visibility.OBSERVED, reason="", since=at, at=at
    )


def _dwell(state: SourceState) -> Dwell:
    """Of the source's only rule."""
    return state.traced_rules[0].state.dwell


@lru_cache(maxsize=64)
def _crossing(label: str, count: int, pose: int, line: Line) -> Detections:
    """What a detector finds beside each other along a line: every second object on the one side of
    it, the others on the other, and all of them on the other one in the next picture. So the line
    is crossed in every picture, in either direction.

    The arrays are shared and never written to.
    """
    if not count:
        return Detections.none((label,))
    (ax, ay), (bx, by) = line
    dx, dy = (bx - ax) * ASPECT, by - ay
    length = float(np.hypot(dx, dy))
    feet = []
    for n in range(count):
        along, side = (n + 1) / (count + 1), CLEAR_OF_LINE * (1 if (n + pose) % 2 else -1)
        x = ax + along * (bx - ax) - side * dy / length / ASPECT
        feet.append((x, ay + along * dy + side * dx / length))
    boxes = np.array([(x - 0.03, y - 0.4, x + 0.03, y) for x, y in feet], np.float32)
    return Detections(
        boxes=boxes,
        scores=np.full(count, 0.9, np.float32),
        classes=np.zeros(count, np.int16),
        labels=(label,),
    )


@lru_cache(maxsize=64)
def _detections(label: str, count: int, pose: int) -> Detections:
    """What a detector finds: nothing, or `count` objects at places that sway a little.

    The arrays are shared and never written to.
    """
    if not count:
        return Detections.none((label,))
    sway = 0.004 * (pose - (POSES - 1) / 2)
    places = [(0.12 + 0.15 * (n % PER_ROW) + sway, ROWS[n // PER_ROW]) for n in range(count)]
    boxes = np.array([(x, y, x + 0.08, y + 0.3) for x, y in places], np.float32)
    return Detections(
        boxes=boxes,
        scores=np.full(count, 0.9, np.float32),
        classes=np.zeros(count, np.int16),
        labels=(label,),
    )
