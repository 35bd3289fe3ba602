"""What an agent says, across the door. `EventBatch` is the hot path of a district: keep it flat."""

import sys
from math import isfinite
from typing import Any

from citybrain.domain.event import (
    Box,
    Event,
    EventBatch,
    Evidence,
    Gap,
    LossCount,
    OutboxItem,
    VerificationRequest,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.errors import MalformedError
from citybrain.geo import Point
from citybrain.wire.v1 import event_pb2 as pb
from citybrain.wire.validation import enums, limits
from citybrain.wire.validation.fields import (
    VERSION,
    amount,
    at,
    bounded,
    count,
    ident,
    numbers,
    parsed,
    point,
    real,
    text,
    to_pb_point,
    versioned,
)

ID_MAX, TEXT_MAX, AT_MAX, FLOAT_MAX = (
    limits.ID_CHARS.value,
    limits.TEXT_CHARS.value,
    limits.AT_MICROS.value,
    sys.float_info.max,
)
EVENT_KINDS, PHASES = enums.EVENT_KIND.members, enums.PHASE.members
SEVERITIES, URGENCIES, CERTAINTIES = (
    enums.SEVERITY.members,
    enums.URGENCY.members,
    enums.CERTAINTY.members,
)


def encode_event_batch(batch: EventBatch) -> bytes:
    items = [to_pb_outbox_item(item) for item in batch.items]
    return pb.EventBatch(
        version=VERSION, agent=batch.agent, incarnation=batch.incarnation, items=items
    ).SerializeToString()


def decode_event_batch(payload: bytes) -> EventBatch:
    m = parsed(pb.EventBatch, payload)
    versioned(m.version)
    items = tuple([from_pb_outbox_item(item) for item in bounded(m.items, limits.BATCH_ITEMS)])
    return EventBatch(
        agent=ident(m.agent, "agent"), incarnation=count(m.incarnation, "incarnation"), items=items
    )


def to_pb_outbox_item(said: OutboxItem) -> pb.OutboxItem:
    if said.event is not None:
        return pb.OutboxItem(seq=said.seq, event=to_pb_event(said.event))
    if said.visibility is not None:
        return pb.OutboxItem(seq=said.seq, visibility=to_pb_sight(said.visibility))
    if said.verification is not None:
        return pb.OutboxItem(seq=said.seq, verification=to_pb_reobserved(said.verification))
    if said.gap is not None:
        return pb.OutboxItem(seq=said.seq, gap=to_pb_gap(said.gap))
    raise ValueError(f"item {said.seq} says nothing: one of its four parts must be set")


def from_pb_outbox_item(m: pb.OutboxItem) -> OutboxItem:
    seq = count(m.seq, "seq")
    match m.WhichOneof("item"):
        case "event":
            return OutboxItem(seq=seq, event=from_pb_event(m.event))
        case "visibility":
            return OutboxItem(seq=seq, visibility=from_pb_sight(m.visibility))
        case "verification":
            return OutboxItem(seq=seq, verification=from_pb_reobserved(m.verification))
        case "gap":
            return OutboxItem(seq=seq, gap=from_pb_gap(m.gap))
    raise MalformedError("empty", f"item {seq} says nothing that this version knows")


def to_pb_event(e: Event) -> pb.Event:
    return pb.Event(
        episode=e.episode,
        kind=enums.EVENT_KIND.to_pb[e.kind],
        phase=enums.PHASE.to_pb[e.phase],
        source=e.source,
        rule=e.rule,
        incident_kind=e.incident_kind,
        place=to_pb_point(e.place),
        severity=enums.SEVERITY.to_pb[e.severity],
        urgency=enums.URGENCY.to_pb[e.urgency],
        certainty=enums.CERTAINTY.to_pb[e.certainty],
        observed_at=e.observed_at,
        error_ms=e.error_ms,
        measurements=e.measurements,
        traceparent=e.traceparent,
        evidence=None if e.evidence is None else to_pb_evidence(e.evidence),
        is_historical=e.is_historical,
    )


def from_pb_event(m: pb.Event) -> Event:
    """Checked in one look; field by field only to name the one at fault. A call for each field would cost more than all the rest."""
    said: Any = m  # ids and times take their types without a conversion
    episode, source, rule, incident_kind, traceparent = (
        said.episode,
        said.source,
        said.rule,
        said.incident_kind,
        said.traceparent,
    )
    place, observed_at, error_ms = said.place, said.observed_at, said.error_ms
    lat, lon = place.lat, place.lon
    if not (
        0 < len(episode) <= ID_MAX
        and 0 < len(source) <= ID_MAX
        and 0 < len(rule) <= ID_MAX
        and 0 < len(incident_kind) <= ID_MAX
        and (episode + source + rule + incident_kind).isprintable()
        and -90 <= lat <= 90
        and -180 <= lon <= 180
        and 0 <= observed_at <= AT_MAX
        and 0 <= error_ms <= FLOAT_MAX
        and len(traceparent) <= TEXT_MAX
    ):
        _name_the_fault(m)
    return Event(
        episode=episode,
        kind=EVENT_KINDS[m.kind],
        phase=PHASES[m.phase],
        source=source,
        rule=rule,
        incident_kind=incident_kind,
        place=Point(lat=lat, lon=lon),
        severity=SEVERITIES[m.severity],
        urgency=URGENCIES[m.urgency],
        certainty=CERTAINTIES[m.certainty],
        observed_at=observed_at,
        error_ms=error_ms,
        measurements=numbers(m.measurements),
        traceparent=traceparent,
        evidence=from_pb_evidence(m.evidence) if m.HasField("evidence") else None,
        is_historical=m.is_historical,
    )


def _name_the_fault(m: pb.Event) -> None:
    for name in ("episode", "source", "rule", "incident_kind"):
        ident(getattr(m, name), name)
    point(m.place, "place")
    at(m.observed_at, "observed_at")
    amount(m.error_ms, "error_ms")
    text(m.traceparent, "traceparent")


def to_pb_evidence(e: Evidence) -> pb.Evidence:
    boxes = [
        pb.Box(
            left=b.left,
            top=b.top,
            right=b.right,
            bottom=b.bottom,
            label=b.label,
            score=b.score,
            track=b.track,
        )
        for b in e.boxes
    ]
    return pb.Evidence(
        aspect=e.aspect, outline=[pb.Corner(x=x, y=y) for x, y in e.outline], boxes=boxes
    )


def from_pb_evidence(m: pb.Evidence) -> Evidence:
    return Evidence(
        aspect=amount(m.aspect, "aspect"),
        outline=tuple(
            [(real(c.x, "x"), real(c.y, "y")) for c in bounded(m.outline, limits.OUTLINE)]
        ),
        boxes=tuple([_box(b) for b in bounded(m.boxes, limits.BOXES)]),
    )


def _box(m: pb.Box) -> Box:
    left, top, right, bottom, label, score = m.left, m.top, m.right, m.bottom, m.label, m.score
    if (
        not isfinite(left + top + right + bottom + score) or len(label) > TEXT_MAX
    ):  # a sum is finite only when each part is
        for name, value in (
            ("left", left),
            ("top", top),
            ("right", right),
            ("bottom", bottom),
            ("score", score),
        ):
            real(value, name)
        text(label, "label")
    return Box(
        left=left, top=top, right=right, bottom=bottom, label=label, score=score, track=m.track
    )


def to_pb_gap(g: Gap) -> pb.Gap:
    losses = [
        pb.LossCount(severity=enums.SEVERITY.to_pb[loss.severity], rule=loss.rule, count=loss.count)
        for loss in g.losses
    ]
    return pb.Gap(first=g.first, last=g.last, reason=g.reason, losses=losses)


def from_pb_gap(m: pb.Gap) -> Gap:
    first, last = count(m.first, "first"), count(m.last, "last")
    if last < first:
        raise MalformedError("range", f"a gap from {first} to {last}")
    losses = tuple(
        LossCount(
            severity=enums.SEVERITY.from_pb(loss.severity),
            rule=ident(loss.rule, "rule"),
            count=count(loss.count, "count"),
        )
        for loss in bounded(m.losses, limits.LOSSES)
    )
    return Gap(first=first, last=last, reason=text(m.reason, "reason"), losses=losses)


def to_pb_sight(s: VisibilityInterval) -> pb.VisibilityInterval:
    return pb.VisibilityInterval(
        source=s.source,
        visibility=enums.VISIBILITY.to_pb[s.visibility],
        reason=s.reason,
        since=s.since,
        until=s.until,
    )


def from_pb_sight(m: pb.VisibilityInterval) -> VisibilityInterval:
    return VisibilityInterval(
        source=ident(m.source, "source"),
        visibility=enums.VISIBILITY.from_pb(m.visibility),
        reason=text(m.reason, "reason"),
        since=at(m.since, "since"),
        until=at(m.until, "until") if m.HasField("until") else None,
    )


def to_pb_reobserve(r: VerificationRequest) -> pb.VerificationRequest:
    return pb.VerificationRequest(
        request=r.request,
        incident=r.incident,
        source=r.source,
        rule=r.rule,
        quiet_s=r.quiet_s,
        deadline=r.deadline,
    )


def from_pb_reobserve(m: pb.VerificationRequest) -> VerificationRequest:
    return VerificationRequest(
        request=ident(m.request, "request"),
        incident=ident(m.incident, "incident"),
        source=ident(m.source, "source"),
        rule=ident(m.rule, "rule"),
        quiet_s=amount(m.quiet_s, "quiet_s"),
        deadline=at(m.deadline, "deadline"),
    )


def to_pb_reobserved(r: VerificationResult) -> pb.VerificationResult:
    return pb.VerificationResult(
        request=r.request,
        incident=r.incident,
        source=r.source,
        verdict=enums.VERIFICATION_VERDICT.to_pb[r.verdict],
        reason=r.reason,
        observed_s=r.observed_s,
        measurements=r.measurements,
        answered_at=r.answered_at,
    )


def from_pb_reobserved(m: pb.VerificationResult) -> VerificationResult:
    return VerificationResult(
        request=ident(m.request, "request"),
        incident=ident(m.incident, "incident"),
        source=ident(m.source, "source"),
        verdict=enums.VERIFICATION_VERDICT.from_pb(m.verdict),
        reason=text(m.reason, "reason"),
        observed_s=amount(m.observed_s, "observed_s"),
        measurements=numbers(m.measurements),
        answered_at=at(m.answered_at, "answered_at"),
    )
