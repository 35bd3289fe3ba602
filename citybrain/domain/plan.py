"""A plan: a set of proposed orders with cost, bound and rationale. Costs are in weighted seconds
(travel seconds × severity weight, plus prices).
"""

from enum import StrEnum

from citybrain.clock import Timestamp
from citybrain.domain.order import Task
from citybrain.ids import DistrictId, IncidentId, OrderId, PlanId, SlotId, UnitId
from citybrain.structs import Struct
from citybrain.vocabulary import Capability


class PlanStage(StrEnum):
    """The stages of a plan, as values of its own."""

    PROPOSED = "proposed"  # waits for the duty officer
    ISSUED = "issued"
    REJECTED = "rejected"
    STALE = "stale"  # the world moved on before it was issued
    UNKNOWN = "unknown"


class OrderRationale(Struct, frozen=True, kw_only=True):
    """Why this unit: its cost, and what the next best would have cost (None: there is no other)."""

    travel_s: float
    cost: float
    next_best: UnitId | None
    next_best_cost: float | None
    cross_district: bool
    coverage_price: float


class ProposedOrder(Struct, frozen=True, kw_only=True):
    """One order of a plan, with its id: which unit to which slot, and why."""

    order: OrderId
    unit: UnitId
    unit_district: DistrictId
    task: Task
    rationale: OrderRationale


class UnassignedSlot(Struct, frozen=True, kw_only=True):
    """A slot that the plan leaves empty, and why ("no_unit", "too_far", "district_offline")."""

    incident: IncidentId
    slot: SlotId
    capability: Capability
    reason: str


class Plan(Struct, frozen=True, kw_only=True):
    """A checked plan, with ids. Costs and bound are in weighted seconds."""

    plan: PlanId
    stage: PlanStage
    made_at: Timestamp
    world_version: int
    planner: str  # "ray" or "in-process"
    solver: str  # "assignment", "greedy" …
    cost: float
    bound: float  # proved lower bound on the cost of any plan for this problem
    solve_ms: float
    orders: tuple[ProposedOrder, ...]
    unassigned: tuple[UnassignedSlot, ...] = ()
    issued_at: Timestamp = Timestamp(0)  # 0: it was not, or before this was kept
