"""The verb `acknowledge`: whoever was called, or another, sees to it."""

from citybrain.permissions import ActionRefusal
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.paging.steps import WANTS_SOMEBODY, acknowledge
from district_node.cores.flows.verbs.request import ActionRequest
from district_node.cores.incidents.incident import Incident


def acknowledge_page(
    draft: DecisionDraft, incident: Incident, request: ActionRequest
) -> ActionRefusal | None:
    """Nobody further is called, unless nothing follows."""
    paging = incident.paging
    if incident.stage not in WANTS_SOMEBODY:
        return ActionRefusal(
            reason="nothing_to_acknowledge",
            detail="It waits for nobody any more: nothing has to be acknowledged.",
        )
    if paging is None or paging.ended or not paging.pages:
        return ActionRefusal(
            reason="nobody_called",
            detail="Nobody was called about it: there is no call to acknowledge. Act on it, or"
            " take it over.",
        )
    if paging.acknowledged_by:
        return ActionRefusal(
            reason="acknowledged_already",
            detail=f"{paging.acknowledged_by} has acknowledged it already; nobody is being called.",
        )
    acknowledge(draft, incident, paging, by=request.actor)
    return None
