"""A crew or vehicle as its owner reports it."""

from dataclasses import dataclass

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.ids import DistrictId, OrderId, UnitId
from citybrain.vocabulary import Capability, UnitState


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReport:
    unit: UnitId
    district: DistrictId  # the owner
    name: str
    capabilities: tuple[Capability, ...]
    state: UnitState
    place: Point
    speed_mps: float
    order: OrderId | None  # the live order, if any
    assignment: int  # the last assignment number given
    at: Timestamp
