"""The letters of the two-owners protocol. The city drives; the unit's owner and the incident's owner each answer for what is theirs."""

from dataclasses import dataclass

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.ids import DistrictId, IncidentId, OrderId, PlanId, SlotId, UnitId
from citybrain.vocabulary import IncidentKind, OrderStage, OrderStep, OrderVerdict, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What an order is about: enough for a crew to go there."""

    incident: IncidentId
    incident_district: DistrictId
    slot: SlotId
    slot_version: int
    kind: IncidentKind
    severity: Severity
    place: Point
    traceparent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRequest:
    """One step the city asks of an owner. Idempotent by (order, step); the answer repeats what was journaled."""

    order: OrderId
    step: OrderStep
    plan: PlanId
    unit: UnitId
    unit_district: DistrictId
    task: Task
    ttl_s: float  # of a reservation or claim; 0 where the step has none
    reason: str = ""  # of release, withdraw, claim_cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderAnswer:
    """An owner's answer to one step."""

    order: OrderId
    step: OrderStep
    verdict: OrderVerdict
    reason: str = ""  # a reason code: "busy", "slot_changed", "expired", "stage:on_scene" …
    assignment: int = 0  # the unit's assignment number, once issued


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderProgress:
    """How far the crew is: from the unit's owner to the city, and by the city on to the incident's owner."""

    order: OrderId
    unit: UnitId
    unit_district: DistrictId
    incident: IncidentId
    incident_district: DistrictId
    stage: OrderStage
    at: Timestamp
    reason: str = ""
