"""What may happen to an agent, as the shell tells its core. Values only."""

from dataclasses import dataclass

from citybrain.clock import Timestamp
from citybrain.domain.event import VerificationRequest
from citybrain.ids import SourceId
from citybrain.vocabulary import Visibility
from street_agent.detect.detections import Detections


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looked:
    """The detector looked at a picture of a camera."""

    source: SourceId
    captured_at: Timestamp
    error_ms: float
    aspect: float
    cut: bool  # the time before this picture is not connected with it
    detections: Detections
    traceparent: str  # begins at this frame


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensed:
    """A sensor gave a value."""

    source: SourceId
    at: Timestamp
    value: float
    traceparent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SightSeen:
    """What is known of a source changed at `since`; noticed at `at`."""

    source: SourceId
    visibility: Visibility
    reason: str
    since: Timestamp
    at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedToLook:
    """The district asks whether a condition is still there."""

    request: VerificationRequest
    at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticked:
    """Time went by."""

    at: Timestamp


Input = Looked | Sensed | SightSeen | AskedToLook | Ticked
