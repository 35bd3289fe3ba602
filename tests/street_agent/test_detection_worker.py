"""The detection worker: newest frame, each camera in turn, every frame released; a broken model
blinds only its own cameras."""

import numpy as np
import pytest

from citybrain.clock import SECOND_US, ManualClock, Timestamp
from citybrain.vocabulary import Visibility
from street_agent.capture.frame import Frame
from street_agent.capture.port import CameraVisibility, FrameCounts
from street_agent.core.inputs import FrameObserved, VisibilityChanged
from street_agent.detect.detections import Detections
from street_agent.detect.port import StageTimes
from street_agent.detection_worker import CameraSlot, DetectionWorker
from street_agent.detector_pool import MODEL_RETRY_S
from street_agent.errors import ModelError, PluginModelError


class ManualCamera:
    """A camera whose frames are put by hand; as the real one, it keeps the newest only."""

    def __init__(self, source, clock):
        self.source, self.clock, self.seq = source, clock, 0
        self.waiting, self.changes, self.fates = None, [], {}

    def capture(self, *, discontinuity=False):
        self.seq += 1
        if self.waiting is not None:
            self.fates[self.waiting.seq] = "dropped"
        at = self.clock.now()
        self.waiting = Frame(
            source=self.source,
            seq=self.seq,
            captured_at=at,
            error_ms=1.0,
            width=320,
            height=240,
            discontinuity=discontinuity,
            picture=None,
        )

    def latest(self, after_seq, *, wait_s=0.0):
        frame, self.waiting = self.waiting, None
        return frame

    def release(self, seq, *, used):
        assert seq not in self.fates
        self.fates[seq] = "used" if used else "gated"

    def take_changes(self):
        taken, self.changes = tuple(self.changes), []
        return taken

    def visibility(self):
        return CameraVisibility(visibility=Visibility.OBSERVED, reason="", since=Timestamp(0))

    def frame_counts(self):
        return FrameCounts(captured=len(self.fates))

    def stop(self):
        pass


class OnePersonDetector:
    """A detector that finds one person; it may break."""

    labels = ("person",)
    timings = StageTimes(pre_ms=1.0, infer_ms=10.0, post_ms=1.0)

    def __init__(self, *, breaks_after=10**9):
        self.left = breaks_after

    def detect(self, frame):
        self.left -= 1
        if self.left < 0:
            raise ModelError("model x gives nonsense. Fetch it again.")
        boxes = np.array([[0.1, 0.1, 0.2, 0.4]], np.float32)
        return Detections(
            boxes=boxes,
            scores=np.array([0.9], np.float32),
            classes=np.zeros(1, np.int16),
            labels=self.labels,
        )

    def close(self):
        pass


@pytest.fixture
def clock():
    return ManualClock()


def worker_on(clock, *fps, open_model=lambda name: OnePersonDetector(), models=()):
    emitted = []
    cameras = tuple(
        CameraSlot(
            camera=ManualCamera(f"cam-{i}", clock),
            model=models[i] if models else "x",
            detect_fps=wanted,
        )
        for i, wanted in enumerate(fps)
    )
    return (
        DetectionWorker(
            cameras,
            open_model=open_model,
            clock=clock,
            new_trace=lambda: "trace",
            emit=emitted.append,
        ),
        cameras,
        emitted,
    )


def test_a_camera_is_processed_at_its_detect_fps_and_the_rest_is_gated(clock):
    worker, (slot,), emitted = worker_on(clock, 5.0)
    for _ in range(250):
        slot.camera.capture()
        worker.poll(slot)
        clock.advance(0.04)
    assert 49 <= len(emitted) <= 51
    fates = list(slot.camera.fates.values())
    assert len(fates) == 250
    assert fates.count("used") == len(emitted)
    assert fates.count("gated") == 250 - len(emitted)


def test_every_frame_of_a_slow_camera_is_processed(clock):
    worker, (slot,), emitted = worker_on(clock, 10.0)
    for _ in range(20):
        slot.camera.capture()
        worker.poll(slot)
        clock.advance(0.5)
    assert len(emitted) == 20


def test_the_first_frame_after_a_discontinuity_is_processed_at_once(clock):
    worker, (slot,), emitted = worker_on(clock, 1.0)
    for discontinuity in (False, False, True):
        slot.camera.capture(discontinuity=discontinuity)
        worker.poll(slot)
        clock.advance(0.1)
    assert [frame.discontinuity for frame in emitted] == [False, True]


def test_frames_of_a_blind_camera_are_not_processed(clock):
    worker, (slot,), emitted = worker_on(clock, 5.0)
    slot.camera.changes.append(
        CameraVisibility(
            visibility=Visibility.BLIND, reason="frozen", since=Timestamp(clock.now() - SECOND_US)
        )
    )
    slot.camera.capture()
    worker.poll(slot)
    assert [type(t) for t in emitted] == [VisibilityChanged]
    assert slot.camera.fates == {1: "gated"}
    slot.camera.changes.append(
        CameraVisibility(visibility=Visibility.OBSERVED, reason="", since=clock.now())
    )
    clock.advance(1)
    slot.camera.capture()
    worker.poll(slot)
    assert [type(t) for t in emitted] == [VisibilityChanged, VisibilityChanged, FrameObserved]


def test_a_model_that_cannot_be_opened_blinds_its_cameras_once_and_no_other(clock):
    def open_model(name):
        if name == "bad":
            raise ModelError("model bad is missing. Fetch it: citybrain model fetch bad.")
        return OnePersonDetector()

    worker, both, emitted = worker_on(
        clock, 5.0, 5.0, open_model=open_model, models=("bad", "good")
    )
    for _ in range(5):
        for slot in both:
            slot.camera.changes.append(
                CameraVisibility(visibility=Visibility.OBSERVED, reason="", since=clock.now())
            )
            slot.camera.capture()
            worker.poll(slot)
        clock.advance(0.3)
    of_bad = [
        t
        for t in emitted
        if t.source == "cam-0"
        and not (isinstance(t, VisibilityChanged) and t.visibility is Visibility.OBSERVED)
    ]
    assert [(t.visibility, t.reason) for t in of_bad] == [(Visibility.BLIND, "no_model")]
    assert emitted[-1].source == "cam-1"
    assert sum(isinstance(t, FrameObserved) for t in emitted) == 5
    assert set(both[0].camera.fates.values()) == {"gated"}


def test_a_model_that_fails_in_use_is_blindness_and_no_crash(clock):
    worker, (slot,), emitted = worker_on(
        clock, 5.0, open_model=lambda name: OnePersonDetector(breaks_after=2)
    )
    for _ in range(6):
        slot.camera.capture()
        worker.poll(slot)
        clock.advance(0.3)
    assert [type(t) for t in emitted] == [FrameObserved, FrameObserved, VisibilityChanged]
    assert emitted[-1].reason == "model_unfit"
    assert len(slot.camera.fates) == 6


def test_a_model_that_was_fetched_meanwhile_is_used_without_a_restart(clock):
    there = []

    def open_model(name):
        if not there:
            raise ModelError("model tiny is missing. Fetch it: citybrain model fetch tiny.")
        return OnePersonDetector()

    worker, (slot,), emitted = worker_on(clock, 5.0, open_model=open_model)
    slot.camera.capture()
    worker.poll(slot)
    there.append("a file")
    clock.advance(MODEL_RETRY_S / 2)
    slot.camera.capture()
    worker.poll(slot)
    assert [t.reason for t in emitted] == ["no_model"], "not tried at every picture"
    clock.advance(MODEL_RETRY_S)
    slot.camera.capture()
    worker.poll(slot)
    assert [type(t) for t in emitted] == [VisibilityChanged, VisibilityChanged, FrameObserved]
    assert (emitted[1].visibility, emitted[1].since) == (Visibility.OBSERVED, clock.now())


def test_when_the_detector_is_too_slow_all_cameras_lose_frames_alike(clock):
    worker, cameras, emitted = worker_on(clock, 25.0, 25.0, 25.0)
    for _ in range(100):
        for slot in cameras:
            slot.camera.capture()
            worker.poll(slot)
            clock.advance(
                0.05
            )  # the detector's own time, in which newer frames displace older ones
            for other in cameras:
                other.camera.capture()
    counts = [
        sum(isinstance(t, FrameObserved) and t.source == slot.camera.source for t in emitted)
        for slot in cameras
    ]
    assert max(counts) - min(counts) <= 1
    assert all("dropped" in slot.camera.fates.values() for slot in cameras)


def test_a_packages_decoder_that_fails_each_time_blinds_its_camera_once(clock):
    class FailingDetector(OnePersonDetector):
        def detect(self, frame):
            raise PluginModelError("its decoder failed.")

    worker, (slot,), emitted = worker_on(clock, 5.0, open_model=lambda name: FailingDetector())
    for _ in range(30):
        slot.camera.capture()
        worker.poll(slot)
        clock.advance(1.0)
    assert [(t.visibility, t.reason) for t in emitted] == [(Visibility.BLIND, "plugin")]


def test_it_is_tried_again_and_observes_from_the_first_picture_that_it_decodes(clock):
    class RecoveringDetector(OnePersonDetector):
        def detect(self, frame):
            if len(tries) < 3:
                raise PluginModelError("its decoder failed.")
            return super().detect(frame)

    tries = []

    def open_model(name):
        tries.append(name)
        return RecoveringDetector()

    worker, (slot,), emitted = worker_on(clock, 5.0, open_model=open_model)
    for _ in range(20):
        slot.camera.capture()
        worker.poll(slot)
        clock.advance(1.0)
    kinds = [t.visibility if isinstance(t, VisibilityChanged) else "frame" for t in emitted]
    assert kinds[:3] == [Visibility.BLIND, Visibility.OBSERVED, "frame"]
    assert set(kinds[3:]) == {"frame"}


def test_the_log_says_once_what_pictures_come(clock, caplog):
    caplog.set_level("INFO")
    worker, (slot,), _ = worker_on(clock, 5.0)
    for _ in range(60):
        clock.advance(0.1)
        slot.camera.capture()
        worker.poll(slot)
    told = [r.getMessage() for r in caplog.records if " is up: " in r.getMessage()]
    assert told == [
        "cam-0 is up: 320 x 240 at 10.0 frames a second, of which the detector is to look at 5"
    ]
