"""A sensor that writes to its own topic: what of it is a reading, and what is refused."""

import pytest

from citybrain.bus import topics
from citybrain.bus.memory import MemoryBroker
from citybrain.clock import SECOND_US, ManualClock
from street_agent.core.inputs import SensorRead
from street_agent.limits import READING_BYTES
from street_agent.sensor.topic_feeds import TopicFeeds


class Feeds:
    """A box that reads the sensor `gauge-7`, which it calls `level-1`."""

    def __init__(self):
        self.clock, self.emitted = ManualClock(), []
        self.broker = MemoryBroker()
        self._sensor, bus = self.broker.client("sensor"), self.broker.client("box")
        TopicFeeds(
            {"gauge-7": "level-1"},
            clock=self.clock,
            new_trace=lambda: "t",
            emit=self.emitted.append,
        ).subscribe(bus, "riverside")
        for client in (self._sensor, bus):
            client.start()
        self.broker.deliver()

    def write(self, payload, sensor="gauge-7", later_s=1.0):
        self.clock.advance(later_s)
        text = payload.replace("NOW", str(self.clock.now()))
        self._sensor.publish(topics.readings("riverside", sensor), text.encode())
        self.broker.deliver()

    def said(self):
        return [one.value if isinstance(one, SensorRead) else one.reason for one in self.emitted]


@pytest.fixture
def feeds():
    return Feeds()


def test_what_it_writes_is_a_reading_under_the_box_s_own_name_for_it(feeds):
    feeds.write('{"value": 1.5, "at": NOW}')
    (read,) = feeds.emitted
    assert (read.source, read.value, read.at) == ("level-1", 1.5, feeds.clock.now())


def test_what_the_broker_kept_meanwhile_is_as_old_as_it_says(feeds):
    taken_at = feeds.clock.now()
    feeds.write(f'{{"value": 2, "at": {taken_at}}}', later_s=3_600)
    assert feeds.emitted[0].at == taken_at


def test_another_sensor_is_not_read(feeds):
    feeds.write('{"value": 1.5, "at": NOW}', sensor="gauge-8")
    assert feeds.emitted == []


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "1.5",
        "[1.5]",
        '{"value": 1.5}',
        '{"value": NaN, "at": NOW}',
        '{"value": Infinity, "at": NOW}',
        '{"value": 1e999, "at": NOW}',
        '{"value": null, "at": NOW}',
        '{"value": true, "at": NOW}',
        '{"value": "1.5", "at": NOW}',
        '{"value": 1.5, "at": 0}',
        '{"value": 1.5, "at": 9e99}',
        '{"value": 1.5, "at": 99999999999999999999999999}',
        '{"value": 1.5, "at": "NOW"}',
        "[" * READING_BYTES.value,
        '{"value": 1.5, "at": NOW}' + " " * READING_BYTES.value,
    ],
)
def test_what_is_no_reading_is_refused_and_the_next_one_is_taken(feeds, payload):
    feeds.write(payload)
    feeds.write(payload)
    feeds.write('{"value": 1.5, "at": NOW}')
    assert feeds.said() == ["unreadable", "unreadable", 1.5]
    assert all(one.detail for one in feeds.emitted[:2])


def test_of_one_that_floods_a_hundred_a_second_count(feeds):
    for n in range(1_000):
        feeds.write(f'{{"value": {n}, "at": NOW}}', later_s=0.001)
    assert 90 <= len(feeds.emitted) <= 101


def test_a_reading_from_the_future_is_none(feeds):
    feeds.write(f'{{"value": 1.5, "at": {feeds.clock.now() + 60 * SECOND_US}}}')
    assert feeds.said() == ["unreadable"]
