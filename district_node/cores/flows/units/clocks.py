"""The clocks of crews and units: each step of an order has its time, what is said of a unit for a
time ends, and a crew that is not heard of is shown and, at last, replaced.

Two timers a unit, set and cancelled where a decision ends: one of its live order, one of what was
said of it.
"""

from citybrain.clock import Timestamp, later, seconds_between
from citybrain.ids import UnitId
from citybrain.structs import replace
from citybrain.vocabulary import OrderStage
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.units.freeing import PLAYBOOK, add_line, free_crew, put_unit
from district_node.cores.orders import crew_clock, duty, slots
from district_node.cores.orders.roster import Order, Unit
from district_node.cores.timer_keys import TimerKind
from district_node.playbook import Playbook

OVERDUE = "crew_overdue"  # the code of the line, and of the notice
RELEASED = "crew_released"


def settle_units(draft: DecisionDraft) -> None:
    """Every unit that changed is in the state that its duty asks for. The last step before units
    are dispatched."""
    configured = {unit.unit for unit in draft.setup.units}
    for name in draft.changed_units:
        unit = draft.roster.units[name]
        settled = duty.settled(unit, draft.at, is_configured=name in configured)
        if settled is not unit:
            put_unit(draft, settled)


def update_clocks(draft: DecisionDraft) -> None:
    """The clock of every unit that changed follows its order, and the timers both."""
    for name in draft.changed_units:
        known, unit = draft.before.roster.units.get(name), _clocked(draft, name)
        if unit is not draft.roster.units[name]:
            put_unit(draft, unit)
        had = duty.next_end(known) if known is not None else None
        _move_timer(draft, TimerKind.DUTY, name, had, duty.next_end(unit))
        had = known.crew_due if known is not None else None
        _move_timer(draft, TimerKind.CREW, name, had, unit.crew_due)


def duty_timer(draft: DecisionDraft, name: UnitId) -> None:
    """What was said of the unit for a time is over."""
    unit = draft.roster.units.get(name)
    left = duty.without_ended(unit, draft.at) if unit is not None else None
    if left is not None and left is not unit:
        put_unit(draft, left)
        draft.needs_dispatch = True


def crew_timer(draft: DecisionDraft, name: UnitId) -> None:
    """The crew of the unit's live order should have taken its next step."""
    unit = draft.roster.units.get(name)
    if unit is None or unit.crew_due is None or unit.crew_due > draft.at or unit.order is None:
        return
    order = draft.roster.orders[unit.order]
    silence = _playbook(draft, order).silence
    if order.stage is OrderStage.ISSUED:
        put_unit(draft, replace(unit, overdue=crew_clock.AWAITED[order.stage]))
        free_crew(draft, order, code=OVERDUE, actor=unit.unit, reason="accept_clock")
    elif order.stage is OrderStage.ON_SCENE:
        _free_if_silent(draft, order, unit, silence.free_on_scene_s)
    elif unit.overdue:
        _free_if_silent(draft, order, unit, silence.free_s)
    else:
        _show_overdue(draft, order, unit, silence.free_s)


def _show_overdue(draft: DecisionDraft, order: Order, unit: Unit, free_s: float) -> None:
    """A person decides; where nobody does, and nothing is heard of it, the district."""
    awaited = crew_clock.AWAITED[order.stage]
    due = later(draft.at, free_s) if free_s > 0 else None
    put_unit(draft, replace(unit, overdue=awaited, crew_due=due))
    add_line(draft, order, OVERDUE, actor=unit.unit, reason=f"{awaited}_clock")
    draft.notice(OVERDUE, unit.unit, f"{awaited}_clock")
    incident = draft.incidents.get(order.task.incident)
    slot = slots.slot_by_order(incident, order.order) if incident is not None else None
    if incident is not None and slot is not None:
        draft.put_incident(slots.put_slot(incident, replace(slot, is_crew_overdue=True)))


def _free_if_silent(draft: DecisionDraft, order: Order, unit: Unit, free_s: float) -> None:
    """A sign of the crew puts it off; 0: nobody but a person does it."""
    if free_s <= 0:
        put_unit(draft, replace(unit, crew_due=None))
    elif seconds_between(unit.heard_at, draft.at) < free_s:
        put_unit(draft, replace(unit, crew_due=later(unit.heard_at, free_s)))
    else:
        put_unit(draft, replace(unit, overdue=crew_clock.AWAITED[order.stage]))
        free_crew(draft, order, code=RELEASED, actor=PLAYBOOK, reason="crew_silent")


def _clocked(draft: DecisionDraft, name: UnitId) -> Unit:
    """The unit with the clock of its order's stage: of one that is new, or that a version without
    clocks began."""
    unit, before = draft.roster.units[name], draft.before.roster
    order = draft.roster.orders.get(unit.order) if unit.order is not None else None
    if order is None:
        return _with_clock(unit, None)
    known = before.orders.get(order.order)
    is_new = known is None or known.stage is not order.stage
    if not is_new and (unit.crew_due is not None or unit.overdue):
        return unit
    return _with_clock(unit, crew_clock.due_of(order, unit, _playbook(draft, order)))


def _with_clock(unit: Unit, due: Timestamp | None) -> Unit:
    if unit.crew_due == due and not unit.overdue:
        return unit
    return replace(unit, crew_due=due, overdue="")


def _playbook(draft: DecisionDraft, order: Order) -> Playbook:
    """Of its incident; of another district's, the one that is in force here for its kind."""
    incident = draft.incidents.get(order.task.incident)
    if incident is not None:
        return draft.playbook_of(incident)
    return draft.playbook_for(order.task.kind)[1]


def _move_timer(
    draft: DecisionDraft,
    kind: TimerKind,
    name: UnitId,
    had: Timestamp | None,
    has: Timestamp | None,
) -> None:
    if has is not None and had != has:
        draft.set_timer(kind, has, name)
    elif has is None and had is not None:
        draft.cancel_timer(kind, name)
