"""Requests that were answered, so that a repeated button press does nothing twice and gets the same answer. Bounded by two generations."""

from citybrain.decider.command import Reply
from citybrain.ids import RequestId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field
from district_node.limits import ANSWERED


class Answered(Struct, frozen=True, kw_only=True):
    young: SortedMap[RequestId, Reply] = field(default_factory=SortedMap)
    old: SortedMap[RequestId, Reply] = field(default_factory=SortedMap)


def reply_to(answered: Answered, request: RequestId) -> Reply | None:
    return answered.young.get(request) or answered.old.get(request)


def remember(answered: Answered, reply: Reply) -> Answered:
    """With `reply` kept; when the young generation is full it becomes the old one, and the old one is forgotten."""
    young = answered.young.put(reply.request, reply)
    if len(young) * 2 >= ANSWERED.value:
        return Answered(old=young)
    return Answered(young=young, old=answered.old)
