"""Realistic values for every screen: quiet and busy districts, crews with orders, a city with a plan. What the console tests show."""

from dataclasses import replace

from citybrain.clock import SystemClock, later
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.domain.console import (
    CitySnapshot,
    Countdown,
    DistrictSnapshot,
    DistrictSummary,
    HistoryLine,
    LinkStatus,
    OrderLine,
    QueueEntry,
)
from citybrain.domain.crew import CrewOrder, CrewView
from citybrain.domain.event import Box, Evidence
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import Task
from citybrain.domain.plan import Plan, PlanStage, ProposedOrder, Reason, UnassignedSlot
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point

CLOCK = SystemClock()
CENTRES = {
    "riverside": ("Riverside", Point(lat=30.660, lon=104.060)),
    "oldtown": ("Old Town", Point(lat=30.668, lon=104.104)),
    "hillside": ("Hillside", Point(lat=30.630, lon=104.086)),
}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def near(point: Point, north_m: float, east_m: float) -> Point:
    return Point(lat=point.lat + north_m / 111_195, lon=point.lon + east_m / 95_600)


def report(n: int, district: str = "riverside", **changes: object) -> IncidentReport:
    now = CLOCK.now()
    _, centre = CENTRES[district]
    values = {
        "incident": f"inc-{district}-{n}",
        "district": district,
        "kind": "crowding",
        "stage": "opened",
        "severity": "Moderate",
        "urgency": "Expected",
        "certainty": "Observed",
        "place": near(centre, 130.0 * ((n * 7) % 11 - 5), 150.0 * ((n * 5) % 9 - 4)),
        "opened_at": later(now, -40.0 * n),
        "changed_at": later(now, -20.0 * n),
        "escalated": False,
        "slots": (slot(n),),
        "traceparent": TRACE,
        "events": 1 + n % 5,
    }
    return IncidentReport(**{**values, **changes})  # type: ignore[arg-type]


def slot(n: int, capability: str = "patrol", state: str = "open", **changes: object) -> SlotReport:
    values = {
        "slot": f"slot-{n}",
        "capability": capability,
        "version": 1,
        "state": state,
        "deadline": later(CLOCK.now(), 300),
        "from_city": False,
    }
    return SlotReport(**{**values, **changes})  # type: ignore[arg-type]


def evidence(people: int = 4) -> Evidence:
    boxes = tuple(
        Box(
            left=0.2 + 0.13 * i,
            top=0.4 + 0.05 * (i % 3),
            right=0.26 + 0.13 * i,
            bottom=0.72 + 0.05 * (i % 3),
            label="person",
            score=0.91 - 0.07 * i,
            track=i,
        )
        for i in range(people)
    )
    return Evidence(
        aspect=4 / 3, outline=((0.12, 0.35), (0.85, 0.3), (0.93, 0.9), (0.08, 0.93)), boxes=boxes
    )


def queue_row(
    n: int,
    *,
    priority: float = 50.0,
    due_s: float | None = 90.0,
    waits_for: str = "crew",
    district: str = "riverside",
    **changes: object,
) -> QueueEntry:
    now = CLOCK.now()
    incident = report(n, district, **changes)
    clocks = (
        ()
        if due_s is None
        else (
            Countdown(name="dispatch", due=later(now, due_s)),
            Countdown(name="handle", due=later(now, due_s + 900)),
        )
    )
    history = (
        HistoryLine(at=later(now, -40.0 * n), what="reported", who="box-a1"),
        HistoryLine(at=later(now, -38.0 * n), what="opened", who=district),
    )
    is_seen = incident.kind != "waterlogging"
    return QueueEntry(
        report=incident,
        priority=priority,
        clocks=clocks,
        history=history,
        evidence=evidence(3 + n % 3) if is_seen else None,
        source="cam-a1" if is_seen else "level-1",
        rule="crowd" if is_seen else "high-water",
        waits_for=waits_for,
    )


def unit(
    n: int, state: str = "available", district: str = "riverside", **changes: object
) -> UnitReport:
    _, centre = CENTRES[district]
    values = {
        "unit": f"{district}-{n}",
        "district": district,
        "name": f"{'Pump' if n == 3 else 'Patrol'} {n}",
        "capabilities": ("pump",) if n == 3 else ("patrol",),
        "state": state,
        "place": near(centre, 420.0 * (n - 2), 300.0 * ((n * 3) % 5 - 2)),
        "speed_mps": 8.0,
        "order": None,
        "assignment": n,
        "at": CLOCK.now(),
    }
    return UnitReport(**{**values, **changes})  # type: ignore[arg-type]


def camera(
    name: str, visibility: str = "observed", reason: str = "", **changes: object
) -> SourceStatus:
    values = {
        "source": name,
        "is_camera": True,
        "place": CENTRES["riverside"][1],
        "visibility": visibility,
        "reason": reason,
        "fps": 0.0 if visibility == "blind" else 10.0,
        "infer_ms": 12.4,
        "captured": 7_950,
        "used": 4_010,
        "gated": 3_100,
        "dropped": 840,
        "observed_s": 771.0,
        "degraded_s": 12.0,
        "blind_s": 12.0,
    }
    return SourceStatus(**{**values, **changes})  # type: ignore[arg-type]


def agent(name: str, *sources: SourceStatus, online: bool = True, **changes: object) -> AgentStatus:
    values = {
        "agent": name,
        "online": online,
        "at": CLOCK.now(),
        "version": "0.1.0",
        "outbox_rows": 0,
        "outbox_bytes": 0,
        "lost": 0,
        "sources": sources,
    }
    return AgentStatus(**{**values, **changes})  # type: ignore[arg-type]


def empty_district() -> DistrictSnapshot:
    name, centre = CENTRES["riverside"]
    now = CLOCK.now()
    return DistrictSnapshot(
        district="riverside",
        name=name,
        centre=centre,
        at=now,
        rows=(),
        units=(unit(1), unit(2), unit(3)),
        agents=(agent("box-a1", camera("cam-a1")),),
        links=(
            LinkStatus(name="city", up=True, since=later(now, -740), backlog=0),
            LinkStatus(name="broker", up=True, since=later(now, -741), backlog=0),
        ),
        counts={"events": 0.0, "duplicates": 0.0, "quarantined": 0.0, "gaps": 0.0, "records": 3.0},
    )


def busy_district() -> DistrictSnapshot:
    base = empty_district()
    now = base.at
    rows = (
        queue_row(
            12,
            priority=91,
            due_s=-34,
            kind="waterlogging",
            severity="Severe",
            urgency="Immediate",
            escalated=True,
            waits_for="city",
            slots=(
                slot(12, "pump", from_city=True),
                slot(13, "patrol", "confirmed", unit="riverside-1"),
            ),
        ),
        queue_row(
            15,
            priority=74,
            due_s=41,
            kind="crowding",
            severity="Severe",
            stage="reported",
            waits_for="person",
            slots=(),
        ),
        queue_row(
            9,
            priority=62,
            due_s=372,
            kind="street_occupation",
            stage="working",
            waits_for="crew",
            slots=(slot(9, "patrol", "served", unit="riverside-2"),),
        ),
        queue_row(
            17,
            priority=40,
            due_s=188,
            kind="loitering",
            severity="Minor",
            stage="dispatched",
            slots=(slot(17, "patrol", "confirmed", unit="riverside-4"),),
        ),
        queue_row(
            7,
            priority=33,
            due_s=25,
            kind="illegal_parking",
            severity="Minor",
            stage="handled",
            waits_for="camera",
            slots=(),
        ),
        queue_row(
            3, priority=0, due_s=None, kind="crowding", stage="closed", waits_for="", slots=()
        ),
        queue_row(
            2,
            priority=0,
            due_s=None,
            kind="line_intrusion",
            severity="Minor",
            stage="rejected",
            waits_for="",
            slots=(),
        ),
    )
    units = (
        unit(1, "en_route", order="ord-riverside-31"),
        unit(2, "on_scene", order="ord-riverside-28"),
        unit(3, "out_of_service"),
        unit(4, "committed", order="ord-riverside-35"),
        unit(5),
        unit(6),
    )
    agents = (
        agent("box-a1", camera("cam-a1"), camera("cam-a2", "degraded", "too dark", fps=8.6)),
        agent("box-a2", camera("cam-b1", "blind", "no signal"), outbox_rows=14),
        agent("box-w1", camera("level-1", is_camera=False, infer_ms=0.0, fps=1.0)),
        agent("box-x1", online=False, lost=3),
    )
    links = (LinkStatus(name="city", up=False, since=later(now, -128), backlog=14), base.links[1])
    counts = {
        "events": 1284.0,
        "duplicates": 17.0,
        "quarantined": 1.0,
        "gaps": 0.0,
        "records": 1733.0,
    }
    return replace(base, rows=rows, units=units, agents=agents, links=links, counts=counts)


def task(n: int, district: str, kind: str = "waterlogging", severity: str = "Severe") -> Task:
    incident = report(n, district)
    return Task(
        incident=incident.incident,
        incident_district=district,
        slot=f"slot-{n}",
        slot_version=1,
        kind=kind,
        severity=severity,
        place=incident.place,
        traceparent=TRACE,
    )  # type: ignore[arg-type]


def crew_view(
    stage: str | None = "issued", assignment: int = 7, state: str = "committed"
) -> CrewView:
    place = unit(1).place
    order = None
    if stage is not None:
        order = CrewOrder(
            order=f"ord-riverside-{30 + assignment}",
            assignment=assignment,
            stage=stage,
            task=task(12, "oldtown"),
            issued_at=later(CLOCK.now(), -25),
        )  # type: ignore[arg-type]
    return CrewView(unit="riverside-1", name="Patrol 1", state=state, place=place, order=order)  # type: ignore[arg-type]


def proposed(
    n: int,
    unit_id: str,
    unit_district: str,
    district: str,
    reason: Reason,
    kind: str = "waterlogging",
) -> ProposedOrder:
    return ProposedOrder(
        order=f"ord-city-{n}",
        unit=unit_id,
        unit_district=unit_district,
        task=task(n, district, kind),
        reason=reason,
    )  # type: ignore[arg-type]


def plan(n: int = 1, stage: PlanStage = PlanStage.PROPOSED) -> Plan:
    return Plan(
        plan=f"plan-city-{n}",  # type: ignore[arg-type]
        stage=stage,
        made_at=later(CLOCK.now(), -4),
        world_version=381,
        planner="ray",
        solver="assignment",
        cost=1264.0,
        bound=1264.0,
        solve_ms=6.8,
        orders=(
            proposed(
                12,
                "oldtown-3",
                "oldtown",
                "riverside",
                Reason(
                    travel_s=212,
                    cost=636,
                    next_best="hillside-3",
                    next_best_cost=981,
                    cross_district=True,
                    coverage_price=40,
                ),
            ),  # type: ignore[arg-type]
            proposed(
                8,
                "hillside-1",
                "hillside",
                "hillside",
                Reason(
                    travel_s=95,
                    cost=190,
                    next_best=None,
                    next_best_cost=None,
                    cross_district=False,
                    coverage_price=0,
                ),
                "crowding",
            ),
        ),
        unassigned=(
            UnassignedSlot(
                incident="inc-oldtown-5", slot="slot-5", capability="tow", reason="no_unit"
            ),
        ),  # type: ignore[arg-type]
    )


def drive(
    n: int,
    unit_id: str,
    district: str,
    incident: str,
    incident_district: str,
    step: str,
    stage: str,
    reason: str = "",
) -> OrderLine:
    return OrderLine(
        order=f"ord-city-{n}", plan="plan-city-0", unit=unit_id, unit_district=district, incident=incident, incident_district=incident_district,
        drive=step, stage=stage, since=later(CLOCK.now(), -3 * n), reason=reason,
    )  # type: ignore[arg-type]  # fmt: skip


def quiet_city() -> CitySnapshot:
    units = tuple(unit(n, district=district) for district in CENTRES for n in (1, 2, 3))
    lines = tuple(
        DistrictSummary(
            district=d,
            name=name,
            centre=centre,
            away=False,
            age_s=0.4,
            incidents=0,
            units=3,
            units_free=3,
        )
        for d, (name, centre) in CENTRES.items()
    )  # type: ignore[arg-type]
    counts = {"plans": 0.0, "orders": 0.0, "records": 12.0}
    return CitySnapshot(
        at=CLOCK.now(),
        districts=lines,
        incidents=(),
        units=units,
        plans=(),
        drives=(),
        planner="ray",
        planner_because="",
        counts=counts,
    )


def busy_city(*plans: Plan) -> CitySnapshot:
    base = quiet_city()
    incidents = (
        report(12, "riverside", kind="waterlogging", severity="Severe", escalated=True),
        report(15, "riverside", severity="Moderate"),
        report(5, "oldtown", kind="illegal_parking", severity="Minor"),
        report(8, "hillside", severity="Extreme", urgency="Immediate"),
        report(21, "hillside", kind="loitering", severity="Minor", stage="working"),
        report(2, "oldtown", stage="closed"),
    )
    busy = {
        "oldtown-1": "en_route",
        "riverside-2": "on_scene",
        "hillside-2": "committed",
        "riverside-3": "out_of_service",
    }
    units = tuple(replace(u, state=busy.get(u.unit, u.state)) for u in base.units)  # type: ignore[arg-type]
    drives = (
        drive(41, "oldtown-1", "oldtown", "inc-riverside-15", "riverside", "issued", "en_route"),
        drive(42, "riverside-2", "riverside", "inc-hillside-21", "hillside", "issued", "on_scene"),
        drive(43, "hillside-2", "hillside", "inc-hillside-8", "hillside", "proposing", "reserved"),
        drive(
            39,
            "riverside-1",
            "riverside",
            "inc-oldtown-5",
            "oldtown",
            "withdrawn",
            "refused",
            "cannot:vehicle",
        ),
    )
    lines = tuple(
        replace(
            line,
            incidents=2,
            units_free=2,
            away=line.district == "oldtown",
            age_s=9.5 if line.district == "oldtown" else 0.6,
        )
        for line in base.districts
    )
    counts = {"plans": 14.0, "orders": 31.0, "withdrawn": 2.0, "records": 2208.0}
    return replace(
        base,
        districts=lines,
        incidents=incidents,
        units=units,
        plans=plans,
        drives=drives,
        counts=counts,
    )
