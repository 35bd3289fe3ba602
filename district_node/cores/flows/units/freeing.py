"""Takes an order from its crew, so that another one is sent: said by a person, or because the crew
is not heard of.
"""

from citybrain.domain.unit import UnitStatus
from citybrain.ids import UnitId
from citybrain.stages import OrderTrigger
from citybrain.structs import replace
from citybrain.vocabulary import Duty, OrderStage, OutCause
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.order_progress import advance_order
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.orders import duty
from district_node.cores.orders import roster as own
from district_node.cores.orders.roster import Order, Unit

PLAYBOOK = "playbook"  # the actor, where the district decided by itself
# by what an order is ended at its stage; it is withdrawn at the others
TRIGGERS = {
    OrderStage.RESERVED: OrderTrigger.RELEASE,
    OrderStage.ON_SCENE: OrderTrigger.CANNOT,
}


def put_unit(draft: DecisionDraft, unit: Unit) -> None:
    """Keep the unit, and note that it has changed."""
    units = draft.roster.units.put(unit.unit, unit)
    draft.put_roster(replace(draft.roster, units=units), unit.unit)


def free_crew(draft: DecisionDraft, order: Order, *, code: str, actor: str, reason: str) -> None:
    """The order ends, with a line in its incident's history; the crew's device shows it no more."""
    add_line(draft, order, code, actor=actor, reason=reason)
    is_silent = bool(draft.roster.units[order.unit].overdue)
    trigger = TRIGGERS.get(order.stage, OrderTrigger.WITHDRAW)
    advance_order(draft, order.order, trigger, reason=reason)
    if is_silent:
        note_silent(draft, order.unit, reason)


def note_silent(draft: DecisionDraft, name: UnitId, reason: str) -> None:
    """It gets no order until it is heard of; what was said of its duty before stays."""
    unit = draft.roster.units[name]
    if unit.status is not None:
        return
    status = UnitStatus(
        duty=Duty.OUT_OF_SERVICE,
        since=draft.at,
        by=PLAYBOOK,
        cause=OutCause.SILENT,
        reason=reason,
    )
    put_unit(draft, duty.with_status(unit, status))
    draft.notice("crew_silent", name, reason)


def add_line(draft: DecisionDraft, order: Order, code: str, *, actor: str, reason: str) -> None:
    """In the history of the order's incident, where that is this district's."""
    incident = draft.incidents.get(order.task.incident)
    if incident is not None and not own.is_foreign(order, draft.district):
        draft.put_incident(add_history(incident, code, draft.at, actor=actor, reason=reason))
