"""The verbs that end an incident: `close`, `verify`, `reject`."""

from citybrain.permissions import ActionRefusal
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import Disposition, IncidentStage
from district_node.cores.darkness import unseen_episodes
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.verbs.linking import open_consequences
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest, advance_by
from district_node.cores.incidents.contribution import source_label
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import add_history, can
from district_node.cores.incidents.witness import SHOWN, in_words, witnesses
from district_node.naming.place_names import PlaceNames
from district_node.naming.source_names import SourceNames

STILL_SEEN = "still_seen"
# of these a source may go on seeing what it takes for one
NOT_SAID_TO_BE_OVER = frozenset(
    {
        Disposition.FALSE_ALARM,
        Disposition.DUPLICATE,
        Disposition.NOT_OURS,
        Disposition.NOT_VERIFIABLE,
    }
)


def close(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | ActionNote | None:
    """A named person says that it is over, whatever stage it is in. What it led to is not."""
    is_legal = incident.stage is IncidentStage.HANDLED or can(incident, IncidentTrigger.HANDLE)
    if is_legal and (refusal := _still_seen(draft, incident, request)):
        return refusal
    if incident.stage is not IncidentStage.HANDLED:
        incident = advance_by(draft, incident, IncidentTrigger.HANDLE, request)
        draft.put_incident(incident)
    _close(draft, incident, request)
    return open_consequences(draft, incident)


def verify(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | ActionNote | None:
    """A named person saw that it is over."""
    if can(incident, IncidentTrigger.VERIFY) and (refusal := _still_seen(draft, incident, request)):
        return refusal
    _close(draft, incident, request)
    return open_consequences(draft, incident)


def _close(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> None:
    incident = replace(_though_seen(draft, incident, request), ended_by_person=True)
    incident_steps.close(
        draft,
        incident,
        actor=request.actor,
        reason=request.action.reason,
        disposition=request.action.disposition,
    )


def _still_seen(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """Who says that it is over hears first of a source that still sees it; who says that it never
    was one, or is none of ours, does not contradict the source."""
    is_over = request.action.disposition not in NOT_SAID_TO_BE_OVER
    seen = witnesses(incident)
    if request.action.confirmed or not is_over or not seen:
        return None
    names = SourceNames(draft.setup, PlaceNames(draft.setup))
    says = in_words(seen, draft.at, names.of_episode)
    return ActionRefusal(
        reason=STILL_SEEN,
        detail=f"{says} Look again, or confirm that it is over all the same.",
    )


def _though_seen(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> Incident:
    """With a line for each source that saw it when a person confirmed that it is over; what those
    see later that could not see then is asked about again."""
    if request.action.disposition in NOT_SAID_TO_BE_OVER:
        return incident
    unseen = unseen_episodes(incident, draft.agents, draft.at)
    incident = replace(incident, ended_unseen=unseen)
    for label in dict.fromkeys(source_label(one) for one in witnesses(incident)[:SHOWN]):
        incident = add_history(incident, STILL_SEEN, draft.at, actor=request.actor, reason=label)
    return incident


def reject(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | ActionNote | None:
    """A named person says that it is no incident, or none to work on, whatever stage it is in."""
    disposition = request.action.disposition
    if disposition is Disposition.UNKNOWN:
        disposition = Disposition.FALSE_ALARM
    if disposition is Disposition.FIXED:
        return ActionRefusal(
            reason="disposition",
            detail="What was fixed was an incident: close it instead of rejecting it.",
        )
    if disposition is Disposition.GONE and can(incident, IncidentTrigger.REJECT):
        if refusal := _still_seen(draft, incident, request):
            return refusal
        incident = _though_seen(draft, incident, request)
    incident = replace(incident, ended_by_person=True)
    incident_steps.reject(
        draft,
        incident,
        actor=request.actor,
        reason=request.action.reason,
        disposition=disposition,
    )
    return open_consequences(draft, incident)
