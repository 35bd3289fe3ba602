"""What a crew's buttons and positions set in motion."""

from citybrain.decider.command import Reply
from citybrain.permissions import Permission, refusal_of
from citybrain.structs import replace
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.order_progress import advance_order
from district_node.cores.orders.crew_answer import detail_of, read_answer
from district_node.inputs import CrewAnswered, CrewPositionReported


def crew_answered(draft: DecisionDraft, answered: CrewAnswered) -> Reply:
    """The reply says by code and sentence why a press did not count."""
    answer = answered.answer
    refused = refusal_of(answered.principal, Permission.ANSWER_ORDER)
    if refused is not None:
        return Reply(
            request=answer.request, done=False, reason=refused.reason, detail=refused.detail
        )
    trigger, reason = read_answer(draft.roster, answer)
    if trigger is not None:
        advance_order(draft, answer.order, trigger, reason=answer.reason)
    return Reply(
        request=answer.request,
        done=trigger is not None,
        reason=reason,
        detail=detail_of(reason),
    )


def crew_position_reported(draft: DecisionDraft, reported: CrewPositionReported) -> None:
    """The latest position wins; one that is already known changes nothing."""
    position = reported.position
    unit = draft.roster.units.get(position.unit)
    if unit is None or unit.place == position.place:
        return
    if refusal_of(reported.principal, Permission.REPORT_POSITION) is not None:
        draft.notice("position_refused", position.unit, reported.principal.name)
        return
    units = draft.roster.units.put(unit.unit, replace(unit, place=position.place, at=draft.at))
    draft.put_roster(replace(draft.roster, units=units), unit.unit)
