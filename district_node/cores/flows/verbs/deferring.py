"""The verb `defer` (挂账): a case rests until a time, or until somebody opens it again."""

from citybrain.clock import Timestamp, later
from citybrain.limits import Limit
from citybrain.permissions import ActionRefusal
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.verbs.request import ActionRequest, advance_by
from district_node.cores.flows.verbs.staffing import taken_back
from district_node.cores.incidents.incident import Incident
from district_node.cores.timer_keys import TimerKind

DEFER_LONGEST = Limit(
    name="defer_longest",
    value=366 * 86_400,
    unit="s",
    reason="who put a case off, and why, is forgotten after a year",
    fate="a later day is refused; the case comes back after a year and may be deferred again",
)


def defer(draft: DecisionDraft, incident: Incident, request: ActionRequest) -> ActionRefusal | None:
    """Its clocks rest, nobody is sent. What was claimed for it is taken back. With a time, a timer
    opens it again then."""
    until = request.action.until
    refused = _until_refusal(draft, request, until) if until is not None else None
    if refused is not None:
        return refused
    incident = advance_by(draft, incident, IncidentTrigger.DEFER, request)
    for slot in incident.slots:
        if slot.state is SlotState.CLAIMED:
            incident, _ = taken_back(draft, incident, slot)
    slots_here = tuple(replace(slot, from_city=False) for slot in incident.slots)
    draft.put_incident(replace(incident, escalated=False, slots=slots_here, deferred_until=until))
    if until is not None:
        draft.set_timer(TimerKind.RESUME, until, incident.incident)
    return None


def _until_refusal(
    draft: DecisionDraft, request: ActionRequest, until: Timestamp
) -> ActionRefusal | None:
    """A case that is put off to a day has a reason that whoever meets it then can read."""
    if until <= draft.at:
        return ActionRefusal(
            reason="until_past",
            detail="That time has passed already. Give one that is to come, or none.",
        )
    if until > later(draft.at, DEFER_LONGEST.value):
        days = DEFER_LONGEST.value // 86_400
        return ActionRefusal(
            reason="until_too_late",
            detail=f"A case may rest for {days} days at most. Give an earlier day, and defer it"
            " again then.",
        )
    if not request.action.reason.strip():
        return ActionRefusal(
            reason="no_reason", detail="Say why it has to wait: the case shows it until then."
        )
    return None
