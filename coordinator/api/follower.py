"""Brings what the lists show from one state of the city to the next, at the cost of what a commit
touched and not of all that the city knows."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple, cast

from citybrain.conditions import Condition
from citybrain.domain.incident import IncidentReport
from citybrain.domain.plan import Plan
from citybrain.domain.unit import UnitReport
from citybrain.ids import DistrictId, OrderId, UnitId
from citybrain.localized_name import NO_NAME
from citybrain.stages import ENDED_INCIDENT_STAGES, FREE_UNIT_STATES
from coordinator.api.open_needs import OpenNeeds
from coordinator.api.overview import KEY
from coordinator.api.shown import Overview, Shown, ShownDistrict, ShownOrder
from coordinator.cores.order_saga import OrderSaga
from coordinator.cores.state import CityState, unserved
from coordinator.shell.planner import PlannerStatus


class _Source(NamedTuple):
    """What a shown order was made of."""

    saga: OrderSaga
    unit: UnitReport | None
    shown: ShownOrder


class Follower:
    """One for each reader; not for two threads."""

    def __init__(self) -> None:
        self._state: CityState | None = None
        self._units: Mapping[str, UnitReport] = {}
        self._unit_counts: Counter[DistrictId] = Counter()
        self._free_counts: Counter[DistrictId] = Counter()
        self._incident_counts: Counter[DistrictId] = Counter()
        self._orders: dict[OrderId, _Source] = {}
        self._open_needs = OpenNeeds()
        self._shown = Shown({}, {}, {}, {}, {}, {}, {})

    def advance(
        self,
        state: CityState,
        touched: Collection[UnitId] | None,
        status: PlannerStatus,
        conditions: tuple[Condition, ...] = (),
    ) -> Shown:
        """What is shown of `state`. `touched`: the units that may be others than in the state
        before; None: any."""
        before, self._state = self._state, state
        if before is state:
            return self._with_overview(self._shown.city[KEY].counts, status, conditions)
        self._count_units(state, touched)
        if before is None or before.world.incidents is not state.world.incidents:
            self._incident_counts = Counter(
                incident.district
                for incident in state.world.incidents.unordered().values()
                if incident.stage not in ENDED_INCIDENT_STAGES
            )
        incidents = cast("Mapping[str, IncidentReport]", state.world.incidents.unordered())
        self._shown = self._shown._replace(incidents=incidents)
        self._shown = self._shown._replace(
            districts=self._districts(state),
            units=self._units,
            needs=self._open_needs.advance(before, state),
            orders=self._order_rows(before, state),
            plans=self._plans(before, state),
        )
        return self._with_overview(_counts_of(state), status, conditions)

    def _count_units(self, state: CityState, touched: Collection[UnitId] | None) -> None:
        known, units = self._units, state.world.units.unordered()
        self._units = cast("Mapping[str, UnitReport]", units)
        if known is units:
            return
        if touched is None:
            self._unit_counts.clear()
            self._free_counts.clear()
            for unit in units.values():
                self._count(unit, 1)
            return
        for key in touched:
            if (was := known.get(key)) is not None:
                self._count(was, -1)
            if (now := units.get(key)) is not None:
                self._count(now, 1)

    def _count(self, unit: UnitReport, by: int) -> None:
        self._unit_counts[unit.district] += by
        if unit.state in FREE_UNIT_STATES:
            self._free_counts[unit.district] += by

    def _districts(self, state: CityState) -> Mapping[str, ShownDistrict]:
        known = self._shown.districts
        found: dict[str, ShownDistrict] = {}
        for name, district in state.world.districts.unordered().items():
            shown = ShownDistrict(
                district=name,
                name=district.name,
                centre=district.centre,
                seen_at=district.last_seen_at if district.offline else None,
                incidents=self._incident_counts[name],
                units=self._unit_counts[name],
                units_free=self._free_counts[name],
                sources=district.sources,
            )
            before = known.get(name)
            found[name] = before if before == shown and before is not None else shown
        return found

    def _order_rows(self, before: CityState | None, state: CityState) -> Mapping[str, ShownOrder]:
        if (
            before is not None
            and before.sagas is state.sagas
            and before.world.units is state.world.units
        ):
            return self._shown.orders
        found: dict[OrderId, _Source] = {}
        for saga in state.sagas.ended.unordered().values():
            found[saga.order] = self._order(saga, None, is_live=False)
        for saga in state.sagas.live.unordered().values():
            found[saga.order] = self._order(saga, state.world.units.get(saga.unit), is_live=True)
        self._orders = found
        return {key: source.shown for key, source in found.items()}

    def _order(self, saga: OrderSaga, unit: UnitReport | None, *, is_live: bool) -> _Source:
        """`unit` of one that is over stays what it was when it ended."""
        known = self._orders.get(saga.order)
        if not is_live:
            unit = known.unit if known is not None else self._units.get(saga.unit)
        if known is not None and known.saga is saga and known.unit is unit:
            return known
        incident = self._shown.incidents.get(saga.task.incident)
        shown = ShownOrder(
            order=saga.order,
            plan=saga.plan,
            unit=saga.unit,
            unit_district=saga.unit_district,
            report=unit,
            task=saga.task,
            stage=saga.stage.value,
            crew_stage=saga.crew_stage.value,
            since=saga.since,
            reason=saga.reason,
            is_live=is_live,
            place_name=NO_NAME if incident is None else incident.place_name,
        )
        return _Source(saga, unit, shown)

    def _plans(self, before: CityState | None, state: CityState) -> Mapping[str, Plan]:
        if before is not None and before.plans is state.plans:
            return self._shown.plans
        return {plan.plan: plan for plan in state.plans}

    def _with_overview(
        self,
        counts: dict[str, float],
        status: PlannerStatus,
        conditions: tuple[Condition, ...],
    ) -> Shown:
        overview = Overview(
            planner=status.planner,
            planner_reason=status.reason,
            counts=counts,
            conditions=conditions,
        )
        if self._shown.city.get(KEY) != overview:
            self._shown = self._shown._replace(city={KEY: overview})
        return self._shown


def _counts_of(state: CityState) -> dict[str, float]:
    """What the city has counted, and how many there are now of what is under way."""
    counts = {name: float(count) for name, count in state.counts.items()}
    counts["slots_unserved"] = float(len(unserved(state)))
    counts["orders_live"] = float(len(state.sagas.live))
    counts["extra"] = float(sum(d.extra for d in state.sagas.live.values()))
    return counts
