"""What the city's letters set in motion: steps of the two-owners protocol are answered, progress of
foreign crews is applied.
"""

from typing import assert_never

from citybrain.clock import later
from citybrain.domain.order import (
    CORRECTED,
    MessageReceipt,
    OrderAnswer,
    OrderProgress,
    OrderRequest,
)
from citybrain.domain.refused_letter import UNKNOWN_KIND, RefusedLetter, with_refusal
from citybrain.ids import OrderId
from citybrain.limits import REFUSED_LETTERS
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.structs import replace
from citybrain.vocabulary import OrderStep, OrderVerdict, SlotState
from district_node.cores.decision_draft import CITY, DecisionDraft
from district_node.cores.flows import order_progress
from district_node.cores.flows.messages import sent, shown
from district_node.cores.flows.units.freeing import note_silent
from district_node.cores.orders import answers, incident_owner, slots, unit_owner
from district_node.cores.orders.roster import has_ended, is_foreign, with_task
from district_node.cores.timer_keys import TimerKind
from district_node.errors import OutOfOrderError
from district_node.inputs import (
    CityLetterQuarantined,
    CityLetterReceived,
    CityLinkChanged,
    LetterRefusedByCity,
)
from district_node.limits import ORDER_ANSWER_RETENTION

CREW_SILENT = "crew_silent"  # why the city withdraws an order that its crew has not accepted


def city_letter_received(draft: DecisionDraft, received: CityLetterReceived) -> None:
    """Idempotent by position (in this log) and by order and step (in any log)."""
    if not _advance(draft, received.position, received.after):
        return
    match received.letter:
        case OrderRequest() as request:
            _answer(draft, request)
        case OrderProgress() as progress:
            if progress.incident_district == draft.district:
                order_progress.apply_progress(
                    draft,
                    progress.incident,
                    progress.order,
                    progress.unit,
                    progress.stage,
                    reason=progress.reason,
                )
                order_progress.note_found(draft, progress)
                order_progress.note_corrected(draft, progress)
                if progress.stage in ENDED_ORDER_STAGES:
                    sent.conclude(draft, progress.order)
        case MessageReceipt() as receipt:
            sent.receipt_received(draft, receipt)
        case _:
            assert_never(received.letter)


def city_letter_quarantined(draft: DecisionDraft, letter: CityLetterQuarantined) -> None:
    """Nothing of the letter takes effect but its position."""
    if _advance(draft, letter.position, letter.after):
        draft.city = replace(draft.city, quarantined=draft.city.quarantined + 1)
        draft.notice("letter_quarantined", CITY, f"{letter.position}: {letter.reason}")


def letter_refused_by_city(draft: DecisionDraft, refused: LetterRefusedByCity) -> None:
    """A repeat changes nothing."""
    letter = RefusedLetter(position=refused.position, reason=refused.reason)
    known = draft.city.refused
    after = with_refusal(known, letter, kept=REFUSED_LETTERS.value)
    if after != known:
        count = draft.city.refused_count + 1
        draft.city = replace(draft.city, refused=after, refused_count=count)
        draft.notice("letter_refused", CITY, f"{refused.position}: {refused.reason}")
        if UNKNOWN_KIND in refused.reason:
            sent.conclude_undelivered(draft)


def city_link_changed(draft: DecisionDraft, link: CityLinkChanged) -> None:
    """A city with another store epoch went back in time: its log is read from its beginning, and
    everything is reported to it again. So it is to the first city of a district that kept no
    letters while it had none.
    """
    if link.epoch is not None and link.epoch != draft.city.epoch:
        draft.resend_all = draft.city.epoch is not None or link.discarded > 0
        draft.city = replace(draft.city, epoch=link.epoch, down_acked=0, discarded_before=None)
    if link.up and draft.city.discarded_before is None:
        draft.city = replace(draft.city, discarded_before=link.discarded)
    if link.up != draft.city.up:
        draft.city = replace(draft.city, up=link.up, since=draft.at)
        draft.needs_dispatch = True
    if link.up:
        draft.city = replace(draft.city, reads_sources=link.reads_sources)
    if link.session:
        draft.city = replace(draft.city, session=link.session)
    draft.notice("city", "up" if link.up else "down", link.reason)


def evict_order(draft: DecisionDraft, order: OrderId) -> None:
    """A day after the last new step of an ended order its answers and tombstones go; a live one is
    kept.
    """
    known = draft.roster.orders.get(order)
    if known is not None and not has_ended(known):
        draft.set_timer(TimerKind.EVICT_ORDER, later(draft.at, ORDER_ANSWER_RETENTION.value), order)
        return
    sent.conclude_if_over(draft, order)
    draft.order_answers = answers.evict(draft.order_answers, order)
    draft.roster = replace(draft.roster, orders=draft.roster.orders.drop(order))


def _advance(draft: DecisionDraft, position: int, after: int) -> bool:
    """Take the next position of the city's log; False for a repeat. Raises `OutOfOrderError`."""
    known = draft.city.down_acked
    if position <= known:
        return False
    if after > known:
        raise OutOfOrderError(
            f"letter {position} of the city follows letter {after}, "
            f"and the journal has them up to {known}."
        )
    draft.city = replace(draft.city, down_acked=position)
    return True


def _answer(draft: DecisionDraft, request: OrderRequest) -> None:
    if request.step is OrderStep.CORRECT:
        _correct(draft, request)
        return
    if request.step is OrderStep.MESSAGE:
        shown.message_received(draft, request)
        return
    answer = answers.recorded_answer(draft.order_answers, request.order, request.step)
    if answer is None:
        answer = _decide(draft, request)
        draft.order_answers = answers.record_answer(draft.order_answers, answer)
        due = later(draft.at, ORDER_ANSWER_RETENTION.value)
        draft.set_timer(TimerKind.EVICT_ORDER, due, request.order)
    draft.post_to_city(answer)


def _correct(draft: DecisionDraft, request: OrderRequest) -> None:
    """The case of one of our crews is elsewhere, or of another kind: its screen shows it so. The
    last correction holds, and the progress that goes back says that it does."""
    order = draft.roster.orders.get(request.order)
    if order is None or order.issued_at is None or has_ended(order):
        return
    if not is_foreign(order, draft.district):
        return  # of our own cases we know it ourselves
    said = request.task
    task = replace(order.task, place=said.place, kind=said.kind, severity=said.severity)
    draft.put_roster(with_task(draft.roster, request.order, task), order.unit)
    corrected = draft.roster.orders[request.order]
    draft.post_to_city(replace(order_progress.progress_report(draft, corrected), reason=CORRECTED))


def _decide(draft: DecisionDraft, request: OrderRequest) -> OrderAnswer:
    """A release is for both owners; where this district is both, its unit's answer counts."""
    answer: OrderAnswer | None = None
    if request.step in incident_owner.STEPS and request.task.incident_district == draft.district:
        answer = _as_incident_owner(draft, request)
    if request.step in unit_owner.STEPS and request.unit_district == draft.district:
        answer = _as_unit_owner(draft, request)
    if answer is None:
        return OrderAnswer(
            order=request.order, step=request.step, verdict=OrderVerdict.REFUSED, reason="not_ours"
        )
    return answer


def _as_unit_owner(draft: DecisionDraft, request: OrderRequest) -> OrderAnswer:
    before = draft.roster.orders.get(request.order)
    (roster, draft.order_answers), answer = unit_owner.answer_as_unit_owner(
        (draft.roster, draft.order_answers), request, draft.at
    )
    after = roster.orders.get(request.order)
    if after is None or after == before:
        return answer
    draft.put_roster(roster, request.unit)
    if request.step is OrderStep.RESERVE and after.reserved_until is not None:
        draft.set_timer(TimerKind.RESERVATION, after.reserved_until, request.order)
    else:
        draft.cancel_timer(TimerKind.RESERVATION, request.order)
    if request.step is OrderStep.WITHDRAW and request.reason == CREW_SILENT:
        note_silent(draft, request.unit, CREW_SILENT)
    if answer.verdict is OrderVerdict.ISSUED:
        draft.notice("issued", request.order, request.task.traceparent)
    elif request.step is not OrderStep.RESERVE:
        order_progress.publish_progress(draft, after)
    return answer


def _as_incident_owner(draft: DecisionDraft, request: OrderRequest) -> OrderAnswer:
    before = draft.incidents.get(request.task.incident)
    (after, draft.order_answers), answer = incident_owner.answer_as_incident_owner(
        (before, draft.order_answers), request, draft.at
    )
    if after is None or after == before:
        return answer
    draft.put_incident(after)
    if request.step is OrderStep.CLAIM_CONFIRMED:
        order_progress.record_dispatch(draft, after, request.unit, actor=CITY)
    else:
        reason = request.reason or request.step.value
        order_progress.recall_if_unattended(draft, after.incident, actor=CITY, reason=reason)
    slot = slots.slot_by_order(after, request.order)
    if slot is not None and slot.state is SlotState.CLAIMED and slot.claim_until is not None:
        draft.set_timer(TimerKind.CLAIM, slot.claim_until, after.incident, request.order)
    else:
        draft.cancel_timer(TimerKind.CLAIM, after.incident, request.order)
    return answer
