"""Requests that were answered, so that a repeated button press does nothing twice and gets the same answer. Bounded by two generations."""

from citybrain.ids import RequestId
from citybrain.reactor.command import Reply
from citybrain.table import Table
from citybrain.value import Value, field
from district_node.limits import ANSWERED


class Answered(Value, frozen=True, kw_only=True):
    young: Table[RequestId, Reply] = field(default_factory=Table)
    old: Table[RequestId, Reply] = field(default_factory=Table)


def reply_to(answered: Answered, request: RequestId) -> Reply | None:
    return answered.young.get(request) or answered.old.get(request)


def remember(answered: Answered, reply: Reply) -> Answered:
    """With `reply` kept; when the young generation is full it becomes the old one, and the old one is forgotten."""
    young = answered.young.put(reply.request, reply)
    if len(young) * 2 >= ANSWERED.value:
        return Answered(old=young)
    return Answered(young=young, old=answered.old)
