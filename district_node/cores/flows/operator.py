"""What an operator's action sets in motion: each verb is one function in a table. What is not legal is refused with the reason; nothing changes then."""

from collections.abc import Callable
from dataclasses import dataclass

from citybrain.clock import later
from citybrain.decider.command import Reply
from citybrain.domain.console import OperatorAction
from citybrain.errors import IllegalTriggerError
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import IncidentStage, OperatorVerb, SlotState
from district_node.cores.answered import remember, reply_to
from district_node.cores.belief import triage
from district_node.cores.belief.incident import Incident, Slot, wants_help
from district_node.cores.belief.lifecycle import advance, can
from district_node.cores.flows import case
from district_node.cores.flows.follow import send
from district_node.cores.orders import slots
from district_node.cores.orders.roster import Unit, is_free
from district_node.cores.work import Work, claim_subject
from district_node.inputs import OperatorActed

AD_HOC_S = 900.0  # deadline of help that no playbook names


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    reason: str
    detail: str


def operator_acted(work: Work, acted: OperatorActed) -> None:
    """Idempotent by request."""
    action = acted.action
    reply = reply_to(work.answered, action.request)
    if reply is None:
        refused = _act(work, action)
        reply = Reply(
            request=action.request,
            done=refused is None,
            reason=refused.reason if refused else "",
            detail=refused.detail if refused else "",
        )
        work.answered = remember(work.answered, reply)
    work.commands.append(reply)


def _act(work: Work, action: OperatorAction) -> Refused | None:
    incident = work.incidents.get(action.incident)
    if incident is None:
        return Refused(
            reason="no_such_incident",
            detail=f"There is no incident {action.incident} here, or it left the screen after its closing.",
        )
    if not action.operator.strip():
        return Refused(
            reason="unnamed",
            detail="Say who you are: every decision about an incident has a name.",
        )
    if action.verb in NEEDS_REASON and not action.reason.strip():
        return Refused(reason="no_reason", detail=f"Say why: {action.verb} needs a reason.")
    verb = VERBS.get(action.verb)
    if verb is None:
        return Refused(reason="no_such_verb", detail="This version does not know that action.")
    try:
        return verb(work, incident, action)
    except IllegalTriggerError as error:
        return Refused(reason=f"stage:{incident.stage}", detail=str(error))


def _open(work: Work, incident: Incident, action: OperatorAction) -> Refused | None:
    """Open a report, take up what was deferred, or open again what was handled or closed."""
    if incident.stage is IncidentStage.DEFERRED:
        resumed = advance(
            incident, IncidentTrigger.RESUME, work.at, who=action.operator, reason=action.reason
        )
        work.put(triage.with_needs(resumed, work.playbook(incident.kind), work.at))
    elif can(incident, IncidentTrigger.REOPEN):
        case.reopen(work, incident, who=action.operator, reason=action.reason)
    else:
        case.open_case(work, incident, who=action.operator, reason=action.reason)
    return None


def _assign(work: Work, incident: Incident, action: OperatorAction) -> Refused | None:
    unit = work.roster.units.get(action.unit) if action.unit is not None else None
    if unit is None:
        return Refused(reason="no_such_unit", detail=f"This district has no unit {action.unit}.")
    if not is_free(unit):
        return Refused(
            reason="busy",
            detail=f"{unit.name} is {unit.state}: it can be assigned when it is free.",
        )
    if incident.stage is IncidentStage.REPORTED:
        incident = case.open_case(work, incident, who=action.operator, reason=action.reason)
    if not wants_help(incident):
        return Refused(
            reason=f"stage:{incident.stage}",
            detail=f"The incident is {incident.stage}; nobody can be sent to it.",
        )
    found = _place_for(work, incident, unit)
    if isinstance(found, Refused):
        return found
    incident, slot = found
    send(work, incident, slot, unit.unit, who=action.operator)
    return None


def _place_for(work: Work, incident: Incident, unit: Unit) -> tuple[Incident, Slot] | Refused:
    """An open slot that the unit can fill; a claim whose time is over is taken back; where no playbook names needs, one more slot."""
    fitting = [slot for slot in incident.slots if slot.capability in unit.capabilities]
    for slot in fitting:
        if slot.state is SlotState.OPEN:
            return incident, slot
    for slot in fitting:
        if (
            slot.state is SlotState.CLAIMED
            and slot.claim_until is not None
            and slot.claim_until <= work.at
        ):
            return _taken_back(work, incident, slot)
    if not incident.slots and unit.capabilities:
        incident = triage.with_one_more(incident, unit.capabilities[0], later(work.at, AD_HOC_S))
        return incident, incident.slots[-1]
    if fitting:
        return Refused(
            reason="no_open_slot",
            detail="Every place that this unit could fill is promised or served already.",
        )
    return Refused(
        reason="no_fitting_slot",
        detail=f"The incident needs none of what {unit.name} can do: {', '.join(unit.capabilities)}.",
    )


def _taken_back(work: Work, incident: Incident, slot: Slot) -> tuple[Incident, Slot]:
    if slot.order is not None:
        work.cancel_timer("claim", claim_subject(incident.incident, slot.order))
    incident = slots.retake(incident, slot)
    return incident, slots.slot_named(incident, slot.slot) or slot


def _close(work: Work, incident: Incident, action: OperatorAction) -> Refused | None:
    """A named person says that it is fixed, whatever stage it is in."""
    if incident.stage is not IncidentStage.HANDLED:
        incident = advance(
            incident, IncidentTrigger.HANDLE, work.at, who=action.operator, reason=action.reason
        )
        work.put(incident)
    case.close(work, incident, who=action.operator, reason=action.reason)
    return None


def _verify(work: Work, incident: Incident, action: OperatorAction) -> Refused | None:
    case.close(work, incident, who=action.operator, reason=action.reason)
    return None


def _reject(work: Work, incident: Incident, action: OperatorAction) -> Refused | None:
    case.reject(work, incident, who=action.operator, reason=action.reason)
    return None


def _escalate(work: Work, incident: Incident, action: OperatorAction) -> Refused | None:
    if not wants_help(incident):
        return Refused(
            reason=f"stage:{incident.stage}",
            detail=f"The incident is {incident.stage}; the city is asked for cases that want help.",
        )
    case.escalate(work, incident, reason=action.reason or "operator", who=action.operator)
    return None


def _defer(work: Work, incident: Incident, action: OperatorAction) -> Refused | None:
    """挂账: its clocks rest, nobody is sent. What was claimed for it is taken back."""
    incident = advance(
        incident, IncidentTrigger.DEFER, work.at, who=action.operator, reason=action.reason
    )
    for slot in incident.slots:
        if slot.state is SlotState.CLAIMED:
            incident, _ = _taken_back(work, incident, slot)
    work.put(
        replace(
            incident,
            escalated=False,
            slots=tuple(replace(slot, from_city=False) for slot in incident.slots),
        )
    )
    return None


VERBS: dict[OperatorVerb, Callable[[Work, Incident, OperatorAction], Refused | None]] = {
    OperatorVerb.OPEN: _open,
    OperatorVerb.ASSIGN: _assign,
    OperatorVerb.CLOSE: _close,
    OperatorVerb.REJECT: _reject,
    OperatorVerb.VERIFY: _verify,
    OperatorVerb.ESCALATE: _escalate,
    OperatorVerb.DEFER: _defer,
}
NEEDS_REASON = (OperatorVerb.CLOSE, OperatorVerb.REJECT, OperatorVerb.VERIFY)
