"""One thread polls the cameras: it takes the newest frame of each in turn and gives it to the
camera's detector. Every frame taken is released; nothing is decided here.

Fair: in one pass each camera is polled once at most, so when the detector is too slow all cameras
lose frames alike. A frame that comes sooner than the camera's `detect_fps` asks for is gated; one
that was displaced while the detector was busy is dropped (the capture counts those).
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from citybrain.clock import SECOND_US, Clock, Timestamp
from citybrain.structs import Struct, replace
from citybrain.supervision.heartbeat import Heartbeat
from citybrain.vocabulary import Visibility
from street_agent.capture.frame import Frame
from street_agent.capture.port import Camera, CameraVisibility
from street_agent.core.inputs import FrameObserved, VisibilityChanged
from street_agent.detect.port import Detector
from street_agent.detector_pool import DetectorPool, ModelRefusal
from street_agent.errors import ModelError

log = logging.getLogger(__name__)

IDLE_S = 0.004  # between two passes when no camera had a frame
# Of the wanted interval: a frame that comes so little early is used (frame times jitter).
EARLY = 0.1
SMOOTHING = 0.1
RATE_KNOWN_S = 2.0  # of frames, after which their rate is known


class FirstFrame(Struct, frozen=True, kw_only=True):
    """The first frame of a size, for the rate at which more of them come."""

    width: int
    height: int
    seq: int
    captured_at: Timestamp


@dataclass(slots=True, kw_only=True)  # a dataclass: the worker's thread changes it, others read it
class CameraSlot:
    """One camera, the model it is processed with, and where the processing stands."""

    camera: Camera
    model: str
    detect_fps: float
    after: int = 0  # the last frame taken
    processed_at: Timestamp | None = None
    due: Timestamp | None = None  # frames taken before are gated
    is_blind: bool = False
    refused: str = ""  # why its model cannot be used; that was reported
    infer_ms: float = 0.0
    processed: int = 0
    first: FirstFrame | None = None  # of this size
    is_up_told: bool = False


class DetectionWorker:
    """Owns one thread. `emit` is called on it with what was observed and what the cameras know of
    themselves; it may make the thread wait.

    `on_failure` is called on it should it end unforeseen.
    """

    def __init__(
        self,
        cameras: tuple[CameraSlot, ...],
        *,
        open_model: Callable[[str], Detector],
        clock: Clock,
        new_trace: Callable[[], str],
        emit: Callable[[FrameObserved | VisibilityChanged], None],
        on_failure: Callable[[], None] = lambda: None,
        heartbeat: Heartbeat | None = None,
    ) -> None:
        self._heartbeat = heartbeat or Heartbeat("detection")
        self._cameras, self._clock, self._new_trace = cameras, clock, new_trace
        self._emit, self._on_failure = emit, on_failure
        self._detectors = DetectorPool(open_model=open_model, clock=clock)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="detection", daemon=True)

    def start(self) -> None:
        """Start the cameras and begin to poll them."""
        for slot in self._cameras:
            slot.camera.start()
        if self._cameras:
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._heartbeat.end()
        if self._thread.is_alive():
            self._thread.join(timeout=5)
        if self._cameras:
            # A silent stream takes seconds to be closed: all at once.
            with ThreadPoolExecutor(len(self._cameras), "closing") as pool:
                list(pool.map(lambda slot: slot.camera.stop(), self._cameras))
        self._detectors.close()

    def _run(self) -> None:
        try:
            self._poll_cameras()
        except Exception:
            log.exception(
                "no camera is polled any more; the agent's supervisor should start it again"
            )
            self._on_failure()

    def _poll_cameras(self) -> None:
        while not self._stop.is_set():
            had_frame = [self._polled(slot) for slot in self._cameras]
            if not any(had_frame):
                self._stop.wait(IDLE_S)

    def _polled(self, slot: CameraSlot) -> bool:
        had_frame = self.poll(slot)
        self._heartbeat.beat()  # after each: a model's first use takes its time
        return had_frame

    def poll(self, slot: CameraSlot) -> bool:
        """Emit what the camera knows of itself, then take, process and release its newest frame;
        whether there was one."""
        if not slot.refused and not self._detectors.is_refused(slot.model):
            for visibility in slot.camera.take_changes():
                self._emit_visibility(slot, visibility)
        frame = slot.camera.latest(slot.after)
        if frame is None:
            return False
        slot.after = frame.seq
        detector = self._detectors.get(slot.model)
        if isinstance(detector, ModelRefusal):
            self._mark_refused(slot, detector.reason)
            slot.camera.release(frame.seq, used=False)
            return True
        is_blind = slot.is_blind and not slot.refused  # nobody keeps it up to date meanwhile
        if is_blind or _is_early(slot, frame):
            slot.camera.release(frame.seq, used=False)
        else:
            self._detect(slot, frame, detector)
        return True

    def _detect(self, slot: CameraSlot, frame: Frame, detector: Detector) -> None:
        try:
            detections = detector.detect(frame)
        except ModelError as error:
            self._detectors.refuse_in_use(slot.model, error)
            slot.camera.release(frame.seq, used=False)
            return
        if slot.refused:
            self._mark_usable(slot)  # not before: a decoder that fails each time is never usable
        slot.camera.release(frame.seq, used=True)
        slot.processed_at = frame.captured_at
        slot.due = _next_due(slot, frame.captured_at)
        slot.processed += 1
        if slot.is_blind:
            return
        _tell_up(slot, frame)
        infer_ms = detector.timings.infer_ms
        is_first = slot.processed == 1
        slot.infer_ms += (1.0 if is_first else SMOOTHING) * (infer_ms - slot.infer_ms)
        self._emit(
            FrameObserved(
                source=frame.source,
                captured_at=frame.captured_at,
                error_ms=frame.error_ms,
                aspect=frame.width / frame.height,
                discontinuity=frame.discontinuity,
                detections=detections,
                traceparent=self._new_trace(),
            )
        )

    def _emit_visibility(self, slot: CameraSlot, known: CameraVisibility) -> None:
        slot.is_blind = known.visibility is Visibility.BLIND
        self._emit(
            VisibilityChanged(
                source=slot.camera.source,
                visibility=known.visibility,
                reason=known.reason,
                since=known.since,
                at=self._clock.now(),
            )
        )

    def _mark_refused(self, slot: CameraSlot, reason: str) -> None:
        """Emit once that the camera is blind because its model cannot be used."""
        if slot.refused == reason:
            return
        slot.refused = reason
        at = self._clock.now()
        self._emit(
            VisibilityChanged(
                source=slot.camera.source,
                visibility=Visibility.BLIND,
                reason=reason,
                since=slot.processed_at or at,
                at=at,
            )
        )

    def _mark_usable(self, slot: CameraSlot) -> None:
        """The camera's model can be used from now on."""
        slot.refused = ""
        slot.camera.take_changes()
        self._emit_visibility(slot, replace(slot.camera.visibility(), since=self._clock.now()))


def _tell_up(slot: CameraSlot, frame: Frame) -> None:
    """Say in the log once what pictures come of it, and again when their size is another."""
    first = slot.first
    if first is None or (first.width, first.height) != (frame.width, frame.height):
        slot.first = FirstFrame(
            width=frame.width, height=frame.height, seq=frame.seq, captured_at=frame.captured_at
        )
        slot.is_up_told = False
        return
    passed_s = (frame.captured_at - first.captured_at) / SECOND_US
    if slot.is_up_told or passed_s < RATE_KNOWN_S:
        return
    slot.is_up_told = True
    log.info(
        "%s is up: %d x %d at %.1f frames a second, of which the detector is to look at %g",
        frame.source,
        frame.width,
        frame.height,
        (frame.seq - first.seq) / passed_s,
        slot.detect_fps,
    )


def _is_early(slot: CameraSlot, frame: Frame) -> bool:
    if slot.due is None or frame.discontinuity:
        return False
    return frame.captured_at < slot.due - EARLY / slot.detect_fps * SECOND_US


def _next_due(slot: CameraSlot, at: Timestamp) -> Timestamp:
    """The next frame's time on the camera's own grid, which starts anew where it was missed."""
    period = round(SECOND_US / slot.detect_fps)
    if slot.due is None or at >= slot.due + period:
        return Timestamp(at + period)
    return Timestamp(slot.due + period)
