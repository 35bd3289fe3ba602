"""An incident report as protobuf. It travels inside `link` frames and `console` snapshots."""

from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.localized_name import NO_NAME, LocalizedName
from citybrain.wire.v1 import incident_pb2 as pb
from citybrain.wire.validation import enums, limits
from citybrain.wire.validation.fields import (
    bounded,
    case_number,
    identifier,
    incident_kind,
    natural,
    point,
    text,
    timestamp,
    to_pb_point,
)


def to_pb_incident_report(r: IncidentReport) -> pb.IncidentReport:
    return pb.IncidentReport(
        incident=r.incident,
        district=r.district,
        kind=r.kind,
        stage=enums.INCIDENT_STAGE.to_pb[r.stage],
        severity=enums.SEVERITY.to_pb[r.severity],
        urgency=enums.URGENCY.to_pb[r.urgency],
        certainty=enums.CERTAINTY.to_pb[r.certainty],
        place=to_pb_point(r.place),
        opened_at=r.opened_at,
        changed_at=r.changed_at,
        escalated=r.escalated,
        slots=[_to_pb_slot(s) for s in r.slots],
        traceparent=r.traceparent,
        events=r.events,
        extra=r.extra,
        disposition=enums.DISPOSITION.to_pb[r.disposition],
        number=r.number,
        unstable=r.unstable,
        place_name=_to_pb_name(r.place_name),
    )


def from_pb_incident_report(m: pb.IncidentReport) -> IncidentReport:
    return IncidentReport(
        incident=identifier(m.incident, "incident"),
        district=identifier(m.district, "district"),
        kind=incident_kind(m.kind, "kind"),
        stage=enums.INCIDENT_STAGE.from_pb(m.stage),
        severity=enums.SEVERITY.from_pb(m.severity),
        urgency=enums.URGENCY.from_pb(m.urgency),
        certainty=enums.CERTAINTY.from_pb(m.certainty),
        place=point(m.place, "place"),
        opened_at=timestamp(m.opened_at, "opened_at"),
        changed_at=timestamp(m.changed_at, "changed_at"),
        escalated=m.escalated,
        slots=tuple(_from_pb_slot(s) for s in bounded(m.slots, limits.SLOTS)),
        traceparent=text(m.traceparent, "traceparent"),
        events=natural(m.events, "events"),
        extra=natural(m.extra, "extra"),
        disposition=enums.DISPOSITION.from_pb(m.disposition),
        number=case_number(m.number, "number"),
        unstable=m.unstable,
        place_name=LocalizedName(
            en=text(m.place_name.en, "place_name.en"), zh=text(m.place_name.zh, "place_name.zh")
        ),
    )


def _to_pb_name(name: LocalizedName) -> pb.LocalizedName | None:
    return None if name == NO_NAME else pb.LocalizedName(en=name.en, zh=name.zh)


def _to_pb_slot(s: SlotReport) -> pb.SlotReport:
    return pb.SlotReport(
        slot=s.slot,
        capability=s.capability,
        version=s.version,
        state=enums.SLOT_STATE.to_pb[s.state],
        deadline=s.deadline,
        from_city=s.from_city,
        order=s.order,
        unit=s.unit,
    )


def _from_pb_slot(m: pb.SlotReport) -> SlotReport:
    return SlotReport(
        slot=identifier(m.slot, "slot"),
        capability=identifier(m.capability, "capability"),
        version=natural(m.version, "version"),
        state=enums.SLOT_STATE.from_pb(m.state),
        deadline=timestamp(m.deadline, "deadline"),
        from_city=m.from_city,
        order=identifier(m.order, "order") if m.HasField("order") else None,
        unit=identifier(m.unit, "unit") if m.HasField("unit") else None,
    )
