"""Taking a unit that is on its way from a less severe case, for a more severe one: refused with the
consequence first, and done when it is asked for again. Never from the scene.

The city's orders are the city's to withdraw, and are not taken.
"""

from citybrain.permissions import ActionRefusal
from citybrain.vocabulary import SEVERITY_RANK
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.order_progress import recall_crew
from district_node.cores.flows.units.re_placing import MOVABLE
from district_node.cores.flows.verbs.request import ActionRequest
from district_node.cores.flows.verbs.words import UNIT_STATES, called
from district_node.cores.incidents.incident import Incident
from district_node.cores.orders.roster import Order, Unit, is_free

PREEMPTS, PREEMPTED = "preempts", "preempted"


def preempt(
    draft: DecisionDraft, incident: Incident, unit: Unit, request: ActionRequest
) -> ActionRefusal | None:
    """Why the busy unit is not to be had for `incident`; None: it is free for it now."""
    order = draft.roster.orders.get(unit.order) if unit.order is not None else None
    other = draft.incidents.get(order.task.incident) if order is not None else None
    if order is None or other is None or not may_preempt(order, other, incident):
        return ActionRefusal(reason="busy", detail=_busy(unit, other, incident))
    if not request.action.preempt:
        return ActionRefusal(
            reason=PREEMPTS,
            detail=f"{unit.name} {UNIT_STATES[unit.state]} ({case_words(other)}), which would wait"
            " for another crew. Ask again to take it from there.",
        )
    recall_crew(draft, order.order, reason=PREEMPTED)
    if is_free(draft.roster.units[unit.unit]):
        return None
    return ActionRefusal(reason="busy", detail=_busy(unit, other, incident))


def may_preempt(order: Order, other: Incident, incident: Incident) -> bool:
    """Whether the crew of an own order, still on its way to `other`, may be sent to `incident`."""
    is_graver = SEVERITY_RANK[incident.severity] > SEVERITY_RANK[other.severity]
    return is_graver and order.plan is None and order.stage in MOVABLE


def case_words(incident: Incident) -> str:
    """How a sentence names another case."""
    return f"{called(incident)}, {incident.severity.value}"


def _busy(unit: Unit, other: Incident | None, incident: Incident) -> str:
    state = f"{unit.name} {UNIT_STATES[unit.state]}"
    if other is None:
        return f"{state}: it can be sent when it is free."
    if other.incident == incident.incident:
        return f"{state}, and this is the case."
    return f"{state} ({case_words(other)}): it can be sent when it is free."
