"""The coordinator's record of one order (a saga: a transaction of several owners, step by step):
its value, the table of its stages, and its letters and timer rows, to whom each goes and what it is
called. Which of them each step sends stands in `saga_steps`.
"""

from collections.abc import Mapping
from enum import StrEnum

from citybrain.clock import Timestamp, later
from citybrain.decider.command import CancelTimer, Post, SetTimer
from citybrain.domain.order import (
    CORRECTED,
    FoundNeed,
    OrderMessage,
    OrderProgress,
    OrderRequest,
    Task,
)
from citybrain.errors import IllegalTriggerError
from citybrain.ids import DistrictId, OrderId, PlanId, UnitId
from citybrain.structs import Struct
from citybrain.vocabulary import Finding, OrderStage, OrderStep
from coordinator.cores.timer_keys import order_deadline


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
# the unit's owner answers these, the incident's owner the others (`RELEASE` goes to both)
UNIT_OWNER_STEPS = frozenset(
    {
        OrderStep.RESERVE,
        OrderStep.ISSUE,
        OrderStep.WITHDRAW,
        OrderStep.CORRECT,
        OrderStep.MESSAGE,
    }
)


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
    unit_name: str = ""  # as people call the unit
    extra: bool = False  # it stands although claim_cancelled had been sent for its slot
    corrected: bool = False  # its task is another than it was issued with
    messages: tuple[OrderMessage, ...] = ()  # to its crew, which has not read them yet


def next_stage(stage: SagaStage, trigger: SagaTrigger) -> SagaStage:
    """The stage after `trigger`; raises `IllegalTriggerError` where the table has none."""
    after = NEXT_STAGE.get((stage, trigger))
    if after is None:
        legal = ", ".join(sorted(t for s, t in NEXT_STAGE if s == stage)) or "nothing"
        raise IllegalTriggerError(noun="order saga", stage=stage, trigger=trigger, legal=legal)
    return after


def peer(district: DistrictId) -> str:
    """The name of a district's log in the city's store."""
    return f"district/{district}"


def owner_of(saga: OrderSaga, step: OrderStep) -> DistrictId:
    """Who is asked for `step` (for `RELEASE` see `release`)."""
    return saga.unit_district if step in UNIT_OWNER_STEPS else saga.task.incident_district


def request(
    saga: OrderSaga,
    step: OrderStep,
    *,
    ttl_s: float = 0.0,
    reason: str = "",
    message: OrderMessage | None = None,
) -> Post:
    """The letter that asks the owner concerned for `step`."""
    to = owner_of(saga, step)
    return _request_to(to, saga, step, ttl_s=ttl_s, reason=reason, message=message)


def release(saga: OrderSaga, district: DistrictId, reason: str) -> Post:
    """The letter that asks `district` to release the order."""
    return _request_to(district, saga, OrderStep.RELEASE, ttl_s=0.0, reason=reason)


def progress(
    saga: OrderSaga,
    at: Timestamp,
    reason: str = "",
    *,
    finding: Finding = Finding.UNKNOWN,
    needs: tuple[FoundNeed, ...] = (),
) -> Post:
    """How far the crew is and what it found, for the incident's owner."""
    letter = OrderProgress(
        order=saga.order,
        unit=saga.unit,
        unit_district=saga.unit_district,
        incident=saga.task.incident,
        incident_district=saga.task.incident_district,
        stage=saga.crew_stage,
        at=at,
        reason=reason,
        finding=finding,
        needs=needs,
    )
    return Post(to=peer(saga.task.incident_district), letter=letter)


def says_more(letter: OrderProgress) -> bool:
    """Whether a crew that is no further than before says something new: what it found, or that it
    knows of a correction."""
    return letter.finding is not Finding.UNKNOWN or letter.reason == CORRECTED


def set_deadline(saga: OrderSaga, at: Timestamp, seconds: float) -> SetTimer:
    """The timer of the saga's stage, `seconds` from `at`."""
    return SetTimer(
        timer=order_deadline(saga.order),
        due=later(at, seconds),
        subject=saga.order,
        version=saga.version,
    )


def cancel_deadline(saga: OrderSaga) -> CancelTimer:
    """The end of the timer of the saga's stage."""
    return CancelTimer(timer=order_deadline(saga.order))


def _request_to(
    district: DistrictId,
    saga: OrderSaga,
    step: OrderStep,
    *,
    ttl_s: float,
    reason: str,
    message: OrderMessage | None = None,
) -> Post:
    letter = OrderRequest(
        order=saga.order,
        step=step,
        plan=saga.plan,
        unit=saga.unit,
        unit_district=saga.unit_district,
        task=saga.task,
        ttl_s=ttl_s,
        reason=reason,
        unit_name=saga.unit_name,
        message=message,
    )
    return Post(to=peer(district), letter=letter)
