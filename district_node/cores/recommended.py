"""The district's own units for an incident that waits for one, the best first, each with its way
and the reason. For whoever decides; decides nothing.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from citybrain.clock import Timestamp
from citybrain.domain.unit import Recommendation
from citybrain.errors import TravelTimesError
from citybrain.ids import CaseNumber, IncidentId
from citybrain.limits import Limit
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.travel.port import TravelTimes
from citybrain.vocabulary import SlotState
from district_node.cores.flows.units.re_placing import can_fill
from district_node.cores.flows.verbs.preemption import case_words, may_preempt
from district_node.cores.flows.verbs.words import UNIT_STATES, listed
from district_node.cores.incidents import triage
from district_node.cores.incidents.incident import Incident, Slot, has_ended
from district_node.cores.orders.roster import Unit, is_free
from district_node.cores.state import DistrictState
from district_node.dispatch.matching import Candidate, OpenSlot, etas_s
from district_node.playbook import UNKNOWN_PLAYBOOK

RECOMMENDED = Limit(
    name="recommended",
    value=10,
    unit="units recommended for one incident",
    reason="a person chooses among a few",
    fate="others are left out; the list of units has them",
)


class _Why(NamedTuple):
    """`rank`: the lower comes first."""

    rank: int
    reason: str
    words: str


def recommended(
    state: DistrictState, incident: Incident, at: Timestamp, travel: TravelTimes
) -> tuple[Recommendation, ...]:
    """Nobody where no place is open. By the travel times in force, or by great circle where these
    are faulty."""
    wanted = _wanted(state, incident, at)
    units = [
        unit for unit in state.roster.units.values() if _busy_with(state, unit) != incident.incident
    ]
    if not wanted or not units:
        return ()
    rows = []
    for unit, eta_s in zip(units, _etas(incident, wanted, units, at, travel), strict=True):
        why = _why(state, incident, wanted, unit)
        fits = any(can_fill(slot, unit) for slot in wanted)
        way = eta_s if fits and math.isfinite(eta_s) else None
        rows.append((why.rank, math.inf if way is None else way, unit, why, fits, way))
    rows.sort(key=lambda row: (row[0], row[1], row[2].unit))
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
        for _, _, unit, why, fits, way in rows[: RECOMMENDED.value]
    )


def _wanted(state: DistrictState, incident: Incident, at: Timestamp) -> list[Slot]:
    """Open places; of what is not opened yet, those that it would have; where no playbook names
    any, whatever a unit can do."""
    if has_ended(incident):
        return []
    if not incident.slots:
        playbook = state.playbooks.get(incident.playbook) or UNKNOWN_PLAYBOOK
        incident = triage.with_needs(incident, playbook, at)
    if not incident.slots:
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
    order = state.roster.orders.get(unit.order) if unit.order is not None else None
    if order is None:
        return _Why(3, unit.status.duty.value if unit.status else "busy", is_saying)
    other = state.incidents.get(order.task.incident)
    if other is None:
        number = order.task.number
        return _Why(2, "busy", f"{is_saying} ({number})" if number else is_saying)
    if may_preempt(order, other, incident):
        words = f"{is_saying} ({case_words(other)}), which would wait"
        return _Why(1, "preempts", words)
    return _Why(2, "busy", f"{is_saying} ({case_words(other)})")


def _busy_with(state: DistrictState, unit: Unit) -> IncidentId | None:
    order = state.roster.orders.get(unit.order) if unit.order is not None else None
    return None if order is None else order.task.incident


def _number_of_its_case(state: DistrictState, unit: Unit) -> CaseNumber:
    order = state.roster.orders.get(unit.order) if unit.order is not None else None
    return CaseNumber("") if order is None else order.task.number


def _etas(
    incident: Incident,
    wanted: Sequence[Slot],
    units: Sequence[Unit],
    at: Timestamp,
    travel: TravelTimes,
) -> list[float]:
    """Seconds of each unit to the incident; infinite where it can fill none of the places."""
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
            place=unit.place,
            speed_mps=unit.speed_mps,
        )
        for unit in units
    ]
    try:
        etas = etas_s(places, candidates, travel, at)
    except TravelTimesError:
        etas = etas_s(places, candidates, GREAT_CIRCLE, at)
    return [min(row[column] for row in etas) for column in range(len(candidates))]
