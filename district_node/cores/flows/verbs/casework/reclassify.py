"""The verb `reclassify`: it is of another kind than its sources said, and handled by that kind's
playbook from now on.
"""

from citybrain.ids import SlotId
from citybrain.permissions import ActionRefusal
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import IncidentKind, IncidentStage, SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.corrected_orders import corrected_orders
from district_node.cores.flows.order_progress import recall_crew, recall_if_unattended
from district_node.cores.flows.verbs.casework.tasks import without_claims
from district_node.cores.flows.verbs.request import ActionRequest
from district_node.cores.incidents import correlate, triage
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import add_history, can
from district_node.cores.incidents.reach import found_also
from district_node.cores.incidents.watched import is_of_darkness
from district_node.cores.orders.slots import is_served
from district_node.cores.routing.route import reroute


def reclassify(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """Needs and slots are those of the new kind: crews that fit both go on, others are called back,
    and who is on the scene stays and is shown. Its sources' events go on belonging to it, and so
    does what is seen of the new kind near by."""
    kind = request.action.kind
    if kind is None:
        return ActionRefusal(reason="no_kind", detail="Say what it is: no kind was given.")
    if kind == incident.kind:
        return ActionRefusal(reason="same_kind", detail=f"It is {kind} already.")
    if kind not in draft.in_force:
        return ActionRefusal(
            reason="no_playbook",
            detail=f"This district has no playbook for {kind}. It has: "
            f"{', '.join(draft.in_force.keys())}.",
        )
    incident = _as_kind(draft, incident, kind, actor=request.actor)
    if incident.stage is IncidentStage.REPORTED:
        draft.put_incident(incident)
        if incident_steps.may_open(draft, incident):
            incident_steps.open_incident(draft, incident, actor=request.actor)
        return None
    wanted = {slot.slot for slot in incident.slots if slot.state is SlotState.CONFIRMED}
    incident = triage.with_other_needs(incident, draft.playbook_of(incident), draft.at)
    draft.put_incident(incident)
    corrected_orders(draft, incident)
    _call_back(draft, incident, wanted)
    return None


def _as_kind(draft: DecisionDraft, before: Incident, kind: IncidentKind, *, actor: str) -> Incident:
    """Found by what its sources call it, and by the new kind too; and whose case that is."""
    playbook = draft.in_force[kind]
    incident = replace(without_claims(draft, before), kind=kind, playbook=playbook)
    joins = draft.playbook_of(incident).joins
    incident = replace(incident, also=found_also(incident, joins, draft.setup.assets))
    draft.index = correlate.refile(draft.index, before, incident)
    if incident.watched and not is_of_darkness(incident, draft.playbook_of(incident)):
        # what a box's darkness turned out to be in the street, others see too
        draft.index = correlate.index_incident(draft.index, incident)
    change = f"kinds:{before.kind}:{kind}"
    incident = add_history(incident, "reclassified", draft.at, actor=actor, reason=change)
    return reroute(draft, before, incident, actor=actor)


def _call_back(draft: DecisionDraft, incident: Incident, had_crews: set[SlotId]) -> None:
    """Crews whose place is no more turn round where they can; of another district's the city
    does it, which sees the cancelled place."""
    for slot in incident.slots:
        if slot.slot in had_crews and slot.dropped and slot.order is not None:
            unit = slot.unit or ""
            line = add_history(
                draft.incidents[incident.incident], "crew_unfit", draft.at, actor=unit
            )
            draft.put_incident(line)
            recall_crew(draft, slot.order, reason="reclassified")
    name = incident.incident
    recall_if_unattended(draft, name, actor=incident_steps.PLAYBOOK, reason="reclassified")
    now = draft.incidents[name]
    if is_served(now) and can(now, IncidentTrigger.HANDLE):
        served = next(slot for slot in now.slots if slot.state is SlotState.SERVED)
        if served.unit is not None:
            draft.fully_served[name] = served.unit
