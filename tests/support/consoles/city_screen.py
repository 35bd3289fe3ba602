"""What the city's screen shows: a quiet city, a busy one, and a plan with its reasons."""

from citybrain.clock import later
from citybrain.domain.console import CitySnapshot, DistrictSummary, OrderLine
from citybrain.domain.incident import IncidentReport
from citybrain.domain.plan import OrderRationale, Plan, PlanStage, ProposedOrder, UnassignedSlot
from citybrain.domain.unit import UnitReport
from citybrain.structs import replace
from consoles.crew_screen import task
from consoles.reports import CENTRES, CLOCK, report, typed, unit
from coordinator.api.shown import Overview, Shown, ShownDistrict, ShownOrder


def quiet_city() -> CitySnapshot:
    units = tuple(unit(n, district=district) for district in CENTRES for n in (1, 2, 3))
    lines = tuple(
        DistrictSummary(
            district=d,
            name=name,
            centre=centre,
            offline=False,
            age_s=0.4,
            incidents=0,
            units=3,
            units_free=3,
        )
        for d, (name, centre) in CENTRES.items()
    )
    counts = {"plans": 0.0, "orders": 0.0, "records": 12.0}
    return CitySnapshot(
        at=CLOCK.now(),
        districts=lines,
        incidents=(),
        units=units,
        plans=(),
        orders=(),
        planner="ray",
        planner_reason="",
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
    units = tuple(typed(replace(u, state=busy.get(u.unit, u.state))) for u in base.units)
    orders = (
        order_line(
            41, "oldtown-1", "oldtown", "inc-riverside-15", "riverside", "issued", "en_route"
        ),
        order_line(
            42, "riverside-2", "riverside", "inc-hillside-21", "hillside", "issued", "on_scene"
        ),
        order_line(
            43, "hillside-2", "hillside", "inc-hillside-8", "hillside", "proposing", "reserved"
        ),
        order_line(
            39,
            "riverside-1",
            "riverside",
            "inc-oldtown-5",
            "oldtown",
            "withdrawn",
            "refused",
            "cannot:vehicle_fault",
        ),
    )
    lines = tuple(
        replace(
            line,
            incidents=2,
            units_free=2,
            offline=line.district == "oldtown",
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
        orders=orders,
        counts=counts,
    )


def order_line(
    n: int,
    unit_id: str,
    district: str,
    incident: str,
    incident_district: str,
    saga_stage: str,
    crew_stage: str,
    reason: str = "",
) -> OrderLine:
    return OrderLine(
        order=f"ord-city-{n}",
        plan="plan-city-0",
        unit=unit_id,
        unit_district=district,
        incident=incident,
        incident_district=incident_district,
        saga_stage=saga_stage,
        crew_stage=crew_stage,
        since=later(CLOCK.now(), -3 * n),
        reason=reason,
    )


def plan(n: int = 1, stage: PlanStage = PlanStage.PROPOSED) -> Plan:
    return Plan(
        plan=f"plan-city-{n}",
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
                OrderRationale(
                    travel_s=212,
                    cost=636,
                    next_best="hillside-3",
                    next_best_cost=981,
                    cross_district=True,
                    coverage_price=40,
                ),
            ),
            proposed(
                8,
                "hillside-1",
                "hillside",
                "hillside",
                OrderRationale(
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
        ),
    )


def proposed(
    n: int,
    unit_id: str,
    unit_district: str,
    district: str,
    rationale: OrderRationale,
    kind: str = "waterlogging",
) -> ProposedOrder:
    return ProposedOrder(
        order=f"ord-city-{n}",
        unit=unit_id,
        unit_district=unit_district,
        task=task(n, district, kind),
        rationale=rationale,
    )


def shown_of(snapshot: CitySnapshot) -> Shown:
    """The snapshot as the city's lists hold it."""
    units = {one.unit: one for one in snapshot.units}
    incidents = {one.incident: one for one in snapshot.incidents}
    overview = Overview(
        planner=snapshot.planner,
        planner_reason=snapshot.planner_reason,
        counts=snapshot.counts,
    )
    return Shown(
        districts={one.district: shown_district(one, snapshot) for one in snapshot.districts},
        incidents=incidents,
        units=units,
        orders={
            one.order: shown_order(one, units.get(one.unit), incidents.get(one.incident))
            for one in snapshot.orders
        },
        plans={one.plan: one for one in snapshot.plans},
        city={"city": overview},
    )


def shown_district(line: DistrictSummary, snapshot: CitySnapshot) -> ShownDistrict:
    return ShownDistrict(
        district=line.district,
        name=line.name,
        centre=line.centre,
        seen_at=later(snapshot.at, -line.age_s) if line.offline else None,
        incidents=line.incidents,
        units=line.units,
        units_free=line.units_free,
    )


def shown_order(
    line: OrderLine, unit: UnitReport | None, incident: IncidentReport | None
) -> ShownOrder:
    of = task(1, line.incident_district)
    if incident is not None:
        of = replace(of, kind=incident.kind, severity=incident.severity, place=incident.place)
    return ShownOrder(
        order=line.order,
        plan=line.plan,
        unit=line.unit,
        unit_district=line.unit_district,
        report=unit,
        task=replace(of, incident=line.incident),
        stage=line.saga_stage,
        crew_stage=line.crew_stage,
        since=line.since,
        reason=line.reason,
        is_live=line.saga_stage not in ("aborted", "withdrawn", "done"),
    )
