"""What an agent and its district say about the link itself and about the agent's health. Protocol: hello → ack; batch → ack."""

from dataclasses import dataclass

from citybrain.clock import Timestamp
from citybrain.domain.event import VerificationRequest
from citybrain.geo import Point
from citybrain.ids import AgentId, SourceId, StoreEpoch
from citybrain.structs import Struct
from citybrain.vocabulary import Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentHello:
    """Said on every connect: what the agent's outbox holds."""

    agent: AgentId
    incarnation: int
    lowest_kept: (
        int  # the lowest sequence number not yet acknowledged (= next_seq when nothing is kept)
    )
    next_seq: int


class SeqRange(Struct, frozen=True, kw_only=True):
    """Sequence numbers `first`..`last`, ends included."""

    first: int
    last: int


class Ack(Struct, frozen=True, kw_only=True):
    """What the receiving application has committed: everything up to `contiguous`, and `above` it these spans. Absolute and idempotent."""

    incarnation: int
    contiguous: int
    above: tuple[SeqRange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestBatch:
    """What travels downwards to an agent in one message: numbered requests of one district store."""

    epoch: StoreEpoch
    first: int  # sequence number of requests[0]; the rest follow on
    requests: tuple[VerificationRequest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAck:
    """What the agent has committed of the requests of store `epoch`."""

    epoch: StoreEpoch
    contiguous: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStatus:
    """One camera or sensor, now. Every frame is accounted for: captured = used + gated + dropped (+ at most one in hand)."""

    source: SourceId
    is_camera: bool
    place: Point
    visibility: Visibility
    reason: str
    fps: float  # frames captured a second (readings a second for a sensor)
    infer_ms: float
    captured: int
    used: int
    gated: int
    dropped: int
    observed_s: float
    degraded_s: float
    blind_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentStatus:
    """Birth (retained), health (about once a second) and death (the broker's last will, `online` false) of an agent."""

    agent: AgentId
    online: bool
    at: Timestamp
    version: str
    outbox_rows: int
    outbox_bytes: int
    lost: int  # events given up so far under a declared bound
    sources: tuple[SourceStatus, ...] = ()
