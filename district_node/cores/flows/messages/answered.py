"""What a crew's reading of a message, and its answer, set in motion."""

from citybrain.decider.command import Reply
from citybrain.domain.crew import CrewMessage
from citybrain.domain.order import MessageReply
from citybrain.permissions import ActionRefusal, Permission, refusal_of
from district_node.cores import messages
from district_node.cores.decision_draft import DecisionDraft
from district_node.cores.flows.messages import shown
from district_node.cores.incidents.lifecycle import add_history
from district_node.inputs import CrewReplied

GONE = ActionRefusal(
    reason="no_such_message",
    detail="That message is not kept any more, or was written to another unit.",
)
OVER = ActionRefusal(
    reason="order_over",
    detail="That message belongs to an order of another district that is over: an answer reaches"
    " nobody there. Call that district.",
)
FULL = ActionRefusal(
    reason="answered_often",
    detail="That message has been answered many times: call the district.",
)


def crew_replied(draft: DecisionDraft, replied: CrewReplied) -> Reply:
    """The answer stands beside the message, and the history of its case names who gave it."""
    refused = _reply(draft, replied)
    return Reply(
        request=replied.reply.request,
        done=refused is None,
        reason=refused.reason if refused else "",
        detail=refused.detail if refused else "",
    )


def _reply(draft: DecisionDraft, replied: CrewReplied) -> ActionRefusal | None:
    reply, by = replied.reply, replied.principal
    refused = refusal_of(by, Permission.ANSWER_MESSAGE)
    if refused is not None:
        return refused
    message = messages.message_of(draft.messages, reply.unit, reply.message)
    if message is None:
        return GONE
    is_of_order = messages.is_shown_here(message)
    if is_of_order and not shown.is_order_live(draft, message.order):
        return OVER
    if not reply.text.strip():
        draft.messages = messages.with_reading(draft.messages, message, draft.at)
        if message.read_at is None:
            _report(draft, message)
        return None
    if not messages.has_room(message):
        return FULL
    answer = MessageReply(at=draft.at, actor=by.name, text=reply.text)
    draft.messages = messages.with_reply(draft.messages, message, answer)
    _report(draft, message)
    incident = draft.incidents.get(message.incident)
    if incident is not None:
        draft.put_incident(add_history(incident, "message_answered", draft.at, actor=message.unit))
    return None


def _report(draft: DecisionDraft, message: CrewMessage) -> None:
    """To another district that wrote it: what became of it just now."""
    now = messages.message_of(draft.messages, message.unit, message.message)
    if now is not None:
        shown.post_receipt(draft, now)
