"""Who was called about an incident, as a screen's values."""

from citybrain.api.resources.elements import timestamp_of
from citybrain.api.v1 import district_pb2
from citybrain.api.v1 import incident_pb2 as pb
from citybrain.clock import Timestamp
from citybrain.structs import Struct


class CalledAbout(Struct, frozen=True, kw_only=True):
    """An incident that somebody was called about, by its number. `calls`: name, channel, what
    became of it."""

    incident: str
    kind: str
    severity: str
    policy: str
    step: int
    to: tuple[str, ...]
    since: Timestamp
    acknowledged_by: str
    next_at: Timestamp | None
    calls: tuple[tuple[str, str, str], ...]


class OnCallRow(Struct, frozen=True, kw_only=True):
    """Who is on call in one rota."""

    rota: str
    names: tuple[str, ...]
    gap: bool
    until: Timestamp | None


def called_about_of(incident: pb.Incident) -> CalledAbout | None:
    """None: nobody was called."""
    if not incident.HasField("paging"):
        return None
    paging = incident.paging
    return CalledAbout(
        incident=incident.number or incident.id,
        kind=incident.kind,
        severity=incident.severity,
        policy=paging.policy,
        step=paging.step,
        to=tuple(paging.to),
        since=timestamp_of(paging.since),
        acknowledged_by=paging.acknowledged_by,
        next_at=timestamp_of(paging.next_at) if paging.HasField("next_at") else None,
        calls=tuple((page.name, page.channel, page.state) for page in paging.pages),
    )


def on_call_of(district: district_pb2.District) -> tuple[OnCallRow, ...]:
    return tuple(
        OnCallRow(
            rota=one.rota,
            names=tuple(one.names),
            gap=one.gap,
            until=timestamp_of(one.until) if one.HasField("until") else None,
        )
        for one in district.on_call
    )
