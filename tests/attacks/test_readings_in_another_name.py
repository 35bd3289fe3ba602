"""A sensor with a name of its own at a real broker: it writes its own topic and no other, nobody
else writes that one, and what it writes is an event of the box that reads it.
"""

import pytest
from identity_broker import until

from citybrain.broker.acl import SensorReader
from citybrain.bus import topics
from citybrain.bus.refusals import BusRefusal
from citybrain.config.load import parse
from citybrain.domain.event import Event
from citybrain.system_clock import SystemClock
from citybrain.wire.event import decode_event_batch
from street_agent.agent import StreetAgent
from street_agent.config import StreetConfig

LEVEL = {
    "id": "level-1",
    "source": "topic:gauge-7",
    "place": {"lat": 30.66, "lon": 104.06},
    "rule": [
        {
            "id": "high",
            "incident_kind": "waterlogging",
            "severity": "Severe",
            "above": 1.2,
            "below": 1.0,
        }
    ],
}
OWN = topics.readings("riverside", "gauge-7")


@pytest.fixture
def city(broker):
    """The broker, told that box-a1 reads gauge-7."""
    broker.reload(readers=(SensorReader(box="box-a1", sensor="gauge-7"),))
    return broker


@pytest.fixture
def box(city, tmp_path):
    """Box box-a1, running."""
    raw = {
        "agent": "box-a1",
        "district": "riverside",
        "data_dir": str(tmp_path / "box"),
        "sensor": [LEVEL],
    }
    agent = StreetAgent(
        parse(raw, StreetConfig, name="street.toml"),
        open_model=lambda _: None,
        folder=tmp_path,
        bus=city.bus("box/box-a1"),
    )
    agent.start()
    until(lambda: agent.link.is_connected)
    yield agent
    agent.stop()


def reading(value):
    return f'{{"value": {value}, "at": {SystemClock().now()}}}'.encode()


def writer(city, short):
    """A client, and what the broker denied it."""
    denied = []
    bus, _ = city.connected(short, on_refusal=denied.append)
    return bus, denied


def test_what_a_sensor_writes_is_an_event_of_its_box(city, district, box):
    _, received = district
    bus, denied = writer(city, "sensor/gauge-7")
    until(lambda: bus.publish(OWN, reading(1.5)))

    def events():
        return [
            (message.topic, item.content)
            for message in list(received)
            if message.topic.endswith(topics.EVENTS)
            for item in decode_event_batch(message.payload).items
            if isinstance(item.content, Event)
        ]

    until(events)
    ((topic, event),) = events()
    assert topic == topics.topic("riverside", "box-a1", topics.EVENTS)
    assert (event.source, event.incident_kind) == ("level-1", "waterlogging")
    assert event.measurements["value"] == 1.5
    assert not denied


@pytest.mark.parametrize("short", ["sensor/gauge-8", "box/box-a2", "box/box-a1"])
def test_nobody_else_writes_under_its_name(city, box, short):
    if short == "box/box-a1":
        box.stop()  # its name is taken
    bus, denied = writer(city, short)
    until(lambda: bus.publish(OWN, reading(1.5)))
    until(lambda: denied)
    assert denied == [BusRefusal.DENIED]
    assert city.log.count(f"Denied PUBLISH from {short} ") == 1


def test_a_sensor_writes_nowhere_else_and_reads_nothing(city, district, box):
    bus, denied = writer(city, "sensor/gauge-7")
    elsewhere = [topics.topic("riverside", "box-a1", leaf) for leaf in topics.LEAVES]
    elsewhere.append(topics.readings("riverside", "gauge-8"))
    for topic in elsewhere:
        until(lambda t=topic: bus.publish(t, reading(1.5)))
    until(lambda: len(denied) == len(elsewhere))
    other, heard = city.connected("sensor/gauge-8", "#")
    until(lambda: bus.publish(OWN, reading(0.5)))
    probe = topics.probe("riverside", "sensor/gauge-8")
    until(lambda: other.publish(probe, b"x"))
    until(lambda: heard)
    assert {message.topic for message in heard} == {probe}
