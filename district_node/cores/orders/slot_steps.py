"""The incident owner's answers to claim, coming, release and claim_cancelled: exactly PROTOCOLS §4. It alone says whether help is still wanted."""

from collections.abc import Callable

from citybrain.clock import Timestamp, later
from citybrain.domain.order import OrderAnswer, OrderRequest
from citybrain.vocabulary import OrderStep, OrderVerdict, SlotState
from district_node.cores.belief.incident import Incident, wants_help
from district_node.cores.orders import slots
from district_node.cores.orders.promises import Promises, bury_slot_side

Side = tuple[Incident | None, Promises]  # None: this district knows no such incident (any more)
Answered = tuple[Side, OrderAnswer]


def answer_as_incident_owner(side: Side, request: OrderRequest, at: Timestamp) -> Answered:
    """Decide one step for the first time (repeats are the caller's: `promises.answered`)."""
    return STEPS[request.step](side, request, at)


def _claim(side: Side, request: OrderRequest, at: Timestamp) -> Answered:
    incident, promises = side
    if request.order in promises.slot_tombs:
        return side, _say(request, OrderVerdict.REFUSED, promises.slot_tombs[request.order])
    if incident is None:
        return side, _say(request, OrderVerdict.REFUSED, "no_such_incident")
    slot = slots.slot_named(incident, request.task.slot)
    if slot is None:
        return side, _say(request, OrderVerdict.REFUSED, "no_such_slot")
    if not wants_help(incident):
        return side, _say(request, OrderVerdict.REFUSED, f"incident:{incident.stage}")
    if slot.version != request.task.slot_version:
        return side, _say(request, OrderVerdict.REFUSED, "slot_changed")
    if slot.state is not SlotState.OPEN:
        return side, _say(request, OrderVerdict.REFUSED, f"slot:{slot.state}")
    claimed = slots.claim(incident, slot, request.order, request.unit, later(at, request.ttl_s))
    return (claimed, promises), _say(request, OrderVerdict.CLAIMED)


def _coming(side: Side, request: OrderRequest, at: Timestamp) -> Answered:
    incident, promises = side
    slot = slots.slot_of_order(incident, request.order) if incident is not None else None
    if (
        incident is None
        or slot is None
        or slot.state not in slots.PROMISED
        or not wants_help(incident)
    ):
        return (incident, bury_slot_side(promises, request.order, "not_wanted")), _say(
            request, OrderVerdict.NOT_WANTED
        )
    if slot.state is SlotState.CONFIRMED:
        return (incident, promises), _say(request, OrderVerdict.DONE)
    return (slots.coming(incident, slot, request.order, request.unit), promises), _say(
        request, OrderVerdict.DONE
    )


def _give_back(side: Side, request: OrderRequest, at: Timestamp) -> Answered:
    """`release` before the commit, `claim_cancelled` after it: the slot is open again, and the order can never claim it any more."""
    incident, promises = side
    promises = bury_slot_side(
        promises, request.order, "released" if request.step is OrderStep.RELEASE else "withdrawn"
    )
    if incident is None:
        return (incident, promises), _say(request, OrderVerdict.DONE)
    incident = slots.settled(incident, request.order)
    slot = slots.slot_of_order(incident, request.order)
    if slot is not None and slot.state in slots.PROMISED:
        incident = slots.let_go(incident, slot)
    return (incident, promises), _say(request, OrderVerdict.DONE)


STEPS: dict[OrderStep, Callable[[Side, OrderRequest, Timestamp], Answered]] = {
    OrderStep.CLAIM: _claim,
    OrderStep.CLAIM_CONFIRMED: _coming,
    OrderStep.RELEASE: _give_back,
    OrderStep.CLAIM_CANCELLED: _give_back,
}


def _say(request: OrderRequest, verdict: OrderVerdict, reason: str = "") -> OrderAnswer:
    return OrderAnswer(order=request.order, step=request.step, verdict=verdict, reason=reason)
