"""What an agent says, across the door. `SaidBatch` is the hot path of a district: keep it flat."""

import sys
from math import isfinite
from typing import Any

from citybrain.domain.event import (
    Box,
    Event,
    Evidence,
    Gap,
    LossCount,
    Reobserve,
    Reobserved,
    Said,
    SaidBatch,
    SightInterval,
)
from citybrain.errors import Malformed
from citybrain.geo import Point
from citybrain.wire.door import enums, limits
from citybrain.wire.door.fields import (
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
from citybrain.wire.v1 import event_pb2 as pb

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


def encode_said_batch(batch: SaidBatch) -> bytes:
    items = [to_pb_said(item) for item in batch.items]
    return pb.SaidBatch(
        version=VERSION, agent=batch.agent, incarnation=batch.incarnation, items=items
    ).SerializeToString()


def decode_said_batch(payload: bytes) -> SaidBatch:
    m = parsed(pb.SaidBatch, payload)
    versioned(m.version)
    items = tuple([from_pb_said(item) for item in bounded(m.items, limits.BATCH_ITEMS)])
    return SaidBatch(
        agent=ident(m.agent, "agent"), incarnation=count(m.incarnation, "incarnation"), items=items
    )


def to_pb_said(said: Said) -> pb.Said:
    if said.event is not None:
        return pb.Said(seq=said.seq, event=to_pb_event(said.event))
    if said.sight is not None:
        return pb.Said(seq=said.seq, sight=to_pb_sight(said.sight))
    if said.reobserved is not None:
        return pb.Said(seq=said.seq, reobserved=to_pb_reobserved(said.reobserved))
    if said.gap is not None:
        return pb.Said(seq=said.seq, gap=to_pb_gap(said.gap))
    raise ValueError(f"item {said.seq} says nothing: one of its four parts must be set")


def from_pb_said(m: pb.Said) -> Said:
    seq = count(m.seq, "seq")
    match m.WhichOneof("item"):
        case "event":
            return Said(seq=seq, event=from_pb_event(m.event))
        case "sight":
            return Said(seq=seq, sight=from_pb_sight(m.sight))
        case "reobserved":
            return Said(seq=seq, reobserved=from_pb_reobserved(m.reobserved))
        case "gap":
            return Said(seq=seq, gap=from_pb_gap(m.gap))
    raise Malformed("empty", f"item {seq} says nothing that this version knows")


def to_pb_event(e: Event) -> pb.Event:
    return pb.Event(
        episode=e.episode,
        kind=enums.EVENT_KIND.to_pb[e.kind],
        phase=enums.PHASE.to_pb[e.phase],
        source=e.source,
        rule=e.rule,
        means=e.means,
        place=to_pb_point(e.place),
        severity=enums.SEVERITY.to_pb[e.severity],
        urgency=enums.URGENCY.to_pb[e.urgency],
        certainty=enums.CERTAINTY.to_pb[e.certainty],
        observed_at=e.observed_at,
        error_ms=e.error_ms,
        numbers=e.numbers,
        traceparent=e.traceparent,
        evidence=None if e.evidence is None else to_pb_evidence(e.evidence),
        is_historical=e.is_historical,
    )


def from_pb_event(m: pb.Event) -> Event:
    """Checked in one look; field by field only to name the one at fault. A call for each field would cost more than all the rest."""
    said: Any = m  # ids and times take their types without a conversion
    episode, source, rule, means, traceparent = (
        said.episode,
        said.source,
        said.rule,
        said.means,
        said.traceparent,
    )
    place, observed_at, error_ms = said.place, said.observed_at, said.error_ms
    lat, lon = place.lat, place.lon
    if not (
        0 < len(episode) <= ID_MAX
        and 0 < len(source) <= ID_MAX
        and 0 < len(rule) <= ID_MAX
        and 0 < len(means) <= ID_MAX
        and (episode + source + rule + means).isprintable()
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
        means=means,
        place=Point(lat=lat, lon=lon),
        severity=SEVERITIES[m.severity],
        urgency=URGENCIES[m.urgency],
        certainty=CERTAINTIES[m.certainty],
        observed_at=observed_at,
        error_ms=error_ms,
        numbers=numbers(m.numbers),
        traceparent=traceparent,
        evidence=from_pb_evidence(m.evidence) if m.HasField("evidence") else None,
        is_historical=m.is_historical,
    )


def _name_the_fault(m: pb.Event) -> None:
    for name in ("episode", "source", "rule", "means"):
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
    return pb.Gap(first=g.first, last=g.last, because=g.because, losses=losses)


def from_pb_gap(m: pb.Gap) -> Gap:
    first, last = count(m.first, "first"), count(m.last, "last")
    if last < first:
        raise Malformed("range", f"a gap from {first} to {last}")
    losses = tuple(
        LossCount(
            severity=enums.SEVERITY.from_pb(loss.severity),
            rule=ident(loss.rule, "rule"),
            count=count(loss.count, "count"),
        )
        for loss in bounded(m.losses, limits.LOSSES)
    )
    return Gap(first=first, last=last, because=text(m.because, "because"), losses=losses)


def to_pb_sight(s: SightInterval) -> pb.SightInterval:
    return pb.SightInterval(
        source=s.source,
        sight=enums.SIGHT.to_pb[s.sight],
        because=s.because,
        since=s.since,
        until=s.until,
    )


def from_pb_sight(m: pb.SightInterval) -> SightInterval:
    return SightInterval(
        source=ident(m.source, "source"),
        sight=enums.SIGHT.from_pb(m.sight),
        because=text(m.because, "because"),
        since=at(m.since, "since"),
        until=at(m.until, "until") if m.HasField("until") else None,
    )


def to_pb_reobserve(r: Reobserve) -> pb.Reobserve:
    return pb.Reobserve(
        request=r.request,
        incident=r.incident,
        source=r.source,
        rule=r.rule,
        quiet_s=r.quiet_s,
        deadline=r.deadline,
    )


def from_pb_reobserve(m: pb.Reobserve) -> Reobserve:
    return Reobserve(
        request=ident(m.request, "request"),
        incident=ident(m.incident, "incident"),
        source=ident(m.source, "source"),
        rule=ident(m.rule, "rule"),
        quiet_s=amount(m.quiet_s, "quiet_s"),
        deadline=at(m.deadline, "deadline"),
    )


def to_pb_reobserved(r: Reobserved) -> pb.Reobserved:
    return pb.Reobserved(
        request=r.request,
        incident=r.incident,
        source=r.source,
        verdict=enums.REOBSERVE_VERDICT.to_pb[r.verdict],
        because=r.because,
        observed_s=r.observed_s,
        numbers=r.numbers,
        answered_at=r.answered_at,
    )


def from_pb_reobserved(m: pb.Reobserved) -> Reobserved:
    return Reobserved(
        request=ident(m.request, "request"),
        incident=ident(m.incident, "incident"),
        source=ident(m.source, "source"),
        verdict=enums.REOBSERVE_VERDICT.from_pb(m.verdict),
        because=text(m.because, "because"),
        observed_s=amount(m.observed_s, "observed_s"),
        numbers=numbers(m.numbers),
        answered_at=at(m.answered_at, "answered_at"),
    )
