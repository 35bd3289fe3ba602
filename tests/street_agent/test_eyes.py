"""The eyes: newest frame, each camera in its turn, every frame settled, a broken model blinds only its own cameras."""

import numpy as np
import pytest

from citybrain.clock import SECOND_US, ManualClock, Timestamp
from citybrain.vocabulary import Visibility
from street_agent.capture.frame import Frame
from street_agent.capture.port import Tally, VisibilityChange
from street_agent.core.inputs import Looked, SightSeen
from street_agent.detect.detections import Detections
from street_agent.detect.port import Spent
from street_agent.errors import ModelError
from street_agent.eyes import MODEL_RETRY_S, Eye, Eyes


class Reel:
    """A camera whose frames are put by hand; as the real one, it keeps the newest only."""

    def __init__(self, source, clock):
        self.source, self.clock, self.seq = source, clock, 0
        self.waiting, self.changes, self.fates = None, [], {}

    def shoot(self, *, cut=False):
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
            cut=cut,
            picture=None,
        )

    def latest(self, after_seq, *, wait_s=0.0):
        frame, self.waiting = self.waiting, None
        return frame

    def settle(self, seq, *, used):
        assert seq not in self.fates
        self.fates[seq] = "used" if used else "gated"

    def take_changes(self):
        taken, self.changes = tuple(self.changes), []
        return taken

    def visibility(self):
        return VisibilityChange(visibility=Visibility.OBSERVED, reason="", since=Timestamp(0))

    def tally(self):
        return Tally(captured=len(self.fates))

    def stop(self):
        pass


class Sees:
    """A detector that sees one person; it may break."""

    labels = ("person",)
    spent = Spent(pre_ms=1.0, infer_ms=10.0, post_ms=1.0)

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


def looking(clock, *fps, open_model=lambda name: Sees(), models=()):
    told = []
    eyes = tuple(
        Eye(camera=Reel(f"cam-{i}", clock), model=models[i] if models else "x", detect_fps=wanted)
        for i, wanted in enumerate(fps)
    )
    return (
        Eyes(eyes, open_model=open_model, clock=clock, new_trace=lambda: "trace", tell=told.append),
        eyes,
        told,
    )


def test_a_camera_is_looked_at_as_often_as_it_asks_and_the_rest_is_gated(clock):
    eyes, (eye,), told = looking(clock, 5.0)
    for _ in range(250):
        eye.camera.shoot()
        eyes.look(eye)
        clock.advance(0.04)
    assert 49 <= len(told) <= 51
    fates = list(eye.camera.fates.values())
    assert len(fates) == 250
    assert fates.count("used") == len(told)
    assert fates.count("gated") == 250 - len(told)


def test_a_slow_camera_is_looked_at_every_time(clock):
    eyes, (eye,), told = looking(clock, 10.0)
    for _ in range(20):
        eye.camera.shoot()
        eyes.look(eye)
        clock.advance(0.5)
    assert len(told) == 20


def test_after_a_cut_the_first_frame_is_looked_at_at_once(clock):
    eyes, (eye,), told = looking(clock, 1.0)
    for cut in (False, False, True):
        eye.camera.shoot(cut=cut)
        eyes.look(eye)
        clock.advance(0.1)
    assert [looked.cut for looked in told] == [False, True]


def test_a_blind_camera_is_not_shown_to_the_detector(clock):
    eyes, (eye,), told = looking(clock, 5.0)
    eye.camera.changes.append(
        VisibilityChange(
            visibility=Visibility.BLIND, reason="frozen", since=Timestamp(clock.now() - SECOND_US)
        )
    )
    eye.camera.shoot()
    eyes.look(eye)
    assert [type(t) for t in told] == [SightSeen]
    assert eye.camera.fates == {1: "gated"}
    eye.camera.changes.append(
        VisibilityChange(visibility=Visibility.OBSERVED, reason="", since=clock.now())
    )
    clock.advance(1)
    eye.camera.shoot()
    eyes.look(eye)
    assert [type(t) for t in told] == [SightSeen, SightSeen, Looked]


def test_a_model_that_cannot_be_opened_blinds_its_cameras_once_and_no_other(clock):
    def open_model(name):
        if name == "bad":
            raise ModelError("model bad is missing. Fetch it: citybrain model fetch bad.")
        return Sees()

    eyes, both, told = looking(clock, 5.0, 5.0, open_model=open_model, models=("bad", "good"))
    for _ in range(5):
        for eye in both:
            eye.camera.changes.append(
                VisibilityChange(visibility=Visibility.OBSERVED, reason="", since=clock.now())
            )
            eye.camera.shoot()
            eyes.look(eye)
        clock.advance(0.3)
    of_bad = [
        t
        for t in told
        if t.source == "cam-0"
        and not (isinstance(t, SightSeen) and t.visibility is Visibility.OBSERVED)
    ]
    assert [(t.visibility, t.reason) for t in of_bad] == [(Visibility.BLIND, "no_model")]
    assert told[-1].source == "cam-1"
    assert sum(isinstance(t, Looked) for t in told) == 5
    assert set(both[0].camera.fates.values()) == {"gated"}


def test_a_model_that_breaks_in_service_is_blindness_not_a_crash(clock):
    eyes, (eye,), told = looking(clock, 5.0, open_model=lambda name: Sees(breaks_after=2))
    for _ in range(6):
        eye.camera.shoot()
        eyes.look(eye)
        clock.advance(0.3)
    assert [type(t) for t in told] == [Looked, Looked, SightSeen]
    assert told[-1].reason == "model_unfit"
    assert len(eye.camera.fates) == 6


def test_a_model_that_was_fetched_meanwhile_is_looked_through_without_a_restart(clock):
    there = []

    def open_model(name):
        if not there:
            raise ModelError("model tiny is missing. Fetch it: citybrain model fetch tiny.")
        return Sees()

    eyes, (eye,), told = looking(clock, 5.0, open_model=open_model)
    eye.camera.shoot()
    eyes.look(eye)
    there.append("a file")
    clock.advance(MODEL_RETRY_S / 2)
    eye.camera.shoot()
    eyes.look(eye)
    assert [t.reason for t in told] == ["no_model"], "not tried at every picture"
    clock.advance(MODEL_RETRY_S)
    eye.camera.shoot()
    eyes.look(eye)
    assert [type(t) for t in told] == [SightSeen, SightSeen, Looked]
    assert (told[1].visibility, told[1].since) == (Visibility.OBSERVED, clock.now())


def test_when_the_detector_is_too_slow_all_cameras_lose_alike(clock):
    eyes, cameras, told = looking(clock, 25.0, 25.0, 25.0)
    for _ in range(100):
        for eye in cameras:
            eye.camera.shoot()
            eyes.look(eye)
            clock.advance(
                0.05
            )  # the detector's own time, in which newer frames displace older ones
            for other in cameras:
                other.camera.shoot()
    looks = [
        sum(isinstance(t, Looked) and t.source == eye.camera.source for t in told)
        for eye in cameras
    ]
    assert max(looks) - min(looks) <= 1
    assert all("dropped" in eye.camera.fates.values() for eye in cameras)
