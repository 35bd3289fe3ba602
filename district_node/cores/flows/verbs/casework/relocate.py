"""The verb `relocate`: it is elsewhere than its sources said."""

from citybrain.geo import Point, distance_m
from citybrain.permissions import ActionRefusal
from citybrain.structs import replace
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.corrected_orders import corrected_orders
from district_node.cores.flows.verbs.casework.tasks import with_notes, without_claims
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest
from district_node.cores.incidents import correlate
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.incidents.place_doubt import is_out_of_reach, too_far
from district_node.cores.routing.route import reroute


def relocate(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | ActionNote | None:
    """Own crews' orders name the new place at once, those of another district when the city has
    carried it to their owner: the history says when they have it. Whose case it is follows its
    place."""
    place = request.action.place
    if place is None:
        return ActionRefusal(reason="no_place", detail="Say where it is: no place was given.")
    if is_out_of_reach(draft.setup, place):
        return _out_of_reach(draft, place)
    moved_m = distance_m(incident.place, place)
    if moved_m < 1.0:
        return ActionRefusal(reason="same_place", detail="It is there already.")
    before = incident
    incident = replace(without_claims(draft, incident), place=place, drift_m=(0.0, 0.0))
    draft.index = correlate.refile(draft.index, before, incident)
    incident = add_history(
        incident, "relocated", draft.at, actor=request.actor, reason=f"moved:{moved_m:.0f}"
    )
    incident = reroute(draft, before, incident, actor=request.actor)
    incident, note = with_notes(draft, incident, actor=request.actor)
    draft.put_incident(incident)
    draft.needs_dispatch = True
    corrected_orders(draft, incident)
    if incident_steps.may_open(draft, incident):
        incident_steps.open_incident(draft, incident, actor=request.actor)
    return note


def _out_of_reach(draft: DecisionDraft, place: Point) -> ActionRefusal:
    return ActionRefusal(
        reason="out_of_reach",
        detail=f"{too_far(draft.setup, place)} Check latitude and longitude, or report it to the"
        " district that it is in.",
    )
