"""The unit owner's answers to reserve, issue, release and withdraw, as the two-owners protocol
says. A released order leaves a tombstone.
"""

from collections.abc import Callable

from citybrain.clock import Timestamp
from citybrain.domain.order import OrderAnswer, OrderRequest
from citybrain.stages import OrderTrigger
from citybrain.vocabulary import OrderStage, OrderStep, OrderVerdict
from district_node.cores.orders import duty
from district_node.cores.orders import roster as own
from district_node.cores.orders.answers import OrderAnswers, add_unit_tombstone
from district_node.cores.orders.roster import Roster

OwnerState = tuple[Roster, OrderAnswers]
Decided = tuple[OwnerState, OrderAnswer]


def answer_as_unit_owner(owner_state: OwnerState, request: OrderRequest, at: Timestamp) -> Decided:
    """Decide one step for the first time (repeats are the caller's: `recorded_answer`)."""
    return STEPS[request.step](owner_state, request, at)


def _reserve(owner_state: OwnerState, request: OrderRequest, at: Timestamp) -> Decided:
    roster, answers = owner_state
    tombstone = answers.unit_tombstones.get(request.order)
    if tombstone is not None:
        return owner_state, _refuse(request, tombstone)
    unit = roster.units.get(request.unit)
    if unit is None:
        return owner_state, _refuse(request, "no_such_unit")
    if request.order in roster.orders:
        return owner_state, _refuse(request, "order_known")
    unavailable = duty.unavailable_for(unit, request.task.incident)
    if unavailable:
        return owner_state, _refuse(request, unavailable)
    roster = own.reserve(
        roster,
        request.order,
        request.unit,
        at,
        task=request.task,
        plan=request.plan,
        ttl_s=request.ttl_s,
    )
    return (roster, answers), _answer(request, OrderVerdict.RESERVED)


def _issue(owner_state: OwnerState, request: OrderRequest, at: Timestamp) -> Decided:
    roster, answers = owner_state
    roster = own.expire_if_due(roster, request.order, at)
    order = roster.orders.get(request.order)
    if order is None:  # a reserve that comes after this must not bind the unit any more
        answers = add_unit_tombstone(answers, request.order, "released")
        return (roster, answers), _refuse(request, "unknown_order")
    if order.stage is not OrderStage.RESERVED:
        has_expired = order.stage is OrderStage.EXPIRED
        return (roster, answers), _refuse(
            request, "expired" if has_expired else f"stage:{order.stage}"
        )
    roster = own.move(roster, request.order, OrderTrigger.ISSUE, at)
    number = roster.orders[request.order].assignment_number
    return (roster, answers), _answer(request, OrderVerdict.ISSUED, assignment_number=number)


def _release(owner_state: OwnerState, request: OrderRequest, at: Timestamp) -> Decided:
    """Before the commit: the reservation goes. An order that was issued all the same is not taken
    from its crew by this.
    """
    roster, answers = owner_state
    order = roster.orders.get(request.order)
    answers = add_unit_tombstone(answers, request.order, "released")
    if order is None or own.has_ended(order):
        return (roster, answers), _answer(request, OrderVerdict.DONE)
    if order.stage is not OrderStage.RESERVED:
        return (roster, answers), _too_late(request, order.stage)
    roster = own.move(roster, request.order, OrderTrigger.RELEASE, at, reason=request.reason)
    return (roster, answers), _answer(request, OrderVerdict.DONE)


def _withdraw(owner_state: OwnerState, request: OrderRequest, at: Timestamp) -> Decided:
    """After the commit: up to the scene the crew is called back, from there on it is too late."""
    roster, answers = owner_state
    order = roster.orders.get(request.order)
    answers = add_unit_tombstone(answers, request.order, "withdrawn")
    if order is not None and order.stage in (OrderStage.ON_SCENE, OrderStage.DONE):
        return (roster, answers), _too_late(request, order.stage)
    if order is not None and not own.has_ended(order):
        roster = own.recall(roster, request.order, at, reason=request.reason or "withdrawn")
    return (roster, answers), _answer(request, OrderVerdict.DONE)


STEPS: dict[OrderStep, Callable[[OwnerState, OrderRequest, Timestamp], Decided]] = {
    OrderStep.RESERVE: _reserve,
    OrderStep.ISSUE: _issue,
    OrderStep.RELEASE: _release,
    OrderStep.WITHDRAW: _withdraw,
}


def _answer(
    request: OrderRequest, verdict: OrderVerdict, *, reason: str = "", assignment_number: int = 0
) -> OrderAnswer:
    return OrderAnswer(
        order=request.order,
        step=request.step,
        verdict=verdict,
        reason=reason,
        assignment_number=assignment_number,
    )


def _refuse(request: OrderRequest, reason: str) -> OrderAnswer:
    return _answer(request, OrderVerdict.REFUSED, reason=reason)


def _too_late(request: OrderRequest, stage: OrderStage) -> OrderAnswer:
    return _answer(request, OrderVerdict.TOO_LATE, reason=f"stage:{stage}")
