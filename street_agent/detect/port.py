"""What the agent needs of a detector. The one adapter is `ort.OrtDetector`; a replay brings recorded detections instead."""

from dataclasses import dataclass
from typing import Protocol

from street_agent.capture.frame import Frame
from street_agent.detect.detections import Detections


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """Milliseconds of the last `detect`."""

    pre_ms: float = 0.0
    infer_ms: float = 0.0
    post_ms: float = 0.0


class Detector(Protocol):
    """One model. Not thread-safe: its buffers are reused, so give each worker thread its own."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The street classes it can tell; `Detections.classes` are indices into them."""
        ...

    @property
    def spent(self) -> Spent: ...

    def detect(self, frame: Frame) -> Detections:
        """The boxes of one frame, best first. Raises `ModelError` when the model breaks its card's promise."""
        ...

    def close(self) -> None: ...
