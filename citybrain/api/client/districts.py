"""A district as it shows itself: its queue, units, agents and links, as a screen's values."""

from collections.abc import Sequence
from typing import cast

from citybrain.api.client.elements import point_of, word_of
from citybrain.api.client.incidents import queue_entry_of
from citybrain.api.client.units import unit_report_of
from citybrain.api.client.windows import ROWS_MAX, View, Windows
from citybrain.api.resources.elements import timestamp_of
from citybrain.api.v1 import district_pb2, incident_pb2, source_pb2, unit_pb2
from citybrain.clock import Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus, ViewCone
from citybrain.domain.console import DistrictSnapshot, LinkStatus
from citybrain.ids import AgentId, DistrictId, SourceId
from citybrain.vocabulary import Visibility

# what a district's whole screen shows: the first rows of each of its lists
DISTRICT_VIEWS: tuple[View, ...] = tuple(
    {"name": name, "collection": name, "limit": ROWS_MAX}
    for name in ("incidents", "units", "sources", "district")
)


def snapshot_of(windows: Windows, at: Timestamp) -> DistrictSnapshot:
    """The whole screen that the windows of `DISTRICT_VIEWS` show at `at`."""
    (district,) = cast("list[district_pb2.District]", windows.values("district"))
    incidents = cast("list[incident_pb2.Incident]", windows.values("incidents"))
    units = cast("list[unit_pb2.Unit]", windows.values("units"))
    sources = cast("list[source_pb2.Source]", windows.values("sources"))
    return DistrictSnapshot(
        district=DistrictId(district.id),
        name=f"{district.name_en} {district.name_zh}",
        centre=point_of(district.centre),
        at=at,
        queue=tuple(queue_entry_of(incident) for incident in incidents),
        units=tuple(unit_report_of(unit) for unit in units),
        agents=tuple(_agent(fresh, sources) for fresh in district.watch),
        links=tuple(
            LinkStatus(
                name=link.name,
                up=link.up,
                since=timestamp_of(link.since),
                backlog=link.backlog,
                problem=link.problem,
            )
            for link in district.links
        ),
        counts=dict(district.counts),
    )


def _agent(fresh: district_pb2.Freshness, sources: Sequence[source_pb2.Source]) -> AgentStatus:
    own = [source for source in sources if source.agent == fresh.agent]
    return AgentStatus(
        agent=AgentId(fresh.agent),
        online=fresh.online,
        at=timestamp_of(fresh.seen_at),
        software_version=own[0].agent_version if own else "",
        outbox_rows=fresh.backlog,
        outbox_bytes=0,  # no client's concern
        lost=fresh.lost,
        sources=tuple(_source(source) for source in own),
    )


def _source(source: source_pb2.Source) -> SourceStatus:
    return SourceStatus(
        source=SourceId(source.source),
        is_camera=source.type == "camera",
        place=point_of(source.place),
        visibility=word_of(Visibility, source.visibility),
        reason=source.reason,
        fps=source.rate_hz,
        infer_ms=source.inference_ms,
        captured=source.captured,
        used=source.used,
        gated=source.gated,
        dropped=source.dropped,
        observed_s=source.observed_s,
        degraded_s=source.degraded_s,
        blind_s=source.blind_s,
        view_cone=_view_cone(source.view_cone) if source.HasField("view_cone") else None,
    )


def _view_cone(cone: source_pb2.ViewCone) -> ViewCone:
    return ViewCone(
        heading_deg=cone.heading_deg,
        field_of_view_deg=cone.field_of_view_deg,
        range_m=cone.range_m,
    )
