"""The city itself, its districts as it knows them, and its orders."""

from collections.abc import Iterable, Mapping

from citybrain.api.resources.condition import condition_messages
from citybrain.api.resources.elements import place_message, time_message, time_or_none
from citybrain.api.v1 import city_pb2 as pb
from citybrain.clock import Timestamp
from citybrain.conditions import Condition
from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import SourcesReport
from citybrain.domain.order import Task
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point
from citybrain.ids import DistrictId, OrderId, PlanId, SlotId, UnitId
from citybrain.localized_name import NO_NAME, LocalizedName
from citybrain.vocabulary import Capability


def city_message(
    *,
    name_en: str,
    name_zh: str,
    software_version: str,
    planner: str,
    planner_reason: str,
    counts: Mapping[str, float],
    conditions: Iterable[Condition] = (),
) -> pb.City:
    return pb.City(
        name_en=name_en,
        name_zh=name_zh,
        software_version=software_version,
        planner=planner,
        planner_reason=planner_reason,
        counts=counts,
        conditions=condition_messages(conditions),
    )


def district_summary_message(
    *,
    district: DistrictId,
    name: str,
    centre: Point,
    online: bool,
    seen_at: Timestamp | None,
    incidents: int,
    units: int,
    units_free: int,
    console: str = "",
    sources: SourcesReport | None = None,
) -> pb.DistrictSummary:
    """A district as the city knows it. `seen_at` None: it is online. `console`: the address of its
    pages, where it is known. `sources` None: it has not said what its cameras see."""
    return pb.DistrictSummary(
        id=district,
        name=name,
        centre=place_message(centre),
        online=online,
        seen_at=time_or_none(seen_at),
        incidents=incidents,
        units=units,
        units_free=units_free,
        console=console,
        sources=None if sources is None else district_sources_message(sources),
    )


def district_sources_message(report: SourcesReport) -> pb.DistrictSources:
    return pb.DistrictSources(
        reported_at=time_message(report.at),
        cameras=report.cameras,
        cameras_blind=report.cameras_blind,
        cameras_degraded=report.cameras_degraded,
        cameras_unknown=report.cameras_unknown,
        agents=report.agents,
        agents_offline=report.agents_offline,
    )


def open_need_message(
    *,
    slot: SlotId,
    incident: IncidentReport,
    capability: Capability,
    deadline: Timestamp,
    is_requested: bool,
    reason: str,
    plan: PlanId | None,
) -> pb.OpenNeed:
    """An open place of a case; `reason` is a code."""
    return pb.OpenNeed(
        slot=slot,
        incident=incident.incident,
        number=incident.number,
        incident_district=incident.district,
        kind=incident.kind,
        severity=incident.severity.value,
        place=place_message(incident.place),
        place_en=incident.place_name.en,
        place_zh=incident.place_name.zh,
        capability=capability,
        deadline=time_message(deadline),
        requested=is_requested,
        reason=reason,
        plan=plan or "",
    )


def city_order_message(
    *,
    order: OrderId,
    plan: PlanId,
    unit: UnitId,
    unit_district: DistrictId,
    report: UnitReport | None,
    task: Task,
    stage: str,
    crew_stage: str,
    changed_at: Timestamp,
    reason: str,
    live: bool,
    place_name: LocalizedName = NO_NAME,
) -> pb.CityOrder:
    """An order of the city. `report` is what its unit's owner last said of it, if anything."""
    return pb.CityOrder(
        id=order,
        plan=plan,
        unit=unit,
        unit_name="" if report is None else report.name,
        unit_district=unit_district,
        unit_place=None if report is None else place_message(report.place),
        incident=task.incident,
        incident_district=task.incident_district,
        slot=task.slot,
        kind=task.kind,
        severity=task.severity.value,
        place=place_message(task.place),
        stage=stage,
        crew_stage=crew_stage,
        changed_at=time_message(changed_at),
        reason=reason,
        live=live,
        number=task.number,
        place_en=place_name.en,
        place_zh=place_name.zh,
    )
