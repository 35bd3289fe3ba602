"""What is passed over before it is read: of whoever is muted all of it, of whom something was just
dropped what would be dropped as well, and of nobody else anything.
"""

import pytest

from citybrain.clock import ManualClock
from district_node.shell.ingress.fair_queue import Dropped, Unqueued
from district_node.shell.ingress.unwanted import EXCESS_US, TOPICS_KEPT, TopicSender, Unwanted

MOMENT_S = EXCESS_US / 1_000_000


class Bus:
    """What a bus is told to pass over."""

    is_unwanted = None

    def pass_over(self, is_unwanted):
        self.is_unwanted = is_unwanted

    def reads(self, sender, payload=b"small"):
        return self.is_unwanted is None or not self.is_unwanted(sender.encode(), payload)


@pytest.fixture
def bus():
    return Bus()


@pytest.fixture
def clock():
    return ManualClock()


@pytest.fixture
def unwanted(bus, clock):
    def sender_on(topic):
        return TopicSender(topic.decode(), lambda payload: payload == b"alarm")

    return Unwanted(bus, clock, sender_on)


def full(sender):
    return Dropped(sender, Unqueued.QUEUE_FULL)


def test_of_whoever_is_muted_nothing_is_read_and_of_the_others_all(bus, unwanted):
    unwanted.mute(frozenset({"flooder"}))
    assert not bus.reads("flooder") and not bus.reads("flooder", b"alarm")
    assert bus.reads("box-1")
    unwanted.mute(frozenset())
    assert bus.reads("flooder")
    assert bus.is_unwanted is None, "nothing is looked at"


def test_what_was_in_excess_is_read_again_after_a_moment_and_its_alarms_meanwhile(
    bus, clock, unwanted
):
    unwanted.begin(full("flooder"), is_urgent=False)
    assert not bus.reads("flooder") and bus.reads("flooder", b"alarm") and bus.reads("box-1")
    assert not unwanted.has_ended
    clock.advance(MOMENT_S)
    assert bus.reads("flooder") and unwanted.has_ended
    assert unwanted.end().by_sender == {"flooder": 1}
    assert bus.is_unwanted is None and not unwanted.has_ended


def test_the_end_of_an_excess_is_no_end_of_a_muting_nor_that_of_it(bus, clock, unwanted):
    unwanted.mute(frozenset({"flooder"}))
    unwanted.begin(full("box-2"), is_urgent=True)
    clock.advance(MOMENT_S)
    unwanted.end()
    assert not bus.reads("flooder") and bus.reads("box-2")
    unwanted.begin(full("box-2"), is_urgent=True)
    unwanted.mute(frozenset())
    assert bus.reads("flooder") and not bus.reads("box-2", b"alarm")


def test_made_up_topics_cost_a_bounded_memory(bus, unwanted):
    unwanted.mute(frozenset({"flooder"}))
    for n in range(2 * TOPICS_KEPT):
        assert bus.reads(f"made-up-{n}")
    assert len(unwanted._topics) <= TOPICS_KEPT
