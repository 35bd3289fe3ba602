"""What the city's letters set in motion: steps of the two-owners protocol are answered, progress of foreign crews is followed."""

from citybrain.clock import later
from citybrain.domain.order import OrderAnswer, OrderRequest
from citybrain.ids import OrderId
from citybrain.structs import replace
from citybrain.vocabulary import OrderStep, OrderVerdict, SlotState
from district_node.cores.flows import follow
from district_node.cores.orders import promises, slot_steps, slots, unit_steps
from district_node.cores.orders.roster import has_ended
from district_node.cores.work import CITY, Work, claim_subject
from district_node.errors import OutOfOrderError
from district_node.inputs import CityLetterReceived, CityLinkChanged
from district_node.limits import KEEP_ORDERS


def city_letter_received(work: Work, said: CityLetterReceived) -> None:
    """Idempotent by position (this log) and by order and step (whatever log)."""
    if said.position <= work.city.seen:
        return
    if said.after > work.city.seen:
        raise OutOfOrderError(
            f"letter {said.position} of the city follows letter {said.after}, and the journal has them up to {work.city.seen}."
        )
    work.city = replace(work.city, seen=said.position)
    if said.request is not None:
        _answer(work, said.request)
    elif said.progress is not None:
        progress = said.progress
        if progress.incident_district == work.district:
            follow.follow(
                work,
                progress.incident,
                progress.order,
                progress.unit,
                progress.stage,
                reason=progress.reason,
            )


def city_link_changed(work: Work, link: CityLinkChanged) -> None:
    """A city with another store epoch went back in time: its log is read from its beginning, and it is told everything again."""
    if link.epoch is not None and link.epoch != work.city.epoch:
        work.tells_all = work.city.epoch is not None
        work.city = replace(
            work.city, epoch=link.epoch, seen=0 if work.tells_all else work.city.seen
        )
    if link.up != work.city.up:
        work.city = replace(work.city, up=link.up, since=work.at)
        work.wants_dispatch = True
    work.notice("city", "up" if link.up else "away", link.reason)


def _answer(work: Work, request: OrderRequest) -> None:
    kept = promises.answered(work.promises, request.order, request.step)
    if kept is None:
        kept = _decide(work, request)
        work.promises = promises.keep(work.promises, kept)
        work.set_timer("order-forget", request.order, later(work.at, KEEP_ORDERS.value))
    work.post(CITY, kept)


def _decide(work: Work, request: OrderRequest) -> OrderAnswer:
    """A release is for both owners; where this district is both, its unit's word counts."""
    answer: OrderAnswer | None = None
    if request.step in slot_steps.STEPS and request.task.incident_district == work.district:
        answer = _as_incident_owner(work, request)
    if request.step in unit_steps.STEPS and request.unit_district == work.district:
        answer = _as_unit_owner(work, request)
    if answer is None:
        return OrderAnswer(
            order=request.order, step=request.step, verdict=OrderVerdict.REFUSED, reason="not_ours"
        )
    return answer


def _as_unit_owner(work: Work, request: OrderRequest) -> OrderAnswer:
    before = work.roster.orders.get(request.order)
    (roster, kept), answer = unit_steps.answer_as_unit_owner(
        (work.roster, work.promises), request, work.at
    )
    work.promises = kept
    after = roster.orders.get(request.order)
    if after is None or after == before:
        return answer
    work.put_roster(roster, request.unit)
    if request.step is OrderStep.RESERVE and after.reserved_until is not None:
        work.set_timer("reservation", request.order, after.reserved_until)
    else:
        work.cancel_timer("reservation", request.order)
    if answer.verdict is OrderVerdict.ISSUED:
        work.notice("issued", request.order, request.task.traceparent)
    elif request.step is not OrderStep.RESERVE:
        follow.tell(work, after)
    return answer


def _as_incident_owner(work: Work, request: OrderRequest) -> OrderAnswer:
    before = work.incidents.get(request.task.incident)
    (after, kept), answer = slot_steps.answer_as_incident_owner(
        (before, work.promises), request, work.at
    )
    work.promises = kept
    if after is None or after == before:
        return answer
    work.put(after)
    if request.step is OrderStep.CLAIM_CONFIRMED:
        follow.expect(work, after, request.unit, who=CITY)
    else:
        follow.recall_if_alone(
            work, request.task.incident, who=CITY, reason=request.reason or request.step.value
        )
    slot = slots.slot_of_order(after, request.order)
    if slot is not None and slot.state is SlotState.CLAIMED and slot.claim_until is not None:
        work.set_timer("claim", claim_subject(after.incident, request.order), slot.claim_until)
    else:
        work.cancel_timer("claim", claim_subject(after.incident, request.order))
    return answer


def forget_order(work: Work, order: OrderId) -> None:
    """A day after the last new step of an ended order its answers and tombstones go; a live one is kept."""
    kept = work.roster.orders.get(order)
    if kept is not None and not has_ended(kept):
        work.set_timer("order-forget", order, later(work.at, KEEP_ORDERS.value))
        return
    work.promises = promises.forget(work.promises, order)
    work.roster = replace(work.roster, orders=work.roster.orders.drop(order))
