"""Incidents as a node shows them, as a screen's values."""

from citybrain.api.client.attachments import AttachmentShown, attachment_shown
from citybrain.api.client.elements import cap_word_of, point_of, word_of
from citybrain.api.resources.elements import timestamp_of
from citybrain.api.v1 import incident_pb2 as pb
from citybrain.clock import Timestamp
from citybrain.domain.console import (
    Countdown,
    HistoryEntry,
    QueueEntry,
    Responsibility,
    Unwitnessed,
    WatchedSource,
)
from citybrain.domain.crew import CrewMessage
from citybrain.domain.event import Box, Evidence
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import MessageReply
from citybrain.domain.unit import Recommendation
from citybrain.ids import (
    AgentId,
    CaseNumber,
    DistrictId,
    IncidentId,
    MessageId,
    OrderId,
    SlotId,
    SourceId,
    UnitId,
)
from citybrain.localized_name import LocalizedName
from citybrain.structs import Struct, field, replace
from citybrain.vocabulary import (
    Capability,
    Certainty,
    Disposition,
    IncidentKind,
    IncidentStage,
    Severity,
    SlotState,
    Urgency,
)


def queue_entry_of(incident: pb.Incident) -> QueueEntry:
    """A row of the queue. A row has no history, evidence or rule."""
    return QueueEntry(
        report=IncidentReport(
            incident=IncidentId(incident.id),
            district=DistrictId(incident.district),
            kind=IncidentKind(incident.kind),
            stage=word_of(IncidentStage, incident.stage),
            severity=cap_word_of(Severity, incident.severity),
            urgency=cap_word_of(Urgency, incident.urgency),
            certainty=cap_word_of(Certainty, incident.certainty),
            place=point_of(incident.place),
            opened_at=timestamp_of(incident.reported_at),
            changed_at=timestamp_of(incident.changed_at),
            escalated=incident.escalated,
            slots=tuple(_slot(slot) for slot in incident.slots),
            traceparent="",  # no client's concern
            events=incident.events,
            extra=incident.extra_orders,
            disposition=word_of(Disposition, incident.disposition),
            number=CaseNumber(incident.number),
            unstable=incident.unstable,
        ),
        priority=incident.priority,
        clocks=tuple(
            Countdown(name=c.name, due=timestamp_of(c.due_at), is_estimated=c.estimated)
            for c in incident.clocks
        ),
        due_local={c.name: c.due_local for c in incident.clocks if c.due_local},
        responsible=_responsible(incident.responsible)
        if incident.HasField("responsible")
        else None,
        deferred_until=timestamp_of(incident.deferred_until)
        if incident.HasField("deferred_until")
        else None,
        history=(),
        evidence=None,
        source=incident.source,
        rule="",
        waits_for=incident.waits_for,
        previous=IncidentId(incident.previous_incident) if incident.previous_incident else None,
        owner=incident.owner,
        notes=incident.notes,
        parent=IncidentId(incident.parent) if incident.HasField("parent") else None,
        children=tuple(IncidentId(child) for child in incident.children),
        merged_into=(
            IncidentId(incident.merged_into) if incident.HasField("merged_into") else None
        ),
        caused_by=IncidentId(incident.caused_by) if incident.HasField("caused_by") else None,
        consequences=tuple(IncidentId(one) for one in incident.consequences),
        place_name=LocalizedName(en=incident.place_en, zh=incident.place_zh)
        if incident.place_en or incident.place_zh
        else None,
        unwitnessed=_unwitnessed(incident) if incident.HasField("unwitnessed") else None,
        next_units={
            SlotId(slot.id): UnitId(slot.next_unit)
            for slot in incident.slots
            if slot.HasField("next_unit")
        },
    )


def _responsible(one: pb.Responsibility) -> Responsibility:
    return Responsibility(
        department=one.department,
        name=LocalizedName(en=one.name_en, zh=one.name_zh),
        returns=one.returns,
        decides=one.decides,
    )


class Basis(Struct, frozen=True, kw_only=True):
    """One thing that an incident rests on; `words` is what it says, in the reporter's words or by
    the rule's name."""

    type: str
    source: str
    words: str
    contact: str
    verified_by: str
    id: str = ""  # by which it is named
    joined_by: str = ""  # why it belongs to the incident, in words; "": that began with it


class WrittenNote(Struct, frozen=True, kw_only=True):
    """What a person wrote into an incident."""

    at: Timestamp
    actor: str
    text: str


class WholeIncident(Struct, frozen=True, kw_only=True):
    """An incident with all that its district knows of it."""

    entry: QueueEntry
    basis: tuple[Basis, ...]
    handled_by: tuple[tuple[str, str], ...] = ()  # what its playbook says: name and text
    notes: tuple[WrittenNote, ...] = ()
    messages: tuple[CrewMessage, ...] = ()
    names: dict[str, str] = field(default_factory=dict)  # of what it names by ids
    recommendations: tuple[Recommendation, ...] = ()
    children_numbers: tuple[str, ...] = ()  # of an area case
    attachments: tuple[AttachmentShown, ...] = ()


def whole_incident_of(detail: pb.IncidentDetail) -> WholeIncident:
    return WholeIncident(
        entry=_whole_entry(detail),
        basis=tuple(_basis(one) for one in detail.contributions),
        handled_by=_handled_by(detail.handled_by),
        notes=tuple(
            WrittenNote(at=timestamp_of(one.at), actor=one.actor, text=one.text)
            for one in detail.notes
        ),
        messages=tuple(crew_message_of(one) for one in detail.messages),
        names=_names(detail),
        recommendations=tuple(_recommendation(one) for one in detail.recommendations),
        children_numbers=tuple(detail.children_numbers),
        attachments=tuple(attachment_shown(one) for one in detail.attachments),
    )


def crew_message_of(message: pb.CrewMessage) -> CrewMessage:
    return CrewMessage(
        message=MessageId(message.id),
        unit=UnitId(message.unit),
        incident=IncidentId(message.incident),
        at=timestamp_of(message.at),
        actor=message.actor,
        text=message.text,
        read_at=timestamp_of(message.read_at) if message.HasField("read_at") else None,
        replies=tuple(
            MessageReply(at=timestamp_of(one.at), actor=one.actor, text=one.text)
            for one in message.replies
        ),
        order=OrderId(message.order) if message.order else None,
        district=DistrictId(message.district),
        district_name=message.district_name,
        reached_at=timestamp_of(message.reached_at) if message.HasField("reached_at") else None,
        not_reached=message.not_reached,
    )


def _recommendation(one: pb.Recommendation) -> Recommendation:
    return Recommendation(
        unit=UnitId(one.unit),
        name=one.name,
        eta_s=one.eta_s if one.HasField("eta_s") else None,
        reason=one.reason,
        words=one.words,
        fits=one.fits,
        busy_with=IncidentId(one.busy_with) if one.HasField("busy_with") else None,
        busy_with_number=CaseNumber(one.busy_with_number),
    )


def _handled_by(playbook: pb.CasePlaybook) -> tuple[tuple[str, str], ...]:
    texts = playbook.texts
    version = playbook.id if playbook.current else f"{playbook.id} (new cases: another version)"
    said = (
        ("playbook", version if playbook.id else ""),
        ("class", " ".join(filter(None, (playbook.grid, playbook.grid_code)))),
        ("opens", texts.opens_en),
        ("time limit", texts.time_limit_en),
        ("closes", texts.closes_en),
    )
    return tuple((name, text) for name, text in said if text)


def _names(detail: pb.IncidentDetail) -> dict[str, str]:
    row = detail.incident
    named = (
        *((slot.unit, slot.unit_name) for slot in row.slots),
        *((slot.next_unit, slot.next_unit_name) for slot in row.slots),
        *((line.actor, line.actor_name) for line in detail.history),
        *((line.reason, line.reason_name) for line in detail.history),
        *((one.source, one.source_name) for one in detail.contributions),
        (row.source, detail.source_name),
        (row.unwitnessed.source, row.unwitnessed.source_name),
        (row.previous_incident, detail.previous_number),
        (row.parent, detail.parent_number),
        (row.merged_into, detail.merged_into_number),
        (row.caused_by, detail.caused_by_number),
        *zip(row.consequences, detail.consequences_numbers, strict=False),
    )
    return {name: called for name, called in named if called}


def _basis(one: pb.Contribution) -> Basis:
    return Basis(
        type=one.type,
        source=f"{one.reporter}, taken by {one.source}"
        if one.reporter
        else one.source_name or one.source,
        words=one.text or (f"rule {one.rule}" if one.rule else ""),
        contact=one.contact,
        verified_by=one.verified_by,
        id=one.id,
        joined_by=_joined_by(one.joined_by) if one.HasField("joined_by") else "",
    )


def _joined_by(why: pb.JoinedBy) -> str:
    if why.person:
        return f"{why.person} says so"
    if why.by in ("near", "asset"):
        at = f" at {why.asset_name or why.asset}" if why.asset else ""
        family = f", {why.family}" if why.family else ""
        return f"{why.distance_m:.0f} m, {why.apart_s:.0f} s apart{at}{family}"
    return {"rule": "same rule", "case": "same foreign case"}.get(why.by, why.by)


def _whole_entry(detail: pb.IncidentDetail) -> QueueEntry:
    return replace(
        queue_entry_of(detail.incident),
        history=tuple(
            HistoryEntry(
                at=timestamp_of(line.at),
                code=line.code,
                actor=line.actor,
                reason=line.reason,
                times=max(1, line.times),
                last_at=timestamp_of(line.last_at) if line.HasField("last_at") else None,
            )
            for line in detail.history
        ),
        evidence=evidence_value(detail.evidence) if detail.HasField("evidence") else None,
        rule=next((one.rule for one in detail.contributions if one.rule), ""),
        watched=tuple(
            WatchedSource(
                agent=AgentId(one.agent),
                source=SourceId(one.source),
                since=timestamp_of(one.since),
                reason=one.reason,
                is_back=one.back,
            )
            for one in detail.watched
        ),
    )


def _unwitnessed(incident: pb.Incident) -> Unwitnessed:
    found = incident.unwitnessed
    return Unwitnessed(
        state=found.state,
        source=found.source,
        reason=found.reason,
        since=timestamp_of(found.since),
        sources=found.sources,
    )


def _slot(slot: pb.Slot) -> SlotReport:
    return SlotReport(
        slot=SlotId(slot.id),
        capability=Capability(slot.capability),
        version=slot.version,
        state=word_of(SlotState, slot.state),
        deadline=timestamp_of(slot.deadline),
        from_city=slot.from_city,
        order=OrderId(slot.order) if slot.HasField("order") else None,
        unit=UnitId(slot.unit) if slot.HasField("unit") else None,
    )


def evidence_value(evidence: pb.Evidence) -> Evidence:
    """What a camera showed, to be drawn."""
    return Evidence(
        aspect=evidence.aspect,
        outline=tuple((corner.x, corner.y) for corner in evidence.outline),
        boxes=tuple(
            Box(
                left=box.left,
                top=box.top,
                right=box.right,
                bottom=box.bottom,
                label=box.label,
                score=box.score,
                track=box.track,
            )
            for box in evidence.boxes
        ),
    )
