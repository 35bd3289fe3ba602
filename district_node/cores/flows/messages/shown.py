"""What other districts write to crews of this one that they have: shown within the order, and what
becomes of it goes back through the city. The unit's owner's side.
"""

from citybrain.domain.crew import CrewMessage
from citybrain.domain.order import CROWDED, ORDER_OVER, MessageReceipt, OrderMessage, OrderRequest
from citybrain.ids import OrderId
from citybrain.structs import replace
from district_node.cores import messages
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.orders.roster import Order, has_ended, is_foreign


def message_received(draft: DecisionDraft, request: OrderRequest) -> None:
    """Shown once, however often it comes; the receipt says all that is known of it each time."""
    said = request.message
    if said is None or request.unit_district != draft.district:
        return
    known = messages.message_of(draft.messages, said.unit, said.message)
    if known is None:
        order = draft.roster.orders.get(said.order)
        if order is None or order.unit != said.unit or not _is_under_way(draft, order):
            _post(draft, _not_reached(draft, said, ORDER_OVER))
            return
        if messages.is_order_full(draft.messages, said.unit, said.order):
            _post(draft, _not_reached(draft, said, CROWDED))
            return
        known = _show(draft, said, order)
    post_receipt(draft, known)


def is_order_live(draft: DecisionDraft, order: OrderId | None) -> bool:
    """Whether the crew may still answer what belongs to the order."""
    known = draft.roster.orders.get(order) if order is not None else None
    return known is not None and _is_under_way(draft, known)


def post_receipt(draft: DecisionDraft, message: CrewMessage) -> None:
    """What became of the message, for whoever wrote it; nothing of a message of this district."""
    if not messages.is_shown_here(message) or message.order is None:
        return
    receipt = MessageReceipt(
        message=message.message,
        order=message.order,
        unit=message.unit,
        incident=message.incident,
        incident_district=message.district,
        at=draft.at,
        read_at=message.read_at,
        replies=message.replies,
        not_reached=message.not_reached,
    )
    _post(draft, receipt)


def settle(draft: DecisionDraft) -> None:
    """What a crew has not read when its order ends never reaches it."""
    for unit in draft.changed_units:
        for message in draft.messages.get(unit) or ():
            is_over = messages.is_shown_here(message) and not is_order_live(draft, message.order)
            if is_over and messages.is_pending(message):
                after = replace(message, not_reached=ORDER_OVER)
                draft.messages = messages.with_change(draft.messages, message, after)
                post_receipt(draft, after)


def say_again(draft: DecisionDraft) -> None:
    """A store went back in time: what became of the messages of live orders is said once more."""
    for some in draft.messages.values():
        for message in some:
            if messages.is_shown_here(message) and is_order_live(draft, message.order):
                post_receipt(draft, message)


def _show(draft: DecisionDraft, said: OrderMessage, order: Order) -> CrewMessage:
    """On the screen of its crew, in the place of the oldest where there are too many."""
    shown = CrewMessage(
        message=said.message,
        unit=said.unit,
        incident=said.incident,
        at=said.at,
        actor=said.actor,
        text=said.text,
        order=said.order,
        district=said.incident_district,
        district_name=order.task.incident_district_name,
        reached_at=draft.at,
    )
    put_message(draft, shown)
    return shown


def put_message(draft: DecisionDraft, message: CrewMessage) -> None:
    """Keep one more message to a crew of this district."""
    before = draft.messages
    draft.messages = messages.with_message(before, message)
    for gone in messages.left_out(before, draft.messages, message.unit):
        if messages.is_pending(gone):
            post_receipt(draft, replace(gone, not_reached=CROWDED))


def _is_under_way(draft: DecisionDraft, order: Order) -> bool:
    is_issued = order.issued_at is not None and not has_ended(order)
    return is_issued and is_foreign(order, draft.district)


def _not_reached(draft: DecisionDraft, said: OrderMessage, reason: str) -> MessageReceipt:
    return MessageReceipt(
        message=said.message,
        order=said.order,
        unit=said.unit,
        incident=said.incident,
        incident_district=said.incident_district,
        at=draft.at,
        not_reached=reason,
    )


def _post(draft: DecisionDraft, receipt: MessageReceipt) -> None:
    draft.post_to_city(receipt)
