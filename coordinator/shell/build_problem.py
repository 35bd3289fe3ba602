"""The planning problem of a state of the city. Pure; it stands here because only the planner needs
it.
"""

from citybrain.clock import Timestamp
from citybrain.domain.incident import IncidentReport
from citybrain.stages import FREE_UNIT_STATES
from citybrain.vocabulary import SEVERITY_RANK, Capability
from coordinator import limits
from coordinator.cores import sagas
from coordinator.cores import world as worlds
from coordinator.cores.state import CityState, free_units, slot_of, unserved
from coordinator.planning.problem import FreeUnit, OpenSlot, Problem, UnreachableSlot


def build_problem(state: CityState, at: Timestamp) -> Problem:
    """Every slot that nobody fills, the most urgent first when there are too many, and every unit
    that may be planned with.
    """
    slots = [found for slot in unserved(state) if (found := slot_of(state, slot)) is not None]
    slots.sort(
        key=lambda found: (-SEVERITY_RANK[found[0].severity], found[1].deadline, found[1].slot)
    )
    reachable = [found for found in slots if _is_fresh(state, found[0], at)]
    unreachable_slots = [found for found in slots if not _is_fresh(state, found[0], at)]
    return Problem(
        world_version=state.world.version,
        at=at,
        slots=tuple(
            OpenSlot(
                capability=slot.capability,
                deadline=slot.deadline,
                task=worlds.task_for(incident, slot),
            )
            for incident, slot in reachable[: limits.PLAN_SLOTS.value]
        ),
        units=tuple(
            FreeUnit(
                unit=u.unit,
                district=u.district,
                capabilities=u.capabilities,
                place=u.place,
                speed_mps=u.speed_mps,
            )
            for u in free_units(state, at)
        ),
        avoided=sagas.avoided_pairs(state.sagas, at, state.policy.avoid_s),
        offline_capabilities=_offline_capabilities(state, at),
        unreachable_slots=tuple(
            UnreachableSlot(slot=slot.slot, incident=incident.incident, capability=slot.capability)
            for incident, slot in unreachable_slots
        ),
        costs=state.policy.costs,
        max_travel_s=state.policy.max_travel_s,
    )


def _is_fresh(state: CityState, incident: IncidentReport, at: Timestamp) -> bool:
    return worlds.is_fresh(state.world, incident.district, at, state.policy.age_limit_s)


def _offline_capabilities(state: CityState, at: Timestamp) -> tuple[Capability, ...]:
    """The capabilities of free units of districts that are offline for too long."""
    offline = {
        d.district
        for d in state.world.districts.values()
        if not worlds.is_fresh(state.world, d.district, at, state.policy.age_limit_s)
    }
    if not offline:
        return ()
    found = {
        capability
        for u in state.world.units.values()
        if u.district in offline and u.state in FREE_UNIT_STATES
        for capability in u.capabilities
    }
    return tuple(sorted(found))
