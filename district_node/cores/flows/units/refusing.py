"""What it means for a unit that its crew cannot do an order: by the class that the crew gave."""

from citybrain.clock import later
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.unit import UnitStatus
from citybrain.vocabulary import Capability, Duty, OutCause, RefusalClass
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.units.freeing import put_unit
from district_node.cores.orders import duty
from district_node.cores.orders.limits import BUSY_TIME
from district_node.cores.orders.roster import Order
from district_node.cores.orders.slots import slot_by_id


def class_of(answer: CrewAnswer) -> RefusalClass:
    """What an older device says without a class, and one that this version does not know, is about
    the case."""
    known = answer.reason_class
    is_known = known is not None and known is not RefusalClass.UNKNOWN
    return known if known is not None and is_known else RefusalClass.CASE_NOT


def refused(draft: DecisionDraft, order: Order, refusal: RefusalClass, reason: str) -> None:
    """Its crew gave `order` back. Where nobody knows what the order needs of it, a unit without its
    equipment is out."""
    unit, needed = draft.roster.units[order.unit], _needed(draft, order)
    if refusal is RefusalClass.CASE_NOT:
        unit = duty.avoiding(unit, order.task.incident, draft.at)
    elif refusal is RefusalClass.EQUIPMENT_OUT and needed is not None:
        unit = duty.without(unit, needed)
    else:
        is_later = refusal is RefusalClass.LATER
        status = UnitStatus(
            duty=Duty.OUT_OF_SERVICE,
            since=draft.at,
            by=order.unit,
            cause=OutCause.BUSY if is_later else OutCause.UNIT_OUT,
            reason=reason.strip(),
            until=later(draft.at, BUSY_TIME.value) if is_later else None,
        )
        unit = duty.with_status(unit, status)
    put_unit(draft, unit)


def _needed(draft: DecisionDraft, order: Order) -> Capability | None:
    """What the order asks for; None where that is not known here: of another district's case."""
    incident = draft.incidents.get(order.task.incident)
    slot = slot_by_id(incident, order.task.slot) if incident is not None else None
    return slot.capability if slot is not None else None
