"""One order saga through the two-owners protocol: from a saga and what arrived to the saga after it
and what to send.

Stricter than the protocol's table in one place: after commit the unit's owner is asked to withdraw
*before* `claim_cancelled` is sent for the slot, so that a slot is not filled again while its first
crew may still be on the way. Only when that owner is silent past a deadline it is sent without its
answer.
"""

from collections.abc import Callable, Mapping

from citybrain.clock import Timestamp
from citybrain.decider.command import Command
from citybrain.domain.order import OrderAnswer, OrderProgress
from citybrain.ids import DistrictId
from citybrain.structs import replace
from citybrain.vocabulary import OrderStage, OrderStep, OrderVerdict
from coordinator.cores import order_saga
from coordinator.cores.order_saga import (
    IncidentOwnerStage,
    OrderSaga,
    SagaStage,
    SagaTrigger,
    UnitOwnerStage,
    next_stage,
)
from coordinator.policy import Policy

Step = tuple[OrderSaga, tuple[Command, ...]]
AFTER_COMMIT = frozenset({SagaStage.COMMITTED, SagaStage.ISSUED})
ORDER_STAGE_RANK: Mapping[OrderStage, int] = {
    OrderStage.PROPOSED: 0,
    OrderStage.RESERVED: 1,
    OrderStage.ISSUED: 2,
    OrderStage.ACCEPTED: 3,
    OrderStage.EN_ROUTE: 4,
    OrderStage.ON_SCENE: 5,
    OrderStage.DONE: 6,
    OrderStage.REFUSED: 6,
    OrderStage.EXPIRED: 6,
    OrderStage.WITHDRAWN: 6,
}
CREW_GAVE_UP = frozenset({OrderStage.REFUSED, OrderStage.EXPIRED, OrderStage.WITHDRAWN})


def propose(saga: OrderSaga, policy: Policy, at: Timestamp) -> Step:
    """Ask both owners at once."""
    return saga, (
        order_saga.request(saga, OrderStep.RESERVE, ttl_s=policy.promise_ttl_s),
        order_saga.request(saga, OrderStep.CLAIM, ttl_s=policy.promise_ttl_s),
        order_saga.set_deadline(saga, at, policy.propose_s),
    )


def on_answer(
    saga: OrderSaga, sender: DistrictId, answer: OrderAnswer, policy: Policy, at: Timestamp
) -> Step:
    """An owner answered a step. A repeat, an answer to a past step and one of who was not asked
    change nothing.
    """
    if answer.step is OrderStep.RELEASE:
        return _on_release(saga, sender, answer, policy, at)
    handle = _ON_ANSWER.get(answer.step)
    if handle is None or sender != order_saga.owner_of(saga, answer.step):
        return saga, ()
    return handle(saga, answer, policy, at)


def on_progress(
    saga: OrderSaga, sender: DistrictId, progress: OrderProgress, policy: Policy, at: Timestamp
) -> Step:
    """The unit's owner reports how far the crew is; it is relayed to the incident's owner."""
    is_new = ORDER_STAGE_RANK.get(progress.stage, -1) > ORDER_STAGE_RANK[saga.crew_stage]
    says_what_it_is = progress.stage is saga.crew_stage and order_saga.says_more(progress)
    if sender != saga.unit_district or not (is_new or says_what_it_is):
        return saga, ()
    saga = replace(saga, crew_stage=progress.stage)
    relayed = order_saga.progress(
        saga, progress.at, progress.reason, finding=progress.finding, needs=progress.needs
    )
    if not is_new:
        return saga, (relayed,)
    if progress.stage in CREW_GAVE_UP:
        saga, more = _crew_gave_up(saga, progress, policy, at)
    elif progress.stage is OrderStage.DONE:
        saga, more = _finish(saga, at)
    else:
        saga, more = _crew_took_it(saga, at)
    return saga, (relayed, *more)


def on_deadline(saga: OrderSaga, version: int, policy: Policy, at: Timestamp) -> Step:
    """A deadline passed; one of an older stage is ignored."""
    if version != saga.version:
        return saga, ()
    match saga.stage:
        case SagaStage.PROPOSING:
            is_unit_silent = saga.unit_owner_stage is UnitOwnerStage.REQUESTED
            return abort(
                replace(saga, unit_at_fault=is_unit_silent),
                "unit_owner_silent" if is_unit_silent else "slot_owner_silent",
                at,
            )
        case SagaStage.COMMITTED:
            return withdraw(replace(saga, unit_at_fault=True), "issue_silent", policy, at)
        case SagaStage.ISSUED if (
            ORDER_STAGE_RANK[saga.crew_stage] <= ORDER_STAGE_RANK[OrderStage.ISSUED]
        ):
            return withdraw(replace(saga, unit_at_fault=True), "crew_silent", policy, at)
        case SagaStage.WITHDRAWING:
            return _cancel_claim(saga, "unit_silent")
        case _:
            return saga, ()


def cancel(saga: OrderSaga, reason: str, policy: Policy, at: Timestamp) -> Step:
    """The incident is over, or its slot is no longer the city's to fill."""
    if saga.stage is SagaStage.PROPOSING:
        return abort(saga, reason, at)
    if saga.stage in AFTER_COMMIT and not saga.past_recall:
        saga, commands = withdraw(saga, reason, policy, at)
        # nobody else will be sent there: no need to wait for the unit's owner
        saga, more = _cancel_claim(saga, reason)
        return saga, commands + more
    return saga, ()


def abort(saga: OrderSaga, reason: str, at: Timestamp) -> Step:
    """Give up before commit: both owners are asked to release."""
    saga = _move(saga, SagaTrigger.ABORT, at, reason)
    districts: list[DistrictId] = []
    if saga.unit_owner_stage is not UnitOwnerStage.RELEASED:
        districts.append(saga.unit_district)
    if saga.incident_owner_stage is not IncidentOwnerStage.RELEASED:
        saga = replace(saga, incident_owner_stage=IncidentOwnerStage.RELEASING)
        districts.append(saga.task.incident_district)
    letters: tuple[Command, ...] = tuple(
        order_saga.release(saga, district, reason) for district in sorted(set(districts))
    )
    saga, more = _end_if_released(saga, at)
    return saga, (*letters, order_saga.cancel_deadline(saga), *more)


def withdraw(saga: OrderSaga, reason: str, policy: Policy, at: Timestamp) -> Step:
    """Call back after commit. One that is past recall is called back only when its unit's owner has
    nothing of it any more.
    """
    if saga.past_recall and saga.unit_owner_stage is not UnitOwnerStage.RELEASED:
        return saga, ()
    saga = _move(saga, SagaTrigger.WITHDRAW, at, reason)
    if saga.unit_owner_stage is not UnitOwnerStage.RELEASED:
        return saga, (
            order_saga.request(saga, OrderStep.WITHDRAW, reason=reason),
            order_saga.set_deadline(saga, at, policy.withdraw_s),
        )
    saga, letters = _cancel_claim(saga, reason)
    saga, more = _end_if_released(saga, at)
    return saga, (order_saga.cancel_deadline(saga), *letters, *more)


def recover(saga: OrderSaga, policy: Policy, at: Timestamp) -> Step:
    """The city started again: presumed abort of what was not committed; what was committed and not
    issued is requested again.
    """
    if saga.stage is SagaStage.PROPOSING:
        return abort(saga, "restart", at)
    if saga.stage is SagaStage.COMMITTED:
        return saga, (
            order_saga.request(saga, OrderStep.ISSUE),
            order_saga.request(saga, OrderStep.CLAIM_CONFIRMED),
            order_saga.set_deadline(saga, at, policy.issue_s),
        )
    return saga, ()


def _on_reserve(saga: OrderSaga, answer: OrderAnswer, policy: Policy, at: Timestamp) -> Step:
    if (
        saga.stage is not SagaStage.PROPOSING
        or saga.unit_owner_stage is not UnitOwnerStage.REQUESTED
    ):
        return saga, ()
    if answer.verdict is OrderVerdict.RESERVED:
        return _commit_if_both(replace(saga, unit_owner_stage=UnitOwnerStage.RESERVED), policy, at)
    return abort(
        replace(saga, unit_owner_stage=UnitOwnerStage.RELEASED, unit_at_fault=True),
        _reason_of(answer),
        at,
    )


def _on_claim(saga: OrderSaga, answer: OrderAnswer, policy: Policy, at: Timestamp) -> Step:
    if (
        saga.stage is not SagaStage.PROPOSING
        or saga.incident_owner_stage is not IncidentOwnerStage.REQUESTED
    ):
        return saga, ()
    if answer.verdict is OrderVerdict.CLAIMED:
        return _commit_if_both(
            replace(saga, incident_owner_stage=IncidentOwnerStage.CLAIMED), policy, at
        )
    return abort(
        replace(saga, incident_owner_stage=IncidentOwnerStage.RELEASED), _reason_of(answer), at
    )


def _on_issue(saga: OrderSaga, answer: OrderAnswer, policy: Policy, at: Timestamp) -> Step:
    if answer.verdict is OrderVerdict.ISSUED:
        if saga.stage is not SagaStage.COMMITTED:
            return saga, ()
        crew = max(saga.crew_stage, OrderStage.ISSUED, key=lambda stage: ORDER_STAGE_RANK[stage])
        saga = _move(saga, SagaTrigger.ISSUE, at)
        saga = replace(saga, unit_owner_stage=UnitOwnerStage.ISSUED, crew_stage=crew)
        return saga, (order_saga.set_deadline(saga, at, policy.accept_s),)
    if saga.unit_owner_stage is UnitOwnerStage.RELEASED:
        return saga, ()
    return _unit_released(replace(saga, unit_at_fault=True), _reason_of(answer), policy, at)


def _on_claim_confirmed(
    saga: OrderSaga, answer: OrderAnswer, policy: Policy, at: Timestamp
) -> Step:
    if saga.incident_owner_stage in (IncidentOwnerStage.RELEASING, IncidentOwnerStage.RELEASED):
        return saga, ()
    if answer.verdict is OrderVerdict.DONE:
        return replace(saga, incident_owner_stage=IncidentOwnerStage.CLAIM_CONFIRMED), ()
    saga = replace(saga, incident_owner_stage=IncidentOwnerStage.RELEASED, extra=saga.past_recall)
    return (
        withdraw(saga, _reason_of(answer), policy, at)
        if saga.stage in AFTER_COMMIT
        else _end_if_released(saga, at)
    )


def _on_withdraw(saga: OrderSaga, answer: OrderAnswer, policy: Policy, at: Timestamp) -> Step:
    if saga.stage is not SagaStage.WITHDRAWING or saga.unit_owner_stage is UnitOwnerStage.RELEASED:
        return saga, ()
    if answer.verdict is OrderVerdict.TOO_LATE:
        return _past_recall(saga, answer, at)
    return _unit_released(saga, saga.reason, policy, at)


def _on_claim_cancelled(
    saga: OrderSaga, _answer: OrderAnswer, _policy: Policy, at: Timestamp
) -> Step:
    if saga.incident_owner_stage is not IncidentOwnerStage.RELEASING:
        return saga, ()
    return _end_if_released(replace(saga, incident_owner_stage=IncidentOwnerStage.RELEASED), at)


_ON_ANSWER: Mapping[OrderStep, Callable[[OrderSaga, OrderAnswer, Policy, Timestamp], Step]] = {
    OrderStep.RESERVE: _on_reserve,
    OrderStep.CLAIM: _on_claim,
    OrderStep.ISSUE: _on_issue,
    OrderStep.CLAIM_CONFIRMED: _on_claim_confirmed,
    OrderStep.WITHDRAW: _on_withdraw,
    OrderStep.CLAIM_CANCELLED: _on_claim_cancelled,
}


def _on_release(
    saga: OrderSaga, sender: DistrictId, answer: OrderAnswer, policy: Policy, at: Timestamp
) -> Step:
    """Released before the commit. Too late: it was committed after all, by this city before its
    store went back in time; then it is called back.
    """
    if (
        saga.stage is SagaStage.WITHDRAWING
        and saga.incident_owner_stage is IncidentOwnerStage.RELEASING
        and sender == saga.task.incident_district
    ):
        return _end_if_released(replace(saga, incident_owner_stage=IncidentOwnerStage.RELEASED), at)
    if saga.stage is not SagaStage.ABORTING:
        return saga, ()
    if answer.verdict is OrderVerdict.TOO_LATE and sender == saga.unit_district:
        return withdraw(
            replace(saga, unit_owner_stage=UnitOwnerStage.ISSUED), saga.reason, policy, at
        )
    if sender == saga.unit_district:
        saga = replace(saga, unit_owner_stage=UnitOwnerStage.RELEASED)
    if sender == saga.task.incident_district:
        saga = replace(saga, incident_owner_stage=IncidentOwnerStage.RELEASED)
    return _end_if_released(saga, at)


def _commit_if_both(saga: OrderSaga, policy: Policy, at: Timestamp) -> Step:
    """Commit, only after both answers."""
    if (
        saga.unit_owner_stage is not UnitOwnerStage.RESERVED
        or saga.incident_owner_stage is not IncidentOwnerStage.CLAIMED
    ):
        return saga, ()
    saga = _move(saga, SagaTrigger.COMMIT, at)
    return saga, (
        order_saga.request(saga, OrderStep.ISSUE),
        order_saga.request(saga, OrderStep.CLAIM_CONFIRMED),
        order_saga.set_deadline(saga, at, policy.issue_s),
    )


def _crew_took_it(saga: OrderSaga, at: Timestamp) -> Step:
    """The crew has the order: the deadline for its acceptance is over. Progress that overtakes the
    answer to `issue` means the same.
    """
    if saga.stage is SagaStage.COMMITTED:
        saga = replace(_move(saga, SagaTrigger.ISSUE, at), unit_owner_stage=UnitOwnerStage.ISSUED)
    if saga.stage is not SagaStage.ISSUED or saga.crew_stage is OrderStage.ISSUED:
        return saga, ()
    return saga, (order_saga.cancel_deadline(saga),)


def _crew_gave_up(saga: OrderSaga, progress: OrderProgress, policy: Policy, at: Timestamp) -> Step:
    at_fault = saga.unit_at_fault or progress.stage is not OrderStage.WITHDRAWN
    reason = progress.reason or progress.stage.value
    if saga.stage is SagaStage.PROPOSING:
        return abort(
            replace(saga, unit_owner_stage=UnitOwnerStage.RELEASED, unit_at_fault=at_fault),
            reason,
            at,
        )
    return _unit_released(replace(saga, unit_at_fault=at_fault), reason, policy, at)


def _unit_released(saga: OrderSaga, reason: str, policy: Policy, at: Timestamp) -> Step:
    """Nothing of the order is left at the unit's owner: its claim is cancelled too."""
    saga = replace(saga, unit_owner_stage=UnitOwnerStage.RELEASED)
    if saga.stage in AFTER_COMMIT:
        return withdraw(saga, reason, policy, at)
    letters: tuple[Command, ...] = ()
    if saga.stage is SagaStage.WITHDRAWING:
        saga, letters = _cancel_claim(saga, reason)
    saga, more = _end_if_released(saga, at)
    return saga, (order_saga.cancel_deadline(saga), *letters, *more)


def _past_recall(saga: OrderSaga, answer: OrderAnswer, at: Timestamp) -> Step:
    """Too late to withdraw: the order stands. If its claim was cancelled already, the incident's
    owner is informed of an extra crew.
    """
    extra = saga.incident_owner_stage in (IncidentOwnerStage.RELEASING, IncidentOwnerStage.RELEASED)
    reported = answer.reason.removeprefix("stage:")
    crew = OrderStage(reported) if reported in list(OrderStage) else saga.crew_stage
    crew = max(saga.crew_stage, crew, key=lambda stage: ORDER_STAGE_RANK.get(stage, -1))
    saga = replace(
        _move(saga, SagaTrigger.TOO_LATE, at, answer.reason),
        past_recall=True,
        extra=extra,
        unit_owner_stage=UnitOwnerStage.ISSUED,
        crew_stage=crew,
    )
    letters: tuple[Command, ...] = (order_saga.progress(saga, at, "extra"),) if extra else ()
    saga, more = _finish(saga, at) if crew is OrderStage.DONE else (saga, ())
    return saga, (*letters, order_saga.cancel_deadline(saga), *more)


def _finish(saga: OrderSaga, at: Timestamp) -> Step:
    if saga.stage not in AFTER_COMMIT and saga.stage is not SagaStage.WITHDRAWING:
        return saga, ()
    saga = replace(
        _move(saga, SagaTrigger.FINISH, at),
        unit_owner_stage=UnitOwnerStage.RELEASED,
        incident_owner_stage=IncidentOwnerStage.RELEASED,
    )
    return saga, (order_saga.cancel_deadline(saga),)


def _cancel_claim(saga: OrderSaga, reason: str) -> Step:
    if saga.incident_owner_stage in (IncidentOwnerStage.RELEASING, IncidentOwnerStage.RELEASED):
        return saga, ()
    return replace(saga, incident_owner_stage=IncidentOwnerStage.RELEASING), (
        order_saga.request(saga, OrderStep.CLAIM_CANCELLED, reason=reason),
    )


def _end_if_released(saga: OrderSaga, at: Timestamp) -> Step:
    """When nothing of it is left at either owner, the saga ends."""
    if saga.stage not in (SagaStage.ABORTING, SagaStage.WITHDRAWING):
        return saga, ()
    if (
        saga.unit_owner_stage is not UnitOwnerStage.RELEASED
        or saga.incident_owner_stage is not IncidentOwnerStage.RELEASED
    ):
        return saga, ()
    saga = _move(saga, SagaTrigger.RELEASE, at, saga.reason)
    return saga, (order_saga.cancel_deadline(saga),)


def _move(saga: OrderSaga, trigger: SagaTrigger, at: Timestamp, reason: str = "") -> OrderSaga:
    return replace(
        saga,
        stage=next_stage(saga.stage, trigger),
        version=saga.version + 1,
        since=at,
        reason=reason,
    )


def _reason_of(answer: OrderAnswer) -> str:
    return answer.reason or answer.verdict.value
