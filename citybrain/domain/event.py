"""What an agent reports, once: events with their evidence, gaps, visibility intervals and the
results of verification requests.
"""

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.ids import AgentId, EpisodeId, IncidentId, RequestId, RuleId, SourceId
from citybrain.structs import Struct
from citybrain.vocabulary import (
    Certainty,
    EventKind,
    IncidentKind,
    Phase,
    Severity,
    Urgency,
    VerificationVerdict,
    Visibility,
)


class Box(Struct, frozen=True, kw_only=True):
    """One object in the picture: corners as shares (0..1) of width and height, origin top left."""

    left: float
    top: float
    right: float
    bottom: float
    label: str
    score: float
    track: int


class Evidence(Struct, frozen=True, kw_only=True):
    """What a screen may draw on a neutral scene: boxes and the rule's outline, never a pixel."""

    aspect: float  # width / height of the picture
    outline: tuple[tuple[float, float], ...]  # the rule's zone (closed) or line (open), as shares
    boxes: tuple[Box, ...] = ()


class Event(Struct, frozen=True, kw_only=True, tag="event"):
    """A scene rule's or sensor's condition starting, changing or ending."""

    episode: EpisodeId  # the same from start to end
    kind: EventKind  # what the rule or sensor reports
    phase: Phase
    source: SourceId
    rule: RuleId
    incident_kind: IncidentKind  # that the rule was set up to detect
    place: Point
    severity: Severity
    urgency: Urgency
    certainty: Certainty
    observed_at: Timestamp  # when the picture was taken or the sensor read
    error_ms: float  # bound on the error of observed_at
    measurements: dict[str, float]  # count, held_s, value … by name
    traceparent: str  # W3C trace context that begins at the frame
    evidence: Evidence | bytes | None = None  # bytes: as it came, decoded where it is shown
    is_historical: bool = False  # sent out of a backlog, not live
    from_sensor: bool = False  # a sensor was read, no picture taken


class LossCount(Struct, frozen=True, kw_only=True):
    """How many events of one severity and rule a gap stands for."""

    severity: Severity
    rule: RuleId
    count: int


class Gap(Struct, frozen=True, kw_only=True, tag="gap"):
    """Items lost under a declared limit: it stands for the sequence numbers `first`..`last`, ends
    included."""

    first: int
    last: int
    reason: str
    losses: tuple[LossCount, ...]


class VisibilityInterval(Struct, frozen=True, kw_only=True, tag="visibility"):
    """What was known of a source over an interval; only changes are reported."""

    source: SourceId
    visibility: Visibility
    reason: str  # "" when observed
    since: Timestamp
    until: Timestamp | None  # None: it goes on


class VerificationRequest(Struct, frozen=True, kw_only=True):
    """A district's request to an agent: is the condition of `rule` still present?"""

    request: RequestId
    incident: IncidentId
    source: SourceId
    rule: RuleId
    quiet_s: float  # seconds of *observed* absence that `clear` needs
    deadline: Timestamp


class VerificationResult(Struct, frozen=True, kw_only=True, tag="verification"):
    """The agent's answer to a `VerificationRequest`. Blind seconds do not count as observed."""

    request: RequestId
    incident: IncidentId
    source: SourceId
    verdict: VerificationVerdict
    reason: str
    observed_s: float
    measurements: dict[str, float]
    answered_at: Timestamp


OutboxContent = Event | Gap | VisibilityInterval | VerificationResult


class OutboxItem(Struct, frozen=True, kw_only=True):
    """One numbered item of an agent's outbox."""

    seq: int
    content: OutboxContent


class EventBatch(Struct, frozen=True, kw_only=True):
    """Items of one agent in one message. The transport proves the sender; `agent` is checked
    against the topic."""

    agent: AgentId
    incarnation: int
    items: tuple[OutboxItem, ...]
