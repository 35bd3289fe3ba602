"""The incident owner's answers to claim, claim_confirmed, release and claim_cancelled, as the
two-owners protocol says. It alone decides whether help is still wanted.
"""

from collections.abc import Callable

from citybrain.clock import Timestamp, later
from citybrain.domain.order import OrderAnswer, OrderRequest
from citybrain.structs import replace
from citybrain.vocabulary import OrderStep, OrderVerdict, SlotState
from district_node.cores.incidents.incident import Incident, is_dispatchable
from district_node.cores.orders import slots
from district_node.cores.orders.answers import OrderAnswers, add_slot_tombstone

# the incident is None where this district knows none of that id (any more)
OwnerState = tuple[Incident | None, OrderAnswers]
Decided = tuple[OwnerState, OrderAnswer]


def answer_as_incident_owner(
    owner_state: OwnerState, request: OrderRequest, at: Timestamp
) -> Decided:
    """Decide one step for the first time (repeats are the caller's: `recorded_answer`)."""
    return STEPS[request.step](owner_state, request, at)


def _claim(owner_state: OwnerState, request: OrderRequest, at: Timestamp) -> Decided:
    incident, answers = owner_state
    tombstone = answers.slot_tombstones.get(request.order)
    if tombstone is not None:
        return owner_state, _refuse(request, tombstone)
    if incident is None:
        return owner_state, _refuse(request, "no_such_incident")
    slot = slots.slot_by_id(incident, request.task.slot)
    if slot is None:
        return owner_state, _refuse(request, "no_such_slot")
    if not is_dispatchable(incident):
        return owner_state, _refuse(request, f"incident:{incident.stage}")
    if slot.version != request.task.slot_version:
        return owner_state, _refuse(request, "slot_changed")
    if slot.state is not SlotState.OPEN:
        return owner_state, _refuse(request, f"slot:{slot.state}")
    slot = replace(slot, unit_name=request.unit_name)
    claimed = slots.claim(incident, slot, request.order, request.unit, later(at, request.ttl_s))
    return (claimed, answers), _answer(request, OrderVerdict.CLAIMED)


def _confirm(owner_state: OwnerState, request: OrderRequest, _at: Timestamp) -> Decided:
    incident, answers = owner_state
    slot = slots.slot_by_order(incident, request.order) if incident is not None else None
    if (
        incident is None
        or slot is None
        or slot.state not in slots.ASSIGNED
        or not is_dispatchable(incident)
    ):
        answers = add_slot_tombstone(answers, request.order, "not_wanted")
        return (incident, answers), _answer(request, OrderVerdict.NOT_WANTED)
    if slot.state is not SlotState.CONFIRMED:
        incident = slots.confirm_claim(incident, slot, request.order, request.unit)
    return (incident, answers), _answer(request, OrderVerdict.DONE)


def _unassign(owner_state: OwnerState, request: OrderRequest, _at: Timestamp) -> Decided:
    """`release` before the commit, `claim_cancelled` after it: the slot is open again, and the
    order can never claim it any more.
    """
    incident, answers = owner_state
    reason = "released" if request.step is OrderStep.RELEASE else "withdrawn"
    answers = add_slot_tombstone(answers, request.order, reason)
    if incident is None:
        return (incident, answers), _answer(request, OrderVerdict.DONE)
    incident = slots.clear_extra(incident, request.order)
    slot = slots.slot_by_order(incident, request.order)
    if slot is not None and slot.state in slots.ASSIGNED:
        incident = slots.unassign(incident, slot)
    return (incident, answers), _answer(request, OrderVerdict.DONE)


STEPS: dict[OrderStep, Callable[[OwnerState, OrderRequest, Timestamp], Decided]] = {
    OrderStep.CLAIM: _claim,
    OrderStep.CLAIM_CONFIRMED: _confirm,
    OrderStep.RELEASE: _unassign,
    OrderStep.CLAIM_CANCELLED: _unassign,
}


def _answer(request: OrderRequest, verdict: OrderVerdict, reason: str = "") -> OrderAnswer:
    return OrderAnswer(order=request.order, step=request.step, verdict=verdict, reason=reason)


def _refuse(request: OrderRequest, reason: str) -> OrderAnswer:
    return _answer(request, OrderVerdict.REFUSED, reason)
