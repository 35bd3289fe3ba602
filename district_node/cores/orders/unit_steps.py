"""The unit owner's answers to reserve, issue, release and withdraw: exactly PROTOCOLS §4. A released order leaves a tombstone."""

from collections.abc import Callable
from dataclasses import replace

from citybrain.clock import Timestamp
from citybrain.domain.order import OrderAnswer, OrderRequest
from citybrain.stages import OrderTrigger
from citybrain.vocabulary import OrderStage, OrderStep, OrderVerdict
from district_node.cores.orders import roster as own
from district_node.cores.orders.promises import Promises, bury_unit_side
from district_node.cores.orders.roster import Roster

Side = tuple[Roster, Promises]
Answered = tuple[Side, OrderAnswer]


def answer_as_unit_owner(side: Side, request: OrderRequest, at: Timestamp) -> Answered:
    """Decide one step for the first time (repeats are the caller's: `promises.answered`)."""
    return STEPS[request.step](side, request, at)


def _reserve(side: Side, request: OrderRequest, at: Timestamp) -> Answered:
    roster, promises = side
    unit = roster.units.get(request.unit)
    if request.order in promises.unit_tombs:
        return side, _refuse(request, promises.unit_tombs[request.order])
    if unit is None:
        return side, _refuse(request, "no_such_unit")
    if request.order in roster.orders:
        return side, _refuse(request, "order_known")
    if not own.is_free(unit):
        return side, _refuse(request, "busy")
    roster = own.reserve(
        roster, request.order, request.unit, request.task, request.plan, at, request.ttl_s
    )
    return (roster, promises), _say(request, OrderVerdict.RESERVED)


def _issue(side: Side, request: OrderRequest, at: Timestamp) -> Answered:
    roster, promises = side
    roster = own.lapse(roster, request.order, at)
    order = roster.orders.get(request.order)
    if order is None:  # a reserve that comes after this must not bind the unit any more
        return (roster, bury_unit_side(promises, request.order, "released")), _refuse(
            request, "unknown_order"
        )
    if order.stage is not OrderStage.RESERVED:
        return (roster, promises), _refuse(
            request, "expired" if order.stage is OrderStage.EXPIRED else f"stage:{order.stage}"
        )
    roster = own.move(roster, request.order, OrderTrigger.ISSUE, at)
    return (roster, promises), _say(
        request, OrderVerdict.ISSUED, assignment=roster.orders[request.order].assignment
    )


def _release(side: Side, request: OrderRequest, at: Timestamp) -> Answered:
    """Before the commit: the reservation goes. An order that was issued all the same is not taken from its crew by this."""
    roster, promises = side
    order = roster.orders.get(request.order)
    promises = bury_unit_side(promises, request.order, "released")
    if order is None or own.has_ended(order):
        return (roster, promises), _say(request, OrderVerdict.DONE)
    if order.stage is not OrderStage.RESERVED:
        return (roster, promises), _too_late(request, order.stage)
    return (
        own.move(roster, request.order, OrderTrigger.RELEASE, at, reason=request.reason),
        promises,
    ), _say(request, OrderVerdict.DONE)


def _withdraw(side: Side, request: OrderRequest, at: Timestamp) -> Answered:
    """After the commit: up to the scene the crew is called back, from there on it is too late."""
    roster, promises = side
    order = roster.orders.get(request.order)
    promises = bury_unit_side(promises, request.order, "withdrawn")
    if order is not None and order.stage in (OrderStage.ON_SCENE, OrderStage.DONE):
        return (roster, promises), _too_late(request, order.stage)
    if order is None or own.has_ended(order):
        return (roster, promises), _say(request, OrderVerdict.DONE)
    return (
        own.call_back(roster, request.order, at, reason=request.reason or "withdrawn"),
        promises,
    ), _say(request, OrderVerdict.DONE)


STEPS: dict[OrderStep, Callable[[Side, OrderRequest, Timestamp], Answered]] = {
    OrderStep.RESERVE: _reserve,
    OrderStep.ISSUE: _issue,
    OrderStep.RELEASE: _release,
    OrderStep.WITHDRAW: _withdraw,
}


def _say(
    request: OrderRequest, verdict: OrderVerdict, *, reason: str = "", assignment: int = 0
) -> OrderAnswer:
    return OrderAnswer(
        order=request.order,
        step=request.step,
        verdict=verdict,
        reason=reason,
        assignment=assignment,
    )


def _refuse(request: OrderRequest, reason: str) -> OrderAnswer:
    return _say(request, OrderVerdict.REFUSED, reason=reason)


def _too_late(request: OrderRequest, stage: OrderStage) -> OrderAnswer:
    return replace(_say(request, OrderVerdict.TOO_LATE), reason=f"stage:{stage}")
