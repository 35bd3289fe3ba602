"""Recommendations for what is watched: kept until a unit or a case by which they could differ has
changed. A version of the list in which only events came costs nothing for them.
"""

from collections.abc import Callable
from typing import NamedTuple

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.unit import Recommendation
from citybrain.ids import IncidentId, OrderId, UnitId
from citybrain.limits import Limit
from citybrain.sorted_map import SortedMap
from citybrain.travel.port import TravelTimes
from district_node.cores.incidents.incident import Incident
from district_node.cores.orders.roster import Order, Unit
from district_node.cores.recommended import Fleet, recommended
from district_node.cores.state import EMPTY, DistrictState

RECOMMENDATIONS_KEPT = Limit(
    name="recommendations_kept",
    value=1_000,
    unit="incidents",
    reason="as many as are looked at by all screens of a district",
    fate="they are made anew",
)
RECOMMENDATIONS_AGE = Limit(
    name="recommendations_age",
    value=10,
    unit="s",
    reason="a unit on its way is 80 m further; to every screen it would be news all the time",
    fate="they are made anew with the next change, where units have moved since",
)


class _Made(NamedTuple):
    """What was recommended, and what of the incident that depends on."""

    basis: tuple[object, ...]
    rows: tuple[Recommendation, ...]


class Recommendations:
    """One thread at a time."""

    def __init__(self, state: Callable[[], DistrictState], travel: TravelTimes) -> None:
        self._state, self._travel = state, travel
        self._seen = self._made_of = EMPTY  # the state that was looked at last, and made of
        self._made_at = Timestamp(0)
        self._has_moved = False
        self._fleet = Fleet(EMPTY)
        self._live: tuple[Order, ...] = ()  # orders of units that are busy
        self._made: dict[IncidentId, _Made] = {}

    def of(self, incident: Incident, at: Timestamp) -> tuple[Recommendation, ...]:
        """As `recommended`, of units where they were at most RECOMMENDATIONS_AGE ago."""
        self._look(at)
        basis = (
            incident.slots,
            incident.severity,
            incident.place,
            incident.stage,
            incident.playbook,
        )
        known = self._made.get(incident.incident)
        if known is not None and known.basis == basis:
            return known.rows
        if len(self._made) >= RECOMMENDATIONS_KEPT.value:
            self._made.clear()
        rows = recommended(self._seen, incident, at, self._travel, self._fleet)
        self._made[incident.incident] = _Made(basis, rows)
        return rows

    def _look(self, at: Timestamp) -> None:
        """Forget what was made where anything has changed by which it could differ."""
        current = self._state()
        is_old = at - self._made_at >= RECOMMENDATIONS_AGE.value * SECOND_US
        if current is self._seen and not (is_old and self._has_moved):
            return
        self._seen = current
        if self._has_changed(current) or (is_old and self._has_moved):
            self._made.clear()
            self._made_of, self._made_at, self._has_moved = current, at, False
            self._fleet, self._live = Fleet(current), _live_orders(current)

    def _has_changed(self, current: DistrictState) -> bool:
        """Whether any unit is another otherwise than in where it is, or any of their cases."""
        before = self._made_of
        roster, known = current.roster, before.roster
        if roster is not known:
            if len(roster.units) != len(known.units) or current.playbooks is not before.playbooks:
                return True
            if roster.next_orders != known.next_orders:
                return True
            for name, unit in roster.units.unordered().items():
                if not self._is_alike(name, unit, roster.orders):
                    return True
        return current.incidents is not before.incidents and any(
            _as_other(current, order) != _as_other(before, order) for order in self._live
        )

    def _is_alike(self, name: UnitId, unit: Unit, orders: SortedMap[OrderId, Order]) -> bool:
        """Whether the unit is as it was, but for where it is."""
        known = self._made_of.roster.units.get(name)
        if known is None or unit.order != known.order:
            return False
        if unit.order is not None:
            order, before = orders.get(unit.order), self._made_of.roster.orders.get(unit.order)
            if order is not before:
                return False
        if unit is known:
            return True
        self._has_moved = self._has_moved or unit.place != known.place
        return _standing(unit) == _standing(known)


def _live_orders(state: DistrictState) -> tuple[Order, ...]:
    orders = [
        state.roster.orders.get(unit.order)
        for unit in state.roster.units.unordered().values()
        if unit.order is not None
    ]
    return tuple(order for order in orders if order is not None)


def _standing(unit: Unit) -> tuple[object, ...]:
    return (
        unit.state,
        unit.capabilities,
        unit.speed_mps,
        unit.name,
        unit.status,
        tuple(unit.avoids),
    )


def _as_other(state: DistrictState, order: Order) -> tuple[object, ...]:
    """What of a case that a unit is busy with is weighed and said."""
    incident = state.incidents.get(order.task.incident)
    return () if incident is None else (incident.severity, incident.number)
