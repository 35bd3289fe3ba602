"""What an agent says, once: the event, its evidence, and what may stand in its place (a gap, a blind interval, a verdict)."""

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
    """What a screen may draw on a neutral scene: boxes and the rule's polygon or line, never a pixel."""

    aspect: float  # width / height of the picture
    outline: tuple[
        tuple[float, float], ...
    ]  # the zone (closed) or line (open) of the rule, normalised
    boxes: tuple[Box, ...] = ()


class Event(Struct, frozen=True, kw_only=True):
    """A scene rule's or sensor's condition starting, changing or ending."""

    episode: EpisodeId  # the same from start to end
    kind: EventKind
    phase: Phase
    source: SourceId
    rule: RuleId
    incident_kind: IncidentKind  # the incident kind that the rule was set up to find
    place: Point
    severity: Severity
    urgency: Urgency
    certainty: Certainty
    observed_at: Timestamp  # when the picture was taken or the sensor read
    error_ms: float  # bound on the error of observed_at
    measurements: dict[str, float]  # count, seconds_held, value … by name
    traceparent: str  # W3C trace context that begins at the frame
    evidence: Evidence | None = None
    is_historical: bool = False  # sent out of a backlog, not live


class LossCount(Struct, frozen=True, kw_only=True):
    """How many events of one severity and rule a gap stands for."""

    severity: Severity
    rule: RuleId
    count: int


class Gap(Struct, frozen=True, kw_only=True):
    """Events that a declared bound cost us: it takes the sequence numbers `first`..`last`, ends included."""

    first: int
    last: int
    reason: str
    losses: tuple[LossCount, ...]


class VisibilityInterval(Struct, frozen=True, kw_only=True):
    """What was known of a source over an interval; only changes are said."""

    source: SourceId
    visibility: Visibility
    reason: str  # "" when observed
    since: Timestamp
    until: Timestamp | None  # None: still so


class VerificationRequest(Struct, frozen=True, kw_only=True):
    """A district's request to look again: is the condition of `rule` still there?"""

    request: RequestId
    incident: IncidentId
    source: SourceId
    rule: RuleId
    quiet_s: float  # seconds of *observed* absence that `clear` needs
    deadline: Timestamp


class VerificationResult(Struct, frozen=True, kw_only=True):
    """The agent's answer. Blind seconds do not count as observed."""

    request: RequestId
    incident: IncidentId
    source: SourceId
    verdict: VerificationVerdict
    reason: str
    observed_s: float
    measurements: dict[str, float]
    answered_at: Timestamp


class OutboxItem(Struct, frozen=True, kw_only=True):
    """One numbered item of an agent's outbox: exactly one of the four is set."""

    seq: int
    event: Event | None = None
    gap: Gap | None = None
    visibility: VisibilityInterval | None = None
    verification: VerificationResult | None = None


class EventBatch(Struct, frozen=True, kw_only=True):
    """What travels upwards in one message. The sender's identity is the transport's (`agent` is checked against the topic)."""

    agent: AgentId
    incarnation: int
    items: tuple[OutboxItem, ...]
