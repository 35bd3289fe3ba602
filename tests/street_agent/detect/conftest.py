"""Frames drawn by the tests, and the model `tiny` in a cache of its own."""

from pathlib import Path

import numpy as np
import pytest

from citybrain.clock import Timestamp
from citybrain.ids import SourceId
from models.fetch import fetch_model
from street_agent.capture.frame import Frame


class Drawn:
    """A picture held as an array, scaled by picking the nearest pixels."""

    def __init__(self, pixels: np.ndarray) -> None:
        self._pixels = pixels

    def bgr(self, width: int, height: int) -> np.ndarray:
        rows = np.arange(height) * self._pixels.shape[0] // height
        columns = np.arange(width) * self._pixels.shape[1] // width
        return self._pixels[rows[:, None], columns]

    def grey(self, width: int, height: int) -> np.ndarray:
        return self.bgr(width, height).mean(axis=2).astype(np.uint8)


@pytest.fixture(scope="session")
def frame_of():
    def make(pixels: np.ndarray, seq: int = 1) -> Frame:
        height, width = pixels.shape[:2]
        return Frame(
            source=SourceId("c"),
            seq=seq,
            captured_at=Timestamp(seq),
            error_ms=0.0,
            width=width,
            height=height,
            discontinuity=seq == 1,
            picture=Drawn(pixels),
        )

    return make


@pytest.fixture(scope="session")
def model_cache(tmp_path_factory) -> Path:
    """A cache that holds `tiny`; the tests' own, whatever the machine's cache holds."""
    cache = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CITYBRAIN_CACHE", str(cache))
        fetch_model("tiny")
    return cache


@pytest.fixture
def use_cache(model_cache, monkeypatch) -> Path:
    monkeypatch.setenv("CITYBRAIN_CACHE", str(model_cache))
    return model_cache
