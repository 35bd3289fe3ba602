"""What a crew or an operator says or does about a unit: its duty, and the release of its order."""

from citybrain.decider.command import Reply
from citybrain.domain.console import DUTY_OF, UnitAction, UnitVerb
from citybrain.domain.principal import Principal
from citybrain.domain.unit import UnitStatus
from citybrain.permissions import ActionRefusal, Permission, refusal_of
from citybrain.stages import OrderTrigger
from citybrain.structs import replace
from citybrain.vocabulary import Duty, OrderStage, OutCause
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.order_progress import advance_order
from district_node.cores.flows.units.freeing import free_crew, put_unit
from district_node.cores.flows.verbs.words import no_such_unit
from district_node.cores.orders import duty
from district_node.cores.orders.roster import Unit
from district_node.inputs import UnitActed

PERMISSIONS = {
    verb: Permission.RELEASE_UNIT if verb is UnitVerb.RELEASE else Permission.SET_DUTY
    for verb in UnitVerb
}


def unit_acted(draft: DecisionDraft, acted: UnitActed) -> Reply:
    """The reply says by code and sentence why an action is refused; then nothing has changed."""
    refused = _act(draft, acted.action, acted.principal)
    return Reply(
        request=acted.action.request,
        done=refused is None,
        reason=refused.reason if refused else "",
        detail=refused.detail if refused else "",
    )


def _act(draft: DecisionDraft, action: UnitAction, principal: Principal) -> ActionRefusal | None:
    refused = refusal_of(principal, PERMISSIONS[action.verb])
    if refused is not None:
        return refused
    unit = draft.roster.units.get(action.unit)
    if unit is None:
        return no_such_unit(draft.roster, action.unit)
    if action.verb is UnitVerb.RELEASE:
        return _release(draft, unit, action, principal)
    if action.until is not None and action.until <= draft.at:
        return ActionRefusal(
            reason="until_is_past",
            detail="The time until which that holds has passed already. Give one that is to come,"
            " or none: then it holds until somebody says that the unit is ready.",
        )
    unit = replace(unit, heard_at=draft.at)
    if action.verb is UnitVerb.READY:
        put_unit(draft, duty.ready(unit))
        draft.needs_dispatch = True  # it was free before, if it was only without a capability
    else:
        _take_off_duty(draft, unit, action, principal)
    return None


def _take_off_duty(
    draft: DecisionDraft, unit: Unit, action: UnitAction, principal: Principal
) -> None:
    """An order that it has not accepted goes back at once; one that it has accepted too, if it is
    out of service, and else it is its last one."""
    wanted = DUTY_OF[action.verb]
    is_out = wanted is Duty.OUT_OF_SERVICE
    status = UnitStatus(
        duty=wanted,
        since=draft.at,
        by=principal.name,
        cause=OutCause.UNIT_OUT if is_out else None,
        reason=action.reason.strip(),
        until=action.until,
    )
    put_unit(draft, duty.with_status(unit, status))
    order = draft.roster.orders.get(unit.order) if unit.order is not None else None
    if order is None:
        return
    reason = status.reason or wanted.value
    if order.stage is OrderStage.RESERVED:
        advance_order(draft, order.order, OrderTrigger.RELEASE, reason=reason)
    elif is_out or order.stage is OrderStage.ISSUED:
        advance_order(draft, order.order, OrderTrigger.CANNOT, reason=reason)


def _release(
    draft: DecisionDraft, unit: Unit, action: UnitAction, principal: Principal
) -> ActionRefusal | None:
    """A person takes the order from its crew: another one is sent. Where the crew is overdue the
    unit gets no other order until it is heard of; else it only is not sent to that case again."""
    order = draft.roster.orders.get(unit.order) if unit.order is not None else None
    if order is None:
        return ActionRefusal(
            reason="no_live_order", detail=f"{unit.name} has no order that could be taken from it."
        )
    reason = action.reason.strip() or "released"
    free_crew(draft, order, code="crew_released", actor=principal.name, reason=reason)
    if not unit.overdue:
        freed = draft.roster.units[unit.unit]
        put_unit(draft, duty.avoiding(freed, order.task.incident, draft.at))
    return None
