"""What a crew's buttons and positions set in motion."""

from citybrain.decider.command import Reply
from citybrain.domain.crew import CrewAnswer
from citybrain.geo import distance_m
from citybrain.permissions import Permission, refusal_of
from citybrain.stages import OrderTrigger
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, Finding
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.order_progress import advance_order, publish_progress
from district_node.cores.flows.units.freeing import put_unit
from district_node.cores.flows.units.refusing import class_of, refused
from district_node.cores.orders.crew_answer import detail_of, finding_refusal, read_answer
from district_node.cores.orders.positions import believe_position, report_position, vouches
from district_node.cores.orders.roster import Order, Unit, note_finding
from district_node.inputs import CrewAnswered, CrewPositionReported
from district_node.limits import POSITION_ERROR


def crew_answered(draft: DecisionDraft, answered: CrewAnswered) -> Reply:
    """The reply says by code and sentence why a press did not count."""
    answer = answered.answer
    refusal = refusal_of(answered.principal, Permission.ANSWER_ORDER)
    if refusal is not None:
        return Reply(
            request=answer.request, done=False, reason=refusal.reason, detail=refusal.detail
        )
    reason = finding_refusal(draft.roster, answer)
    if reason or answer.action is CrewAction.FOUND:
        return _found(draft, answer, reason)
    trigger, reason = read_answer(draft.roster, answer)
    if trigger is not None:
        _note_finding(draft, answer)
        _advance(draft, answer, trigger)
        if trigger is OrderTrigger.ARRIVE:
            _arrived(draft, draft.roster.units[answer.unit], draft.roster.orders[answer.order])
    return Reply(
        request=answer.request,
        done=trigger is not None,
        reason=reason,
        detail=detail_of(reason),
    )


def _found(draft: DecisionDraft, answer: CrewAnswer, refused: str) -> Reply:
    """At the scene the crew says what is there; its order goes on."""
    if not refused:
        put_unit(draft, replace(draft.roster.units[answer.unit], heard_at=draft.at))
        _note_finding(draft, answer)
        publish_progress(draft, draft.roster.orders[answer.order])
    return Reply(
        request=answer.request, done=not refused, reason=refused, detail=detail_of(refused)
    )


def _note_finding(draft: DecisionDraft, answer: CrewAnswer) -> None:
    if answer.finding is not Finding.UNKNOWN:
        roster = note_finding(
            draft.roster, answer.order, answer.finding, answer.needs, reason=answer.reason
        )
        draft.put_roster(roster, answer.unit)


def crew_position_reported(draft: DecisionDraft, reported: CrewPositionReported) -> None:
    """The latest position wins; one that the unit could not have reached is doubted beside it."""
    position = reported.position
    unit = draft.roster.units.get(position.unit)
    if unit is None:
        return
    if refusal_of(reported.principal, Permission.REPORT_POSITION) is not None:
        draft.notice("position_refused", position.unit, reported.principal.name)
        return
    unit = replace(unit, heard_at=draft.at) if unit.order is not None else unit
    if vouches(reported.principal):
        _put_unit(draft, believe_position(unit, position.place, draft.at))
    else:
        _put_unit(draft, report_position(unit, position.place, draft.at))


def _advance(draft: DecisionDraft, answer: CrewAnswer, trigger: OrderTrigger) -> None:
    heard = replace(draft.roster.units[answer.unit], heard_at=draft.at)
    put_unit(draft, heard)
    if trigger is not OrderTrigger.CANNOT:
        advance_order(draft, answer.order, trigger, reason=answer.reason)
        return
    refusal = class_of(answer)
    advance_order(draft, answer.order, trigger, reason=answer.reason, reason_class=refusal)
    refused(draft, draft.roster.orders[answer.order], refusal, answer.reason)


def _arrived(draft: DecisionDraft, unit: Unit, order: Order) -> None:
    """Its crew says that it is where it was sent: a doubtful position there is true."""
    doubtful = unit.doubtful
    if doubtful and distance_m(doubtful.place, order.task.place) <= POSITION_ERROR.value:
        _put_unit(draft, believe_position(unit, doubtful.place, draft.at))


def _put_unit(draft: DecisionDraft, unit: Unit) -> None:
    before = draft.roster.units[unit.unit]
    if before is unit:
        return
    if before.doubtful is None and unit.doubtful is not None:
        far = distance_m(unit.place, unit.doubtful.place) / 1_000
        draft.notice("position_doubtful", unit.unit, f"{far:.0f} km away, out of its reach")
    put_unit(draft, unit)
