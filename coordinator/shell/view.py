"""The city's state as the duty officer's screen shows it: pure, nothing decided, nothing remembered."""

from citybrain.clock import Timestamp, seconds_between
from citybrain.domain.console import CitySnapshot, DistrictSummary, OrderLine
from citybrain.stages import FREE_UNIT_STATES, OVER_INCIDENT_STAGES
from coordinator.cores.drive import Drive
from coordinator.cores.state import CityState, unserved
from coordinator.cores.world import District


def snapshot(
    state: CityState, at: Timestamp, *, planner: str, planner_because: str
) -> CitySnapshot:
    """The whole screen as of `at`."""
    live = sorted(state.drives.live.values(), key=lambda d: (-d.since, d.order))
    ended = [state.drives.ended[name] for name in reversed(state.drives.ended_order)]
    return CitySnapshot(
        at=at,
        districts=_district_lines(state, at),
        incidents=tuple(
            sorted(state.world.incidents.values(), key=lambda i: (-i.opened_at, i.incident))
        ),
        units=tuple(state.world.units.values()),
        plans=state.plans,
        drives=tuple(_drive_line(drive) for drive in [*live, *ended]),
        planner=planner,
        planner_because=planner_because,
        counts=_counts(state),
    )


def _district_lines(state: CityState, at: Timestamp) -> tuple[DistrictSummary, ...]:
    incidents: dict[str, int] = {}
    units: dict[str, int] = {}
    free: dict[str, int] = {}
    for incident in state.world.incidents.values():
        incidents[incident.district] = incidents.get(incident.district, 0) + (
            incident.stage not in OVER_INCIDENT_STAGES
        )
    for unit in state.world.units.values():
        units[unit.district] = units.get(unit.district, 0) + 1
        free[unit.district] = free.get(unit.district, 0) + (unit.state in FREE_UNIT_STATES)
    return tuple(
        DistrictSummary(
            district=d.district,
            name=d.name,
            centre=d.centre,
            away=d.away,
            age_s=_age_s(d, at),
            incidents=incidents.get(d.district, 0),
            units=units.get(d.district, 0),
            units_free=free.get(d.district, 0),
        )
        for d in state.world.districts.values()
    )


def _age_s(district: District, at: Timestamp) -> float:
    """How old the city's knowledge of it is; one that is there is heard every two seconds."""
    return max(0.0, seconds_between(district.heard_at, at)) if district.away else 0.0


def _drive_line(drive: Drive) -> OrderLine:
    return OrderLine(
        order=drive.order,
        plan=drive.plan,
        unit=drive.unit,
        unit_district=drive.unit_district,
        incident=drive.task.incident,
        incident_district=drive.task.incident_district,
        drive=drive.stage,
        stage=drive.crew,
        since=drive.since,
        reason=drive.reason,
    )


def _counts(state: CityState) -> dict[str, float]:
    counts = {name: float(count) for name, count in state.tally.items()}
    counts["slots_unserved"] = float(len(unserved(state)))
    counts["orders_live"] = float(len(state.drives.live))
    counts["extra"] = float(sum(d.extra for d in state.drives.live.values()))
    return counts
