"""Actions and snapshots of operators and duty officers, as protobuf."""

from citybrain.domain.console import (
    CitySnapshot,
    Countdown,
    DistrictSnapshot,
    DistrictSummary,
    HistoryEntry,
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
    bounded,
    finite,
    identifier,
    named_numbers,
    natural,
    parse,
    point,
    serialized,
    text,
    timestamp,
    to_pb_point,
)


def encode_snapshot_request(_nothing: None) -> bytes:
    return serialized(pb.SnapshotRequest())


def decode_snapshot_request(payload: bytes) -> None:
    parse(pb.SnapshotRequest, payload)


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
    return serialized(m)


def decode_operator_action(payload: bytes) -> OperatorAction:
    m = parse(pb.OperatorAction, payload)
    return OperatorAction(
        request=identifier(m.request, "request"),
        operator=identifier(m.operator, "operator"),
        incident=identifier(m.incident, "incident"),
        verb=enums.OPERATOR_VERB.from_pb(m.verb),
        reason=text(m.reason, "reason"),
        unit=identifier(m.unit, "unit") if m.HasField("unit") else None,
    )


def encode_plan_action(a: PlanAction) -> bytes:
    return serialized(
        pb.PlanAction(
            request=a.request, officer=a.officer, plan=a.plan, issue=a.issue, reason=a.reason
        )
    )


def decode_plan_action(payload: bytes) -> PlanAction:
    m = parse(pb.PlanAction, payload)
    return PlanAction(
        request=identifier(m.request, "request"),
        officer=identifier(m.officer, "officer"),
        plan=identifier(m.plan, "plan"),
        issue=m.issue,
        reason=text(m.reason, "reason"),
    )


def encode_outcome(o: Outcome) -> bytes:
    return serialized(
        pb.Outcome(
            request=o.request, done=o.done, reason=o.reason, detail=o.detail, incident=o.incident
        )
    )


def decode_outcome(payload: bytes) -> Outcome:
    m = parse(pb.Outcome, payload)
    return Outcome(
        request=text(m.request, "request"),
        done=m.done,
        reason=text(m.reason, "reason"),
        detail=text(m.detail, "detail"),
        incident=identifier(m.incident, "incident") if m.HasField("incident") else None,
    )


def encode_district_snapshot(d: DistrictSnapshot) -> bytes:
    m = pb.DistrictSnapshot(
        district=d.district,
        name=d.name,
        centre=to_pb_point(d.centre),
        at=d.at,
        queue=[_to_pb_queue_entry(r) for r in d.queue],
        units=[to_pb_unit_report(u) for u in d.units],
        agents=[to_pb_agent_status(a) for a in d.agents],
        links=[
            pb.LinkStatus(name=link.name, up=link.up, since=link.since, backlog=link.backlog)
            for link in d.links
        ],
        counts=d.counts,
    )
    return serialized(m)


def decode_district_snapshot(payload: bytes) -> DistrictSnapshot:
    m = parse(pb.DistrictSnapshot, payload, limits.SNAPSHOT_BYTES)
    return DistrictSnapshot(
        district=identifier(m.district, "district"),
        name=text(m.name, "name"),
        centre=point(m.centre, "centre"),
        at=timestamp(m.at, "at"),
        queue=tuple(_from_pb_queue_entry(r) for r in bounded(m.queue, limits.SNAPSHOT_ROWS)),
        units=tuple(from_pb_unit_report(u) for u in bounded(m.units, limits.SNAPSHOT_ROWS)),
        agents=tuple(from_pb_agent_status(a) for a in bounded(m.agents, limits.SNAPSHOT_ROWS)),
        links=tuple(
            LinkStatus(
                name=text(link.name, "name"),
                up=link.up,
                since=timestamp(link.since, "since"),
                backlog=natural(link.backlog, "backlog"),
            )
            for link in bounded(m.links, limits.SNAPSHOT_ROWS)
        ),
        counts=named_numbers(m.counts),
    )


def encode_city_snapshot(d: CitySnapshot) -> bytes:
    m = pb.CitySnapshot(
        at=d.at,
        districts=[_to_pb_district_summary(line) for line in d.districts],
        incidents=[to_pb_incident_report(i) for i in d.incidents],
        units=[to_pb_unit_report(u) for u in d.units],
        plans=[to_pb_plan(p) for p in d.plans],
        orders=[_to_pb_order_line(line) for line in d.orders],
        planner=d.planner,
        planner_reason=d.planner_reason,
        counts=d.counts,
    )
    return serialized(m)


def decode_city_snapshot(payload: bytes) -> CitySnapshot:
    m = parse(pb.CitySnapshot, payload, limits.SNAPSHOT_BYTES)
    return CitySnapshot(
        at=timestamp(m.at, "at"),
        districts=tuple(
            _from_pb_district_summary(line) for line in bounded(m.districts, limits.SNAPSHOT_ROWS)
        ),
        incidents=tuple(
            from_pb_incident_report(i) for i in bounded(m.incidents, limits.SNAPSHOT_ROWS)
        ),
        units=tuple(from_pb_unit_report(u) for u in bounded(m.units, limits.SNAPSHOT_ROWS)),
        plans=tuple(from_pb_plan(p) for p in bounded(m.plans, limits.SNAPSHOT_ROWS)),
        orders=tuple(_from_pb_order_line(line) for line in bounded(m.orders, limits.SNAPSHOT_ROWS)),
        planner=text(m.planner, "planner"),
        planner_reason=text(m.planner_reason, "planner_reason"),
        counts=named_numbers(m.counts),
    )


def _to_pb_queue_entry(r: QueueEntry) -> pb.QueueEntry:
    return pb.QueueEntry(
        report=to_pb_incident_report(r.report),
        priority=r.priority,
        clocks=[pb.Countdown(name=c.name, due=c.due) for c in r.clocks],
        history=[
            pb.HistoryEntry(at=h.at, code=h.code, actor=h.actor, reason=h.reason) for h in r.history
        ],
        evidence=None if r.evidence is None else to_pb_evidence(r.evidence),
        source=r.source,
        rule=r.rule,
        waits_for=r.waits_for,
    )


def _from_pb_queue_entry(m: pb.QueueEntry) -> QueueEntry:
    return QueueEntry(
        report=from_pb_incident_report(m.report),
        priority=finite(m.priority, "priority"),
        clocks=tuple(
            Countdown(name=text(c.name, "name"), due=timestamp(c.due, "due"))
            for c in bounded(m.clocks, limits.CLOCKS)
        ),
        history=tuple(
            HistoryEntry(
                at=timestamp(h.at, "at"),
                code=text(h.code, "code"),
                actor=text(h.actor, "actor"),
                reason=text(h.reason, "reason"),
            )
            for h in bounded(m.history, limits.HISTORY)
        ),
        evidence=from_pb_evidence(m.evidence) if m.HasField("evidence") else None,
        source=text(m.source, "source"),
        rule=text(m.rule, "rule"),
        waits_for=text(m.waits_for, "waits_for"),
    )


def _to_pb_district_summary(d: DistrictSummary) -> pb.DistrictSummary:
    return pb.DistrictSummary(
        district=d.district,
        name=d.name,
        centre=to_pb_point(d.centre),
        offline=d.offline,
        age_s=d.age_s,
        incidents=d.incidents,
        units=d.units,
        units_free=d.units_free,
    )


def _from_pb_district_summary(m: pb.DistrictSummary) -> DistrictSummary:
    return DistrictSummary(
        district=identifier(m.district, "district"),
        name=text(m.name, "name"),
        centre=point(m.centre, "centre"),
        offline=m.offline,
        age_s=finite(m.age_s, "age_s"),
        incidents=natural(m.incidents, "incidents"),
        units=natural(m.units, "units"),
        units_free=natural(m.units_free, "units_free"),
    )


def _to_pb_order_line(d: OrderLine) -> pb.OrderLine:
    return pb.OrderLine(
        order=d.order,
        plan=d.plan,
        unit=d.unit,
        unit_district=d.unit_district,
        incident=d.incident,
        incident_district=d.incident_district,
        saga_stage=d.saga_stage,
        crew_stage=d.crew_stage,
        since=d.since,
        reason=d.reason,
    )


def _from_pb_order_line(m: pb.OrderLine) -> OrderLine:
    return OrderLine(
        order=identifier(m.order, "order"),
        plan=identifier(m.plan, "plan"),
        unit=identifier(m.unit, "unit"),
        unit_district=identifier(m.unit_district, "unit_district"),
        incident=identifier(m.incident, "incident"),
        incident_district=identifier(m.incident_district, "incident_district"),
        saga_stage=text(m.saga_stage, "saga_stage"),
        crew_stage=text(m.crew_stage, "crew_stage"),
        since=timestamp(m.since, "since"),
        reason=text(m.reason, "reason"),
    )
