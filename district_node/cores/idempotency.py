"""Replies by request id, so that a repeated button press does nothing twice and gets the same
reply.

Bounded by two generations.
"""

from citybrain.decider.command import Reply
from citybrain.ids import RequestId
from citybrain.sorted_map import SortedMap
from citybrain.structs import Struct, field
from district_node.limits import IDEMPOTENCY_REQUESTS


class IdempotencyCache(Struct, frozen=True, kw_only=True):
    """Replies by request, in two generations: when `young` is full it becomes `old`."""

    young: SortedMap[RequestId, Reply] = field(default_factory=SortedMap)
    old: SortedMap[RequestId, Reply] = field(default_factory=SortedMap)


def cached_reply(cache: IdempotencyCache, request: RequestId) -> Reply | None:
    """The reply that this request got before; None for a new request."""
    return cache.young.get(request) or cache.old.get(request)


def cache_reply(cache: IdempotencyCache, reply: Reply) -> IdempotencyCache:
    """With `reply` in; when the young generation is full it replaces the old one."""
    young = cache.young.put(reply.request, reply)
    if len(young) * 2 >= IDEMPOTENCY_REQUESTS.value:
        return IdempotencyCache(old=young)
    return IdempotencyCache(young=young, old=cache.old)
