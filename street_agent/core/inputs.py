"""What the core decides on: one union of values that the shell hands in."""

from citybrain.clock import Timestamp
from citybrain.domain.event import VerificationRequest
from citybrain.ids import SourceId
from citybrain.structs import Struct
from citybrain.vocabulary import Visibility
from street_agent.detect.detections import Detections


class FrameObserved(Struct, frozen=True, kw_only=True, eq=False):
    """The detector processed a picture of a camera."""

    source: SourceId
    captured_at: Timestamp
    error_ms: float
    aspect: float
    discontinuity: bool  # the time before this picture is not connected with it
    detections: Detections
    traceparent: str  # begins at this frame


class SensorRead(Struct, frozen=True, kw_only=True):
    """A sensor gave a value."""

    source: SourceId
    at: Timestamp
    value: float
    traceparent: str


class ReadingRefused(Struct, frozen=True, kw_only=True):
    """A sensor gave what is no reading, for `reason` (a code); `detail` says for people what it
    was."""

    source: SourceId
    at: Timestamp
    reason: str
    detail: str


class VisibilityChanged(Struct, frozen=True, kw_only=True):
    """What is known of a source changed at `since`; noticed at `at`."""

    source: SourceId
    visibility: Visibility
    reason: str
    since: Timestamp
    at: Timestamp


class VerificationRequested(Struct, frozen=True, kw_only=True):
    """The district asks whether a condition is still present."""

    request: VerificationRequest
    at: Timestamp


class Ticked(Struct, frozen=True, kw_only=True):
    """Time went by."""

    at: Timestamp


CoreInput = (
    FrameObserved | SensorRead | ReadingRefused | VisibilityChanged | VerificationRequested | Ticked
)
