"""What follows from what a crew found at the scene: nothing is there, and the witness is asked; it
is as reported; or it is worse, and more is needed.
"""

from typing import assert_never

from citybrain.clock import later
from citybrain.domain.order import FoundNeed
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, Disposition, Finding, Severity, SlotState
from district_node.cores.decision_draft import DecisionDraft, FoundAtScene
from district_node.cores.flows import incident_steps
from district_node.cores.flows.unfilled import ask_for_what_no_own_unit_can
from district_node.cores.flows.verbs.staffing import AD_HOC_DEADLINE_S
from district_node.cores.incidents import triage
from district_node.cores.incidents.incident import Incident, has_ended, is_dispatchable
from district_node.cores.incidents.lifecycle import add_history, can
from district_node.cores.incidents.limits import FOUND_SLOTS
from district_node.cores.orders import slots

FOUND = "found"  # as histories say it
NOT_ADDED = "found_needs_cut"
STILL_TO_COME = (SlotState.OPEN, SlotState.CLAIMED, SlotState.CONFIRMED)


def act_on_findings(draft: DecisionDraft) -> None:
    """What was said again, or of an order that is the incident's no more, changes nothing."""
    for found in draft.findings:
        incident = draft.incidents.get(found.incident)
        slot = slots.slot_by_order(incident, found.order) if incident is not None else None
        if incident is None or slot is None:
            continue
        if (slot.finding, slot.found_needs) == (found.finding, found.needs):
            continue
        noted = replace(slot, finding=found.finding, found_needs=found.needs)
        incident = slots.put_slot(incident, noted)
        incident = add_history(incident, FOUND, draft.at, actor=found.unit, reason=_in_short(found))
        if found.words.strip() and not _is_in_history(incident, found):
            incident = add_history(incident, FOUND, draft.at, actor=found.unit, reason=found.words)
        draft.put_incident(incident)
        _act(draft, incident, found)


def _is_in_history(incident: Incident, found: FoundAtScene) -> bool:
    """Whether the step of its order, which came with it, has the crew's words already."""
    return any(
        (line.actor, line.reason) == (found.unit, found.words) for line in incident.history[-4:]
    )


def _act(draft: DecisionDraft, incident: Incident, found: FoundAtScene) -> None:
    match found.finding:
        case Finding.NOTHING_HERE:
            _nothing_here(draft, incident, found)
        case Finding.AS_REPORTED:
            draft.put_incident(replace(incident, proposed=Disposition.UNKNOWN))
        case Finding.WORSE:
            _worse(draft, incident, found)
        case Finding.UNKNOWN:  # of a later version
            pass
        case _:
            assert_never(found.finding)


def _nothing_here(draft: DecisionDraft, incident: Incident, found: FoundAtScene) -> None:
    """What a source sees though nobody at the scene does is its mistake; else it is gone."""
    is_claimed = incident.live_count > 0
    proposed = Disposition.FALSE_ALARM if is_claimed else Disposition.GONE
    incident = replace(incident, proposed=proposed)
    draft.put_incident(incident)
    if can(incident, IncidentTrigger.HANDLE):
        incident_steps.handle(draft, incident, actor=found.unit, reason=Finding.NOTHING_HERE.value)


def _worse(draft: DecisionDraft, incident: Incident, found: FoundAtScene) -> None:
    """Also of what is handled or closed: a crew that is there knows better."""
    incident = replace(incident, proposed=Disposition.UNKNOWN)
    if can(incident, IncidentTrigger.REOPEN):
        incident = incident_steps.reopen(
            draft, incident, actor=found.unit, reason=Finding.WORSE.value
        )
    if draft.playbook_of(incident).escalates.worse_raises and not has_ended(incident):
        incident = _one_step_worse(draft, incident, found)
    if is_dispatchable(incident):
        incident = _with_needs(draft, incident, found)
        incident = ask_for_what_no_own_unit_can(draft, incident)
    draft.put_incident(incident)


def _one_step_worse(draft: DecisionDraft, incident: Incident, found: FoundAtScene) -> Incident:
    rank = min(SEVERITY_RANK[incident.severity] + 1, SEVERITY_RANK[Severity.EXTREME])
    severity = next(one for one, its in SEVERITY_RANK.items() if its == rank)
    if severity is incident.severity:
        return incident
    reason = f"severities:{incident.severity}:{severity}"
    raised = replace(incident, severity=severity, severity_said=severity)
    return add_history(raised, "severity_changed", draft.at, actor=found.unit, reason=reason)


def _with_needs(draft: DecisionDraft, incident: Incident, found: FoundAtScene) -> Incident:
    """With an open place for each unit that is asked for and not on its way already."""
    for need in found.needs:
        for _ in range(min(_missing(incident, found, need), FOUND_SLOTS.value)):
            if len(incident.slots) >= FOUND_SLOTS.value:
                return add_history(incident, NOT_ADDED, draft.at, actor=found.unit)
            due = later(draft.at, AD_HOC_DEADLINE_S)
            incident = triage.with_ad_hoc_slot(incident, need.capability, due, is_found=True)
    return incident


def _missing(incident: Incident, found: FoundAtScene, need: FoundNeed) -> int:
    coming = sum(
        slot.capability == need.capability
        and slot.state in STILL_TO_COME
        and slot.order != found.order
        for slot in incident.slots
    )
    return need.quantity - coming


def _in_short(found: FoundAtScene) -> str:
    asked = ",".join(f"{need.capability}*{need.quantity}" for need in found.needs)
    return f"{found.finding}:{asked}" if asked else found.finding.value
