"""The planning problem that a state of the city poses: pure, but at home here since only the planner driver asks for it."""

from citybrain.clock import Timestamp
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import Task
from citybrain.stages import FREE_UNIT_STATES
from citybrain.vocabulary import SEVERITY_RANK, Capability
from coordinator import limits
from coordinator.cores import drives
from coordinator.cores import world as worlds
from coordinator.cores.state import CityState, free_units, slot_of, unserved
from coordinator.planning.problem import FreeUnit, OpenSlot, OutOfReach, Problem


def pose(state: CityState, at: Timestamp) -> Problem:
    """Every slot that nobody fills, the most urgent first when there are too many, and every unit that may be planned with."""
    wanted = [found for slot in unserved(state) if (found := slot_of(state, slot)) is not None]
    wanted.sort(
        key=lambda found: (-SEVERITY_RANK[found[0].severity], found[1].deadline, found[1].slot)
    )
    here = [found for found in wanted if _is_fresh(state, found[0], at)]
    gone = [found for found in wanted if not _is_fresh(state, found[0], at)]
    units = tuple(
        FreeUnit(
            unit=u.unit,
            district=u.district,
            capabilities=u.capabilities,
            place=u.place,
            speed_mps=u.speed_mps,
        )
        for u in free_units(state, at)
    )
    return Problem(
        world_version=state.world.version,
        at=at,
        slots=tuple(
            _open_slot(incident, slot) for incident, slot in here[: limits.PLAN_SLOTS.value]
        ),
        units=units,
        avoided=drives.avoided(state.drives, at, state.policy.avoid_s),
        away_capabilities=_away_capabilities(state, at),
        out_of_reach=tuple(
            OutOfReach(slot=slot.slot, incident=incident.incident, capability=slot.capability)
            for incident, slot in gone
        ),
        costs=state.policy.costs,
        max_travel_s=state.policy.max_travel_s,
    )


def _is_fresh(state: CityState, incident: IncidentReport, at: Timestamp) -> bool:
    return worlds.is_fresh(state.world, incident.district, at, state.policy.age_limit_s)


def _open_slot(incident: IncidentReport, slot: SlotReport) -> OpenSlot:
    task = Task(
        incident=incident.incident,
        incident_district=incident.district,
        slot=slot.slot,
        slot_version=slot.version,
        kind=incident.kind,
        severity=incident.severity,
        place=incident.place,
        traceparent=incident.traceparent,
    )
    return OpenSlot(capability=slot.capability, deadline=slot.deadline, task=task)


def _away_capabilities(state: CityState, at: Timestamp) -> tuple[Capability, ...]:
    """What free units of districts that are away for too long could do."""
    gone = {
        d.district
        for d in state.world.districts.values()
        if not worlds.is_fresh(state.world, d.district, at, state.policy.age_limit_s)
    }
    if not gone:
        return ()
    return tuple(
        sorted(
            {
                c
                for u in state.world.units.values()
                if u.district in gone and u.state in FREE_UNIT_STATES
                for c in u.capabilities
            }
        )
    )
