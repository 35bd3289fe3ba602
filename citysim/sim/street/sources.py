"""A camera and a gauge of an edge box: what each observes of its scene, and when the next time.

Observations are rare while nothing happens and frequent while the agent debounces a change. What a
detector would find is placed by hand; it goes through the production tracker and rules as usual.
"""

from dataclasses import dataclass
from functools import lru_cache
from random import Random  # noqa: TID251 - seeded
from typing import Protocol

import numpy as np

from citybrain.clock import Timestamp
from citybrain.ids import IdSource, SourceId
from citybrain.telemetry.trace_context import format_traceparent, start_trace
from citybrain.vocabulary import IncidentKind, Visibility
from citysim.sim.street.agent_setup import DETECTION_PROFILES
from citysim.sim.street.scene import Scene
from street_agent.capture.port import FrameCounts
from street_agent.core.inputs import CoreInput, FrameObserved, SensorRead, VisibilityChanged
from street_agent.core.source import SourceState
from street_agent.detect.detections import Detections
from street_agent.scene.rule_evaluation import Dwell

FRAME_RESTING_S = 1.8  # below the two seconds after which a scene counts as not observed
FRAME_CHANGE_S = 0.4  # a new object that is not seen again within half a second is no track
FRAME_WAITING_S = 1.0
READ_RESTING_S = 7.0  # below the ten seconds after which a gauge counts as silent
READ_CHANGE_S = 1.0
BLINDNESS_NOTICED_S = (0.2, 1.8)  # after which a camera notices that its picture is gone
ASPECT = 1.5
LABELS = ("person", "bicycle", "car")
NO_TIME = Timestamp(0)
POSES = 4
CHANGE_FRAMES = 6  # in quick succession: then the tracker knows every object
CHANGE_REPEAT_FRAMES = 30  # and again after so many: a stepped clock made the tracker forget
RISE_M, DRY_M, SWAY_M = 1.6, 0.4, 0.05


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
    """Reports the people, bicycles or cars of its scene. See `street_agent.status.FrameCounter`."""

    source: SourceId
    incident_kind: IncidentKind
    scene: Scene
    ids: IdSource
    rng: Random
    frames: int = 0
    is_discontinuous: bool = True  # the time before the next frame is not connected with it
    reported_reason: str | None = None  # of its blindness; "": it sees; None: nothing reported
    notices_at_s: float | None = None  # when it will notice that its picture is gone
    blind_since: Timestamp = NO_TIME
    unmatched_frames: int = 0  # frames with a condition that the rule has not matched (yet)

    def observe(self, at_s: float, at: Timestamp, state: SourceState) -> tuple[CoreInput, ...]:
        reason = self.scene.blind_reason(at_s)
        if reason:
            return self._observe_nothing(at_s, at, reason)
        is_present = self.scene.is_present(at_s)
        is_matched = self.is_discontinuous or not is_present or _dwell(state).present
        self.unmatched_frames = 0 if is_matched else self.unmatched_frames + 1
        kind = self.incident_kind if is_present else None
        frame = FrameObserved(
            source=self.source,
            captured_at=at,
            error_ms=5.0,
            aspect=ASPECT,
            discontinuity=self.is_discontinuous,
            detections=_detections(kind, self.frames % POSES),
            traceparent=format_traceparent(start_trace(self.ids)),
        )
        self.frames, self.is_discontinuous, self.notices_at_s = self.frames + 1, False, None
        if self.reported_reason == "":
            return (frame,)
        self.reported_reason = ""
        return VisibilityChanged(
            source=self.source, visibility=Visibility.OBSERVED, reason="", since=at, at=at
        ), frame

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
    """Reports the water level of its scene. A blind gauge is silent."""

    source: SourceId
    scene: Scene
    ids: IdSource
    rng: Random

    def observe(self, at_s: float, at: Timestamp, _: SourceState) -> tuple[CoreInput, ...]:
        if self.scene.blind_reason(at_s):
            return ()
        level_m = RISE_M if self.scene.is_present(at_s) else DRY_M
        level_m += self.rng.uniform(-SWAY_M, SWAY_M)
        return (
            SensorRead(
                source=self.source,
                at=at,
                value=round(level_m, 3),
                traceparent=format_traceparent(start_trace(self.ids)),
            ),
        )

    def interval_s(self, at_s: float, state: SourceState) -> float:
        dwell = _dwell(state)
        is_changing = self.scene.is_present(at_s) is not dwell.active or (
            bool(dwell.began_at) and not dwell.present
        )
        return READ_CHANGE_S if state.verifications or is_changing else READ_RESTING_S


def _dwell(state: SourceState) -> Dwell:
    """Of the source's only rule."""
    return state.traced_rules[0].state.dwell


@lru_cache(maxsize=64)
def _detections(incident_kind: IncidentKind | None, pose: int) -> Detections:
    """What a detector finds: nothing, or what the kind takes, at places that sway a little.

    The arrays are shared and never written to.
    """
    if incident_kind is None:
        return Detections.none(LABELS)
    profile = DETECTION_PROFILES[incident_kind]
    sway = 0.004 * (pose - (POSES - 1) / 2)
    lefts = [0.12 + 0.15 * number + sway for number in range(profile.count)]
    boxes = np.array([(x, 0.4, x + 0.08, 0.7) for x in lefts], np.float32)
    count = len(lefts)
    classes = np.full(count, LABELS.index(profile.label), np.int16)
    return Detections(
        boxes=boxes, scores=np.full(count, 0.9, np.float32), classes=classes, labels=LABELS
    )
