"""The queue in front of the gateway: each sender its share, urgent messages first and in a reserve
that is bounded too, and nobody's excess at another's cost.
"""

from itertools import islice

import pytest

from citybrain.clock import ManualClock
from district_node.limits import (
    INGRESS_BURST,
    INGRESS_BYTES,
    INGRESS_OWN_BYTES,
    INGRESS_RATE,
    INGRESS_URGENT_BURST,
    INGRESS_URGENT_BYTES,
)
from district_node.shell.ingress.fair_queue import (
    MESSAGE_BYTES,
    NEWCOMERS,
    URGENT_LEAD,
    URGENT_WEIGHT,
    FairQueue,
    Unqueued,
)

SMALL, LARGE = 400, 20_000


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def queue(clock):
    return FairQueue(clock, lambda _: True)


def put(queue, sender, count=1, *, size=SMALL, is_urgent=False):
    """How many of `count` were taken; the items are (sender, number)."""
    answers = [queue.put(sender, (sender, n), size, is_urgent=is_urgent) for n in range(count)]
    return sum(answer is None for answer in answers)


def turns(queue):
    """Whose turn it is, until nothing waits."""
    while queue:
        yield queue.take().item[0]


def fill(queue, sender, **what):
    """Send until a message is not taken; why."""
    while (
        dropped := queue.put(sender, (sender, 0), what.get("size", LARGE), is_urgent=False)
    ) is None:
        pass
    return dropped


def test_the_messages_of_a_sender_come_out_in_their_order(queue):
    put(queue, "box-1", 50)
    assert [queue.take().item[1] for _ in range(50)] == list(range(50))
    assert not queue
    assert queue.cost == 0


def test_whoever_sent_less_than_its_share_is_next_however_much_another_sent(queue):
    put(queue, "flooder", 5_000)
    list(islice(turns(queue), 2_000))
    put(queue, "box-1")
    assert "box-1" in list(islice(turns(queue), 2))


def test_a_large_message_counts_for_as_much_as_many_small_ones(queue):
    put(queue, "large", 100, size=LARGE)
    put(queue, "small", 5_000)
    first = list(islice(turns(queue), 1_000))
    sent = {sender: first.count(sender) for sender in ("large", "small")}
    share = sent["large"] * (LARGE + MESSAGE_BYTES) / (sent["small"] * (SMALL + MESSAGE_BYTES))
    assert share == pytest.approx(1, abs=0.1)


def test_an_urgent_message_comes_before_its_own_sender_s_backlog_and_all_others(queue):
    put(queue, "box-1", 1_000, size=LARGE)
    put(queue, "box-2", 1_000, size=LARGE)
    put(queue, "box-1", is_urgent=True)
    assert queue.take().cost == SMALL + MESSAGE_BYTES


def test_of_a_sender_that_calls_everything_urgent_no_more_than_a_reserve_comes_first(queue):
    put(queue, "shouter", 20_000, is_urgent=True)
    put(queue, "box-1", 100)
    order = list(turns(queue))
    before = order.index("box-1") * (SMALL + MESSAGE_BYTES)
    assert before <= URGENT_LEAD + 5 * (SMALL + MESSAGE_BYTES)
    last = len(order) - 1 - order[::-1].index("box-1")
    urgent_bytes = INGRESS_URGENT_BURST.value
    shared_bytes = 2 * 100 * (SMALL + MESSAGE_BYTES)
    assert last * (SMALL + MESSAGE_BYTES) <= urgent_bytes + shared_bytes


def test_where_all_call_everything_urgent_the_others_still_get_their_part(queue):
    for n in range(300):
        put(queue, f"shouter-{n}", 40, is_urgent=True)
    put(queue, "box-1", 100)
    order = list(turns(queue))
    served = order[: order.index("box-1") + 100 * (1 + URGENT_WEIGHT)]
    assert served.count("box-1") >= 95


def test_among_three_hundred_that_shout_an_alarm_waits_for_one_message_of_each(queue):
    for n in range(300):
        put(queue, f"shouter-{n}", 20, is_urgent=True)
    list(islice(turns(queue), 1_000))
    put(queue, "box-1", is_urgent=True)
    assert list(turns(queue)).index("box-1") <= 300


@pytest.mark.parametrize("size", [1, SMALL, LARGE])
def test_one_that_floods_leaves_as_much_room_as_it_takes(queue, size):
    assert fill(queue, "flooder", size=size) == ("flooder", Unqueued.QUEUE_FULL)
    assert queue.cost == pytest.approx(INGRESS_BYTES.value / 2, rel=0.001)
    assert put(queue, "box-1", 100, size=LARGE) == 100


def test_however_many_flood_there_is_room_for_one_more(queue):
    for n in range(300):
        fill(queue, f"flooder-{n}")
    assert put(queue, "box-1", 40) == 40
    assert queue.cost <= INGRESS_BYTES.value + 301 * INGRESS_OWN_BYTES.value


def test_the_reserve_is_bounded_as_well_and_what_has_no_room_there_waits_with_the_rest(queue):
    for n in range(300):
        assert put(queue, f"shouter-{n}", 70, is_urgent=True) == 70
    assert queue.cost == 300 * 70 * (SMALL + MESSAGE_BYTES)
    assert queue.urgent_cost <= INGRESS_URGENT_BYTES.value + 300 * INGRESS_OWN_BYTES.value
    assert put(queue, "box-1", is_urgent=True) == 1
    one_of_each = 300 * (1 + 1 / URGENT_WEIGHT)  # and what waits with the rest meanwhile
    assert list(turns(queue)).index("box-1") <= one_of_each + 2


def test_a_sender_gets_in_a_burst_and_then_as_much_as_its_rate(queue, clock):
    taken = 0
    for _ in range(2 * INGRESS_BURST.value // LARGE):
        taken += put(queue, "box-1", size=LARGE)
        while queue:
            queue.take()
    assert taken == INGRESS_BURST.value // (LARGE + MESSAGE_BYTES)
    assert queue.put("box-1", "x", LARGE, is_urgent=False) == ("box-1", Unqueued.OVER_RATE)
    assert put(queue, "box-2") == 1
    clock.advance(60)
    taken = put(queue, "box-1", 2_000, size=LARGE)
    assert taken == pytest.approx(INGRESS_RATE.value / (LARGE + MESSAGE_BYTES), abs=2)


def test_an_outbox_of_the_usual_size_gets_in_at_once(queue):
    messages, size = 74_044 // 50, 50 * 430  # of the longest outage that was tried
    assert put(queue, "box-1", messages, size=size) == messages


def test_three_hundred_names_that_are_not_known_get_the_share_of_one(clock):
    queue = FairQueue(clock, {"box-1"}.__contains__)
    for n in range(3_000):
        put(queue, f"made-up-{n % 300}", is_urgent=n % 2 == 0)
    put(queue, "box-1", 100)
    put(queue, "box-1", is_urgent=True)
    assert queue.senders == 1
    assert "box-1" in list(islice(turns(queue), 2)), "its alarm waits for one message of them all"
    order = list(turns(queue))
    served = order[: order.index("box-1") + 100 * 2 * (1 + URGENT_WEIGHT)]
    assert served.count("box-1") >= 95


def test_names_that_are_not_known_are_one_sender_in_the_log_too(clock):
    queue = FairQueue(clock, lambda _: False)
    for n in range(300_000):
        dropped = queue.put(f"made-up-{n}", ("made-up", n), SMALL, is_urgent=False)
        if dropped is not None:
            break
    assert dropped == (NEWCOMERS, Unqueued.QUEUE_FULL)


def test_a_name_that_becomes_known_has_a_place_of_its_own(clock):
    known = set()
    queue = FairQueue(clock, known.__contains__)
    put(queue, "made-up", 1_000)
    put(queue, "box-1", 5)
    known.add("box-1")
    put(queue, "box-1")
    assert "box-1" in list(islice(turns(queue), 2))


def test_a_sender_with_nothing_waiting_makes_room_for_another(clock):
    queue = FairQueue(clock, lambda _: True)
    for n in range(100):
        put(queue, f"box-{n}")
    list(turns(queue))
    clock.advance(60)
    put(queue, "another")
    assert queue.senders == 1
