"""A reply is found again for at least half of the bound, and the cache never holds more than it."""

from citybrain.decider.command import Reply
from district_node.cores.decide import cache_reply, cached_reply
from district_node.cores.state import IdempotencyCache
from district_node.limits import IDEMPOTENCY_REQUESTS


def a_reply(number):
    return Reply(request=f"r-{number}", done=True)


def test_the_newest_half_is_found_and_the_bound_holds():
    cache, bound = IdempotencyCache(), IDEMPOTENCY_REQUESTS.value
    for number in range(3 * bound):
        cache = cache_reply(cache, a_reply(number))
        assert len(cache.young) + len(cache.old) <= bound
    newest = range(3 * bound - bound // 2, 3 * bound)
    assert all(cached_reply(cache, f"r-{number}") == a_reply(number) for number in newest)
    assert cached_reply(cache, "r-0") is None
