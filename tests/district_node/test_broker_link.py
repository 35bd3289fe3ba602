"""A district that has no broker says so, after a while and until it has one."""

from citybrain.bus.memory import MemoryBroker
from citybrain.clock import ManualClock
from citybrain.conditions import ConditionCode, Conditions
from district_node.broker_link import BrokerWatch
from district_node.limits import BROKER_AWAY


class Refusing:
    """A bus whose broker is there and takes it not."""

    def is_connected(self):
        return False

    def problem(self):
        return "not_authorized"


def lasting(conditions):
    return [condition.code for condition in conditions.lasting()]


def test_a_broker_that_is_away_makes_a_district_unready_until_it_is_back():
    clock, broker = ManualClock(), MemoryBroker()
    conditions, bus = Conditions(clock), broker.client("district-riverside")
    watch = BrokerWatch(bus, conditions=conditions, clock=clock)
    clock.advance(BROKER_AWAY.value - 1)
    watch.look()
    assert lasting(conditions) == [], "it may still be about to connect"
    clock.advance(1)
    watch.look()
    assert lasting(conditions) == [ConditionCode.BROKER_AWAY]
    assert not conditions.are_ready
    bus.start()
    broker.deliver()
    watch.look()
    assert conditions.are_ready


def test_a_broker_that_fell_silent_and_is_away_is_not_said_to_refuse():
    clock = ManualClock()
    conditions, bus = Conditions(clock), MemoryBroker().client("district-riverside")
    conditions.begin(ConditionCode.BROKER_REFUSES, "a probe was not answered")
    watch = BrokerWatch(bus, conditions=conditions, clock=clock)
    clock.advance(BROKER_AWAY.value)
    watch.look()
    assert lasting(conditions) == [ConditionCode.BROKER_AWAY]


def test_a_broker_that_refuses_a_district_is_not_away():
    clock = ManualClock()
    conditions = Conditions(clock)
    watch = BrokerWatch(Refusing(), conditions=conditions, clock=clock)
    clock.advance(BROKER_AWAY.value + 1)
    watch.look()
    assert lasting(conditions) == []
