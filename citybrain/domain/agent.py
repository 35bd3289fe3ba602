"""Messages between an agent and its district about their link and the agent's health. Protocol:
hello → ack; batch → ack.
"""

from citybrain.clock import Timestamp
from citybrain.domain.event import VerificationRequest
from citybrain.geo import Point
from citybrain.ids import AgentId, SourceId, StoreEpoch
from citybrain.structs import Struct
from citybrain.vocabulary import Visibility


class AgentHello(Struct, frozen=True, kw_only=True):
    """Sent on every connect: which sequence numbers the agent's outbox holds."""

    agent: AgentId
    incarnation: int
    lowest_unacked: int  # the lowest number not yet acknowledged; `next_seq` when there is none
    next_seq: int


class SeqRange(Struct, frozen=True, kw_only=True):
    """Sequence numbers `first`..`last`, ends included."""

    first: int
    last: int


class Ack(Struct, frozen=True, kw_only=True):
    """What the receiving application has committed: all up to `contiguous`, and the ranges `above`.
    Absolute and idempotent."""

    incarnation: int
    contiguous: int
    above: tuple[SeqRange, ...] = ()


class RequestBatch(Struct, frozen=True, kw_only=True):
    """Numbered requests of one district store to an agent, in one message."""

    epoch: StoreEpoch
    first: int  # sequence number of requests[0]; the rest follow on
    requests: tuple[VerificationRequest, ...]


class RequestAck(Struct, frozen=True, kw_only=True):
    """What the agent has committed of the requests of store `epoch`."""

    epoch: StoreEpoch
    contiguous: int


class SourceStatus(Struct, frozen=True, kw_only=True):
    """One camera or sensor, now. Every frame is accounted for: captured = used + gated + dropped
    (+ at most one in progress)."""

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


class AgentStatus(Struct, frozen=True, kw_only=True):
    """An agent's start (retained), its health (about once a second) and its end (the broker's last
    will, `online` false)."""

    agent: AgentId
    online: bool
    at: Timestamp
    software_version: str
    outbox_rows: int
    outbox_bytes: int
    lost: int  # events given up so far under a declared limit
    sources: tuple[SourceStatus, ...] = ()
    set_apart: int = 0  # rows of the outbox that could not be read, declared as gaps
    outboxes_damaged: int = 0  # files of the outbox that were set aside, each for a new one
