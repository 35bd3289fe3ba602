"""A crew or vehicle as its owner reports it."""

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.ids import CaseNumber, DistrictId, IncidentId, OrderId, UnitId
from citybrain.structs import Struct
from citybrain.vocabulary import Capability, Duty, OutCause, UnitState


class UnitStatus(Struct, frozen=True, kw_only=True):
    """Why a unit takes no order, as its crew, an operator or the district said; with an order that
    it has accepted it holds from its end on."""

    duty: Duty  # never "on_duty"
    since: Timestamp
    by: str  # a person, a unit, or "playbook"
    cause: OutCause | None = None  # of "out_of_service"; None: nobody said
    reason: str = ""  # in words
    until: Timestamp | None = None  # it is on duty again then; None: when somebody says so


class Avoidance(Struct, frozen=True, kw_only=True):
    """An incident that the unit is not sent to again before `until`: its crew gave it back."""

    incident: IncidentId
    until: Timestamp


class DoubtfulPlace(Struct, frozen=True, kw_only=True):
    """Where a unit says that it is, though it could not have come there; `since`: by the clock of
    its owner."""

    place: Point
    since: Timestamp


class UnitReport(Struct, frozen=True, kw_only=True, tag="unit"):
    """A unit as its owner reports it to the city and to screens."""

    unit: UnitId
    district: DistrictId  # the owner
    name: str
    capabilities: tuple[Capability, ...]
    state: UnitState
    place: Point
    speed_mps: float
    order: OrderId | None  # the live order, if any
    assignment_number: int  # the last assignment number given
    at: Timestamp
    status: UnitStatus | None = None  # why it takes no order; None: it is on duty
    # what it cannot do until it is ready again; not among `capabilities`
    lost_capabilities: tuple[Capability, ...] = ()
    avoids: tuple[Avoidance, ...] = ()
    overdue: str = ""  # "depart", "arrive": its crew should have, and nothing is heard of it


class Recommendation(Struct, frozen=True, kw_only=True):
    """`reason` is a code, `words` a sentence with the same; `busy_with`: the incident that it has
    an order for. `eta_s` None: it cannot fill any place, or there is no way."""

    unit: UnitId
    name: str
    eta_s: float | None
    reason: str
    words: str
    fits: bool  # whether it can do what an open place needs
    busy_with: IncidentId | None = None
    busy_with_number: CaseNumber = CaseNumber("")  # "": none, or it has none
