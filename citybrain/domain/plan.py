"""A plan: a set of proposed orders with cost, bound and reasons. Costs are in weighted seconds (travel seconds × severity weight, plus prices)."""

from dataclasses import dataclass
from enum import StrEnum

from citybrain.clock import Timestamp
from citybrain.domain.order import Task
from citybrain.ids import DistrictId, IncidentId, OrderId, PlanId, SlotId, UnitId
from citybrain.vocabulary import Capability


class PlanStage(StrEnum):
    PROPOSED = "proposed"  # waits for the duty officer
    ISSUED = "issued"
    REJECTED = "rejected"
    STALE = "stale"  # the world moved on before it was issued
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why this unit: what it costs, and what the next best would have cost (None: there is no other)."""

    travel_s: float
    cost: float
    next_best: UnitId | None
    next_best_cost: float | None
    cross_district: bool
    coverage_price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedOrder:
    order: OrderId
    unit: UnitId
    unit_district: DistrictId
    task: Task
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class UnassignedSlot:
    """A slot that the plan leaves empty, and why ("no_unit", "too_far", "district_away")."""

    incident: IncidentId
    slot: SlotId
    capability: Capability
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
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
