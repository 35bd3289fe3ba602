"""What an operator or duty officer asks and gets, across the door."""

from citybrain.domain.console import (
    CitySnapshot,
    Countdown,
    DistrictSnapshot,
    DistrictSummary,
    HistoryLine,
    LinkStatus,
    OperatorAction,
    OrderLine,
    Outcome,
    PlanAction,
    QueueEntry,
)
from citybrain.wire.agent import from_pb_agent_status, to_pb_agent_status
from citybrain.wire.event import from_pb_evidence, to_pb_evidence
from citybrain.wire.incident import from_pb_incident_report, to_pb_incident_report
from citybrain.wire.plan import from_pb_plan, to_pb_plan
from citybrain.wire.unit import from_pb_unit_report, to_pb_unit_report
from citybrain.wire.v1 import console_pb2 as pb
from citybrain.wire.validation import enums, limits
from citybrain.wire.validation.fields import (
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
)


def encode_snapshot_request(_nothing: None) -> bytes:
    return pb.SnapshotRequest().SerializeToString()


def decode_snapshot_request(payload: bytes) -> None:
    parsed(pb.SnapshotRequest, payload)


def encode_operator_action(a: OperatorAction) -> bytes:
    verb = enums.OPERATOR_VERB.to_pb[a.verb]
    m = pb.OperatorAction(
        request=a.request,
        operator=a.operator,
        incident=a.incident,
        verb=verb,
        reason=a.reason,
        unit=a.unit,
    )
    return m.SerializeToString()


def decode_operator_action(payload: bytes) -> OperatorAction:
    m = parsed(pb.OperatorAction, payload)
    return OperatorAction(
        request=ident(m.request, "request"),
        operator=ident(m.operator, "operator"),
        incident=ident(m.incident, "incident"),
        verb=enums.OPERATOR_VERB.from_pb(m.verb),
        reason=text(m.reason, "reason"),
        unit=ident(m.unit, "unit") if m.HasField("unit") else None,
    )


def encode_plan_action(a: PlanAction) -> bytes:
    return pb.PlanAction(
        request=a.request, officer=a.officer, plan=a.plan, issue=a.issue, reason=a.reason
    ).SerializeToString()


def decode_plan_action(payload: bytes) -> PlanAction:
    m = parsed(pb.PlanAction, payload)
    return PlanAction(
        request=ident(m.request, "request"),
        officer=ident(m.officer, "officer"),
        plan=ident(m.plan, "plan"),
        issue=m.issue,
        reason=text(m.reason, "reason"),
    )


def encode_outcome(o: Outcome) -> bytes:
    return pb.Outcome(
        request=o.request, done=o.done, reason=o.reason, detail=o.detail
    ).SerializeToString()


def decode_outcome(payload: bytes) -> Outcome:
    m = parsed(pb.Outcome, payload)
    return Outcome(
        request=text(m.request, "request"),
        done=m.done,
        reason=text(m.reason, "reason"),
        detail=text(m.detail, "detail"),
    )


def encode_district_snapshot(d: DistrictSnapshot) -> bytes:
    m = pb.DistrictSnapshot(
        district=d.district,
        name=d.name,
        centre=to_pb_point(d.centre),
        at=d.at,
        rows=[_to_pb_row(r) for r in d.rows],
        units=[to_pb_unit_report(u) for u in d.units],
        agents=[to_pb_agent_status(a) for a in d.agents],
        links=[
            pb.LinkStatus(name=link.name, up=link.up, since=link.since, backlog=link.backlog)
            for link in d.links
        ],
        counts=d.counts,
    )
    return m.SerializeToString()


def decode_district_snapshot(payload: bytes) -> DistrictSnapshot:
    m = parsed(pb.DistrictSnapshot, payload, limits.SNAPSHOT_BYTES)
    return DistrictSnapshot(
        district=ident(m.district, "district"),
        name=text(m.name, "name"),
        centre=point(m.centre, "centre"),
        at=at(m.at, "at"),
        rows=tuple(_from_pb_row(r) for r in bounded(m.rows, limits.SNAPSHOT_ROWS)),
        units=tuple(from_pb_unit_report(u) for u in bounded(m.units, limits.SNAPSHOT_ROWS)),
        agents=tuple(from_pb_agent_status(a) for a in bounded(m.agents, limits.SNAPSHOT_ROWS)),
        links=tuple(
            LinkStatus(
                name=text(link.name, "name"),
                up=link.up,
                since=at(link.since, "since"),
                backlog=count(link.backlog, "backlog"),
            )
            for link in bounded(m.links, limits.SNAPSHOT_ROWS)
        ),
        counts=numbers(m.counts),
    )


def encode_city_snapshot(d: CitySnapshot) -> bytes:
    m = pb.CitySnapshot(
        at=d.at,
        districts=[_to_pb_district(line) for line in d.districts],
        incidents=[to_pb_incident_report(i) for i in d.incidents],
        units=[to_pb_unit_report(u) for u in d.units],
        plans=[to_pb_plan(p) for p in d.plans],
        drives=[_to_pb_drive(line) for line in d.drives],
        planner=d.planner,
        planner_because=d.planner_because,
        counts=d.counts,
    )
    return m.SerializeToString()


def decode_city_snapshot(payload: bytes) -> CitySnapshot:
    m = parsed(pb.CitySnapshot, payload, limits.SNAPSHOT_BYTES)
    return CitySnapshot(
        at=at(m.at, "at"),
        districts=tuple(
            _from_pb_district(line) for line in bounded(m.districts, limits.SNAPSHOT_ROWS)
        ),
        incidents=tuple(
            from_pb_incident_report(i) for i in bounded(m.incidents, limits.SNAPSHOT_ROWS)
        ),
        units=tuple(from_pb_unit_report(u) for u in bounded(m.units, limits.SNAPSHOT_ROWS)),
        plans=tuple(from_pb_plan(p) for p in bounded(m.plans, limits.SNAPSHOT_ROWS)),
        drives=tuple(_from_pb_drive(line) for line in bounded(m.drives, limits.SNAPSHOT_ROWS)),
        planner=text(m.planner, "planner"),
        planner_because=text(m.planner_because, "planner_because"),
        counts=numbers(m.counts),
    )


def _to_pb_row(r: QueueEntry) -> pb.QueueEntry:
    return pb.QueueEntry(
        report=to_pb_incident_report(r.report),
        priority=r.priority,
        clocks=[pb.Countdown(name=c.name, due=c.due) for c in r.clocks],
        history=[
            pb.HistoryLine(at=h.at, what=h.what, who=h.who, reason=h.reason) for h in r.history
        ],
        evidence=None if r.evidence is None else to_pb_evidence(r.evidence),
        source=r.source,
        rule=r.rule,
        waits_for=r.waits_for,
    )


def _from_pb_row(m: pb.QueueEntry) -> QueueEntry:
    return QueueEntry(
        report=from_pb_incident_report(m.report),
        priority=real(m.priority, "priority"),
        clocks=tuple(
            Countdown(name=text(c.name, "name"), due=at(c.due, "due"))
            for c in bounded(m.clocks, limits.CLOCKS)
        ),
        history=tuple(
            HistoryLine(
                at=at(h.at, "at"),
                what=text(h.what, "what"),
                who=text(h.who, "who"),
                reason=text(h.reason, "reason"),
            )
            for h in bounded(m.history, limits.HISTORY)
        ),
        evidence=from_pb_evidence(m.evidence) if m.HasField("evidence") else None,
        source=text(m.source, "source"),
        rule=text(m.rule, "rule"),
        waits_for=text(m.waits_for, "waits_for"),
    )


def _to_pb_district(d: DistrictSummary) -> pb.DistrictSummary:
    return pb.DistrictSummary(
        district=d.district,
        name=d.name,
        centre=to_pb_point(d.centre),
        away=d.away,
        age_s=d.age_s,
        incidents=d.incidents,
        units=d.units,
        units_free=d.units_free,
    )


def _from_pb_district(m: pb.DistrictSummary) -> DistrictSummary:
    return DistrictSummary(
        district=ident(m.district, "district"),
        name=text(m.name, "name"),
        centre=point(m.centre, "centre"),
        away=m.away,
        age_s=real(m.age_s, "age_s"),
        incidents=count(m.incidents, "incidents"),
        units=count(m.units, "units"),
        units_free=count(m.units_free, "units_free"),
    )


def _to_pb_drive(d: OrderLine) -> pb.OrderLine:
    return pb.OrderLine(
        order=d.order,
        plan=d.plan,
        unit=d.unit,
        unit_district=d.unit_district,
        incident=d.incident,
        incident_district=d.incident_district,
        drive=d.drive,
        stage=d.stage,
        since=d.since,
        reason=d.reason,
    )


def _from_pb_drive(m: pb.OrderLine) -> OrderLine:
    return OrderLine(
        order=ident(m.order, "order"),
        plan=ident(m.plan, "plan"),
        unit=ident(m.unit, "unit"),
        unit_district=ident(m.unit_district, "unit_district"),
        incident=ident(m.incident, "incident"),
        incident_district=ident(m.incident_district, "incident_district"),
        drive=text(m.drive, "drive"),
        stage=text(m.stage, "stage"),
        since=at(m.since, "since"),
        reason=text(m.reason, "reason"),
    )
