"""What it sets in motion that nobody comes for a place that a crew at the scene asked for: not an
own unit, and not one of another district though the city was asked. A person is told, by a line and
by whoever is called about it. Places that a playbook names have clocks of their own.
"""

from collections.abc import Iterable

from citybrain.clock import later
from citybrain.structs import replace
from citybrain.vocabulary import Capability, SlotState
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.paging.steps import call_anew
from district_node.cores.incidents.incident import Incident, Slot, is_dispatchable
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.timer_keys import TimerKind

NO_UNIT_CAN, NOBODY_COMES = "no_unit_can", "nobody_comes"  # as histories say it


def watch_open_places(draft: DecisionDraft) -> None:
    """Whoever the city asks has as long for an open place as its dispatch may take."""
    for name in list(draft.changed_incidents):
        before, after = draft.before.incidents.get(name), draft.incidents.get(name)
        asked, known = _asked(after), _asked(before)
        if after is not None and asked - known:
            due = later(draft.at, draft.playbook_of(after).clocks.dispatch_s)
            draft.set_timer(TimerKind.UNFILLED, due, name)
        elif known and not asked:
            draft.cancel_timer(TimerKind.UNFILLED, name)


def still_unfilled(draft: DecisionDraft, incident: Incident) -> None:
    """The time is over: a person decides, and whoever is called by the policy is called again."""
    names = _asked(incident)
    if not names:
        return
    wanted = [slot.capability for slot in incident.slots if slot.slot in names]
    slots = tuple(
        replace(slot, is_unfilled=True) if slot.slot in names else slot for slot in incident.slots
    )
    incident = add_history(
        replace(incident, slots=slots),
        NOBODY_COMES,
        draft.at,
        actor=incident_steps.PLAYBOOK,
        reason=_listed(wanted),
    )
    draft.put_incident(incident)
    draft.notice(NOBODY_COMES, incident.incident, _listed(wanted))
    call_anew(draft, incident, reason=NOBODY_COMES)


def ask_for_what_no_own_unit_can(draft: DecisionDraft, incident: Incident) -> Incident:
    """Of open places that no unit of this district is equipped for, whoever is on duty: the city is
    asked at once, for nothing is to be waited for here."""
    units = draft.roster.units.values()
    able = {capability for unit in units for capability in unit.capabilities}
    beyond = [slot.capability for slot in incident.slots if _waits(slot, able)]
    if not beyond:
        return incident
    line = _listed(beyond)
    incident = add_history(
        incident, NO_UNIT_CAN, draft.at, actor=incident_steps.PLAYBOOK, reason=line
    )
    draft.notice(NO_UNIT_CAN, incident.incident, line)
    return incident_steps.escalate(draft, incident, reason=NO_UNIT_CAN)


def _waits(slot: Slot, able: set[Capability]) -> bool:
    is_open = slot.state is SlotState.OPEN and not slot.from_city
    return slot.is_found and is_open and slot.capability not in able


def _asked(incident: Incident | None) -> frozenset[str]:
    """The open places that a crew and then the city was asked for, of which nobody was told yet."""
    if incident is None or not is_dispatchable(incident):
        return frozenset()
    return frozenset(
        slot.slot
        for slot in incident.slots
        if slot.is_found
        and slot.state is SlotState.OPEN
        and slot.from_city
        and not slot.is_unfilled
    )


def _listed(capabilities: Iterable[Capability]) -> str:
    return ", ".join(sorted(set(capabilities)))
