"""The simulated broker's networks: later, twice, out of order, or not at all."""

import pytest

from citysim.sim.dice import Dice
from citysim.sim.loop import SimLoop
from citysim.sim.net.mqtt import Mqtt


class Pair:
    def __init__(self):
        self.loop = SimLoop()
        self.mqtt = Mqtt(loop=self.loop, stream=Dice(3).of("mqtt"))
        self.heard = []
        self.ear, self.mouth = self.mqtt.client("ear"), self.mqtt.client("mouth")
        self.ear.subscribe("a/#", lambda message: self.heard.append(int(message.payload)))
        self.ear.start()
        self.mouth.start()
        self.loop.run_until(1)

    def say(self, count):
        taken = [self.mouth.publish("a/b", str(number).encode()) for number in range(count)]
        self.loop.run_until(self.loop.time() + 60)
        return taken


@pytest.fixture
def pair():
    return Pair()


def test_messages_arrive_in_order(pair):
    assert all(pair.say(30))
    assert pair.heard == list(range(30))


def test_loss_repeats_and_reordering_are_shares(pair):
    pair.mqtt.loss = 0.5
    pair.say(100)
    assert 20 < len(pair.heard) < 80
    pair.heard.clear()
    pair.mqtt.loss, pair.mqtt.repeats = 0.0, 0.5
    pair.say(100)
    assert 120 < len(pair.heard) < 180
    pair.heard.clear()
    pair.mqtt.repeats, pair.mqtt.reorders = 0.0, 0.5
    pair.say(100)
    assert sorted(pair.heard) == list(range(100)) != pair.heard


def test_a_mute_client_believes_that_it_was_heard(pair):
    pair.mqtt.mute.add("mouth")
    assert all(pair.say(3))
    assert pair.heard == []


def test_a_client_that_was_cut_hears_what_waited_once_it_is_back(pair):
    pair.mqtt.cut("ear")
    pair.say(3)
    assert pair.heard == []
    pair.mqtt.heal("ear")
    pair.loop.run_until(pair.loop.time() + 60)
    assert pair.heard == [0, 1, 2]


def test_a_broker_that_forgets_has_lost_what_waited(pair):
    pair.mqtt.cut("ear")
    pair.say(3)
    pair.mqtt.crash(forget=True)
    pair.mqtt.restart()
    pair.mqtt.heal("ear")
    pair.loop.run_until(pair.loop.time() + 60)
    assert pair.heard == []
