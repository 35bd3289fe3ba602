"""How every decision ends: what was served is verified, open slots get own units or the city is asked, clocks follow, and the city hears the latest state."""

from citybrain.clock import later
from citybrain.ids import SlotId, UnitId
from citybrain.stages import IncidentTrigger
from citybrain.structs import replace
from citybrain.vocabulary import SEVERITY_RANK, OrderStage, SlotState
from district_node.cores.belief.incident import Incident, Slot, wants_help
from district_node.cores.belief.lifecycle import can, with_clocks
from district_node.cores.flows import case
from district_node.cores.flows.follow import progress_of, send
from district_node.cores.orders.roster import Unit, is_free, retire
from district_node.cores.orders.slots import slot_named
from district_node.cores.report import incident_report, is_news, unit_report
from district_node.cores.work import CITY, Work
from district_node.dispatch.local import Candidate, Wanted, could_serve, propose
from district_node.limits import DISPATCH_SLOTS


def settle(work: Work) -> None:
    for name, unit in work.served.items():
        if can(work.incidents[name], IncidentTrigger.HANDLE):
            case.handle(work, work.incidents[name], who=unit)
    _retire_leavers(work)
    has_new_slots = _press(work)
    if has_new_slots or work.wants_dispatch or _has_freed_unit(work):
        _dispatch(work)
        _ask_the_city(work)
    _follow_clocks(work)
    _report(work)


def _retire_leavers(work: Work) -> None:
    """A unit that the configuration does not name any more went on with its order; now that it is free it leaves."""
    for name in work.touched_units:
        if is_free(work.roster.units[name]) and not any(
            unit.unit == name for unit in work.setup.units
        ):
            work.roster = retire(work.roster, name, work.at)


def has_own_unit_for(work: Work, incident: Incident, slot: Slot) -> bool:
    """Whether a free own unit could serve this slot now."""
    wanted = _wanted(work, incident, slot)
    return any(could_serve(wanted, candidate) for candidate in _candidates(work))


def press_key(incident: Incident, slot: Slot) -> str:
    """Sorts the most pressing slot first: severity, deadline, name."""
    return f"{9 - SEVERITY_RANK[incident.severity]}|{slot.deadline:020d}|{slot.slot}"


def _press(work: Work) -> bool:
    """Keep the index of open slots; whether any slot is newly open."""
    is_any_new = False
    for name in work.touched:
        before, after = work.before.incidents.get(name), work.incidents.get(name)
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
                work.open_slots = work.open_slots.drop(key)
        for key in has:
            if key not in had:
                work.open_slots, is_any_new = work.open_slots.put(key, name), True
    return is_any_new


def _open_keys(incident: Incident | None) -> tuple[str, ...]:
    if incident is None or not wants_help(incident):
        return ()
    return tuple(
        press_key(incident, slot) for slot in incident.slots if slot.state is SlotState.OPEN
    )


def _has_freed_unit(work: Work) -> bool:
    for name in work.touched_units:
        before, after = work.before.roster.units.get(name), work.roster.units[name]
        if is_free(after) and (before is None or not is_free(before)):
            return True
    return False


def _dispatch(work: Work) -> None:
    candidates = _candidates(work)
    if not candidates or not work.open_slots:
        return
    wanted = []
    for key in work.open_slots.keys()[: DISPATCH_SLOTS.value]:
        incident = work.incidents[work.open_slots[key]]
        slot = slot_named(incident, _slot_of(key))
        if slot is not None:
            wanted.append((key, _wanted(work, incident, slot)))
    keys = {w.slot: key for key, w in wanted}
    for pairing in propose([w for _, w in wanted], candidates):
        incident = work.incidents[pairing.wanted.incident]
        slot = slot_named(incident, pairing.wanted.slot)
        if slot is not None:
            send(work, incident, slot, pairing.unit, who=case.PLAYBOOK)
            work.open_slots = work.open_slots.drop(keys[slot.slot])


def _ask_the_city(work: Work) -> None:
    """Slots that no own unit took: the city is asked at once, or after the playbook's patience."""
    for name in list(work.touched):
        incident = work.incidents.get(name)
        if (
            incident is None
            or not wants_help(incident)
            or not any(s.state is SlotState.OPEN and not s.from_city for s in incident.slots)
        ):
            continue
        playbook = work.playbook(incident.kind)
        patience_s = playbook.escalates.after_s if playbook is not None else 0
        if patience_s > 0 and _waits_already(work.before.incidents.get(name)):
            continue
        if patience_s > 0:
            work.set_timer("escalate", name, later(work.at, patience_s))
        else:
            case.escalate(work, incident, reason="no_own_unit")


def _waits_already(before: Incident | None) -> bool:
    """Whether the patience for an open slot had begun before this decision: then its timer stands, and no other event moves it."""
    return (
        before is not None
        and wants_help(before)
        and any(s.state is SlotState.OPEN and not s.from_city for s in before.slots)
    )


def _follow_clocks(work: Work) -> None:
    for name in work.touched:
        before, incident = work.before.incidents.get(name), work.incidents.get(name)
        if incident is None or (
            before is not None
            and before.stage == incident.stage
            and before.opened_at == incident.opened_at
        ):
            continue
        clocked = with_clocks(incident, work.playbook(incident.kind))
        work.follow_clocks(name, before.clocks if before is not None else (), clocked.clocks)
        work.incidents = work.incidents.put(name, clocked)
        work.notice("stage", name, clocked.stage.value)


def _report(work: Work) -> None:
    if work.tells_all:
        for order in work.roster.orders.values():
            if order.plan is not None and order.stage is not OrderStage.RESERVED:
                work.post(CITY, progress_of(work, order))
        work.touched.update(dict.fromkeys(work.incidents.keys()))
        work.touched_units.update(dict.fromkeys(work.roster.units.keys()))
    for name in work.touched:
        before, after = work.before.incidents.get(name), work.incidents.get(name)
        if after is not None and (work.tells_all or is_news(before, after)):
            work.post(CITY, incident_report(after, work.setup.district))
    if work.city.up and not work.before.city.up:
        work.touched_units.update(dict.fromkeys(work.roster.units.keys()))
    for unit in work.touched_units:
        if work.tells_all or _is_worth_a_letter(work, unit):
            work.post(CITY, unit_report(work.roster.units[unit], work.setup.district))


def _is_worth_a_letter(work: Work, name: UnitId) -> bool:
    """While the city is away, where units are does not pile up for it: their last places are told when it is back."""
    before, after = work.before.roster.units.get(name), work.roster.units[name]
    if before is None or work.city.up:
        return before != after or not work.before.city.up
    return replace(before, place=after.place, at=after.at) != after


def _candidates(work: Work) -> list[Candidate]:
    return [_candidate(unit) for unit in work.roster.units.values() if is_free(unit)]


def _candidate(unit: Unit) -> Candidate:
    return Candidate(
        unit=unit.unit, capabilities=unit.capabilities, place=unit.place, speed_mps=unit.speed_mps
    )


def _wanted(work: Work, incident: Incident, slot: Slot) -> Wanted:
    """While the city is away no way is too far: nobody else will come."""
    playbook = work.playbook(incident.kind)
    limit_s = playbook.escalates.max_eta_s if playbook is not None and work.city.up else None
    return Wanted(
        incident=incident.incident,
        slot=slot.slot,
        capability=slot.capability,
        severity=incident.severity,
        place=incident.place,
        max_eta_s=limit_s,
        declined=slot.declined,
    )


def _slot_of(key: str) -> SlotId:
    return SlotId(key.split("|", 2)[2])
