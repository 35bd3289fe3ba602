"""The coordinator's record of one order (a saga: a transaction of several owners, step by step):
its value and the table of its stages. Which letters each step sends stands in `saga_steps`.
"""

from collections.abc import Mapping
from enum import StrEnum

from citybrain.clock import Timestamp
from citybrain.domain.order import Task
from citybrain.errors import IllegalTriggerError
from citybrain.ids import DistrictId, OrderId, PlanId, UnitId
from citybrain.structs import Struct
from citybrain.vocabulary import OrderStage


class SagaStage(StrEnum):
    """How far the city is with an order and its two owners."""

    PROPOSING = "proposing"  # both owners were asked
    COMMITTED = "committed"  # both agreed
    ISSUED = "issued"  # the crew has it
    ABORTING = "aborting"  # given up before commit; both owners are asked to release
    WITHDRAWING = "withdrawing"  # called back after commit
    ABORTED = "aborted"
    WITHDRAWN = "withdrawn"
    DONE = "done"


class SagaTrigger(StrEnum):
    """What moves a saga from one stage to the next."""

    COMMIT = "commit"
    ISSUE = "issue"
    ABORT = "abort"
    WITHDRAW = "withdraw"
    TOO_LATE = "too_late"  # it can no longer be withdrawn: the order stands
    RELEASE = "release"  # nothing of it is left at either owner
    FINISH = "finish"


S, T = SagaStage, SagaTrigger
NEXT_STAGE: Mapping[tuple[SagaStage, SagaTrigger], SagaStage] = {
    (S.PROPOSING, T.COMMIT): S.COMMITTED,
    (S.PROPOSING, T.ABORT): S.ABORTING,
    (S.ABORTING, T.RELEASE): S.ABORTED,
    (S.ABORTING, T.WITHDRAW): S.WITHDRAWING,
    (S.COMMITTED, T.ISSUE): S.ISSUED,
    (S.COMMITTED, T.WITHDRAW): S.WITHDRAWING,
    (S.COMMITTED, T.FINISH): S.DONE,
    (S.ISSUED, T.WITHDRAW): S.WITHDRAWING,
    (S.ISSUED, T.FINISH): S.DONE,
    (S.WITHDRAWING, T.TOO_LATE): S.ISSUED,
    (S.WITHDRAWING, T.RELEASE): S.WITHDRAWN,
    (S.WITHDRAWING, T.FINISH): S.DONE,
}
ENDED_STAGES = frozenset({S.ABORTED, S.WITHDRAWN, S.DONE})


class UnitOwnerStage(StrEnum):
    """Where the order stands at the unit's owner, by its last answer."""

    REQUESTED = "requested"
    RESERVED = "reserved"
    ISSUED = "issued"
    RELEASED = "released"  # nothing of this order is left there


class IncidentOwnerStage(StrEnum):
    """Where the order stands at the incident's owner, by its last answer."""

    REQUESTED = "requested"
    CLAIMED = "claimed"
    CLAIM_CONFIRMED = "claim_confirmed"
    RELEASING = "releasing"  # claim_cancelled or release was sent and is not answered
    RELEASED = "released"  # nothing of this order is left there


class OrderSaga(Struct, frozen=True, kw_only=True):
    """One order of the city: its task, and where it stands at both owners and with its crew."""

    order: OrderId
    plan: PlanId
    unit: UnitId
    unit_district: DistrictId
    task: Task
    stage: SagaStage
    version: int  # moves with the stage: timers of an older one are ignored
    since: Timestamp
    reason: str = ""
    unit_owner_stage: UnitOwnerStage = UnitOwnerStage.REQUESTED
    incident_owner_stage: IncidentOwnerStage = IncidentOwnerStage.REQUESTED
    crew_stage: OrderStage = OrderStage.PROPOSED  # how far the crew is
    unit_at_fault: bool = False  # unit or crew refused or was silent: another one is to be tried
    past_recall: bool = False  # it was too late to withdraw it: it is not withdrawn again
    extra: bool = False  # it stands although claim_cancelled had been sent for its slot


def next_stage(stage: SagaStage, trigger: SagaTrigger) -> SagaStage:
    """The stage after `trigger`; raises `IllegalTriggerError` where the table has none."""
    after = NEXT_STAGE.get((stage, trigger))
    if after is None:
        legal = ", ".join(sorted(t for s, t in NEXT_STAGE if s == stage)) or "nothing"
        raise IllegalTriggerError(noun="order saga", stage=stage, trigger=trigger, legal=legal)
    return after
