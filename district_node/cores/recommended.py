"""The district's own units for an incident that waits for one, the best first, each with its way
and the reason. For whoever decides; decides nothing.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from citybrain.clock import Timestamp
from citybrain.domain.unit import Recommendation
from citybrain.errors import TravelTimesError
from citybrain.ids import CaseNumber, IncidentId, UnitId
from citybrain.limits import Limit
from citybrain.structs import replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from citybrain.travel.values import Origins
from citybrain.vocabulary import Capability, Severity, SlotState
from district_node.cores.flows.units.re_placing import can_fill
from district_node.cores.flows.verbs.preemption import case_words, may_preempt
from district_node.cores.flows.verbs.words import UNIT_STATES, listed
from district_node.cores.incidents import triage
from district_node.cores.incidents.incident import Incident, Slot, has_ended, needed_slots
from district_node.cores.orders.next_orders import next_of
from district_node.cores.orders.next_way import stops_before, way_s
from district_node.cores.orders.roster import Unit, is_free
from district_node.cores.state import DistrictState
from district_node.dispatch.matching import Candidate, OpenSlot, etas_s, origins_of, seconds_to
from district_node.playbook import UNKNOWN_PLAYBOOK

RECOMMENDED = Limit(
    name="recommended",
    value=10,
    unit="units recommended for one incident",
    reason="a person chooses among a few",
    fate="others are left out; the list of units has them",
)


NO_CASE = IncidentId("")  # that no crew has given back


class _Why(NamedTuple):
    """`rank`: the lower comes first."""

    rank: int
    reason: str
    words: str


class _Ranked(NamedTuple):
    """A unit, by what it is sorted by first: the rank of its reason, its way."""

    rank: int
    order_s: float
    unit: Unit
    why: _Why
    fits: bool
    way: float | None


# no Struct: it holds arrays, which are no values
@dataclass(frozen=True, slots=True, kw_only=True)
class _Alike:
    """Units that can fill a place and come as soon as each other, but for their ways: in the order
    of their ids, and where each starts from."""

    rank: int
    units: tuple[Unit, ...]
    origins: Origins


class Fleet:
    """The units of a state as incidents of one severity that want one capability see them: sorted
    once for all of these. Not those that do something else next: their ways go by that."""

    def __init__(self, state: DistrictState) -> None:
        self._state = state
        self._known: dict[tuple[Capability, Severity], tuple[_Alike, ...]] = {}

    def alike(self, incident: Incident, slot: Slot) -> tuple[_Alike, ...]:
        """Those that can fill the slot, the best first. Whose crew gave the case back is in it."""
        key = slot.capability, incident.severity
        if key not in self._known:
            self._known[key] = self._sorted(incident, slot)
        return self._known[key]

    def _sorted(self, incident: Incident, slot: Slot) -> tuple[_Alike, ...]:
        anyone = replace(incident, incident=NO_CASE)
        wanted = [replace(slot, declined=())]
        found: defaultdict[int, list[Unit]] = defaultdict(list)
        roster = self._state.roster
        for unit in roster.units.values():
            if slot.capability in unit.capabilities and not next_of(roster, unit.unit):
                found[_why(self._state, anyone, wanted, unit).rank].append(unit)
        return tuple(_alike(rank, found[rank]) for rank in sorted(found))


def recommended(
    state: DistrictState,
    incident: Incident,
    at: Timestamp,
    travel: TravelTimes,
    fleet: Fleet | None = None,
) -> tuple[Recommendation, ...]:
    """Nobody where no place is open. By the travel times in force, or by great circle where these
    are faulty. `fleet`: of the state, where it was made before."""
    wanted = _wanted(state, incident, at)
    if not wanted:
        return ()
    rows = _of_fitting(state, incident, wanted, at=at, travel=travel, fleet=fleet or Fleet(state))
    if rows is None:
        rows = _of_all_units(state, incident, wanted, at, travel)
    return tuple(
        Recommendation(
            unit=unit.unit,
            name=unit.name,
            eta_s=way,
            reason=why.reason,
            words=why.words,
            fits=fits,
            busy_with=_busy_with(state, unit),
            busy_with_number=_number_of_its_case(state, unit),
        )
        for _, _, unit, why, fits, way in rows
    )


def _of_fitting(
    state: DistrictState,
    incident: Incident,
    wanted: Sequence[Slot],
    *,
    at: Timestamp,
    travel: TravelTimes,
    fleet: Fleet,
) -> list[_Ranked] | None:
    """The best, where as many as are shown can fill a place: nobody else need be looked at then.
    None: they are fewer, or several capabilities are wanted."""
    if len({slot.capability for slot in wanted}) > 1:
        return None
    found: list[_Ranked] = []
    for group in fleet.alike(incident, wanted[0]):
        seconds = seconds_to(incident.place, group.origins, travel, at)
        for place in seconds.argsort(kind="stable").tolist():  # of one way: in their order
            unit, eta_s = group.units[place], float(seconds[place])
            if incident.incident in unit.avoids or not any(can_fill(s, unit) for s in wanted):
                continue
            if _busy_with(state, unit) == incident.incident:
                continue
            way = eta_s if math.isfinite(eta_s) else None
            why = _why(state, incident, wanted, unit)
            found.append(_Ranked(group.rank, eta_s, unit, why, fits=True, way=way))
            if len(found) == RECOMMENDED.value:
                return _with_those_who_go_on(state, incident, wanted, found, at=at, travel=travel)
    return None


def _with_those_who_go_on(
    state: DistrictState,
    incident: Incident,
    wanted: Sequence[Slot],
    found: list[_Ranked],
    *,
    at: Timestamp,
    travel: TravelTimes,
) -> list[_Ranked]:
    """With the units that do something else next, where they can fill a place."""
    units = [
        unit
        for unit in map(state.roster.units.__getitem__, state.roster.next_orders)
        if _busy_with(state, unit) != incident.incident and any(can_fill(s, unit) for s in wanted)
    ]
    rows = [*found, *_rows(state, incident, wanted, units, at, travel)] if units else found
    return sorted(rows, key=_place)[: RECOMMENDED.value]


def _of_all_units(
    state: DistrictState,
    incident: Incident,
    wanted: Sequence[Slot],
    at: Timestamp,
    travel: TravelTimes,
) -> list[_Ranked]:
    """Of those that cannot fill a place only as many as have room: they come last."""
    kinds = {slot.capability for slot in wanted}
    units = [
        unit for unit in state.roster.units.values() if _busy_with(state, unit) != incident.incident
    ]
    able = [unit for unit in units if not kinds.isdisjoint(unit.capabilities)]
    if len(able) < RECOMMENDED.value:
        others = [unit for unit in units if kinds.isdisjoint(unit.capabilities)]
        able += others[: RECOMMENDED.value - len(able)]
    if not able:
        return []
    rows = _rows(state, incident, wanted, able, at, travel)
    return sorted(rows, key=_place)[: RECOMMENDED.value]


def _rows(
    state: DistrictState,
    incident: Incident,
    wanted: Sequence[Slot],
    units: Sequence[Unit],
    at: Timestamp,
    travel: TravelTimes,
) -> list[_Ranked]:
    rows = []
    for unit, eta_s in zip(units, _etas(state, incident, wanted, units, at, travel), strict=True):
        why = _why(state, incident, wanted, unit)
        fits = any(can_fill(slot, unit) for slot in wanted)
        way = eta_s if fits and math.isfinite(eta_s) else None
        rows.append(_Ranked(why.rank, math.inf if way is None else way, unit, why, fits, way))
    return rows


def _place(row: _Ranked) -> tuple[int, float, UnitId]:
    return row.rank, row.order_s, row.unit.unit


def _alike(rank: int, units: Sequence[Unit]) -> _Alike:
    origins = origins_of([unit.place for unit in units], [unit.speed_mps for unit in units])
    return _Alike(rank=rank, units=tuple(units), origins=origins)


def _wanted(state: DistrictState, incident: Incident, at: Timestamp) -> list[Slot]:
    """Open places; of what is not opened yet, those that it would have; where no playbook names
    any, whatever a unit can do."""
    if has_ended(incident):
        return []
    if not incident.slots:
        playbook = state.playbooks.get(incident.playbook) or UNKNOWN_PLAYBOOK
        incident = triage.with_needs(incident, playbook, at)
    if not needed_slots(incident):
        first = {unit.capabilities[0] for unit in state.roster.units.values() if unit.capabilities}
        for capability in sorted(first):
            incident = triage.with_ad_hoc_slot(incident, capability, at)
    return [slot for slot in incident.slots if slot.state is SlotState.OPEN]


def _why(state: DistrictState, incident: Incident, wanted: Sequence[Slot], unit: Unit) -> _Why:
    if not any(slot.capability in unit.capabilities for slot in wanted):
        needs = listed(slot.capability for slot in wanted)
        return _Why(5, "no_fitting_slot", f"can do {listed(unit.capabilities)}, not {needs}")
    if incident.incident in unit.avoids or not any(can_fill(slot, unit) for slot in wanted):
        return _Why(4, "gave_it_back", "its crew gave this case back")
    is_saying = UNIT_STATES[unit.state]
    if is_free(unit):
        return _Why(0, "free", is_saying)
    its = next_of(state.roster, unit.unit)
    if any(one.incident == incident.incident for one in its):
        return _Why(1, "comes_next", f"{is_saying}, and comes here next")
    more = f", and has {len(its)} next" if its else ""
    order = state.roster.orders.get(unit.order) if unit.order is not None else None
    if order is None:
        return _Why(3, unit.status.duty.value if unit.status else "busy", is_saying)
    other = state.incidents.get(order.task.incident)
    if other is None:
        number = order.task.number
        return _Why(2, "busy", f"{is_saying} ({number}){more}" if number else f"{is_saying}{more}")
    if may_preempt(order, other, incident):
        words = f"{is_saying} ({case_words(other)}), which would wait{more}"
        return _Why(1, "preempts", words)
    return _Why(2, "busy", f"{is_saying} ({case_words(other)}){more}")


def _busy_with(state: DistrictState, unit: Unit) -> IncidentId | None:
    order = state.roster.orders.get(unit.order) if unit.order is not None else None
    return None if order is None else order.task.incident


def _number_of_its_case(state: DistrictState, unit: Unit) -> CaseNumber:
    order = state.roster.orders.get(unit.order) if unit.order is not None else None
    return CaseNumber("") if order is None else order.task.number


def _etas(
    state: DistrictState,
    incident: Incident,
    wanted: Sequence[Slot],
    units: Sequence[Unit],
    at: Timestamp,
    travel: TravelTimes,
) -> list[float]:
    """Seconds of each unit to the incident, by way of what it does before; infinite where it can
    fill none of the places."""
    stops = [stops_before(state.roster, unit, incident.incident) for unit in units]
    places = [
        OpenSlot(
            incident=incident.incident,
            slot=slot.slot,
            capability=slot.capability,
            severity=incident.severity,
            place=incident.place,
            max_eta_s=None,
            declined=(),
        )
        for slot in wanted
    ]
    candidates = [
        Candidate(
            unit=unit.unit,
            capabilities=unit.capabilities,
            place=before[-1] if before else unit.place,
            speed_mps=unit.speed_mps,
        )
        for unit, before in zip(units, stops, strict=True)
    ]
    try:
        etas = etas_s(places, candidates, travel, at)
        ways = [way_s(*one, at, travel) for one in zip(units, stops, strict=True)]
    except TravelTimesError:
        etas = etas_s(places, candidates, GREAT_CIRCLE, at)
        ways = [way_s(*one, at, GREAT_CIRCLE) for one in zip(units, stops, strict=True)]
    return [way + min(row[column] for row in etas) for column, way in enumerate(ways)]
