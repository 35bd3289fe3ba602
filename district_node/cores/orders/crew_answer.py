"""What a crew's button means: the order's trigger, or why it does not count. Changes nothing."""

from citybrain.domain.crew import CrewAnswer
from citybrain.stages import NEXT_ORDER, OrderTrigger
from citybrain.vocabulary import CrewAction
from district_node.cores.orders.roster import Roster

TRIGGERS: dict[CrewAction, OrderTrigger] = {
    CrewAction.ACCEPT: OrderTrigger.ACCEPT,
    CrewAction.DEPART: OrderTrigger.DEPART,
    CrewAction.ARRIVE: OrderTrigger.ARRIVE,
    CrewAction.FINISH: OrderTrigger.FINISH,
    CrewAction.CANNOT: OrderTrigger.CANNOT,
}

# reason code: what the crew reads
DETAILS: dict[str, str] = {
    "no_such_unit": "This district has no unit of that name.",
    "no_such_action": "This version does not know that button.",
    "old_assignment_number": "That order is void: the unit has been given a newer one.",
    "no_order": "That order is not the unit's live one; it has ended or was withdrawn.",
    "stage": "That step does not follow from where the order stands.",
    "no_reason": "Say why the order cannot be done.",
}


def read_answer(roster: Roster, answer: CrewAnswer) -> tuple[OrderTrigger | None, str]:
    """(the trigger, "") or (None, reason code)."""
    unit = roster.units.get(answer.unit)
    if unit is None:
        return None, "no_such_unit"
    trigger = TRIGGERS.get(answer.action)
    if trigger is None:
        return None, "no_such_action"
    if answer.assignment_number < unit.assignment_number:
        return None, "old_assignment_number"
    order = roster.orders.get(answer.order)
    if (
        order is None
        or unit.order != answer.order
        or order.assignment_number != answer.assignment_number
    ):
        return None, "no_order"
    if (order.stage, trigger) not in NEXT_ORDER:
        return None, f"stage:{order.stage}"
    if trigger is OrderTrigger.CANNOT and not answer.reason.strip():
        return None, "no_reason"
    return trigger, ""


def detail_of(reason: str) -> str:
    """The sentence that the crew reads for a reason code."""
    return DETAILS.get(reason.split(":")[0], "")
