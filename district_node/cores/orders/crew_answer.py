"""What a crew's button means: the order's trigger, or why it does not count. Changes nothing."""

from citybrain.domain.crew import CrewAnswer
from citybrain.limits import FOUND_NEEDS
from citybrain.stages import NEXT_ORDER, OrderTrigger
from citybrain.vocabulary import CrewAction, Finding, OrderStage
from district_node.cores.orders.roster import Order, Roster

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
    "no_finding": "Say what is there: nothing_here, as_reported or worse.",
    "finding_elsewhere": "What is there is said at the scene: when you arrive, later, or at the"
    " end.",
    "needs_without_worse": "What else is needed is said of what is worse than reported.",
    "too_many_needs": f"Ask for at most {FOUND_NEEDS.value} capabilities at once.",
}


# with which a crew may say what it found
AT_THE_SCENE = frozenset({CrewAction.ARRIVE, CrewAction.FINISH, CrewAction.FOUND})


def finding_refusal(roster: Roster, answer: CrewAnswer) -> str:
    """Why what the crew says that it found does not count, a reason code; "": it does, or it says
    nothing. The rest of its answer is `read_answer`'s."""
    if answer.needs and answer.finding is not Finding.WORSE:
        return "needs_without_worse"
    if len(answer.needs) > FOUND_NEEDS.value:
        return "too_many_needs"
    if answer.finding is not Finding.UNKNOWN and answer.action not in AT_THE_SCENE:
        return "finding_elsewhere"
    if answer.action is not CrewAction.FOUND:
        return ""
    if answer.finding is Finding.UNKNOWN:
        return "no_finding"
    order, reason = live_order(roster, answer)
    if order is not None and order.stage is not OrderStage.ON_SCENE:
        return f"stage:{order.stage}"
    return reason


def read_answer(roster: Roster, answer: CrewAnswer) -> tuple[OrderTrigger | None, str]:
    """(the trigger, "") or (None, reason code)."""
    trigger = TRIGGERS.get(answer.action)
    if trigger is None and answer.unit in roster.units:
        return None, "no_such_action"
    order, reason = live_order(roster, answer)
    if trigger is None or order is None:
        return None, reason
    if (order.stage, trigger) not in NEXT_ORDER:
        return None, f"stage:{order.stage}"
    if trigger is OrderTrigger.CANNOT and not answer.reason.strip():
        return None, "no_reason"
    return trigger, ""


def live_order(roster: Roster, answer: CrewAnswer) -> tuple[Order | None, str]:
    """(the unit's live order that the answer is about, "") or (None, reason code)."""
    unit = roster.units.get(answer.unit)
    if unit is None:
        return None, "no_such_unit"
    if answer.assignment_number < unit.assignment_number:
        return None, "old_assignment_number"
    order = roster.orders.get(answer.order)
    if (
        order is None
        or unit.order != answer.order
        or order.assignment_number != answer.assignment_number
    ):
        return None, "no_order"
    return order, ""


def detail_of(reason: str) -> str:
    """The sentence that the crew reads for a reason code."""
    return DETAILS.get(reason.split(":")[0], "")
