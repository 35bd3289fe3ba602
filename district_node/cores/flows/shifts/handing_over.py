"""A person hands all their open cases over with one note, and another takes them. Until then they
are the first one's, and everybody sees that they wait.
"""

from citybrain.decider.command import Reply
from citybrain.domain.console import HandOver, ShiftVerb
from citybrain.domain.principal import Principal, Role
from citybrain.ids import HandOverId
from citybrain.permissions import ActionRefusal, Permission, refusal_of
from citybrain.structs import replace
from district_node.cores.case_limits import HAND_OVERS
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.verbs.casework.ownership import owned, recipient_refusal
from district_node.cores.incidents.incident import has_ended
from district_node.cores.incidents.lifecycle import add_history
from district_node.inputs import ShiftActed

DESK = "desk"  # as histories name whoever comes next
ANSWERS_FOR_OTHERS = frozenset({Role.SUPERVISOR, Role.ADMIN})


def shift_acted(draft: DecisionDraft, acted: ShiftActed) -> Reply:
    """The reply names the hand-over that was made or taken."""
    done = HAND_OVER[acted.action.verb](draft, acted)
    refused = done if isinstance(done, ActionRefusal) else None
    return Reply(
        request=acted.action.request,
        done=refused is None,
        reason=refused.reason if refused else "",
        detail=refused.detail if refused else f"{done}",
    )


def _hand_over(draft: DecisionDraft, acted: ShiftActed) -> ActionRefusal | HandOverId:
    action, by = acted.action, acted.principal
    refused = refusal_of(by, Permission.GIVE)
    if refused is None and action.person:
        refused = recipient_refusal(draft, action.person, acted.recipient)
    if refused is not None:
        return refused
    if action.person == by.name:
        return ActionRefusal(reason="to_yourself", detail="They are your cases already.")
    theirs = [
        incident
        for incident in draft.incidents.values()
        if incident.case_file.owner == by.name and not has_ended(incident)
    ]
    if not theirs:
        return ActionRefusal(
            reason="nothing_to_hand_over", detail="None of the open cases is yours."
        )
    name = HandOverId(draft.new_id("handover"))
    made = HandOver(
        hand_over=name,
        actor=by.name,
        person=action.person,
        at=draft.at,
        text=action.text,
        incidents=tuple(incident.incident for incident in theirs),
    )
    draft.hand_overs = draft.hand_overs.put(name, made)
    _within_limit(draft)
    for incident in theirs:
        to = action.person or DESK
        draft.put_incident(add_history(incident, "handed_over", draft.at, actor=by.name, reason=to))
    return name


def _take_over(draft: DecisionDraft, acted: ShiftActed) -> ActionRefusal | HandOverId:
    by, name = acted.principal, acted.action.hand_over
    refused = refusal_of(by, Permission.TAKE)
    if refused is not None:
        return refused
    known = draft.hand_overs.get(name) if name is not None else None
    if known is None:
        return ActionRefusal(
            reason="no_such_hand_over", detail="That hand-over is not kept here, or never was."
        )
    if known.taken_by:
        return ActionRefusal(
            reason="taken_already", detail=f"{known.taken_by} has taken these cases already."
        )
    if known.person and not _may_take(by, known):
        return ActionRefusal(
            reason="for_somebody_else",
            detail=f"These cases are handed to {known.person}. A supervisor may take them, too.",
        )
    taken = replace(known, taken_by=by.name, taken_at=draft.at)
    draft.hand_overs = draft.hand_overs.put(known.hand_over, taken)
    for each in known.incidents:
        incident = draft.incidents.get(each)
        if (
            incident is not None
            and not has_ended(incident)
            and incident.case_file.owner == known.actor
        ):
            draft.put_incident(owned(draft, incident, by.name, by=by.name, reason=known.actor))
    return known.hand_over


def _may_take(by: Principal, known: HandOver) -> bool:
    return by.name == known.person or not ANSWERS_FOR_OTHERS.isdisjoint(by.roles)


def _within_limit(draft: DecisionDraft) -> None:
    """Those that were taken go first, then the oldest."""
    kept = draft.hand_overs
    while len(kept) > HAND_OVERS.value:
        oldest = min(kept.values(), key=lambda one: (not one.taken_by, one.at, one.hand_over))
        kept = kept.drop(oldest.hand_over)
    draft.hand_overs = kept


HAND_OVER = {ShiftVerb.HAND_OVER: _hand_over, ShiftVerb.TAKE_OVER: _take_over}
