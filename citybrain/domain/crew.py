"""What a crew's device shows and answers."""

from dataclasses import dataclass

from citybrain.clock import Timestamp
from citybrain.domain.order import Task
from citybrain.geo import Point
from citybrain.ids import OrderId, RequestId, UnitId
from citybrain.vocabulary import CrewAction, OrderStage, UnitState


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewOrder:
    """The order on the crew's screen. A device shows an assignment number at or below the last one it saw from another order as void."""

    order: OrderId
    assignment: int
    stage: OrderStage
    task: Task
    issued_at: Timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewView:
    """The crew's whole screen, sent again whenever it changes."""

    unit: UnitId
    name: str
    state: UnitState
    place: Point
    order: CrewOrder | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewAnswer:
    """A button pressed. Idempotent by `request`; refused when `assignment` is not the unit's current one."""

    request: RequestId
    unit: UnitId
    order: OrderId
    assignment: int
    action: CrewAction
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewPosition:
    """Where the unit is. Latest wins; not an order's step."""

    unit: UnitId
    place: Point
    at: Timestamp
