"""The broker that `citybrain broker config` sets up grants what the table of rights says, to each
name on each topic, and nothing else.
"""

import pytest
from identity_broker import IdentityBroker, name, until

from citybrain.access.right import Action
from citybrain.access.topic_rights import may
from citybrain.broker.acl import SensorReader
from citybrain.bus import topics
from citybrain.bus.refusals import BusRefusal

DISTRICTS = ("riverside", "oldtown")
SENSORS = ("level-1", "level-2")
READERS = (SensorReader(box="box-a1", sensor="level-1"),)
NAMES = (
    "box/box-a1",
    "box/box-a2",
    "district/riverside",
    "district/oldtown",
    "district/elsewhere",
    "city/main",
    "operator/alice",
    "sensor/box-a1",
    "sensor/level-1",
)
TOPICS = [
    *(
        topics.topic(district, agent, leaf)
        for district in DISTRICTS
        for agent in ("box-a1", "box-a2")
        for leaf in topics.LEAVES
    ),
    *(topics.probe(district, f"district/{district}") for district in DISTRICTS),
    *(topics.readings(district, sensor) for district in DISTRICTS for sensor in SENSORS),
    "citybrain/v1/riverside/box/box-a1",
    "citybrain/v2/riverside/box/box-a1/events",
    "elsewhere",
]


def granted(short, action):
    sensors = [one.sensor for one in READERS if f"box/{one.box}" == short]
    return {t for t in TOPICS if any(may(name(short), action, t, d, sensors) for d in DISTRICTS)}


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    with IdentityBroker(tmp_path_factory.mktemp("city"), districts=DISTRICTS) as running:
        running.reload(readers=READERS)
        yield running


@pytest.mark.parametrize("short", NAMES)
def test_a_name_publishes_where_the_table_says(broker, short):
    refusals = []
    bus, _ = broker.connected(short, on_refusal=refusals.append)
    expected = len(TOPICS) - len(granted(short, Action.PUBLISH))
    before = broker.log.count(f"Denied PUBLISH from {short} ")
    for topic in TOPICS:
        until(lambda t=topic: bus.publish(t, b"x"))
    until(lambda: refusals.count(BusRefusal.DENIED) == expected)
    bus.stop()
    assert refusals.count(BusRefusal.DENIED) == expected
    assert broker.log.count(f"Denied PUBLISH from {short} ") - before == expected


@pytest.mark.parametrize("short", NAMES)
def test_a_name_reads_what_the_table_says(broker, short):
    bus, received = broker.connected(short, "#")
    sent = set()
    for publisher in NAMES:
        speaker, _ = broker.connected(publisher) if publisher != short else (bus, None)
        for topic in granted(publisher, Action.PUBLISH):
            until(lambda t=topic, s=speaker: s.publish(t, b"x"))
            sent.add(topic)
        if publisher != short:
            speaker.stop()
    expected = sent & granted(short, Action.SUBSCRIBE)
    until(lambda: expected <= {m.topic for m in received})
    bus.stop()
    assert {m.topic for m in received} == expected
