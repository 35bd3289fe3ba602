"""An incident as its owner reports it: enough for the city's planning and for a screen."""

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.ids import CaseNumber, DistrictId, IncidentId, OrderId, SlotId, UnitId
from citybrain.localized_name import NO_NAME, LocalizedName
from citybrain.structs import Struct
from citybrain.vocabulary import (
    Capability,
    Certainty,
    Disposition,
    IncidentKind,
    IncidentStage,
    Severity,
    SlotState,
    Urgency,
)


class SlotReport(Struct, frozen=True, kw_only=True):
    """One place of a need, that one order may fill. `version` grows when the need changes or the
    owner takes the slot back."""

    slot: SlotId
    capability: Capability
    version: int
    state: SlotState
    deadline: Timestamp
    from_city: bool  # the owner asks the city for a unit
    order: OrderId | None = None
    unit: UnitId | None = None


class IncidentReport(Struct, frozen=True, kw_only=True, tag="incident"):
    """An incident as its owner reports it to the city and to screens."""

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
    events: int  # how many events support it
    extra: int = 0  # orders beyond its need: a slot was taken back while its crew was on the way
    disposition: Disposition = Disposition.UNKNOWN  # what it turned out to be
    number: CaseNumber = CaseNumber("")  # as people say it; "": its district gives none
    unstable: bool = False  # a camera or sensor changes too often to send anybody by it
    place_name: LocalizedName = NO_NAME  # as people of its district call the place; may be empty
