"""The letters of the two-owners protocol: the city asks for each step, the unit's owner answers for
the unit and the incident's owner for the slot.
"""

from citybrain.clock import Timestamp
from citybrain.geo import Point
from citybrain.ids import (
    CaseNumber,
    DistrictId,
    IncidentId,
    MessageId,
    OrderId,
    PlanId,
    SlotId,
    UnitId,
)
from citybrain.structs import Struct
from citybrain.vocabulary import (
    Capability,
    Finding,
    IncidentKind,
    OrderStage,
    OrderStep,
    OrderVerdict,
    RefusalClass,
    Severity,
)


class FoundNeed(Struct, frozen=True, kw_only=True):
    """Units that a crew at the scene asks for."""

    capability: Capability
    quantity: int = 1


class Task(Struct, frozen=True, kw_only=True):
    """The incident and slot that an order serves: enough for a crew to go there."""

    incident: IncidentId
    incident_district: DistrictId
    slot: SlotId
    slot_version: int
    kind: IncidentKind
    severity: Severity
    place: Point
    traceparent: str
    incident_district_name: str = ""  # as that district calls itself; "": not said
    number: CaseNumber = CaseNumber("")  # of the incident; "": its district gives none


# why a message did not reach its crew
ORDER_OVER = "order_over"  # the order ended before its crew had read it
OLDER_VERSION = "older_version"  # the city cannot carry it, or the unit's district not show it
CROWDED = "crowded"  # others came, and no more are kept


class OrderMessage(Struct, frozen=True, kw_only=True, tag="message"):
    """From the incident's owner to the city, which asks the unit's owner to show it. Idempotent by
    `message`."""

    message: MessageId
    order: OrderId
    unit: UnitId
    incident: IncidentId
    incident_district: DistrictId
    at: Timestamp
    actor: str
    text: str


class OrderRequest(Struct, frozen=True, kw_only=True, tag="request"):
    """One step that the city asks of an owner. Idempotent by (order, step): the answer repeats what
    was journaled. `correct` and `message` have no answer: a progress says that the last correction
    holds, a receipt what became of a message."""

    order: OrderId
    step: OrderStep
    plan: PlanId
    unit: UnitId
    unit_district: DistrictId
    task: Task
    ttl_s: float  # of a reservation or claim; 0 where the step has none
    reason: str = ""  # of release, withdraw, claim_cancelled
    unit_name: str = ""  # as people call the unit; "": not said
    message: OrderMessage | None = None  # of the step `message`


class OrderAnswer(Struct, frozen=True, kw_only=True, tag="answer"):
    """An owner's answer to one step."""

    order: OrderId
    step: OrderStep
    verdict: OrderVerdict
    reason: str = ""  # a reason code: "busy", "slot_changed", "expired", "stage:on_scene" …
    assignment_number: int = 0  # the unit's assignment number, once issued


# the reason of a progress that says no more than that the crew has the task as it is now
CORRECTED = "corrected"


class OrderProgress(Struct, frozen=True, kw_only=True, tag="progress"):
    """How far the crew is: from the unit's owner to the city, which relays it to the incident's
    owner."""

    order: OrderId
    unit: UnitId
    unit_district: DistrictId
    incident: IncidentId
    incident_district: DistrictId
    stage: OrderStage
    at: Timestamp
    reason: str = ""
    reason_class: RefusalClass | None = None  # of "refused": what it means for the unit
    finding: Finding = Finding.UNKNOWN
    needs: tuple[FoundNeed, ...] = ()  # of one that is worse


class MessageReply(Struct, frozen=True, kw_only=True):
    """What a crew answered to a message, or somebody with a radio for it."""

    at: Timestamp
    actor: str
    text: str


class MessageReceipt(Struct, frozen=True, kw_only=True, tag="message_receipt"):
    """All that is known of a message: from the unit's owner to the city, which relays it to the
    incident's owner. A later one says more, or the same."""

    message: MessageId
    order: OrderId
    unit: UnitId
    incident: IncidentId
    incident_district: DistrictId
    at: Timestamp
    read_at: Timestamp | None = None
    replies: tuple[MessageReply, ...] = ()
    not_reached: str = ""  # why its crew does not read it; "": it is on its screen
