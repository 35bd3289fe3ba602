"""What an agent and its district say about the link and the agent's health, across the door. The agent's reports of events are `event`'s."""

from citybrain.domain.agent import (
    Ack,
    AgentHello,
    AgentStatus,
    RequestAck,
    RequestBatch,
    SeqRange,
    SourceStatus,
)
from citybrain.errors import MalformedError
from citybrain.wire.event import from_pb_reobserve, to_pb_reobserve
from citybrain.wire.v1 import agent_pb2 as pb
from citybrain.wire.validation import enums, limits
from citybrain.wire.validation.fields import (
    VERSION,
    amount,
    at,
    bounded,
    count,
    ident,
    parsed,
    point,
    text,
    to_pb_point,
    versioned,
)


def encode_agent_hello(h: AgentHello) -> bytes:
    m = pb.AgentHello(
        version=VERSION,
        agent=h.agent,
        incarnation=h.incarnation,
        lowest_kept=h.lowest_kept,
        next_seq=h.next_seq,
    )
    return m.SerializeToString()


def decode_agent_hello(payload: bytes) -> AgentHello:
    m = parsed(pb.AgentHello, payload)
    versioned(m.version)
    lowest_kept, next_seq = count(m.lowest_kept, "lowest_kept"), count(m.next_seq, "next_seq")
    if lowest_kept > next_seq:
        raise MalformedError("range", f"an outbox from {lowest_kept} to before {next_seq}")
    return AgentHello(
        agent=ident(m.agent, "agent"),
        incarnation=count(m.incarnation, "incarnation"),
        lowest_kept=lowest_kept,
        next_seq=next_seq,
    )


def encode_ack(ack: Ack) -> bytes:
    """Spans beyond the limit are left off: the sender sends those events again, which costs bandwidth and nothing else."""
    above = [pb.SeqRange(first=s.first, last=s.last) for s in ack.above[: limits.SPANS.value]]
    return pb.Ack(
        version=VERSION, incarnation=ack.incarnation, contiguous=ack.contiguous, above=above
    ).SerializeToString()


def decode_ack(payload: bytes) -> Ack:
    m = parsed(pb.Ack, payload)
    versioned(m.version)
    above = tuple(_span(s) for s in bounded(m.above, limits.SPANS))
    return Ack(
        incarnation=count(m.incarnation, "incarnation"),
        contiguous=count(m.contiguous, "contiguous"),
        above=above,
    )


def _span(m: pb.SeqRange) -> SeqRange:
    first, last = count(m.first, "first"), count(m.last, "last")
    if last < first:
        raise MalformedError("range", f"a span from {first} to {last}")
    return SeqRange(first=first, last=last)


def encode_request_batch(asked: RequestBatch) -> bytes:
    requests = [to_pb_reobserve(r) for r in asked.requests]
    return pb.RequestBatch(
        version=VERSION, epoch=asked.epoch, first=asked.first, requests=requests
    ).SerializeToString()


def decode_request_batch(payload: bytes) -> RequestBatch:
    m = parsed(pb.RequestBatch, payload)
    versioned(m.version)
    requests = tuple(from_pb_reobserve(r) for r in bounded(m.requests, limits.REQUESTS))
    return RequestBatch(
        epoch=ident(m.epoch, "epoch"), first=count(m.first, "first"), requests=requests
    )


def encode_request_ack(ack: RequestAck) -> bytes:
    return pb.RequestAck(
        version=VERSION, epoch=ack.epoch, contiguous=ack.contiguous
    ).SerializeToString()


def decode_request_ack(payload: bytes) -> RequestAck:
    m = parsed(pb.RequestAck, payload)
    versioned(m.version)
    return RequestAck(epoch=ident(m.epoch, "epoch"), contiguous=count(m.contiguous, "contiguous"))


def encode_agent_status(status: AgentStatus) -> bytes:
    return to_pb_agent_status(status).SerializeToString()


def decode_agent_status(payload: bytes) -> AgentStatus:
    m = parsed(pb.AgentStatus, payload)
    versioned(m.version)
    return from_pb_agent_status(m)


def to_pb_agent_status(s: AgentStatus) -> pb.AgentStatus:
    return pb.AgentStatus(
        version=VERSION,
        agent=s.agent,
        online=s.online,
        at=s.at,
        software=s.version,
        outbox_rows=s.outbox_rows,
        outbox_bytes=s.outbox_bytes,
        lost=s.lost,
        sources=[_to_pb_source(source) for source in s.sources],
    )


def from_pb_agent_status(m: pb.AgentStatus) -> AgentStatus:
    return AgentStatus(
        agent=ident(m.agent, "agent"),
        online=m.online,
        at=at(m.at, "at"),
        version=text(m.software, "software"),
        outbox_rows=count(m.outbox_rows, "outbox_rows"),
        outbox_bytes=count(m.outbox_bytes, "outbox_bytes"),
        lost=count(m.lost, "lost"),
        sources=tuple(_from_pb_source(source) for source in bounded(m.sources, limits.SOURCES)),
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
    )


def _from_pb_source(m: pb.SourceStatus) -> SourceStatus:
    return SourceStatus(
        source=ident(m.source, "source"),
        is_camera=m.is_camera,
        place=point(m.place, "place"),
        visibility=enums.VISIBILITY.from_pb(m.visibility),
        reason=text(m.reason, "reason"),
        fps=amount(m.fps, "fps"),
        infer_ms=amount(m.infer_ms, "infer_ms"),
        captured=count(m.captured, "captured"),
        used=count(m.used, "used"),
        gated=count(m.gated, "gated"),
        dropped=count(m.dropped, "dropped"),
        observed_s=amount(m.observed_s, "observed_s"),
        degraded_s=amount(m.degraded_s, "degraded_s"),
        blind_s=amount(m.blind_s, "blind_s"),
    )
