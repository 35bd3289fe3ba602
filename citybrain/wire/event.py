"""An agent's reports as protobuf. `EventBatch` is the hot path of a district: keep it flat."""

import sys
from functools import lru_cache
from typing import Any, assert_never

from citybrain import kinds
from citybrain.domain.event import (
    Event,
    EventBatch,
    Gap,
    LossCount,
    OutboxItem,
    VerificationRequest,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.errors import MalformedError
from citybrain.geo import Point
from citybrain.structs import Struct
from citybrain.wire.batch_view import EventBatchView
from citybrain.wire.evidence import nothing_besides, to_pb_evidence
from citybrain.wire.v1 import event_pb2 as pb
from citybrain.wire.v1 import vocabulary_pb2
from citybrain.wire.validation import enums, limits
from citybrain.wire.validation.fields import (
    VERSION,
    bounded,
    check_version,
    event_kind,
    identifier,
    incident_kind,
    named_numbers,
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

ID_MAX, TEXT_MAX, AT_MAX, FLOAT_MAX = (
    limits.ID_CHARS.value,
    limits.TEXT_CHARS.value,
    limits.AT_MICROS.value,
    sys.float_info.max,
)
PLACE_BYTES = 18  # two doubles with their tags: the cache would keep longer ones
EVENT_KIND_MAX, INCIDENT_KIND_MAX = kinds.EVENT_KIND_CHARS.value, kinds.INCIDENT_KIND_CHARS.value
PHASES = enums.PHASE.members
SEVERITIES, URGENCIES, CERTAINTIES = (
    enums.SEVERITY.members,
    enums.URGENCY.members,
    enums.CERTAINTY.members,
)

FORMER_KINDS = {  # what `former_kind` of the proto stands for; no number is ever added
    1: kinds.LINE_CROSSED,
    2: kinds.OBJECTS_INSIDE,
    3: kinds.LOITERING,
    4: kinds.STOPPED,
    5: kinds.SENSOR_THRESHOLD,
    6: kinds.SIGNAL,
}
FORMER_NUMBERS = {kind: number for number, kind in FORMER_KINDS.items()}


def encode_event_batch(batch: EventBatch) -> bytes:
    items = [to_pb_outbox_item(item) for item in batch.items]
    return serialized(
        pb.EventBatch(
            version=VERSION, agent=batch.agent, incarnation=batch.incarnation, items=items
        )
    )


def decode_event_batch(payload: bytes) -> EventBatch:
    """Raises `MalformedError` for a batch of which anything cannot be read."""
    m = parse(EventBatchView, payload)
    check_version(m.version)
    items = tuple([from_pb_outbox_item(item) for item in bounded(m.items, limits.BATCH_ITEMS)])
    return EventBatch(
        agent=identifier(m.agent, "agent"),
        incarnation=natural(m.incarnation, "incarnation"),
        items=items,
    )


class UnreadableItem(Struct, frozen=True, kw_only=True):
    """An item of a batch that has a number and nothing else that this version can read."""

    seq: int
    reason: str
    detail: str


def decode_readable_items(payload: bytes) -> tuple[EventBatch, tuple[UnreadableItem, ...]]:
    """What can be read of a batch that `decode_event_batch` refused, and the items that cannot.

    Raises `MalformedError` where that is the batch itself, or an item without a number.
    """
    m = parse(EventBatchView, payload)
    check_version(m.version)
    items: list[OutboxItem] = []
    unreadable: list[UnreadableItem] = []
    for item in bounded(m.items, limits.BATCH_ITEMS):
        seq = sequence_number(item.seq, "seq")
        try:
            items.append(from_pb_outbox_item(item))
        except MalformedError as error:
            unreadable.append(UnreadableItem(seq=seq, reason=error.reason, detail=error.detail))
    batch = EventBatch(
        agent=identifier(m.agent, "agent"),
        incarnation=natural(m.incarnation, "incarnation"),
        items=tuple(items),
    )
    return batch, tuple(unreadable)


def to_pb_outbox_item(item: OutboxItem) -> pb.OutboxItem:
    content = item.content
    match content:
        case Event():
            return pb.OutboxItem(seq=item.seq, event=to_pb_event(content))
        case VisibilityInterval():
            return pb.OutboxItem(seq=item.seq, visibility=to_pb_visibility(content))
        case VerificationResult():
            return pb.OutboxItem(seq=item.seq, verification=to_pb_verification_result(content))
        case Gap():
            return pb.OutboxItem(seq=item.seq, gap=to_pb_gap(content))
        case _:
            assert_never(content)


def from_pb_outbox_item(m: Any) -> OutboxItem:
    """`m`: of an `EventBatchView`."""
    seq = sequence_number(m.seq, "seq")
    if m.HasField("event"):  # hot
        return OutboxItem(seq=seq, content=from_pb_event(m.event))
    match m.WhichOneof("content"):
        case "visibility":
            return OutboxItem(seq=seq, content=from_pb_visibility(m.visibility))
        case "verification":
            return OutboxItem(seq=seq, content=from_pb_verification_result(m.verification))
        case "gap":
            gap = from_pb_gap(m.gap)
            if gap.first != seq:
                raise MalformedError("range", f"item {seq} is a gap from {gap.first}")
            return OutboxItem(seq=seq, content=gap)
    raise MalformedError("empty", f"item {seq} is of no kind that this version knows")


def to_pb_event(e: Event) -> pb.Event:
    return pb.Event(
        episode=e.episode,
        kind=e.kind,
        former_kind=FORMER_NUMBERS.get(e.kind, 0),
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
        from_sensor=e.from_sensor,
    )


def from_pb_event(m: Any) -> Event:
    """Of an `EventBatchView`. All checks in one expression, field by field only to name the invalid
    one: a call for each field would cost more than all the rest."""
    episode, source, rule, incident_kind, traceparent = (
        m.episode,
        m.source,
        m.rule,
        m.incident_kind,
        m.traceparent,
    )
    kind = m.kind or FORMER_KINDS.get(m.former_kind, "")
    place, observed_at, error_ms, evidence = m.place, m.observed_at, m.error_ms, m.evidence
    if not (
        0 < len(episode) <= ID_MAX
        and 0 < len(source) <= ID_MAX
        and 0 < len(rule) <= ID_MAX
        and (episode + source + rule).isprintable()
        and len(kind) <= EVENT_KIND_MAX
        and len(incident_kind) <= INCIDENT_KIND_MAX
        and _are_kinds(kind, incident_kind)
        and 0 <= observed_at <= AT_MAX
        and 0 <= error_ms <= FLOAT_MAX
        and len(traceparent) <= TEXT_MAX
    ):
        _raise_for_field(m)
    return Event(
        episode=episode,
        kind=kind,
        phase=PHASES[m.phase],
        source=source,
        rule=rule,
        incident_kind=incident_kind,
        place=_known_place(place) if len(place) <= PLACE_BYTES else _place(place),
        severity=SEVERITIES[m.severity],
        urgency=URGENCIES[m.urgency],
        certainty=CERTAINTIES[m.certainty],
        observed_at=observed_at,
        error_ms=error_ms,
        measurements=named_numbers(m.measurements),
        traceparent=traceparent,
        evidence=nothing_besides(evidence) if evidence or m.HasField("evidence") else None,
        is_historical=m.is_historical,
        from_sensor=m.from_sensor,
    )


@lru_cache(maxsize=limits.KINDS_KEPT.value)
def _are_kinds(kind: str, incident_kind: str) -> bool:
    """Of texts whose length was checked: the cache would keep longer ones."""
    return kinds.is_event_kind(kind) and kinds.is_incident_kind(incident_kind)


def _place(payload: bytes) -> Point:
    """Raises `MalformedError`."""
    return point(parse(vocabulary_pb2.Point, payload), "place")


# a camera says at each of its events where it stands
_known_place = lru_cache(maxsize=limits.PLACES_KEPT.value)(_place)


def _raise_for_field(m: Any) -> None:
    for name in ("episode", "source", "rule"):
        identifier(getattr(m, name), name)
    event_kind(m.kind or FORMER_KINDS.get(m.former_kind, ""), "kind")
    incident_kind(m.incident_kind, "incident_kind")
    timestamp(m.observed_at, "observed_at")
    non_negative(m.error_ms, "error_ms")
    text(m.traceparent, "traceparent")


def to_pb_gap(g: Gap) -> pb.Gap:
    losses = [
        pb.LossCount(severity=enums.SEVERITY.to_pb[loss.severity], rule=loss.rule, count=loss.count)
        for loss in g.losses
    ]
    return pb.Gap(first=g.first, last=g.last, reason=g.reason, losses=losses)


def from_pb_gap(m: pb.Gap) -> Gap:
    first, last = sequence_number(m.first, "first"), sequence_number(m.last, "last")
    if not 1 <= first <= last:
        raise MalformedError("range", f"a gap from {first} to {last}")
    losses = tuple(
        LossCount(
            severity=enums.SEVERITY.from_pb(loss.severity),
            rule=identifier(loss.rule, "rule"),
            count=natural(loss.count, "count"),
        )
        for loss in bounded(m.losses, limits.LOSSES)
    )
    return Gap(first=first, last=last, reason=text(m.reason, "reason"), losses=losses)


def to_pb_visibility(s: VisibilityInterval) -> pb.VisibilityInterval:
    return pb.VisibilityInterval(
        source=s.source,
        visibility=enums.VISIBILITY.to_pb[s.visibility],
        reason=s.reason,
        since=s.since,
        until=s.until,
    )


def from_pb_visibility(m: pb.VisibilityInterval) -> VisibilityInterval:
    return VisibilityInterval(
        source=identifier(m.source, "source"),
        visibility=enums.VISIBILITY.from_pb(m.visibility),
        reason=text(m.reason, "reason"),
        since=timestamp(m.since, "since"),
        until=timestamp(m.until, "until") if m.HasField("until") else None,
    )


def to_pb_verification_request(r: VerificationRequest) -> pb.VerificationRequest:
    return pb.VerificationRequest(
        request=r.request,
        incident=r.incident,
        source=r.source,
        rule=r.rule,
        quiet_s=r.quiet_s,
        deadline=r.deadline,
    )


def from_pb_verification_request(m: pb.VerificationRequest) -> VerificationRequest:
    return VerificationRequest(
        request=identifier(m.request, "request"),
        incident=identifier(m.incident, "incident"),
        source=identifier(m.source, "source"),
        rule=identifier(m.rule, "rule"),
        quiet_s=non_negative(m.quiet_s, "quiet_s"),
        deadline=timestamp(m.deadline, "deadline"),
    )


def to_pb_verification_result(r: VerificationResult) -> pb.VerificationResult:
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


def from_pb_verification_result(m: pb.VerificationResult) -> VerificationResult:
    return VerificationResult(
        request=identifier(m.request, "request"),
        incident=identifier(m.incident, "incident"),
        source=identifier(m.source, "source"),
        verdict=enums.VERIFICATION_VERDICT.from_pb(m.verdict),
        reason=text(m.reason, "reason"),
        observed_s=non_negative(m.observed_s, "observed_s"),
        measurements=named_numbers(m.measurements),
        answered_at=timestamp(m.answered_at, "answered_at"),
    )
