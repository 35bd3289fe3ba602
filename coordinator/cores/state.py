"""The city's whole state, put together from its cores' parts, and what is free and open in it.
Decides nothing.
"""

from citybrain.clock import Timestamp
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import Task
from citybrain.domain.plan import Plan
from citybrain.domain.unit import UnitReport
from citybrain.ids import SlotId, StoreEpoch, UnitId
from citybrain.sorted_map import SortedMap
from citybrain.stages import FREE_UNIT_STATES
from citybrain.structs import Struct, field
from coordinator.cores import sagas
from coordinator.cores import world as worlds
from coordinator.cores.orphaned_orders import OrphanedOrders
from coordinator.cores.sagas import Sagas
from coordinator.cores.world import World
from coordinator.policy import Policy

NEVER = Timestamp(0)
NO_EPOCH = StoreEpoch("")  # before the first record


class Replan(Struct, frozen=True, kw_only=True):
    """The last request for a plan, and what its answer left open.

    The two versions are values of `World.planning_version`.
    """

    request_number: int = 0
    is_awaited: bool = False
    requested_at: Timestamp = NEVER
    requested_version: int = -1  # when it was requested: the plan knows nothing that came later
    unassigned: tuple[SlotId, ...] = ()  # the slots that the last plan could not fill …
    planned_version: int = -1  # … in this version of the world
    retry_at: Timestamp = NEVER  # … and when they are tried again even in the same version


class CityState(Struct, frozen=True, kw_only=True):
    """All that the city's decisions depend on."""

    epoch: StoreEpoch = NO_EPOCH
    policy: Policy = field(default_factory=Policy)
    world: World = field(default_factory=World)
    sagas: Sagas = field(default_factory=Sagas)
    orphaned: OrphanedOrders = field(default_factory=OrphanedOrders)
    plans: tuple[Plan, ...] = ()  # newest first, bounded; at most one of them is proposed
    replan: Replan = field(default_factory=Replan)
    counts: SortedMap[str, int] = field(default_factory=SortedMap)  # by name, since the store began


EMPTY = CityState()


def is_free(state: CityState, unit: UnitId, at: Timestamp) -> bool:
    """Whether the unit may be planned with: its owner reports it as free and is fresh, and no live
    order of the city holds it.
    """
    report = state.world.units.get(unit)
    return (
        report is not None
        and report.state in FREE_UNIT_STATES
        and report.order is None
        and report.status is None
        and unit not in state.sagas.by_unit
        and worlds.is_fresh(state.world, report.district, at, state.policy.age_limit_s)
    )


def is_open(state: CityState, task: Task) -> bool:
    """Whether the task's slot still waits for an order, at the version it was planned for."""
    found = slot_of(state, task.slot)
    return (
        found is not None
        and found[1].version == task.slot_version
        and task.slot not in state.sagas.by_slot
    )


def slot_of(state: CityState, slot: SlotId) -> tuple[IncidentReport, SlotReport] | None:
    """A slot that its owner requests of the city, with its incident; None when it does not."""
    name = state.world.requested_slots.get(slot)
    incident = state.world.incidents.get(name) if name is not None else None
    if incident is None:
        return None
    return next(((incident, report) for report in incident.slots if report.slot == slot), None)


def unserved(state: CityState) -> tuple[SlotId, ...]:
    """Slots that are requested of the city and that no live order of the city fills."""
    return tuple(slot for slot in state.world.requested_slots if slot not in state.sagas.by_slot)


def avoided_pairs(state: CityState, at: Timestamp) -> tuple[tuple[SlotId, UnitId], ...]:
    """Pairs of slot and unit that are not planned for: the unit was asked lately and refused, or
    its owner says that its crew gave the case back.
    """
    given_back = {
        (slot.slot, unit.unit)
        for unit in state.world.units.values()
        for avoided in unit.avoids
        if avoided.until > at and (incident := state.world.incidents.get(avoided.incident))
        for slot in incident.slots
    }
    refused = sagas.avoided_pairs(state.sagas, at, state.policy.avoid_s)
    return tuple(sorted(given_back.union(refused)))


def free_units(state: CityState, at: Timestamp) -> tuple[UnitReport, ...]:
    """Every unit that may be planned with now."""
    return tuple(report for report in state.world.units.values() if is_free(state, report.unit, at))
