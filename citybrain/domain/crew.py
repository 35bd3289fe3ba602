"""What a crew's device shows and answers."""

from citybrain.clock import Timestamp
from citybrain.domain.event import Evidence
from citybrain.domain.order import FoundNeed, MessageReply, Task
from citybrain.domain.unit import UnitStatus
from citybrain.geo import Point
from citybrain.ids import CaseNumber, DistrictId, IncidentId, MessageId, OrderId, RequestId, UnitId
from citybrain.localized_name import NO_NAME, LocalizedName
from citybrain.structs import Struct
from citybrain.vocabulary import (
    Capability,
    CrewAction,
    Finding,
    IncidentKind,
    OrderStage,
    RefusalClass,
    Severity,
    UnitState,
)


class WhatToDo(Struct, frozen=True, kw_only=True):
    """What a playbook says of such cases: why there is one, by when it must be handled, when it may
    close."""

    opens: LocalizedName = NO_NAME
    time_limit: LocalizedName = NO_NAME
    closes: LocalizedName = NO_NAME


class Reading(Struct, frozen=True, kw_only=True):
    """What a source measured last, in its own unit; `limit` None: its rule has none."""

    value: float
    limit: float | None
    at: Timestamp  # by the district's clock
    source: str = ""  # the label of what measured it
    unit: str = ""  # what it measures in; "": not known


class CrewOrder(Struct, frozen=True, kw_only=True):
    """The order on the crew's screen. A device shows an order as void whose assignment number is
    not above that of the last other order it saw."""

    order: OrderId
    assignment_number: int
    stage: OrderStage
    task: Task
    issued_at: Timestamp
    place_name: LocalizedName = LocalizedName(en="", zh="")  # as people call where to go
    accept_by: Timestamp | None = None  # another crew is looked for then; None: none is to accept
    what_to_do: WhatToDo = WhatToDo()
    contact: str = ""  # of whoever reported it, while the crew is at work for it
    evidence: Evidence | bytes | None = None  # what a camera of it showed last
    reading: Reading | None = None  # what a sensor of it measured last, where no camera saw it


class CrewEndedOrder(Struct, frozen=True, kw_only=True):
    """What the crew had to do before, and how it ended."""

    order: OrderId
    assignment_number: int
    stage: OrderStage
    task: Task
    issued_at: Timestamp
    ended_at: Timestamp
    reason: str = ""
    place_name: LocalizedName = LocalizedName(en="", zh="")


class CrewNextOrder(Struct, frozen=True, kw_only=True):
    """What the crew does when its order ends. It is no order yet, and has no number."""

    incident: IncidentId
    number: CaseNumber
    kind: IncidentKind
    severity: Severity
    place: Point
    given_at: Timestamp
    given_by: str
    place_name: LocalizedName = LocalizedName(en="", zh="")


class CrewMessage(Struct, frozen=True, kw_only=True):
    """What a person wrote to a crew about an incident. Where unit and incident are of two districts
    both keep it, and it belongs to an order."""

    message: MessageId
    unit: UnitId
    incident: IncidentId
    at: Timestamp
    actor: str
    text: str
    read_at: Timestamp | None = None
    replies: tuple[MessageReply, ...] = ()
    order: OrderId | None = None  # that it belongs to; None: unit and incident are of one district
    # whose incident it is about, and as that district calls itself; "": this district's
    district: DistrictId = DistrictId("")
    district_name: str = ""
    reached_at: Timestamp | None = None  # since when it is on the screen of another district's crew
    not_reached: str = ""  # why that crew never read it


class CrewReply(Struct, frozen=True, kw_only=True):
    """A crew read a message, or answers it where there is a text. Idempotent by `request`."""

    request: RequestId
    unit: UnitId
    message: MessageId
    text: str = ""


class CrewView(Struct, frozen=True, kw_only=True):
    """The crew's whole screen, sent again whenever it changes."""

    unit: UnitId
    name: str
    state: UnitState
    place: Point
    order: CrewOrder | None
    status: UnitStatus | None = None  # why it gets no order; None: it is on duty
    lost_capabilities: tuple[Capability, ...] = ()
    messages: tuple[CrewMessage, ...] = ()  # the newest first
    next_orders: tuple[CrewNextOrder, ...] = ()  # the first of them first
    ended_orders: tuple[CrewEndedOrder, ...] = ()  # of a day, the one that ended last first


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
    finding: Finding = Finding.UNKNOWN  # with arrive, finish and found
    needs: tuple[FoundNeed, ...] = ()  # of one that is worse


class CrewPosition(Struct, frozen=True, kw_only=True):
    """Where the unit is. Latest wins; not an order's step."""

    unit: UnitId
    place: Point
    at: Timestamp
