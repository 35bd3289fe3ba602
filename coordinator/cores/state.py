"""The city's whole state, put together from its cores' parts, and what is free and wanted in it. Decides nothing."""

from dataclasses import dataclass, field

from citybrain.clock import Timestamp
from citybrain.domain.incident import IncidentReport, SlotReport
from citybrain.domain.order import Task
from citybrain.domain.plan import Plan
from citybrain.domain.unit import UnitReport
from citybrain.ids import SlotId, StoreEpoch, UnitId
from citybrain.sorted_map import SortedMap
from citybrain.stages import FREE_UNIT_STATES
from coordinator.cores import world as worlds
from coordinator.cores.drives import Drives
from coordinator.cores.strange import Strange
from coordinator.cores.world import World
from coordinator.policy import Policy

NEVER = Timestamp(0)
NO_EPOCH = StoreEpoch("")  # before the first record


@dataclass(frozen=True, slots=True, kw_only=True)
class Replan:
    """When a plan was asked for last, and whether it is awaited."""

    asked: int = 0
    is_awaited: bool = False
    asked_at: Timestamp = NEVER
    asked_in: int = -1  # the world's count of stirs when it was asked for: what stirred since then the plan does not know
    unassigned: tuple[SlotId, ...] = ()  # what the last plan could not fill …
    stirred: int = -1  # … in the world of this count
    again_at: Timestamp = NEVER  # … and when it is tried again although nothing stirred


@dataclass(frozen=True, slots=True, kw_only=True)
class CityState:
    epoch: StoreEpoch = NO_EPOCH
    policy: Policy = field(default_factory=Policy)
    world: World = field(default_factory=World)
    drives: Drives = field(default_factory=Drives)
    strange: Strange = field(default_factory=Strange)
    plans: tuple[Plan, ...] = ()  # newest first, bounded; at most one of them is proposed
    replan: Replan = field(default_factory=Replan)
    tally: SortedMap[str, int] = field(
        default_factory=SortedMap
    )  # how often what happened, since the store began


EMPTY = CityState()


def is_free(state: CityState, unit: UnitId, at: Timestamp) -> bool:
    """Whether the unit may be planned with: its owner says it is free and is fresh, and no live order of ours holds it."""
    report = state.world.units.get(unit)
    return (
        report is not None
        and report.state in FREE_UNIT_STATES
        and report.order is None
        and unit not in state.drives.by_unit
        and worlds.is_fresh(state.world, report.district, at, state.policy.age_limit_s)
    )


def is_open(state: CityState, task: Task) -> bool:
    """Whether the errand's slot still waits for an order, at the version it was planned for."""
    found = slot_of(state, task.slot)
    return (
        found is not None
        and found[1].version == task.slot_version
        and task.slot not in state.drives.by_slot
    )


def slot_of(state: CityState, slot: SlotId) -> tuple[IncidentReport, SlotReport] | None:
    """A slot that its owner asks the city for, with its incident; None when it does not (any more)."""
    name = state.world.wanted.get(slot)
    incident = state.world.incidents.get(name) if name is not None else None
    if incident is None:
        return None
    return next(((incident, report) for report in incident.slots if report.slot == slot), None)


def unserved(state: CityState) -> tuple[SlotId, ...]:
    """Slots that the city is asked for and that no live order of ours fills."""
    return tuple(slot for slot in state.world.wanted if slot not in state.drives.by_slot)


def free_units(state: CityState, at: Timestamp) -> tuple[UnitReport, ...]:
    """Every unit that may be planned with now."""
    return tuple(report for report in state.world.units.values() if is_free(state, report.unit, at))
