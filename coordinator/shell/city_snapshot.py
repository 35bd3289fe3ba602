"""The city's state as the duty officer's screen shows it. Pure."""

from citybrain.clock import Timestamp, seconds_between
from citybrain.domain.console import CitySnapshot, DistrictSummary, OrderLine
from citybrain.stages import ENDED_INCIDENT_STAGES, FREE_UNIT_STATES
from coordinator.cores.order_saga import OrderSaga
from coordinator.cores.state import CityState, unserved
from coordinator.cores.world import KnownDistrict


def city_snapshot(
    state: CityState, at: Timestamp, *, planner: str, planner_reason: str
) -> CitySnapshot:
    """The whole screen as of `at`."""
    live = sorted(state.sagas.live.values(), key=lambda d: (-d.since, d.order))
    ended = [state.sagas.ended[name] for name in reversed(state.sagas.ended_order)]
    return CitySnapshot(
        at=at,
        districts=_district_summaries(state, at),
        incidents=tuple(
            sorted(state.world.incidents.values(), key=lambda i: (-i.opened_at, i.incident))
        ),
        units=tuple(state.world.units.values()),
        plans=state.plans,
        orders=tuple(_order_line(saga) for saga in [*live, *ended]),
        planner=planner,
        planner_reason=planner_reason,
        counts=counts_of(state),
    )


def _district_summaries(state: CityState, at: Timestamp) -> tuple[DistrictSummary, ...]:
    incidents: dict[str, int] = {}
    units: dict[str, int] = {}
    free: dict[str, int] = {}
    for incident in state.world.incidents.values():
        incidents[incident.district] = incidents.get(incident.district, 0) + (
            incident.stage not in ENDED_INCIDENT_STAGES
        )
    for unit in state.world.units.values():
        units[unit.district] = units.get(unit.district, 0) + 1
        free[unit.district] = free.get(unit.district, 0) + (unit.state in FREE_UNIT_STATES)
    return tuple(
        DistrictSummary(
            district=d.district,
            name=d.name,
            centre=d.centre,
            offline=d.offline,
            age_s=_age_s(d, at),
            incidents=incidents.get(d.district, 0),
            units=units.get(d.district, 0),
            units_free=free.get(d.district, 0),
        )
        for d in state.world.districts.values()
    )


def _age_s(district: KnownDistrict, at: Timestamp) -> float:
    """How old the city's knowledge of it is; a connected one sends a heartbeat every 2 s."""
    return max(0.0, seconds_between(district.last_seen_at, at)) if district.offline else 0.0


def _order_line(saga: OrderSaga) -> OrderLine:
    return OrderLine(
        order=saga.order,
        plan=saga.plan,
        unit=saga.unit,
        unit_district=saga.unit_district,
        incident=saga.task.incident,
        incident_district=saga.task.incident_district,
        saga_stage=saga.stage,
        crew_stage=saga.crew_stage,
        since=saga.since,
        reason=saga.reason,
    )


def counts_of(state: CityState) -> dict[str, float]:
    """What the city has counted, and how many there are now of what is under way."""
    counts = {name: float(count) for name, count in state.counts.items()}
    counts["slots_unserved"] = float(len(unserved(state)))
    counts["orders_live"] = float(len(state.sagas.live))
    counts["extra"] = float(sum(d.extra for d in state.sagas.live.values()))
    return counts
