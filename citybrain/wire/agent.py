"""Messages between an agent and its district about their link and the agent's health, as protobuf.
The agent's events are in `event`.
"""

from citybrain.domain.agent import (
    NO_PROOF,
    Ack,
    AgentHello,
    AgentStatus,
    HelloProof,
    RequestAck,
    RequestBatch,
    SeqRange,
    SourceStatus,
    ViewCone,
)
from citybrain.errors import MalformedError
from citybrain.ids import StoreEpoch
from citybrain.limits import VIEW_RANGE
from citybrain.wire.event import from_pb_verification_request, to_pb_verification_request
from citybrain.wire.v1 import agent_pb2 as pb
from citybrain.wire.validation import enums, limits
from citybrain.wire.validation.fields import (
    VERSION,
    bounded,
    check_version,
    identifier,
    natural,
    non_negative,
    parse,
    point,
    sequence_number,
    serialized,
    text,
    timestamp,
    to_pb_point,
)


def encode_agent_hello(h: AgentHello) -> bytes:
    m = pb.AgentHello(
        version=VERSION,
        agent=h.agent,
        incarnation=h.incarnation,
        lowest_unacked=h.lowest_unacked,
        next_seq=h.next_seq,
        previous=h.previous,
        proof=None
        if h.proof == NO_PROOF
        else pb.HelloProof(
            claims=h.proof.claims,
            signature=h.proof.signature,
            certificates=h.proof.certificates,
        ),
        at=h.at,
    )
    return serialized(m)


def decode_agent_hello(payload: bytes) -> AgentHello:
    m = parse(pb.AgentHello, payload)
    check_version(m.version)
    lowest_unacked, next_seq = (
        sequence_number(m.lowest_unacked, "lowest_unacked"),
        sequence_number(m.next_seq, "next_seq"),
    )
    if lowest_unacked > next_seq:
        raise MalformedError("range", f"an outbox from {lowest_unacked} to before {next_seq}")
    return AgentHello(
        agent=identifier(m.agent, "agent"),
        incarnation=natural(m.incarnation, "incarnation"),
        lowest_unacked=lowest_unacked,
        next_seq=next_seq,
        previous=natural(m.previous, "previous"),
        proof=_from_pb_hello_proof(m.proof),
        at=timestamp(m.at, "at"),
    )


def _from_pb_hello_proof(m: pb.HelloProof) -> HelloProof:
    """Checked for its size alone."""
    if sum(map(len, (m.claims, m.signature, m.certificates))) > limits.HELLO_PROOF.value:
        raise MalformedError("oversized", f"a proof has at most {limits.HELLO_PROOF.value} bytes")
    return HelloProof(claims=m.claims, signature=m.signature, certificates=m.certificates)


def encode_ack(ack: Ack) -> bytes:
    """Ranges beyond the limit are left off: the sender sends those events again, which costs
    bandwidth and nothing else."""
    above = [pb.SeqRange(first=s.first, last=s.last) for s in ack.above[: limits.ACK_RANGES.value]]
    return serialized(
        pb.Ack(
            version=VERSION,
            incarnation=ack.incarnation,
            contiguous=ack.contiguous,
            above=above,
            believed_instead=ack.believed_instead,
            at=ack.at,
            epoch=ack.epoch,
        )
    )


def decode_ack(payload: bytes) -> Ack:
    m = parse(pb.Ack, payload)
    check_version(m.version)
    above = tuple(_from_pb_seq_range(s) for s in bounded(m.above, limits.ACK_RANGES))
    return Ack(
        incarnation=natural(m.incarnation, "incarnation"),
        contiguous=sequence_number(m.contiguous, "contiguous"),
        above=above,
        believed_instead=natural(m.believed_instead, "believed_instead"),
        at=timestamp(m.at, "at"),
        # districts of versions before say none
        epoch=identifier(m.epoch, "epoch") if m.epoch else StoreEpoch(""),
    )


def _from_pb_seq_range(m: pb.SeqRange) -> SeqRange:
    first, last = sequence_number(m.first, "first"), sequence_number(m.last, "last")
    if last < first:
        raise MalformedError("range", f"a range from {first} to {last}")
    return SeqRange(first=first, last=last)


def encode_request_batch(batch: RequestBatch) -> bytes:
    requests = [to_pb_verification_request(r) for r in batch.requests]
    return serialized(
        pb.RequestBatch(version=VERSION, epoch=batch.epoch, first=batch.first, requests=requests)
    )


def decode_request_batch(payload: bytes) -> RequestBatch:
    m = parse(pb.RequestBatch, payload)
    check_version(m.version)
    requests = tuple(from_pb_verification_request(r) for r in bounded(m.requests, limits.REQUESTS))
    return RequestBatch(
        epoch=identifier(m.epoch, "epoch"),
        first=sequence_number(m.first, "first"),
        requests=requests,
    )


def encode_request_ack(ack: RequestAck) -> bytes:
    return serialized(pb.RequestAck(version=VERSION, epoch=ack.epoch, contiguous=ack.contiguous))


def decode_request_ack(payload: bytes) -> RequestAck:
    m = parse(pb.RequestAck, payload)
    check_version(m.version)
    return RequestAck(
        epoch=identifier(m.epoch, "epoch"), contiguous=sequence_number(m.contiguous, "contiguous")
    )


def encode_agent_status(status: AgentStatus) -> bytes:
    return serialized(to_pb_agent_status(status))


def decode_agent_status(payload: bytes) -> AgentStatus:
    m = parse(pb.AgentStatus, payload)
    check_version(m.version)
    return from_pb_agent_status(m)


def to_pb_agent_status(s: AgentStatus) -> pb.AgentStatus:
    return pb.AgentStatus(
        version=VERSION,
        agent=s.agent,
        online=s.online,
        at=s.at,
        software_version=s.software_version,
        outbox_rows=s.outbox_rows,
        outbox_bytes=s.outbox_bytes,
        lost=s.lost,
        sources=[_to_pb_source(source) for source in s.sources],
        set_apart=s.set_apart,
        outboxes_damaged=s.outboxes_damaged,
    )


def from_pb_agent_status(m: pb.AgentStatus) -> AgentStatus:
    return AgentStatus(
        agent=identifier(m.agent, "agent"),
        online=m.online,
        at=timestamp(m.at, "at"),
        software_version=text(m.software_version, "software_version"),
        outbox_rows=natural(m.outbox_rows, "outbox_rows"),
        outbox_bytes=natural(m.outbox_bytes, "outbox_bytes"),
        lost=natural(m.lost, "lost"),
        sources=tuple(_from_pb_source(source) for source in bounded(m.sources, limits.SOURCES)),
        set_apart=natural(m.set_apart, "set_apart"),
        outboxes_damaged=natural(m.outboxes_damaged, "outboxes_damaged"),
    )


def _to_pb_source(s: SourceStatus) -> pb.SourceStatus:
    return pb.SourceStatus(
        source=s.source,
        is_camera=s.is_camera,
        place=to_pb_point(s.place),
        visibility=enums.VISIBILITY.to_pb[s.visibility],
        reason=s.reason,
        fps=s.fps,
        infer_ms=s.infer_ms,
        captured=s.captured,
        used=s.used,
        gated=s.gated,
        dropped=s.dropped,
        observed_s=s.observed_s,
        degraded_s=s.degraded_s,
        blind_s=s.blind_s,
        view_cone=None if s.view_cone is None else _to_pb_view_cone(s.view_cone),
    )


def _from_pb_source(m: pb.SourceStatus) -> SourceStatus:
    return SourceStatus(
        source=identifier(m.source, "source"),
        is_camera=m.is_camera,
        place=point(m.place, "place"),
        visibility=enums.VISIBILITY.from_pb(m.visibility),
        reason=text(m.reason, "reason"),
        fps=non_negative(m.fps, "fps"),
        infer_ms=non_negative(m.infer_ms, "infer_ms"),
        captured=natural(m.captured, "captured"),
        used=natural(m.used, "used"),
        gated=natural(m.gated, "gated"),
        dropped=natural(m.dropped, "dropped"),
        observed_s=non_negative(m.observed_s, "observed_s"),
        degraded_s=non_negative(m.degraded_s, "degraded_s"),
        blind_s=non_negative(m.blind_s, "blind_s"),
        view_cone=_from_pb_view_cone(m.view_cone) if m.HasField("view_cone") else None,
    )


def _to_pb_view_cone(cone: ViewCone) -> pb.ViewCone:
    return pb.ViewCone(
        heading_deg=cone.heading_deg,
        field_of_view_deg=cone.field_of_view_deg,
        range_m=cone.range_m,
    )


def _from_pb_view_cone(m: pb.ViewCone) -> ViewCone:
    """Raises `MalformedError` for one that no camera has."""
    if not 0 <= m.heading_deg < 360:  # true for NaN too, here and below
        raise MalformedError("number", f"heading_deg is {m.heading_deg}; it is 0 to below 360")
    if not 0 < m.field_of_view_deg <= 360:
        raise MalformedError(
            "number", f"field_of_view_deg is {m.field_of_view_deg}; it is above 0, to 360"
        )
    if not 0 < m.range_m <= VIEW_RANGE.value:
        raise MalformedError(
            "number", f"range_m is {m.range_m}; it is above 0, to {VIEW_RANGE.value}"
        )
    return ViewCone(
        heading_deg=m.heading_deg, field_of_view_deg=m.field_of_view_deg, range_m=m.range_m
    )
