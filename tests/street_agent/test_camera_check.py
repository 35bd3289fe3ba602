"""`street check` counts who is tracked, not boxes, and foretells how often cameras are served."""

import numpy as np
import pytest

from citybrain.clock import SECOND_US, Timestamp
from street_agent.capture.frame import Frame
from street_agent.cli.camera_check import LOOKS, described, predictions, try_model
from street_agent.config import StreetConfig
from street_agent.detect.detections import Detections
from street_agent.detect.port import StageTimes


class Script:
    """A detector that finds boxes by its script, and takes the same time for each picture."""

    labels = ("person", "car")

    def __init__(self, *places, took_ms=20.0):
        self._places, self.seen = list(places), 0
        self.timings = StageTimes(pre_ms=0.0, infer_ms=took_ms, post_ms=0.0)

    def detect(self, _frame):
        here = self._places[min(self.seen, len(self._places) - 1)]
        self.seen += 1
        return Detections(
            boxes=np.array([(x, 0.3, x + 0.05, 0.5) for x in here], np.float32).reshape(-1, 4),
            scores=np.full(len(here), 0.9, np.float32),
            classes=np.zeros(len(here), np.int16),
            labels=self.labels,
        )


def frames(count, *, fps=25.0):
    for n in range(count):
        yield Frame(
            source="cam-1",
            seq=n + 1,
            captured_at=Timestamp(round((1 + n / fps) * SECOND_US)),
            error_ms=0.0,
            width=640,
            height=480,
            discontinuity=n == 0,
            picture=None,
        )


@pytest.fixture
def cameras(config):
    def make(*asked, **changes) -> tuple:
        made: StreetConfig = config(
            camera=[
                {
                    "id": f"cam-{n}",
                    "source": "x.avi",
                    "place": {"lat": 1, "lon": 2},
                    "detect_fps": fps,
                    **changes,
                }
                for n, fps in enumerate(asked)
            ]
        )
        return made.camera

    return make


def test_who_is_tracked_is_counted_and_clutter_is_not(cameras):
    (camera,) = cameras(5.0)
    clutter = [(0.1, 0.2 + 0.09 * n) for n in range(LOOKS)]
    trial = try_model(camera, Script(*clutter), frames(200), score_min=0.3)
    assert (trial.looks, trial.boxes, len(trial.tracked)) == (LOOKS, 2, 1)
    assert described(trial) == "1 person tracked over 8 looks; 20 ms a look"


def test_it_looks_at_the_rate_that_is_asked_for(cameras):
    (camera,) = cameras(5.0)
    model = Script((0.1,))
    try_model(camera, model, frames(26), score_min=0.3)
    assert model.seen == 6


def test_a_single_picture_tracks_nobody_and_says_so(cameras):
    (camera,) = cameras(5.0)
    trial = try_model(camera, Script((0.1, 0.5)), frames(1), score_min=0.3)
    assert described(trial) == "2 boxes in one picture, too few pictures to track; 20 ms a look"


def test_sixteen_cameras_of_a_slow_model_are_foretold_to_miss_their_floor(cameras):
    shown = list(predictions(cameras(*[5.0] * 16), [0.1] * 16))
    assert all(misses for _, _, misses in shown)
    assert "asked 5, floor 1, served 0.6 by this machine now; it would be degraded" in shown[0][1]
    assert not any(misses for _, _, misses in predictions(cameras(*[5.0] * 8), [0.1] * 8))


def test_one_that_asks_for_less_than_any_floor_is_named_before_it_runs(cameras):
    ((_, rates, misses),) = predictions(cameras(0.2), [0.01])
    assert misses and "raise detect_fps to 0.5" in rates
