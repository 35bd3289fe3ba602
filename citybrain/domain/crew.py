"""What a crew's device shows and answers."""

from citybrain.clock import Timestamp
from citybrain.domain.order import Task
from citybrain.domain.unit import UnitStatus
from citybrain.geo import Point
from citybrain.ids import OrderId, RequestId, UnitId
from citybrain.structs import Struct
from citybrain.vocabulary import Capability, CrewAction, OrderStage, RefusalClass, UnitState


class CrewOrder(Struct, frozen=True, kw_only=True):
    """The order on the crew's screen. A device shows an order as void whose assignment number is
    not above that of the last other order it saw."""

    order: OrderId
    assignment_number: int
    stage: OrderStage
    task: Task
    issued_at: Timestamp


class CrewView(Struct, frozen=True, kw_only=True):
    """The crew's whole screen, sent again whenever it changes."""

    unit: UnitId
    name: str
    state: UnitState
    place: Point
    order: CrewOrder | None
    status: UnitStatus | None = None  # why it gets no order; None: it is on duty
    lost_capabilities: tuple[Capability, ...] = ()


class CrewAnswer(Struct, frozen=True, kw_only=True):
    """A button pressed. Idempotent by `request`; refused when `assignment_number` is not the unit's
    current one."""

    request: RequestId
    unit: UnitId
    order: OrderId
    assignment_number: int
    action: CrewAction
    reason: str = ""
    # of "cannot": what it means for the unit; None, of an older device: "case_not"
    reason_class: RefusalClass | None = None


class CrewPosition(Struct, frozen=True, kw_only=True):
    """Where the unit is. Latest wins; not an order's step."""

    unit: UnitId
    place: Point
    at: Timestamp
