"""An incident as its owner reports it: enough for the city to plan with and for a screen to show."""

from dataclasses import dataclass

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.ids import DistrictId, IncidentId, OrderId, SlotId, UnitId
from citybrain.vocabulary import (
    Capability,
    Certainty,
    IncidentKind,
    IncidentStage,
    Severity,
    SlotState,
    Urgency,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotReport:
    """One place of a need, that one order may fill. `version` moves when the need changes or the owner takes the slot back."""

    slot: SlotId
    capability: Capability
    version: int
    state: SlotState
    deadline: Timestamp
    from_city: bool  # the owner asks the city for it: its own crews do not suffice
    order: OrderId | None = None
    unit: UnitId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReport:
    incident: IncidentId
    district: DistrictId  # the owner
    kind: IncidentKind
    stage: IncidentStage
    severity: Severity
    urgency: Urgency
    certainty: Certainty
    place: Point
    opened_at: Timestamp
    changed_at: Timestamp
    escalated: bool
    slots: tuple[SlotReport, ...]
    traceparent: str
    events: int  # how many events speak for it
    extra: int = 0  # declared surplus orders (PROTOCOLS: a slot was taken back while its crew was on the way)
