"""One order under the city's hand: its value and the table of its life. What is said at each step stands in `orders`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from citybrain.clock import Timestamp
from citybrain.domain.order import Task
from citybrain.errors import IllegalTriggerError
from citybrain.ids import DistrictId, OrderId, PlanId, UnitId
from citybrain.vocabulary import OrderStage


class DriveStage(StrEnum):
    PROPOSING = "proposing"  # both owners were asked
    COMMITTED = "committed"  # both said yes
    ISSUED = "issued"  # the crew has it
    ABORTING = "aborting"  # given up before commit; both owners are told
    WITHDRAWING = "withdrawing"  # called back after commit
    ABORTED = "aborted"
    WITHDRAWN = "withdrawn"
    DONE = "done"


class DriveCue(StrEnum):
    COMMIT = "commit"
    ISSUE = "issue"
    ABORT = "abort"
    WITHDRAW = "withdraw"
    KEEP = "keep"  # too late to withdraw: the order stands
    SETTLE = "settle"  # both owners have let go
    FINISH = "finish"


D, C = DriveStage, DriveCue
NEXT_DRIVE: Mapping[tuple[DriveStage, DriveCue], DriveStage] = {
    (D.PROPOSING, C.COMMIT): D.COMMITTED,
    (D.PROPOSING, C.ABORT): D.ABORTING,
    (D.ABORTING, C.SETTLE): D.ABORTED,
    (D.ABORTING, C.WITHDRAW): D.WITHDRAWING,
    (D.COMMITTED, C.ISSUE): D.ISSUED,
    (D.COMMITTED, C.WITHDRAW): D.WITHDRAWING,
    (D.COMMITTED, C.FINISH): D.DONE,
    (D.ISSUED, C.WITHDRAW): D.WITHDRAWING,
    (D.ISSUED, C.FINISH): D.DONE,
    (D.WITHDRAWING, C.KEEP): D.ISSUED,
    (D.WITHDRAWING, C.SETTLE): D.WITHDRAWN,
    (D.WITHDRAWING, C.FINISH): D.DONE,
}
ENDED_DRIVES = frozenset({D.ABORTED, D.WITHDRAWN, D.DONE})


class UnitSide(StrEnum):
    """What the unit's owner has said."""

    ASKED = "asked"
    RESERVED = "reserved"
    ISSUED = "issued"
    OVER = "over"  # nothing of this order lives there


class SlotSide(StrEnum):
    """What the incident's owner has said."""

    ASKED = "asked"
    CLAIMED = "claimed"
    CLAIM_CONFIRMED = "claim_confirmed"
    LEAVING = "leaving"  # was told claim_cancelled or release, has not answered
    OVER = "over"  # nothing of this order lives there


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    order: OrderId
    plan: PlanId
    unit: UnitId
    unit_district: DistrictId
    task: Task
    stage: DriveStage
    version: int  # moves with the stage: timers of an older one are ignored
    since: Timestamp
    reason: str = ""
    unit_side: UnitSide = UnitSide.ASKED
    slot_side: SlotSide = SlotSide.ASKED
    crew: OrderStage = OrderStage.PROPOSED  # how far the crew is
    blames_unit: bool = False  # unit or crew refused or kept silent: another is to be tried
    past_recall: bool = False  # it was too late to withdraw it: it is not withdrawn again
    extra: bool = False  # kept although its slot had been told claim_cancelled


def following(stage: DriveStage, trigger: DriveCue) -> DriveStage:
    """The stage after `trigger`; raises `IllegalTriggerError` where the table has none."""
    after = NEXT_DRIVE.get((stage, trigger))
    if after is None:
        legal = ", ".join(sorted(c for s, c in NEXT_DRIVE if s == stage)) or "nothing"
        raise IllegalTriggerError(noun="drive", stage=stage, trigger=trigger, legal=legal)
    return after
