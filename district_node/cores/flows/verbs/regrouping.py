"""The verbs by which a person corrects which case something is: `merge`, `split`, `not_same`, and
`undo` of the last of them. No correlation contradicts them afterwards.
"""

from citybrain.permissions import ActionRefusal
from citybrain.vocabulary import IncidentStage, OperatorVerb
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.grouping import areas, regrouping
from district_node.cores.flows.verbs import linking
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest
from district_node.cores.flows.verbs.words import STAGES, called
from district_node.cores.incidents.contribution import ContributionKey, source_label
from district_node.cores.incidents.grouping.regroup import contribution_id
from district_node.cores.incidents.incident import (
    Incident,
    Regrouping,
    has_ended,
    is_dispatchable,
)


def merge(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> ActionRefusal | None:
    """It is the same as the case that the action names, which goes on with both."""
    other = _other_of(draft, incident, request)
    if isinstance(other, ActionRefusal):
        return other
    refused = _not_to_be_merged(draft, incident, other)
    if refused is not None:
        return refused
    regrouping.merge(draft, incident.incident, other.incident, person=request.actor)
    return None


def split(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | ActionNote:
    """What the action names of it becomes a case of its own, whose number the note has."""
    named = set(request.action.contributions)
    keys = _keys_named(incident, named)
    if has_ended(incident):
        return _ended(incident)
    if not named:
        return ActionRefusal(
            reason="nothing_named",
            detail="Name the observations that are another case: their ids or their sources, as "
            "the case shows them.",
        )
    unknown = named - {name for key in keys for name in _names_of(incident, key)}
    if unknown:
        return ActionRefusal(
            reason="no_such_contribution",
            detail=f"The case does not rest on {', '.join(sorted(unknown))}: nothing was split.",
        )
    if len(keys) == len(incident.contributions):
        return ActionRefusal(
            reason="nothing_left",
            detail="That is all that the case rests on: leave something in it.",
        )
    part = regrouping.split(draft, incident.incident, keys, person=request.actor)
    number = called(draft.incidents[part])
    return ActionNote(reason="split_off", detail=f"It is case {number} now.")


def not_same(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """It and the other case are two; if one was merged into the other, that is undone."""
    other = _other_of(draft, incident, request)
    if isinstance(other, ActionRefusal):
        return other
    one, its = incident.incident, other.incident
    if its in incident.apart_from:
        return ActionRefusal(
            reason="known_apart", detail="It is known already that these two are not the same."
        )
    for merged, into in ((incident, other), (other, incident)):
        if merged.merged_into is None or merged.incident not in regrouping.members_of(
            draft, into.incident
        ):
            continue
        done = Regrouping(verb=OperatorVerb.MERGE, other=merged.merged_into, person="")
        regrouping.separate(draft, merged.incident, person=request.actor)
        regrouping.forget_regrouping(draft, merged.incident, done)
    regrouping.note_apart(draft, one, its, person=request.actor)
    for child, area in ((one, its), (its, one)):
        if draft.incidents[child].parent == area:
            areas.release(draft, draft.incidents[child])
    return None


def undo(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> ActionRefusal | None:
    """The last merge, split, not-the-same, link or unlink of it is taken back."""
    if not incident.regroupings:
        return ActionRefusal(
            reason="nothing_to_undo",
            detail="The case was neither merged, split nor linked, or that is too long ago.",
        )
    done = incident.regroupings[-1]
    other = draft.incidents.get(done.other)
    if other is None:
        return ActionRefusal(
            reason="no_such_incident",
            detail="The other case has left the screen: split what is another case by hand.",
        )
    refused = _undone(draft, incident, other, done, request.actor)
    if refused is None:
        regrouping.forget_regrouping(draft, incident.incident, done)
    return refused


def _undone(
    draft: DecisionDraft, incident: Incident, other: Incident, done: Regrouping, person: str
) -> ActionRefusal | None:
    one, its = incident.incident, other.incident
    match done.verb:
        case OperatorVerb.MERGE:
            merged = incident if done.is_part else other
            survivor = regrouping.survivor_of(draft, merged)
            if merged.merged_into is None or survivor is None:
                return ActionRefusal(
                    reason="nothing_to_undo", detail="The two are apart again already."
                )
            regrouping.separate(draft, merged.incident, person=person)
        case OperatorVerb.SPLIT:
            part, whole = (incident, other) if done.is_part else (other, incident)
            refused = _not_to_be_merged(draft, part, whole, is_undoing=True)
            if refused is not None:
                return refused
            regrouping.forget_apart(draft, one, its)
            regrouping.merge(draft, part.incident, whole.incident, person=person)
            merged_again = Regrouping(verb=OperatorVerb.MERGE, other=whole.incident, person=person)
            regrouping.forget_regrouping(draft, part.incident, merged_again)
        case OperatorVerb.LINK | OperatorVerb.UNLINK:
            part, whole = (incident, other) if done.is_part else (other, incident)
            return linking.undo(draft, part, whole, done.verb, person=person)
        case _:
            regrouping.forget_apart(draft, one, its)
    return None


def _other_of(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> Incident | ActionRefusal:
    name = request.action.other
    if name is None:
        return ActionRefusal(reason="no_other", detail="Name the other case.")
    if name == incident.incident:
        return ActionRefusal(reason="same_case", detail="That is the same case twice.")
    other = draft.incidents.get(name)
    if other is None:
        return ActionRefusal(
            reason="no_such_incident",
            detail=f"There is no case {name} in this district, or it left the screen. A case of "
            "another district stays with that district.",
        )
    return other


def _not_to_be_merged(
    draft: DecisionDraft, incident: Incident, other: Incident, *, is_undoing: bool = False
) -> ActionRefusal | None:
    for one in (incident, other):
        if has_ended(one):
            return _ended(one)
    if incident.is_area or other.is_area:
        return ActionRefusal(
            reason="area_case",
            detail="An area case stands for others and is none of them: merge those.",
        )
    if not is_undoing and _are_apart(draft, incident, other):
        return ActionRefusal(
            reason="known_apart",
            detail="Somebody said that these two are not the same. Undo that first.",
        )
    if other.stage is not IncidentStage.REPORTED and not is_dispatchable(other):
        return ActionRefusal(
            reason=f"stage:{other.stage}",
            detail=f"Case {called(other)} {STAGES[other.stage]}: open it again first, or merge it "
            "into this one.",
        )
    return None


def _are_apart(draft: DecisionDraft, incident: Incident, other: Incident) -> bool:
    """Whether a person said so of the two, or of any that were merged into them."""
    its = regrouping.members_of(draft, other.incident)
    return any(
        not its.isdisjoint(draft.incidents[one].apart_from)
        for one in regrouping.members_of(draft, incident.incident)
    )


def _ended(incident: Incident) -> ActionRefusal:
    return ActionRefusal(
        reason=f"stage:{incident.stage}",
        detail=f"Case {called(incident)} {STAGES[incident.stage]}: only open ones are merged and "
        "split.",
    )


def _keys_named(incident: Incident, named: set[str]) -> list[ContributionKey]:
    return [key for key in incident.contributions if named & set(_names_of(incident, key))]


def _names_of(incident: Incident, key: ContributionKey) -> tuple[str, str]:
    known = incident.contributions[key]
    return contribution_id(known), source_label(known)
