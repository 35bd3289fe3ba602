"""The verb `relocate`: it is elsewhere than its sources said."""

from citybrain.geo import Point, distance_m
from citybrain.ids import UnitId
from citybrain.permissions import ActionRefusal
from citybrain.structs import replace
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.verbs.casework.tasks import (
    corrected_orders,
    crews_elsewhere,
    without_claims,
)
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
    elsewhere = crews_elsewhere(draft, incident)
    line = "correction_sent" if draft.city.up else "tell_crew"
    for unit in elsewhere:
        incident = add_history(incident, line, draft.at, actor=request.actor, reason=unit)
    draft.put_incident(incident)
    draft.needs_dispatch = True
    corrected_orders(draft, incident)
    if incident_steps.may_open(draft, incident):
        incident_steps.open_incident(draft, incident, actor=request.actor)
    if not elsewhere:
        return None
    units = ", ".join(_unit_names(incident, elsewhere))
    return _note(units, is_city_up=draft.city.up)


def _note(units: str, *, is_city_up: bool) -> ActionNote:
    if not is_city_up:
        return ActionNote(
            reason="tell_crew",
            detail="The link to the city is down: crews of another district keep the old place on"
            f" their screens until it is up again. Tell them: {units}.",
        )
    return ActionNote(
        reason="correction_sent",
        detail=f"The new place goes to crews of another district ({units}) through the city. The"
        " case's history says when each has it; until then, tell them.",
    )


def _unit_names(incident: Incident, units: tuple[UnitId, ...]) -> list[str]:
    """As the city calls them."""
    names = {slot.unit: slot.unit_name for slot in incident.slots}
    return [names.get(unit) or unit for unit in units]


def _out_of_reach(draft: DecisionDraft, place: Point) -> ActionRefusal:
    return ActionRefusal(
        reason="out_of_reach",
        detail=f"{too_far(draft.setup, place)} Check latitude and longitude, or report it to the"
        " district that it is in.",
    )
