"""What a district whose store went back in time must receive again of one order saga. Pure."""

from citybrain.decider.command import Command
from citybrain.ids import DistrictId
from citybrain.vocabulary import OrderStep
from coordinator.cores import order_messages, order_saga
from coordinator.cores.order_saga import IncidentOwnerStage, OrderSaga, SagaStage, UnitOwnerStage
from coordinator.policy import Policy


def repeat_requests(saga: OrderSaga, district: DistrictId, policy: Policy) -> tuple[Command, ...]:
    """The step of `district` that the saga waits for, or that nothing of it is left. The
    district's answer is final.
    """
    steps: set[OrderStep] = set()
    written: tuple[Command, ...] = ()
    if saga.unit_district == district:
        steps.add(_unit_step(saga))
        if saga.corrected and OrderStep.ISSUE in steps:
            steps.add(OrderStep.CORRECT)
        written = order_messages.repeat(saga)
    if saga.task.incident_district == district:
        steps.add(_slot_step(saga))
    ttl_s = {OrderStep.RESERVE: policy.promise_ttl_s, OrderStep.CLAIM: policy.promise_ttl_s}
    asked = tuple(
        order_saga.release(saga, district, saga.reason)
        if step is OrderStep.RELEASE
        else order_saga.request(saga, step, ttl_s=ttl_s.get(step, 0.0), reason=saga.reason)
        for step in OrderStep  # a correction comes last
        if step in steps
    )
    return (*asked, *written)


def _unit_step(saga: OrderSaga) -> OrderStep:
    """The last step requested of the unit's owner."""
    match saga.stage:
        case SagaStage.PROPOSING:
            return OrderStep.RESERVE
        case SagaStage.ABORTING:
            return OrderStep.RELEASE
        case SagaStage.WITHDRAWING:
            return OrderStep.WITHDRAW
        case _:
            return (
                OrderStep.WITHDRAW
                if saga.unit_owner_stage is UnitOwnerStage.RELEASED
                else OrderStep.ISSUE
            )


def _slot_step(saga: OrderSaga) -> OrderStep:
    """The last step requested of the incident's owner."""
    match saga.stage:
        case SagaStage.PROPOSING:
            return OrderStep.CLAIM
        case SagaStage.ABORTING:
            return OrderStep.RELEASE
        case _ if saga.incident_owner_stage in (
            IncidentOwnerStage.RELEASING,
            IncidentOwnerStage.RELEASED,
        ):
            return OrderStep.CLAIM_CANCELLED
        case _:
            return OrderStep.CLAIM_CONFIRMED
