"""A planning problem as frozen values: slots to fill, units to send, prices. Costs are in weighted seconds; inside the solvers in whole milliseconds.

Whole milliseconds make the arithmetic exact: a proved gap is 0, not 1e-9.
"""

from dataclasses import dataclass

from citybrain.clock import Timestamp
from citybrain.domain.order import Task
from citybrain.geo import Point
from citybrain.ids import DistrictId, IncidentId, SlotId, UnitId
from citybrain.vocabulary import Capability
from coordinator.policy import Costs


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSlot:
    """A slot that wants an order: what it needs, and the errand that an order for it would carry."""

    capability: Capability
    deadline: Timestamp
    task: Task

    @property
    def slot(self) -> SlotId:
        return self.task.slot

    @property
    def place(self) -> Point:
        return self.task.place


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeUnit:
    unit: UnitId
    district: DistrictId
    capabilities: tuple[Capability, ...]
    place: Point
    speed_mps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfReach:
    """A slot that cannot be planned for now: its owner is away for too long."""

    slot: SlotId
    incident: IncidentId
    capability: Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    world_version: int
    at: Timestamp
    slots: tuple[OpenSlot, ...]
    units: tuple[FreeUnit, ...]
    avoided: tuple[tuple[SlotId, UnitId], ...]  # refused lately
    away_capabilities: tuple[
        Capability, ...
    ]  # that free units of districts away for too long have: for saying why a slot stays empty
    out_of_reach: tuple[OutOfReach, ...]
    costs: Costs
    max_travel_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """Rows are the problem's slots: `assigned[i]` is the unit's index, or -1 for left empty. All costs in whole ms.

    `slot_price` and `unit_price` are the duals: every pair's cost is at least slot_price + unit_price, unit prices are not positive, and no slot's price is
    above its cost of staying empty. Their sum is `bound_ms`, a proved lower bound on the cost of any plan.
    """

    solver: str
    assigned: tuple[int, ...]
    cost_ms: int
    bound_ms: int
    slot_price: tuple[int, ...]
    unit_price: tuple[tuple[int, int], ...]  # (unit's index, price) where it is not 0
    next_best: tuple[
        tuple[int, int] | None, ...
    ] = ()  # per slot: the unit (or -1, empty) and the order's cost in the best plan without this pair
