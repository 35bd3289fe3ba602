"""A crew or vehicle as its owner reports it."""

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.ids import DistrictId, OrderId, UnitId
from citybrain.structs import Struct
from citybrain.vocabulary import Capability, UnitState


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
