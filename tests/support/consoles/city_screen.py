"""What the city's screen shows: a quiet city, a busy one, and a plan with its reasons."""

from collections.abc import Mapping

from citybrain.clock import later
from citybrain.domain.incident import IncidentReport
from citybrain.domain.link import SourcesReport
from citybrain.domain.plan import OrderRationale, Plan, PlanStage, ProposedOrder, UnassignedSlot
from citybrain.domain.unit import UnitReport
from citybrain.localized_name import NO_NAME, LocalizedName
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, replace
from consoles.crew_screen import task
from consoles.reports import CENTRES, CLOCK, report, typed, unit
from coordinator.api.open_needs import OpenNeeds
from coordinator.api.shown import Overview, Shown, ShownDistrict, ShownOrder
from coordinator.cores.state import CityState, Replan
from coordinator.cores.world import World


class CityScreen(Struct, frozen=True, kw_only=True):
    """All that the city's lists hold."""

    districts: tuple[ShownDistrict, ...]
    incidents: tuple[IncidentReport, ...]
    units: tuple[UnitReport, ...]
    plans: tuple[Plan, ...]
    orders: tuple[ShownOrder, ...]
    planner: str
    planner_reason: str
    counts: dict[str, float]


MILL_BRIDGE = LocalizedName(en="350 m north of Mill Bridge", zh="磨坊桥北350米")


ESCALATED_THERE = {"escalated": True, "place_name": MILL_BRIDGE}


def cameras(district: str, total: int, **wrong: int) -> SourcesReport:
    """All of them see, but for what is `wrong`."""
    names = ("cameras_blind", "cameras_degraded", "cameras_unknown", "agents_offline")
    dark = {name: wrong.get(name, 0) for name in names}
    boxes = max(1, total // 4)
    return SourcesReport(
        district=district, at=later(CLOCK.now(), -90), cameras=total, agents=boxes, **dark
    )


# the third has not said what its cameras see
CAMERAS = {
    "oldtown": cameras("oldtown", 12, cameras_blind=1),
    "riverside": cameras(
        "riverside", 24, cameras_blind=2, cameras_degraded=1, cameras_unknown=4, agents_offline=1
    ),
}


def quiet_city() -> CityScreen:
    units = tuple(unit(n, district=district) for district in CENTRES for n in (1, 2, 3))
    lines = tuple(
        ShownDistrict(
            district=d,
            name=name,
            centre=centre,
            seen_at=None,
            incidents=0,
            units=3,
            units_free=3,
            sources=cameras(d, 12),
        )
        for d, (name, centre) in CENTRES.items()
    )
    counts = {"plans": 0.0, "orders": 0.0, "records": 12.0}
    return CityScreen(
        districts=lines,
        incidents=(),
        units=units,
        plans=(),
        orders=(),
        planner="ray",
        planner_reason="",
        counts=counts,
    )


def busy_city(*plans: Plan) -> CityScreen:
    base = quiet_city()
    incidents = (
        report(12, "riverside", kind="waterlogging", severity="Severe", **ESCALATED_THERE),
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
            seen_at=later(CLOCK.now(), -9.5) if line.district == "oldtown" else None,
            sources=CAMERAS.get(line.district),
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
) -> ShownOrder:
    return ShownOrder(
        order=f"ord-city-{n}",
        plan="plan-city-0",
        unit=unit_id,
        unit_district=district,
        report=None,
        task=replace(task(1, incident_district), incident=incident),
        stage=saga_stage,
        crew_stage=crew_stage,
        since=later(CLOCK.now(), -3 * n),
        reason=reason,
        is_live=saga_stage not in ("aborted", "withdrawn", "done"),
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


def shown_of(screen: CityScreen) -> Shown:
    """The screen as the city's lists hold it."""
    units = {one.unit: one for one in screen.units}
    incidents = {one.incident: one for one in screen.incidents}
    overview = Overview(
        planner=screen.planner,
        planner_reason=screen.planner_reason,
        counts=screen.counts,
    )
    return Shown(
        districts={one.district: one for one in screen.districts},
        incidents=incidents,
        units=units,
        needs=OpenNeeds().advance(None, state_of(screen)),
        orders={one.order: linked(one, units, incidents) for one in screen.orders},
        plans={one.plan: one for one in screen.plans},
        city={"city": overview},
    )


def state_of(screen: CityScreen) -> CityState:
    """As much of the city's state as its needs come from: what is asked of it is open, and what a
    plan left empty was planned for."""
    asked = SortedMap(
        (slot.slot, report.incident)
        for report in screen.incidents
        for slot in report.slots
        if slot.from_city
    )
    incidents = SortedMap((report.incident, report) for report in screen.incidents)
    left = tuple(slot.slot for plan in screen.plans for slot in plan.unassigned)
    return CityState(
        world=World(incidents=incidents, requested_slots=asked),
        plans=screen.plans,
        replan=Replan(unassigned=left),
    )


def linked(
    order: ShownOrder, units: Mapping[str, UnitReport], incidents: Mapping[str, IncidentReport]
) -> ShownOrder:
    """The order of the unit and the incident that the screen has under its ids."""
    of, incident, place_name = order.task, incidents.get(order.task.incident), NO_NAME
    if incident is not None:
        place_name = incident.place_name
        of = replace(of, kind=incident.kind, severity=incident.severity, place=incident.place)
    return replace(order, task=of, report=units.get(order.unit), place_name=place_name)
