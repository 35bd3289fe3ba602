"""A planning problem and its solution: slots to fill, units to send, prices.

Costs are in weighted seconds, inside the solvers in whole milliseconds: these make the arithmetic
exact, so that a proved gap is 0 and not 1e-9.
"""

from citybrain.clock import Timestamp
from citybrain.domain.order import Task
from citybrain.geo import Point
from citybrain.ids import DistrictId, IncidentId, SlotId, UnitId
from citybrain.structs import Struct
from citybrain.travel.values import TravelMatrix
from citybrain.vocabulary import Capability
from coordinator.policy import Costs


class OpenSlot(Struct, frozen=True, kw_only=True):
    """A slot that waits for an order: what it needs, and the task of an order for it."""

    capability: Capability
    deadline: Timestamp
    task: Task

    @property
    def slot(self) -> SlotId:
        return self.task.slot

    @property
    def place(self) -> Point:
        return self.task.place


class FreeUnit(Struct, frozen=True, kw_only=True):
    """A unit that may be planned with."""

    unit: UnitId
    district: DistrictId
    capabilities: tuple[Capability, ...]
    place: Point
    speed_mps: float


class UnreachableSlot(Struct, frozen=True, kw_only=True):
    """A slot that cannot be planned for now: its owner is offline for too long."""

    slot: SlotId
    incident: IncidentId
    capability: Capability


class Problem(Struct, frozen=True, kw_only=True):
    """What a solver is given: slots, units, prices and limits, as of `at`.

    `travel` are the times that a solution rests on, slots being destinations and units origins:
    nobody asks for all pairs, so a solver asks as it goes and leaves what it asked for. None: no
    solver was at it yet.
    """

    world_version: int
    at: Timestamp
    slots: tuple[OpenSlot, ...]
    units: tuple[FreeUnit, ...]
    avoided: tuple[tuple[SlotId, UnitId], ...]  # refused lately
    # of free units of districts offline for too long: they explain why a slot stays empty
    offline_capabilities: tuple[Capability, ...]
    unreachable_slots: tuple[UnreachableSlot, ...]
    costs: Costs
    max_travel_s: float
    travel: TravelMatrix | None = None


class Solution(Struct, frozen=True, kw_only=True):
    """Rows are the problem's slots: `assigned[i]` is the unit's index, or -1 for left empty. All
    costs in whole ms.

    `slot_price` and `unit_price` are the duals: every pair's cost is at least slot_price +
    unit_price, unit prices are not positive, and no slot's price is above its cost of staying
    empty. Their sum is `bound_ms`, a proved lower bound on the cost of any plan.
    """

    solver: str
    assigned: tuple[int, ...]
    cost_ms: int
    bound_ms: int
    slot_price: tuple[int, ...]
    unit_price: tuple[tuple[int, int], ...]  # (unit's index, price) where it is not 0
    # per slot: the unit (or -1, empty) and the order's cost in the best plan without this pair
    next_best: tuple[tuple[int, int] | None, ...] = ()


class Solved(Struct, frozen=True, kw_only=True):
    """A solution, and the problem with the travel times that it rests on."""

    problem: Problem
    solution: Solution
