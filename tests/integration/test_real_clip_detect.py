"""Real models on real, labelled footage: the count of people and their boxes against the labels."""

import numpy as np
import pytest

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from citybrain.system_clock import SystemClock
from models.card import load
from models.errors import ModelNotFetchedError
from models.fetch import fetch_model
from street_agent.capture.stepped import frames
from street_agent.detect.ort import OrtDetector

EVERY = 20  # of 795 frames: enough for a mean, little enough for a test
ERROR_MAX = 1.5  # people a frame, mean of the absolute error
WIDTH, HEIGHT = 768, 576


@pytest.fixture(scope="module")
def truth(shared_data):
    """Frame number (from 1) to the labelled people, as shares of the picture [N, 4]."""
    people = {}
    for line in (shared_data / "truth" / "PETS09-S2L1" / "gt.txt").read_text().splitlines():
        frame, _, left, top, width, height, considered, *_ = (float(v) for v in line.split(","))
        if considered:
            people.setdefault(int(frame), []).append(
                (left / WIDTH, top / HEIGHT, (left + width) / WIDTH, (top + height) / HEIGHT)
            )
    return {frame: np.array(boxes) for frame, boxes in people.items()}


@pytest.fixture(scope="module", params=["yolox-nano", "picodet-s", "nanodet-g"])
def detector(request, shared_data):
    card = load(request.param)
    beside = {"yolox-nano": "yolox_nano.onnx", "picodet-s": "picodet_s_416_clean.onnx"}.get(
        request.param
    )
    try:
        path = shared_data / "models" / beside if beside else fetch_model(request.param).path
    except ModelNotFetchedError as error:
        pytest.skip(f"registry: {error}")
    return OrtDetector(card, path, clock=SystemClock())


@pytest.fixture(scope="module")
def found(detector, shared_data):
    """Frame number to the detections."""
    clip = frames(SourceId("c"), str(shared_data / "clips" / "vtest.avi"), start_at=Timestamp(0))
    return {frame.seq: detector.detect(frame) for frame in clip if frame.seq % EVERY == 1}


def overlap(a, b):
    low, high = (
        np.maximum(a[:, None, :2], b[None, :, :2]),
        np.minimum(a[:, None, 2:], b[None, :, 2:]),
    )
    shared = np.prod(np.clip(high - low, 0, None), axis=2)
    area = [np.prod(x[:, 2:] - x[:, :2], axis=1) for x in (a, b)]
    return shared / (area[0][:, None] + area[1][None, :] - shared)


def test_people_are_counted_with_a_mean_error_of_at_most_one_and_a_half(found, truth):
    errors = [abs(len(boxes.of("person")) - len(truth[number])) for number, boxes in found.items()]
    assert len(errors) == 40
    assert np.mean(errors) <= ERROR_MAX


def test_most_labelled_people_are_found_where_they_stand(found, truth):
    matched = total = 0
    for number, boxes in found.items():
        people = boxes.of("person").boxes
        total += len(truth[number])
        matched += (
            int((overlap(truth[number], people).max(axis=1) > 0.4).sum()) if len(people) else 0
        )
    assert matched / total > 0.75


def test_besides_people_the_two_parked_vehicles_are_found_once_each_and_nothing_else(found):
    for boxes in found.values():
        parked = boxes.of("car", "bus", "truck")
        assert len(boxes.of("person")) + len(parked) == len(boxes), (
            "no bicycle, no motorcycle in this clip"
        )
        assert len(parked) <= 2, "a car that is also a truck is one object"
        centres = (parked.boxes[:, :2] + parked.boxes[:, 2:]) / 2
        assert (centres[:, 0] > 0.8).all()
        assert (centres[:, 1] < 0.2).all()
    assert sum(len(boxes.of("car", "bus", "truck")) for boxes in found.values()) >= 0.9 * 2 * len(
        found
    )
