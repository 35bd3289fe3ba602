"""What the agent needs of a detector. The one adapter is `ort.OrtDetector`; a replay brings
recorded detections instead."""

from typing import Protocol

from citybrain.structs import Struct
from street_agent.capture.frame import Frame
from street_agent.detect.detections import Detections


class StageTimes(Struct, frozen=True, kw_only=True):
    """Milliseconds of the last `detect`."""

    pre_ms: float = 0.0
    infer_ms: float = 0.0
    post_ms: float = 0.0


class Detector(Protocol):
    """One model. Not thread-safe: its buffers are reused, so give each worker thread its own."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The street classes that it finds; `Detections.classes` are indices into them."""
        ...

    @property
    def timings(self) -> StageTimes: ...

    def detect(self, frame: Frame) -> Detections:
        """The boxes of one frame, best first. Raises `ModelError` when the model does not do what
        its card says."""
        ...

    def close(self) -> None: ...
