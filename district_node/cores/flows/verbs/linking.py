"""The verbs `link` and `unlink`: a case is what another one led to, a burst main and the flooded
underpass. Each is worked on by itself; whoever closes the cause hears what it led to that is open.
"""

from collections.abc import Iterator

from citybrain.limits import Limit
from citybrain.permissions import ActionRefusal
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OperatorVerb
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.grouping.regrouping import remember
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest
from district_node.cores.flows.verbs.words import STAGES
from district_node.cores.incidents.incident import Incident, has_ended
from district_node.cores.incidents.lifecycle import add_history

CONSEQUENCES = Limit(
    name="consequences",
    value=50,
    unit="cases that one case led to",
    reason="a list that a person reads; what leads to more is an area case",
    fate="a further one is refused, and may be linked to one of those instead",
)
FOLLOWS, LEADS_TO = "follows_from", "leads_to"  # as histories say it
FOLLOWS_NOT, LEADS_NOT = "follows_from_no_more", "leads_to_no_more"


def link(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> ActionRefusal | None:
    """The case follows from the one that the action names. A case has one cause."""
    name = request.action.other
    cause = draft.incidents.get(name) if name is not None else None
    if cause is None:
        return ActionRefusal(
            reason="no_such_incident" if name else "no_other",
            detail=f"There is no case {name} in this district, or it left the screen."
            if name
            else "Name the case that it follows from.",
        )
    refused = _refusal(draft, incident, cause)
    if refused is None:
        tie(draft, incident, cause, person=request.actor)
        note(draft, incident, cause, OperatorVerb.LINK, person=request.actor)
    return refused


def unlink(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """The case follows from no other one after all."""
    cause = incident.caused_by
    if cause is None:
        return ActionRefusal(
            reason="not_linked",
            detail=f"Case {called(incident)} follows from no other one: there is nothing to undo.",
        )
    untie(draft, incident, person=request.actor)
    if cause in draft.incidents:
        known = draft.incidents[cause]
        note(draft, incident, known, OperatorVerb.UNLINK, person=request.actor)
    return None


def undo(
    draft: DecisionDraft, incident: Incident, cause: Incident, verb: OperatorVerb, *, person: str
) -> ActionRefusal | None:
    """A link that was said is taken back, or one that was taken back is said again."""
    if verb is OperatorVerb.LINK and incident.caused_by == cause.incident:
        untie(draft, incident, person=person)
        return None
    if verb is OperatorVerb.UNLINK:
        refused = _refusal(draft, incident, cause)
        if refused is None:
            tie(draft, incident, cause, person=person)
        return refused
    return ActionRefusal(reason="nothing_to_undo", detail="The two are apart again already.")


def tie(draft: DecisionDraft, incident: Incident, cause: Incident, *, person: str) -> None:
    """The one follows from the other, in both histories."""
    follows = replace(draft.incidents[incident.incident], caused_by=cause.incident)
    line = cause.incident
    draft.put_incident(add_history(follows, FOLLOWS, draft.at, actor=person, reason=line))
    leads = draft.incidents[cause.incident]
    leads = replace(leads, consequences=(*leads.consequences, incident.incident))
    line = incident.incident
    draft.put_incident(add_history(leads, LEADS_TO, draft.at, actor=person, reason=line))


def untie(draft: DecisionDraft, incident: Incident, *, person: str) -> None:
    """Neither has anything to do with the other, in both histories."""
    name, follows = incident.incident, draft.incidents[incident.incident]
    cause = draft.incidents.get(incident.caused_by) if incident.caused_by is not None else None
    line = incident.caused_by or ""
    follows = replace(follows, caused_by=None)
    draft.put_incident(add_history(follows, FOLLOWS_NOT, draft.at, actor=person, reason=line))
    if cause is not None:
        left = tuple(one for one in cause.consequences if one != name)
        cause = replace(cause, consequences=left)
        draft.put_incident(add_history(cause, LEADS_NOT, draft.at, actor=person, reason=name))


def note(
    draft: DecisionDraft, incident: Incident, cause: Incident, verb: OperatorVerb, *, person: str
) -> None:
    """As a person's word that `undo` takes back."""
    remember(draft, verb, incident.incident, cause.incident, person=person)


def open_consequences(draft: DecisionDraft, incident: Incident) -> ActionNote | None:
    """What it led to that is not over, for whoever has closed it; None: nothing is."""
    known = [draft.incidents.get(name) for name in incident.consequences]
    names = ", ".join(called(one) for one in known if one is not None and not has_ended(one))
    if not names:
        return None
    return ActionNote(
        reason="consequences_open",
        detail=f"What it led to is not over by this, and goes on: {names}.",
    )


def called(incident: Incident) -> str:
    """How a sentence names a case."""
    return incident.number or incident.incident


def _refusal(draft: DecisionDraft, incident: Incident, cause: Incident) -> ActionRefusal | None:
    if cause.incident == incident.incident:
        return ActionRefusal(reason="same_case", detail="That is the same case twice.")
    if incident.caused_by is not None:
        known = draft.incidents.get(incident.caused_by)
        of = called(known) if known is not None else incident.caused_by
        return ActionRefusal(
            reason="already_linked",
            detail=f"It follows from {of} already. Take that back first (`unlink`).",
        )
    if cause.stage is IncidentStage.MERGED:
        return ActionRefusal(
            reason=f"stage:{cause.stage}",
            detail=f"Case {called(cause)} {STAGES[cause.stage]}: name that one.",
        )
    if incident.incident in _causes_of(draft, cause):
        return ActionRefusal(
            reason="circle",
            detail=f"Case {called(cause)} follows from this one, by way of others or not: it cannot"
            " be its cause as well.",
        )
    if len(cause.consequences) >= CONSEQUENCES.value:
        return ActionRefusal(
            reason="too_many_consequences",
            detail=f"Case {called(cause)} led to {len(cause.consequences)} cases already: no more"
            " are kept. Link it to one of those.",
        )
    return None


def _causes_of(draft: DecisionDraft, incident: Incident) -> Iterator[str]:
    """What it follows from, the nearest first: chains have no circle, and an end."""
    found: Incident | None = incident
    while found is not None and found.caused_by is not None:
        yield found.caused_by
        found = draft.incidents.get(found.caused_by)
