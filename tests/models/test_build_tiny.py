"""The model `tiny` is the same bytes everywhere, and really finds bright blobs."""

import hashlib

import numpy as np
import onnxruntime as ort
import pytest

from models.build_tiny import CELLS, SIDE, STRIDE, build
from models.card import load


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    path = tmp_path_factory.mktemp("tiny") / "tiny.onnx"
    build(path)
    return ort.InferenceSession(str(path))


def peaks(session, picture):
    raw = session.run(
        None, {"images": np.repeat(picture[None, None], 3, axis=1).astype(np.float32)}
    )[0][0]
    found = []
    for row in np.flatnonzero(raw[:, 4] > 0.3):
        x, y, w, h = (
            raw[row, 0] + row % CELLS,
            raw[row, 1] + row // CELLS,
            np.exp(raw[row, 2]),
            np.exp(raw[row, 3]),
        )
        found.append(
            (
                np.array([x - w / 2, y - h / 2, x + w / 2, y + h / 2]) * STRIDE,
                "person" if raw[row, 5] > raw[row, 6] else "car",
            )
        )
    return found


def test_it_builds_to_the_hash_and_size_on_its_card(tmp_path):
    path = tmp_path / "tiny.onnx"
    build(path)
    card = load("tiny")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == card.sha256
    assert path.stat().st_size == card.size


def test_its_weights_are_no_inputs(session):
    assert [i.name for i in session.get_inputs()] == ["images"]


def test_darkness_and_grey_padding_hold_nothing(session):
    assert peaks(session, np.full((SIDE, SIDE), 114)) == []
    assert peaks(session, np.zeros((SIDE, SIDE))) == []


def test_two_blobs_are_two_boxes_of_their_shapes(session):
    picture = np.full((SIDE, SIDE), 40)
    picture[20:60, 30:46] = 255
    picture[100:120, 90:140] = 255
    found = {label: box for box, label in peaks(session, picture)}
    assert found["person"] == pytest.approx([30, 20, 46, 60], abs=3)
    assert found["car"] == pytest.approx([90, 100, 140, 120], abs=3)
