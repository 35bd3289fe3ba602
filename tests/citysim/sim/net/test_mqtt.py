"""The simulated broker's networks: messages are delayed, duplicated, reordered or lost."""

import pytest

from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.net.mqtt import Mqtt
from citysim.sim.random_streams import RandomStreams


class Clients:
    def __init__(self):
        self.loop = VirtualTimeLoop()
        self.mqtt = Mqtt(loop=self.loop, rng=RandomStreams(3).named("mqtt"))
        self.received = []
        self.subscriber = self.mqtt.client("subscriber")
        self.publisher = self.mqtt.client("publisher")
        self.subscriber.subscribe("a/#", lambda message: self.received.append(int(message.payload)))
        self.subscriber.start()
        self.publisher.start()
        self.loop.run_until(1)

    def publish(self, count):
        accepted = [self.publisher.publish("a/b", str(number).encode()) for number in range(count)]
        self.loop.run_until(self.loop.time() + 60)
        return accepted


@pytest.fixture
def clients():
    return Clients()


def test_messages_arrive_in_order(clients):
    assert all(clients.publish(30))
    assert clients.received == list(range(30))


def test_loss_duplicates_and_reordering_are_shares(clients):
    clients.mqtt.loss = 0.5
    clients.publish(100)
    assert 20 < len(clients.received) < 80
    clients.received.clear()
    clients.mqtt.loss, clients.mqtt.duplicates = 0.0, 0.5
    clients.publish(100)
    assert 120 < len(clients.received) < 180
    clients.received.clear()
    clients.mqtt.duplicates, clients.mqtt.reorders = 0.0, 0.5
    clients.publish(100)
    assert sorted(clients.received) == list(range(100)) != clients.received


def test_what_was_published_while_it_was_slow_is_late_until_the_last_of_it_arrived(clients):
    clients.mqtt.slow_s = 5.0
    for number in range(20):
        clients.publisher.publish("a/b", str(number).encode())
    clients.mqtt.slow_s = 0.0
    while len(clients.received) < 20:
        assert clients.mqtt.is_lossy
        clients.loop.run_until(clients.loop.time() + 0.5)
    clients.loop.run_until(clients.loop.time() + 0.5)
    assert not clients.mqtt.is_lossy


def test_messages_of_a_client_whose_sending_is_blocked_count_as_accepted(clients):
    clients.mqtt.send_blocked.add("publisher")
    assert all(clients.publish(3))
    assert clients.received == []


def test_a_disconnected_client_receives_what_was_published_meanwhile_once_it_is_back(clients):
    clients.mqtt.disconnect("subscriber")
    clients.publish(3)
    assert clients.received == []
    clients.mqtt.reconnect("subscriber")
    clients.loop.run_until(clients.loop.time() + 60)
    assert clients.received == [0, 1, 2]


def test_a_broker_that_loses_its_state_has_lost_what_was_queued(clients):
    clients.mqtt.disconnect("subscriber")
    clients.publish(3)
    clients.mqtt.crash(lose_state=True)
    clients.mqtt.restart()
    clients.mqtt.reconnect("subscriber")
    clients.loop.run_until(clients.loop.time() + 60)
    assert clients.received == []
