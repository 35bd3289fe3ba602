"""Messages between an agent and its district about their link and the agent's health. Protocol:
hello → ack; batch → ack.
"""

from citybrain.clock import Timestamp
from citybrain.domain.event import VerificationRequest
from citybrain.geo import Point
from citybrain.ids import AgentId, SourceId, StoreEpoch
from citybrain.structs import Struct
from citybrain.vocabulary import Visibility


class HelloProof(Struct, frozen=True, kw_only=True):
    """Who says a hello: the claims of it as text, the box's signature over them, and its
    certificate with what leads to the root (see `citybrain.enrolment.hello_proof`)."""

    claims: bytes = b""
    signature: bytes = b""
    certificates: bytes = b""  # PEM, the box's first


NO_PROOF = HelloProof()  # of a box that has not joined


class AgentHello(Struct, frozen=True, kw_only=True):
    """Sent on every connect: which sequence numbers the agent's outbox holds."""

    agent: AgentId
    incarnation: int
    lowest_unacked: int  # the lowest number not yet acknowledged; `next_seq` when there is none
    next_seq: int
    # the incarnation that the box had before, as it knows it or was told; 0: none
    previous: int = 0
    proof: HelloProof = NO_PROOF  # for the door alone: the journal has what it proved
    at: Timestamp = Timestamp(0)  # when it was sent, by the agent's clock; 0: not said


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
    # another incarnation of the same box, where not this one is believed last: a hello that names
    # it as the one before takes its place; 0: this one is
    believed_instead: int = 0
    at: Timestamp = Timestamp(0)  # when it was sent, by the district's clock; 0: not said
    # of the store that has committed it: another one than before was restored from a backup, and
    # may have forgotten what was acknowledged; "": not said
    epoch: StoreEpoch = StoreEpoch("")


class RequestBatch(Struct, frozen=True, kw_only=True):
    """Numbered requests of one district store to an agent, in one message."""

    epoch: StoreEpoch
    first: int  # sequence number of requests[0]; the rest follow on
    requests: tuple[VerificationRequest, ...]


class RequestAck(Struct, frozen=True, kw_only=True):
    """What the agent has committed of the requests of store `epoch`."""

    epoch: StoreEpoch
    contiguous: int


class ViewCone(Struct, frozen=True, kw_only=True):
    """Where a camera looks from the place where it stands, as who put it up measured it."""

    heading_deg: float  # of the middle of its picture, clockwise from true north, from 0 to < 360
    field_of_view_deg: float  # from the left edge of its picture to the right one, above 0 to 360
    range_m: float  # as far as its rules can see what they are about


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
    view_cone: ViewCone | None = None  # None: nobody said where it looks


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
