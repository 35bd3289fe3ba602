"""How every decision ends: what was served is verified, open slots get own units or the city is
asked, clocks follow the stage, and changes are reported to the city. The matching of slots and
units itself is in `dispatch`.
"""

from collections import Counter
from collections.abc import Container
from itertools import islice
from typing import NamedTuple

from citybrain.clock import later
from citybrain.errors import TravelTimesError
from citybrain.ids import IncidentId, SlotId, UnitId
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.travel.great_circle import GREAT_CIRCLE
from citybrain.vocabulary import (
    SEVERITY_RANK,
    Capability,
    OrderStage,
    Severity,
    SlotState,
)
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows import incident_steps
from district_node.cores.flows.agents import reporting, watching
from district_node.cores.flows.attachments import kept_files
from district_node.cores.flows.corrected_orders import follow_severities
from district_node.cores.flows.grouping import areas
from district_node.cores.flows.messages import sent, shown
from district_node.cores.flows.order_progress import dispatch_unit, progress_report
from district_node.cores.flows.paging.steps import update_paging
from district_node.cores.flows.unfilled import watch_open_places
from district_node.cores.flows.units import findings, next_orders, re_placing
from district_node.cores.flows.units.clocks import settle_units, update_clocks
from district_node.cores.incidents.incident import Incident, Slot, is_dispatchable
from district_node.cores.incidents.lifecycle import add_history, can, with_clocks
from district_node.cores.orders.next_orders import kept_slots
from district_node.cores.orders.roster import Unit, able, is_free, retire
from district_node.cores.orders.slots import is_served, slot_by_id
from district_node.cores.report import incident_report, is_reportable, unit_report
from district_node.cores.state import PriorityKey
from district_node.cores.timer_keys import TimerKind
from district_node.dispatch.matching import (
    Candidate,
    Etas,
    OpenSlot,
    etas_s,
    is_in_time,
    propose,
)
from district_node.limits import DISPATCH_SLOTS


def finalize(draft: DecisionDraft) -> None:
    """The steps that end every decision. Most messages say what is known, and leave none to do."""
    if draft.has_changes:
        follow_changes(draft)


def follow_changes(draft: DecisionDraft) -> None:
    """These steps, in their order."""
    findings.act_on_findings(draft)
    for name, unit in draft.fully_served.items():
        served = draft.incidents[name]
        if can(served, IncidentTrigger.HANDLE) and is_served(served):
            incident_steps.handle(draft, served, actor=unit)
    settle_units(draft)
    areas.follow(draft)
    follow_severities(draft)
    kept_files.follow(draft)
    _retire_unconfigured(draft)
    next_orders.settle(draft)
    _dispatch_own_units(draft)
    next_orders.settle(draft)
    watching.look_at_resumed(draft)
    watch_open_places(draft)
    update_paging(draft)
    _update_clocks(draft)
    update_clocks(draft)
    shown.settle(draft)
    _report(draft)


def own_unit_available(draft: DecisionDraft, incident: Incident, slot: Slot) -> bool:
    """Whether a free own unit could serve this slot now."""
    own = _own_units(draft)
    open_slot = _open_slot(draft, incident, slot, own)
    (etas,) = _etas(draft, [open_slot], [_candidate(unit) for unit in own.free])
    return any(is_in_time(open_slot, eta_s) for eta_s in etas)


def _retire_unconfigured(draft: DecisionDraft) -> None:
    """A unit that the configuration does not name any more went on with its order; now that it is
    free it leaves.
    """
    for name in draft.changed_units:
        if is_free(draft.roster.units[name]) and not any(
            unit.unit == name for unit in draft.setup.units
        ):
            draft.roster = retire(draft.roster, name, draft.at)


def _dispatch_own_units(draft: DecisionDraft) -> None:
    """Match the most urgent open slots with free own units, and escalate what is left; only where a
    slot or a unit became free, or the flow asked for it.
    """
    has_new_slots = _update_open_slots(draft)
    if has_new_slots or draft.needs_dispatch or _has_freed_unit(draft):
        _dispatch(draft)
        _escalate_unserved(draft)


def _update_open_slots(draft: DecisionDraft) -> bool:
    """Keep the index of open slots; whether any slot is newly open."""
    is_any_new = False
    for name in draft.changed_incidents:
        before, after = draft.before.incidents.get(name), draft.incidents.get(name)
        if (
            before is not None
            and after is not None
            and before.slots is after.slots
            and before.stage == after.stage
            and before.severity == after.severity
        ):
            continue
        had, has = _open_keys(before), _open_keys(after)
        for key in had:
            if key not in has:
                draft.open_slots = draft.open_slots.drop(key)
        for key in has:
            if key not in had:
                draft.open_slots, is_any_new = draft.open_slots.put(key, name), True
    return is_any_new


def _open_keys(incident: Incident | None) -> tuple[PriorityKey, ...]:
    if incident is None or not is_dispatchable(incident):
        return ()
    return tuple(
        _priority_key(incident, slot) for slot in incident.slots if slot.state is SlotState.OPEN
    )


def _priority_key(incident: Incident, slot: Slot) -> PriorityKey:
    """Sorts an open slot among all others: severity first, then its deadline."""
    below_extreme = SEVERITY_RANK[Severity.EXTREME] - SEVERITY_RANK[incident.severity]
    return PriorityKey(below_extreme, slot.deadline, slot.slot)


def _has_freed_unit(draft: DecisionDraft) -> bool:
    for name in draft.changed_units:
        before, after = draft.before.roster.units.get(name), draft.roster.units[name]
        if is_free(after) and (before is None or not is_free(before)):
            return True
    return False


def _dispatch(draft: DecisionDraft) -> None:
    """Again where two pairings wanted the place of one unit that could move only once."""
    while _dispatch_once(draft):
        pass


def _dispatch_once(draft: DecisionDraft) -> bool:
    """Whether some were paired and some of those could not be dispatched."""
    own = _own_units(draft)
    if not own.free or not draft.open_slots:
        return False
    open_slots, keys = [], {}
    kept = kept_slots(draft.roster, draft.incidents)
    wanted = (key for key in draft.open_slots if key.slot not in kept)
    for key in islice(wanted, DISPATCH_SLOTS.value):
        incident = draft.incidents[draft.open_slots[key]]
        slot = slot_by_id(incident, key.slot)
        if slot is not None:
            open_slots.append(_open_slot(draft, incident, slot, own))
            keys[slot.slot] = key
    candidates = [_candidate(unit) for unit in own.free]
    pairings = propose(open_slots, candidates, _etas(draft, open_slots, candidates))
    sent = 0
    for pairing in pairings:
        incident = draft.incidents[pairing.open_slot.incident]
        slot = slot_by_id(incident, pairing.open_slot.slot)
        if slot is not None and _send(draft, incident, slot, pairing.unit):
            draft.open_slots = draft.open_slots.drop(keys[slot.slot])
            sent += 1
    return 0 < sent < len(pairings)


def _send(draft: DecisionDraft, incident: Incident, slot: Slot, unit: UnitId) -> bool:
    """Whether the unit was sent, so that the slot is filled."""
    place = re_placing.make_place(draft, incident, slot, draft.roster.units[unit])
    if place is not None:
        dispatch_unit(draft, *place, unit, actor=incident_steps.PLAYBOOK)
    return place is not None


def _escalate_unserved(draft: DecisionDraft) -> None:
    """Slots that no own unit took: the city is asked at once, or after the playbook's time."""
    kept = kept_slots(draft.roster, draft.incidents)
    kept_before = kept_slots(draft.before.roster, draft.before.incidents)
    for name in list(draft.changed_incidents):
        incident = draft.incidents.get(name)
        if incident is None or not waits_for_own_unit(incident, kept):
            continue
        after_s = draft.playbook_of(incident).escalates.after_s
        before = draft.before.incidents.get(name)
        if after_s <= 0:
            incident_steps.escalate(draft, incident, reason="no_own_unit", but=kept)
        elif (
            before is None
            or before.playbook != incident.playbook
            or not waits_for_own_unit(before, kept_before)
        ):
            # where it waited before this decision its timer runs, and no other event moves it
            draft.set_timer(TimerKind.ESCALATE, later(draft.at, after_s), name)


def waits_for_own_unit(incident: Incident, kept: Container[SlotId]) -> bool:
    """Whether a place is open, the city was not asked for it, and none of the units that are busy
    comes to it next."""
    return is_dispatchable(incident) and any(
        s.state is SlotState.OPEN and not s.from_city and s.slot not in kept for s in incident.slots
    )


class _OwnUnits(NamedTuple):
    """The district's units as the matching sees them."""

    free: list[Unit]
    able: Counter[Capability]  # how many in service have it, busy ones too


def _own_units(draft: DecisionDraft) -> _OwnUnits:
    free = [unit for unit in draft.roster.units.values() if is_free(unit)]
    return _OwnUnits(free=free, able=able(draft.roster))


def _etas(draft: DecisionDraft, open_slots: list[OpenSlot], candidates: list[Candidate]) -> Etas:
    """By the travel times in force. A district goes on deciding when these are faulty: by great
    circle, and it says so.
    """
    try:
        return etas_s(open_slots, candidates, draft.travel, draft.at)
    except TravelTimesError as error:
        draft.notice("travel_times_faulty", error.source, str(error))
        return etas_s(open_slots, candidates, GREAT_CIRCLE, draft.at)


def _candidate(unit: Unit) -> Candidate:
    return Candidate(
        unit=unit.unit,
        capabilities=unit.capabilities,
        place=unit.place,
        speed_mps=unit.speed_mps,
        avoids=tuple(unit.avoids),
    )


def _open_slot(draft: DecisionDraft, incident: Incident, slot: Slot, own: _OwnUnits) -> OpenSlot:
    """While the link to the city is down no unit is too far: nobody else will come."""
    max_eta_s = draft.playbook_of(incident).escalates.max_eta_s if draft.city.up else None
    return OpenSlot(
        incident=incident.incident,
        slot=slot.slot,
        capability=slot.capability,
        severity=incident.severity,
        place=incident.place,
        max_eta_s=max_eta_s,
        declined=slot.declined,
        able=own.able[slot.capability],
        stand_ins=re_placing.stand_ins(draft, incident, slot, own.free),
    )


def _update_clocks(draft: DecisionDraft) -> None:
    recounted = _recounted(draft)
    for name in {**draft.changed_incidents, **recounted}:
        before, incident = draft.before.incidents.get(name), draft.incidents.get(name)
        if incident is None:
            continue
        has_moved = before is None or (
            (before.stage, before.opened_at) != (incident.stage, incident.opened_at)
        )
        is_same = before is not None and (
            (before.playbook, before.parent) == (incident.playbook, incident.parent)
        )
        if not has_moved and is_same and name not in recounted:
            continue
        clocked = with_clocks(incident, draft.playbook_of(incident), draft.setup.calendar)
        clocked = _note_estimated(draft, clocked)
        if not has_moved and is_same:
            clocked = _note_moved(draft, incident, clocked)
        draft.update_clock_timers(name, before.clocks if before is not None else (), clocked.clocks)
        draft.incidents = draft.incidents.put(name, clocked)
        if has_moved:
            draft.notice("stage", name, clocked.stage.value)


def _recounted(draft: DecisionDraft) -> dict[IncidentId, None]:
    """Cases with deadlines in working time, where another calendar is in force: which days are
    holidays is no rule of a playbook, and what was reckoned without knowing is wrong now."""
    before, now = draft.before.setup, draft.setup
    if before is now or before.calendar == now.calendar:
        return {}
    return {
        name: None
        for name, incident in draft.incidents.items()
        if incident.clocks and draft.playbook_of(incident).clocks.working
    }


def _note_moved(draft: DecisionDraft, before: Incident, incident: Incident) -> Incident:
    """With a line in the history where a deadline is another one now."""
    due = {clock.name: clock.due for clock in before.clocks}
    moved = [clock.name for clock in incident.clocks if clock.due != due.get(clock.name)]
    if not moved:
        return incident
    actor, reason = incident_steps.PLAYBOOK, ", ".join(moved)
    return add_history(incident, "deadlines_moved", draft.at, actor=actor, reason=reason)


def _note_estimated(draft: DecisionDraft, incident: Incident) -> Incident:
    """A deadline that is reckoned without knowing the holidays says so, in the log and once in the
    case's history."""
    estimated = [clock.name for clock in incident.clocks if clock.is_estimated]
    if not estimated:
        return incident
    draft.notice("calendar_ended", incident.incident, ", ".join(estimated))
    if any(line.code == "calendar_ended" for line in incident.history):
        return incident
    return add_history(incident, "calendar_ended", draft.at, actor=incident_steps.PLAYBOOK)


def _report(draft: DecisionDraft) -> None:
    if draft.resend_all:
        for order in draft.roster.orders.values():
            if order.plan is not None and order.stage is not OrderStage.RESERVED:
                draft.post_to_city(progress_report(draft, order))
        draft.changed_incidents.update(dict.fromkeys(draft.incidents))
    if draft.resend_all or (draft.city.up and not draft.before.city.up):
        draft.changed_units.update(dict.fromkeys(draft.roster.units))
        reporting.report_again(draft)
    for name in draft.changed_incidents:
        before, after = draft.before.incidents.get(name), draft.incidents.get(name)
        if after is not None and (draft.resend_all or is_reportable(before, after)):
            draft.post_to_city(incident_report(after, draft.district))
    for unit in draft.changed_units:
        if draft.resend_all or _is_unit_reportable(draft, unit):
            draft.post_to_city(unit_report(draft.roster.units[unit], draft.district))
    if draft.resend_all:
        sent.send_again(draft)
        shown.say_again(draft)


def _is_unit_reportable(draft: DecisionDraft, name: UnitId) -> bool:
    """Whether a letter about the unit is due. While the link to the city is down, positions do not
    pile up for it: the last ones are reported when it is up again.
    """
    known, after = draft.before.roster.units.get(name), draft.roster.units[name]
    before = unit_report(known, draft.district) if known is not None else None
    report = unit_report(after, draft.district)
    if before is None or draft.city.up:
        return before != report or not draft.before.city.up
    return replace(before, place=report.place, at=report.at) != report
