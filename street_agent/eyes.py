"""Looks at the cameras: one thread takes the newest frame of each in turn and shows it to its detector. Every frame taken is settled; nothing is judged here.

Fair: on one pass over the cameras each is looked at once at most, so when the detector is too slow all lose pictures alike. A frame that comes sooner
than the camera's `detect_fps` asks for is gated; one that was displaced while the detector was busy is dropped (the capture counts those).
"""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from citybrain.clock import SECOND_US, Clock, Instant, Timestamp
from citybrain.errors import CityBrainError
from citybrain.vocabulary import Visibility
from street_agent.capture.frame import Frame
from street_agent.capture.port import Camera, VisibilityChange
from street_agent.core.camera import NO_MODEL
from street_agent.core.inputs import Looked, SightSeen
from street_agent.detect.port import Detector
from street_agent.errors import ModelAlteredError, ModelError, WrongOutputsError

log = logging.getLogger(__name__)

IDLE_S = 0.004  # between two passes when no camera had a frame
EARLY = 0.1  # of the wished interval: a frame this close before its turn is looked at (frame times tremble)
SMOOTHING = 0.1
MODEL_RETRY_S = 5.0
UNFIT = "model_unfit"
_BECAUSE: Mapping[type, str] = {
    ModelAlteredError: "model_altered",
    WrongOutputsError: UNFIT,
}  # any other fault at opening: there is none


@dataclass(slots=True, kw_only=True)
class Eye:
    """One camera and the detector it is looked at with; changed by the thread that looks, read by the others."""

    camera: Camera
    model: str
    detect_fps: float
    after: int = 0  # the last frame taken
    looked_at: Timestamp | None = None
    due: Timestamp | None = None  # frames taken before are gated
    is_blind: bool = False
    closed: str = ""  # why its model cannot be used; that was said
    infer_ms: float = 0.0
    looks: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    reason: str
    fault: str
    again_at: (
        Instant | None
    )  # None: its file is as promised and it failed at work, so another try would be no better


@dataclass(slots=True, kw_only=True)
class _Detectors:
    """One detector for each model that is used, opened at the first use. One that cannot be opened is said once and tried again: somebody may fetch it."""

    open_model: Callable[[str], Detector]
    clock: Clock
    opened: dict[str, Detector] = field(default_factory=dict)
    refused: dict[str, _Refusal] = field(default_factory=dict)

    def get(self, model: str) -> Detector | None:
        was = self.refused.get(model)
        if was is not None and (was.again_at is None or self.clock.instant() < was.again_at):
            return None
        if model not in self.opened:
            try:
                self.opened[model] = self.open_model(model)
            except CityBrainError as fault:
                self.refuse(model, fault, again_in_s=MODEL_RETRY_S)
                return None
            if self.refused.pop(model, None):
                log.info("model %s can be used now", model)
        return self.opened[model]

    def refuse(self, model: str, fault: CityBrainError, *, again_in_s: float | None = None) -> None:
        was = self.refused.get(model)
        if was is None or was.fault != str(fault):
            log.error("model %s cannot be used, its cameras are blind: %s", model, fault)
        again_at = (
            None
            if again_in_s is None
            else Instant(self.clock.instant() + round(again_in_s * SECOND_US))
        )
        self.refused[model] = _Refusal(
            reason=_BECAUSE.get(type(fault), UNFIT if again_in_s is None else NO_MODEL),
            fault=str(fault),
            again_at=again_at,
        )

    def close(self) -> None:
        for detector in self.opened.values():
            detector.close()


class Eyes:
    """Owns one thread. `tell` is called on it with what was looked at and what the cameras know of themselves; it may make the thread wait.

    `on_death` is called on it should it end unforeseen.
    """

    def __init__(
        self,
        eyes: tuple[Eye, ...],
        *,
        open_model: Callable[[str], Detector],
        clock: Clock,
        new_trace: Callable[[], str],
        tell: Callable[[Looked | SightSeen], None],
        on_death: Callable[[], None] = lambda: None,
    ) -> None:
        self._eyes, self._clock, self._new_trace, self._tell, self._on_death = (
            eyes,
            clock,
            new_trace,
            tell,
            on_death,
        )
        self._detectors = _Detectors(open_model=open_model, clock=clock)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="eyes", daemon=True)

    def start(self) -> None:
        """Start the cameras and begin to look."""
        for eye in self._eyes:
            eye.camera.start()
        if self._eyes:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        if self._eyes:
            with ThreadPoolExecutor(
                len(self._eyes), "closing"
            ) as pool:  # a silent stream takes seconds to let go: all at once
                list(pool.map(lambda eye: eye.camera.stop(), self._eyes))
        self._detectors.close()

    def _run(self) -> None:
        try:
            self._look_around()
        except Exception:
            log.exception("nobody looks any more; the agent's supervisor should start it again")
            self._on_death()

    def _look_around(self) -> None:
        while not self._stop.is_set():
            taken = [self.look(eye) for eye in self._eyes]
            if not any(taken):
                self._stop.wait(IDLE_S)

    def look(self, eye: Eye) -> bool:
        """Pass on what the camera knows of itself, then take and settle its newest frame; whether there was one."""
        self._pass_on_sight(eye)
        frame = eye.camera.latest(eye.after)
        if frame is None:
            return False
        eye.after = frame.seq
        detector = self._detectors.get(eye.model)
        if detector is None:
            self._close_eye(eye, self._detectors.refused[eye.model].reason)
        elif eye.closed:
            self._open_eye(eye)
        if detector is None or eye.is_blind or self._is_early(eye, frame):
            eye.camera.settle(frame.seq, used=False)
        else:
            self._detect(eye, frame, detector)
        return True

    def _detect(self, eye: Eye, frame: Frame, detector: Detector) -> None:
        try:
            seen = detector.detect(frame)
        except ModelError as fault:
            self._detectors.refuse(eye.model, fault)
            eye.camera.settle(frame.seq, used=False)
            return
        eye.camera.settle(frame.seq, used=True)
        eye.looked_at, eye.due, eye.looks = (
            frame.captured_at,
            _next_due(eye, frame.captured_at),
            eye.looks + 1,
        )
        spent = detector.spent.infer_ms
        eye.infer_ms = (
            spent if eye.looks == 1 else eye.infer_ms + SMOOTHING * (spent - eye.infer_ms)
        )
        self._tell(
            Looked(
                source=frame.source,
                captured_at=frame.captured_at,
                error_ms=frame.error_ms,
                aspect=frame.width / frame.height,
                cut=frame.cut,
                detections=seen,
                traceparent=self._new_trace(),
            )
        )

    def _is_early(self, eye: Eye, frame: Frame) -> bool:
        return (
            eye.due is not None
            and not frame.cut
            and frame.captured_at < eye.due - EARLY / eye.detect_fps * SECOND_US
        )

    def _pass_on_sight(self, eye: Eye) -> None:
        if eye.model in self._detectors.refused:
            return
        for change in eye.camera.take_changes():
            self._tell_sight(eye, change)

    def _tell_sight(self, eye: Eye, change: VisibilityChange) -> None:
        eye.is_blind = change.visibility is Visibility.BLIND
        self._tell(
            SightSeen(
                source=eye.camera.source,
                visibility=change.visibility,
                reason=change.reason,
                since=change.since,
                at=self._clock.now(),
            )
        )

    def _close_eye(self, eye: Eye, reason: str) -> None:
        """Say once that nobody can look here."""
        if eye.closed != reason:
            eye.closed = reason
            at = self._clock.now()
            self._tell(
                SightSeen(
                    source=eye.camera.source,
                    visibility=Visibility.BLIND,
                    reason=reason,
                    since=eye.looked_at or at,
                    at=at,
                )
            )

    def _open_eye(self, eye: Eye) -> None:
        """Its model can be used from now on."""
        eye.closed = ""
        eye.camera.take_changes()
        self._tell_sight(eye, replace(eye.camera.visibility(), since=self._clock.now()))


def _next_due(eye: Eye, at: Timestamp) -> Timestamp:
    """The next turn on the camera's own grid, which begins anew where it was missed."""
    period = round(SECOND_US / eye.detect_fps)
    return Timestamp(
        eye.due + period if eye.due is not None and at < eye.due + period else at + period
    )
