"""One action as its verb gets it, and the step that a verb takes in its name."""

from citybrain.domain.console import OperatorAction
from citybrain.domain.principal import Principal
from citybrain.stages import IncidentTrigger
from citybrain.structs import Struct
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.incidents.incident import Incident
from district_node.cores.incidents.lifecycle import advance


class ActionRequest(Struct, frozen=True, kw_only=True):
    """An action, the name that the history gives to whoever asked for it, whom a case is given to,
    where that is known, and which unit speaks for itself alone ("": none does)."""

    action: OperatorAction
    actor: str
    recipient: Principal | None = None
    unit: str = ""


class ActionNote(Struct, frozen=True, kw_only=True):
    """What there is to know of an action that was done: a code, and a sentence for whoever asked.
    A verb that did what was asked, and nothing else, answers None."""

    reason: str
    detail: str


def advance_by(
    draft: DecisionDraft, incident: Incident, trigger: IncidentTrigger, request: ActionRequest
) -> Incident:
    """The incident after `trigger`, in the name of whoever asked; raises `IllegalTriggerError`."""
    return advance(incident, trigger, draft.at, actor=request.actor, reason=request.action.reason)
