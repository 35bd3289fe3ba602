"""What this district writes to crews of other districts that were sent to its incidents: a letter
to the city, and in the case what became of it. The incident's owner's side.
"""

from collections import Counter

from citybrain.domain.crew import CrewMessage
from citybrain.domain.order import (
    CROWDED,
    OLDER_VERSION,
    ORDER_OVER,
    MessageReceipt,
    MessageReply,
    OrderMessage,
)
from citybrain.ids import MessageId, OrderId, UnitId
from citybrain.limits import MESSAGE_REPLIES, ORDER_MESSAGES
from citybrain.permissions import ActionRefusal
from citybrain.stages import ENDED_ORDER_STAGES
from citybrain.structs import replace
from citybrain.vocabulary import SlotState
from district_node.cores import messages
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.verbs.request import ActionNote, ActionRequest
from district_node.cores.incidents.incident import Incident, Slot
from district_node.cores.incidents.lifecycle import add_history
from district_node.cores.orders import slots


def crew_of(draft: DecisionDraft, incident: Incident, unit: UnitId | None) -> Slot | None:
    """The place of the incident to which another district's unit was sent and still is."""
    for slot in incident.slots:
        is_here = unit is not None and slot.unit == unit and slot.order is not None
        if is_here and _is_live(slot) and slot.order not in draft.roster.orders:
            return slot
    return None


def write(
    draft: DecisionDraft, incident: Incident, slot: Slot, request: ActionRequest
) -> ActionRefusal | ActionNote:
    """To the crew of the slot; what becomes of it comes back by itself."""
    if slot.unit is None or slot.order is None:
        raise AssertionError("`crew_of` gives a slot with a crew")
    name = slot.unit_name or slot.unit
    if messages.is_order_full(draft.messages, slot.unit, slot.order):
        return ActionRefusal(
            reason="written_often",
            detail=f"{ORDER_MESSAGES.value} messages went to {name} for this case, and no more are"
            " carried to another district: call its crew, or its district.",
        )
    written = CrewMessage(
        message=MessageId(draft.new_id("message")),
        unit=slot.unit,
        incident=incident.incident,
        at=draft.at,
        actor=request.actor,
        text=request.action.text,
        order=slot.order,
    )
    _keep(draft, written)
    draft.post_to_city(_letter(draft, written))
    code = "message_sent_on" if draft.city.up else "message_waits"
    incident = draft.incidents[incident.incident]
    incident = add_history(incident, code, draft.at, actor=request.actor, reason=slot.unit)
    draft.put_incident(incident)
    return _note(name, is_city_up=draft.city.up)


def receipt_received(draft: DecisionDraft, receipt: MessageReceipt) -> None:
    """What is new of it stands in the history; what is repeated, or older, changes nothing."""
    known = messages.message_of(draft.messages, receipt.unit, receipt.message)
    if known is None or known.order != receipt.order or not messages.is_written_here(known):
        return
    answers = _new_replies(known, receipt)
    read_at = known.read_at if known.read_at is not None else receipt.read_at
    is_read = read_at is not None
    lost = "" if is_read else known.not_reached or receipt.not_reached
    is_shown = receipt.read_at is not None or not receipt.not_reached
    reached_at = known.reached_at or (receipt.at if is_shown else None)
    after = replace(
        known,
        read_at=read_at,
        replies=(*known.replies, *answers),
        not_reached=lost,
        reached_at=reached_at,
    )
    lines: list[tuple[str, str]] = []
    if known.reached_at is None and reached_at is not None and not is_read and not lost:
        lines.append(("message_with_crew", ""))
    if known.read_at is None and is_read:
        lines.append(("message_read", ""))
    lines += [("message_answered", "")] * len(answers)
    if lost and not known.not_reached:
        lines.append(("message_not_reached", lost))
    _change(draft, known, after, lines)


def conclude(draft: DecisionDraft, order: OrderId) -> None:
    """The order is over: what its crew has not read by now it never does."""
    for some in draft.messages.values():
        for message in some:
            if message.order == order and messages.is_written_here(message):
                _lose(draft, message, ORDER_OVER)


def conclude_undelivered(draft: DecisionDraft) -> None:
    """The city is of an older version, which carries no messages: of whatever nobody said anything
    has reached nobody. What is heard of one after all counts."""
    for some in draft.messages.values():
        for message in some:
            if messages.is_written_here(message) and message.reached_at is None:
                _lose(draft, message, OLDER_VERSION)


def conclude_if_over(draft: DecisionDraft, order: OrderId) -> None:
    """Long after its last step: as `conclude`, where no slot waits for its crew any more."""
    for some in draft.messages.values():
        for message in some:
            if message.order == order and not _has_crew(draft, message):
                conclude(draft, order)
                return


def send_again(draft: DecisionDraft) -> None:
    """A store went back in time: what was written within live orders goes once more, and what
    nobody said anything of."""
    for some in draft.messages.values():
        for message in some:
            if messages.is_written_here(message) and (
                messages.is_pending(message) or _has_crew(draft, message)
            ):
                draft.post_to_city(_letter(draft, message))


def _has_crew(draft: DecisionDraft, message: CrewMessage) -> bool:
    incident = draft.incidents.get(message.incident)
    if incident is None or message.order is None:
        return False
    slot = slots.slot_by_order(incident, message.order)
    return slot is not None and _is_live(slot)


def _is_live(slot: Slot) -> bool:
    return slot.state is SlotState.CONFIRMED and slot.order_stage not in ENDED_ORDER_STAGES


def _keep(draft: DecisionDraft, written: CrewMessage) -> None:
    before = draft.messages
    draft.messages = messages.with_message(before, written)
    for gone in messages.left_out(before, draft.messages, written.unit):
        if messages.is_pending(gone):
            _add_lines(draft, gone, [("message_not_reached", CROWDED)])


def _letter(draft: DecisionDraft, message: CrewMessage) -> OrderMessage:
    if message.order is None:
        raise AssertionError("only what belongs to an order goes to the city")
    return OrderMessage(
        message=message.message,
        order=message.order,
        unit=message.unit,
        incident=message.incident,
        incident_district=draft.district,
        at=message.at,
        actor=message.actor,
        text=message.text,
    )


def _new_replies(known: CrewMessage, receipt: MessageReceipt) -> tuple[MessageReply, ...]:
    """By their words: clocks that were set have moved their times."""
    had = Counter((one.actor, one.text) for one in known.replies)
    found: list[MessageReply] = []
    for one in receipt.replies:
        words = one.actor, one.text
        if had[words]:
            had[words] -= 1
        else:
            found.append(one)
    return tuple(found[: MESSAGE_REPLIES.value - len(known.replies)])


def _lose(draft: DecisionDraft, message: CrewMessage, reason: str) -> None:
    if messages.is_pending(message):
        after = replace(message, not_reached=reason)
        _change(draft, message, after, [("message_not_reached", reason)])


def _change(
    draft: DecisionDraft, known: CrewMessage, after: CrewMessage, lines: list[tuple[str, str]]
) -> None:
    if after != known:
        draft.messages = messages.with_change(draft.messages, known, after)
        _add_lines(draft, known, lines)


def _add_lines(draft: DecisionDraft, message: CrewMessage, lines: list[tuple[str, str]]) -> None:
    """Each of a code and a reason, in the history of the message's incident."""
    incident = draft.incidents.get(message.incident)
    if incident is None or not lines:
        return
    for code, reason in lines:
        incident = add_history(incident, code, draft.at, actor=message.unit, reason=reason)
    draft.put_incident(incident)


def _note(name: str, *, is_city_up: bool) -> ActionNote:
    if not is_city_up:
        return ActionNote(
            reason="message_waits",
            detail=f"The link to the city is down: the message to {name} waits until it is up"
            " again. If it is urgent, call its crew.",
        )
    return ActionNote(
        reason="message_sent_on",
        detail=f"It goes to {name}, a crew of another district, through the city. The case's"
        " history says when the crew has it, and when it was read.",
    )
