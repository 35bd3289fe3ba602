"""Incidents: the row of a list, and the detail with history, evidence and contributions."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from citybrain.api.resources.elements import count, place_message, time_message
from citybrain.api.resources.kind import Texts, texts_message
from citybrain.api.v1 import action_pb2, attachment_pb2
from citybrain.api.v1 import incident_pb2 as pb
from citybrain.clock import Timestamp
from citybrain.domain.console import QueueEntry, Responsibility, Unwitnessed
from citybrain.domain.crew import CrewMessage
from citybrain.domain.event import Evidence
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.page import Channel, PageId, PageState
from citybrain.domain.report import ForeignCase, Reporter
from citybrain.domain.unit import Recommendation
from citybrain.ids import SlotId
from citybrain.vocabulary import Disposition, IncidentKind
from citybrain.wire.evidence import evidence_of

NO_NAMES: Mapping[str, str] = MappingProxyType({})


def incident_message(
    entry: QueueEntry, *, paging: pb.Paging | None = None, names: Mapping[str, str] = NO_NAMES
) -> pb.Incident:
    """What a district's list shows of an incident. `paging`: who was called about it. `names`: of
    what it names by ids."""
    message = reported_incident_message(entry.report)
    message.priority, message.waits_for = entry.priority, entry.waits_for
    if entry.responsible is not None:
        message.responsible.CopyFrom(_responsibility(entry.responsible))
    message.source, message.previous_incident = entry.source, entry.previous or ""
    if entry.deferred_until is not None:
        message.deferred_until.CopyFrom(time_message(entry.deferred_until))
    message.owner, message.notes = entry.owner, entry.notes
    message.children.extend(entry.children)
    if entry.parent is not None:
        message.parent = entry.parent
    if entry.merged_into is not None:
        message.merged_into = entry.merged_into
    message.consequences.extend(entry.consequences)
    if entry.caused_by is not None:
        message.caused_by = entry.caused_by
    for slot in message.slots:
        slot.unit_name = names.get(slot.unit, "")
        comes_next = entry.next_units.get(SlotId(slot.id))
        if comes_next is not None:
            slot.next_unit, slot.next_unit_name = comes_next, names.get(comes_next, "")
    if entry.place_name is not None:
        message.place_en, message.place_zh = entry.place_name.en, entry.place_name.zh
    if entry.unwitnessed is not None:
        message.unwitnessed.CopyFrom(_unwitnessed(entry.unwitnessed, names))
    message.clocks.extend(
        pb.Countdown(
            name=clock.name,
            due_at=time_message(clock.due),
            due_local=entry.due_local.get(clock.name, ""),
            estimated=clock.is_estimated,
        )
        for clock in entry.clocks
    )
    if paging is not None:
        message.paging.CopyFrom(paging)
    return message


def reported_incident_message(report: IncidentReport) -> pb.Incident:
    """What its district says of an incident to others: without clocks, priority, source, and whose
    turn it is."""
    return pb.Incident(
        id=report.incident,
        district=report.district,
        kind=report.kind,
        stage=report.stage.value,
        severity=report.severity.value,
        urgency=report.urgency.value,
        certainty=report.certainty.value,
        place=place_message(report.place),
        reported_at=time_message(report.opened_at),
        changed_at=time_message(report.changed_at),
        escalated=report.escalated,
        slots=[_slot(slot) for slot in report.slots],
        events=report.events,
        extra_orders=report.extra,
        disposition="" if report.disposition is Disposition.UNKNOWN else report.disposition.value,
        number=report.number,
        unstable=report.unstable,
        place_en=report.place_name.en,
        place_zh=report.place_name.zh,
    )


def incident_detail_message(
    entry: QueueEntry,
    *,
    contributions: Iterable[pb.Contribution],
    orders: Iterable[pb.Order],
    reported_kind: IncidentKind,
    playbook: str,
    verification: pb.Verification | None,
    handled_by: pb.CasePlaybook | None = None,
    notes: Iterable[pb.Note] = (),
    messages: Iterable[pb.CrewMessage] = (),
    paging: pb.Paging | None = None,
    names: Mapping[str, str] = NO_NAMES,
    recommendations: Iterable[Recommendation] = (),
    attachments: Iterable[attachment_pb2.Attachment] = (),
) -> pb.IncidentDetail:
    """All that the district knows of an incident. `names`: of what it names by ids."""
    shown = evidence_of(entry.evidence)
    return pb.IncidentDetail(
        incident=incident_message(entry, paging=paging, names=names),
        contributions=contributions,
        history=[
            pb.HistoryEntry(
                at=time_message(line.at),
                code=line.code,
                actor=line.actor,
                reason=line.reason,
                actor_name=names.get(line.actor, ""),
                reason_name=names.get(line.reason, ""),
                times=line.times if line.times > 1 else 0,
                last_at=None if line.last_at is None else time_message(line.last_at),
            )
            for line in entry.history
        ],
        evidence=None if shown is None else evidence_message(shown),
        orders=orders,
        reported_kind=reported_kind,
        recommendations=[_recommendation(one) for one in recommendations],
        playbook=playbook,
        verification=verification,
        handled_by=handled_by,
        notes=notes,
        messages=messages,
        source_name=names.get(entry.source, ""),
        previous_number=names.get(entry.previous or "", ""),
        parent_number=names.get(entry.parent or "", ""),
        children_numbers=[names[one] for one in entry.children if one in names],
        merged_into_number=names.get(entry.merged_into or "", ""),
        caused_by_number=names.get(entry.caused_by or "", ""),
        consequences_numbers=[names.get(one, "") for one in entry.consequences],
        watched=[
            pb.WatchedSource(
                agent=one.agent,
                source=one.source,
                since=time_message(one.since),
                reason=one.reason,
                back=one.is_back,
            )
            for one in entry.watched
        ],
        attachments=attachments,
    )


def case_playbook_message(
    *, playbook: str, is_current: bool, grid: str, grid_code: str, texts: Texts
) -> pb.CasePlaybook:
    """What its playbook says to whoever reads the case."""
    return pb.CasePlaybook(
        id=playbook,
        current=is_current,
        grid=grid,
        grid_code=grid_code,
        texts=texts_message(texts),
    )


def note_message(*, at: Timestamp, actor: str, text: str) -> pb.Note:
    """What a person wrote into an incident."""
    return pb.Note(at=time_message(at), actor=actor, text=text)


def crew_message_message(message: CrewMessage) -> pb.CrewMessage:
    """What was written to a crew, and what became of it."""
    read_at = message.read_at
    return pb.CrewMessage(
        id=message.message,
        incident=message.incident,
        unit=message.unit,
        at=time_message(message.at),
        actor=message.actor,
        text=message.text,
        read_at=None if read_at is None else time_message(read_at),
        replies=[
            pb.MessageReply(at=time_message(one.at), actor=one.actor, text=one.text)
            for one in message.replies
        ],
        order=message.order or "",
        district=message.district,
        district_name=message.district_name,
        reached_at=None if message.reached_at is None else time_message(message.reached_at),
        not_reached=message.not_reached,
    )


def _recommendation(one: Recommendation) -> pb.Recommendation:
    return pb.Recommendation(
        unit=one.unit,
        name=one.name,
        eta_s=one.eta_s,
        reason=one.reason,
        words=one.words,
        fits=one.fits,
        busy_with=one.busy_with,
        busy_with_number=one.busy_with_number,
    )


def contribution_message(
    *,
    type_: str,
    source: str,
    verified_by: str,
    since: Timestamp,
    received_at: Timestamp,
    rule: str = "",
    live: bool = False,
    reporter: Reporter | None = None,
    text: str = "",
    contact: str = "",
    case: ForeignCase | None = None,
    joined_by: pb.JoinedBy | None = None,
    id_: str = "",
    source_name: str = "",
    reading: pb.Reading | None = None,
) -> pb.Contribution:
    """One thing that an incident rests on. `reporter` None: no person saw it."""
    return pb.Contribution(
        type=type_,
        source=source,
        rule=rule,
        live=live,
        since=time_message(since),
        received_at=time_message(received_at),
        verified_by=verified_by,
        reporter="" if reporter is None else reporter.value,
        text=text,
        contact=contact,
        foreign_case=None if case is None else _case(case),
        joined_by=joined_by,
        id=id_,
        source_name=source_name,
        reading=reading,
    )


def reading_message(value: float, limit: float | None, at: Timestamp, unit: str = "") -> pb.Reading:
    """What a source measured last. `limit` None: its rule has none."""
    return pb.Reading(value=value, limit=limit, at=time_message(at), unit=unit)


def evidence_message(evidence: Evidence) -> pb.Evidence:
    """Boxes and an outline, to be drawn."""
    return pb.Evidence(
        aspect=evidence.aspect,
        outline=[pb.Corner(x=x, y=y) for x, y in evidence.outline],
        boxes=[
            pb.Box(
                left=box.left,
                top=box.top,
                right=box.right,
                bottom=box.bottom,
                label=box.label,
                score=box.score,
                track=box.track,
            )
            for box in evidence.boxes
        ],
    )


def joined_by_message(
    *,
    by: str,
    distance_m: float,
    apart_s: float,
    family: str,
    asset: str,
    person: str,
    asset_name: str = "",
) -> pb.JoinedBy:
    """Why an observation belongs to an incident that another one began."""
    return pb.JoinedBy(
        by=by,
        distance_m=distance_m,
        apart_s=apart_s,
        family=family,
        asset=asset,
        person=person,
        asset_name=asset_name,
    )


def verification_message(*, method: str, contact: str) -> pb.Verification:
    """Who was asked whether an incident is over."""
    return pb.Verification(method=method, contact=contact)


def paging_message(
    *,
    policy: str,
    step: int,
    to: Iterable[str],
    since: Timestamp,
    acknowledged_by: str,
    acknowledged_at: Timestamp | None,
    next_at: Timestamp | None,
    pages: Iterable[pb.PersonPage],
    forgotten: int,
    ended: bool,
) -> pb.Paging:
    """`to`: names of those who were called last, `since` then."""
    return pb.Paging(
        policy=policy,
        step=count(step),
        to=to,
        since=time_message(since),
        acknowledged_by=acknowledged_by,
        acknowledged_at=None if acknowledged_at is None else time_message(acknowledged_at),
        next_at=None if next_at is None else time_message(next_at),
        pages=pages,
        forgotten=count(forgotten),
        ended=ended,
    )


def page_message(
    *,
    page: PageId,
    person: str,
    name: str,
    channel: Channel,
    state: PageState,
    at: Timestamp,
    reason: str,
) -> pb.PersonPage:
    """One call of one person."""
    return pb.PersonPage(
        id=page,
        person=person,
        name=name,
        channel=channel.value,
        state=state.value,
        at=time_message(at),
        reason=reason,
    )


def _responsibility(responsible: Responsibility) -> pb.Responsibility:
    return pb.Responsibility(
        department=responsible.department,
        name_en=responsible.name.en,
        name_zh=responsible.name.zh,
        returns=responsible.returns,
        decides=responsible.decides,
    )


def _case(case: ForeignCase) -> action_pb2.ForeignCase:
    return action_pb2.ForeignCase(system=case.system, case=case.case, url=case.url)


def _unwitnessed(found: Unwitnessed, names: Mapping[str, str]) -> pb.Unwitnessed:
    return pb.Unwitnessed(
        state=found.state,
        source=found.source,
        reason=found.reason,
        since=time_message(found.since),
        sources=found.sources,
        source_name=names.get(found.source, ""),
    )


def _slot(slot: SlotReport) -> pb.Slot:
    return pb.Slot(
        id=slot.slot,
        capability=slot.capability,
        state=slot.state.value,
        deadline=time_message(slot.deadline),
        from_city=slot.from_city,
        order=slot.order,
        unit=slot.unit,
        version=slot.version,
    )
