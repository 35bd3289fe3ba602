"""A sender that is faster than its district reads fills the broker's queue for the district, and
the broker drops what comes then: acknowledged to its sender, and never delivered. A box's outbox
goes by the district's acknowledgement alone, so nothing of it is lost.
"""

import asyncio

import pytest
from attacked_district import AttackedDistrict
from identity_broker import IdentityBroker, until
from raw_mqtt import RawClient, publish

from citybrain.broker.limits import QUEUED
from citybrain.bus import topics
from citybrain.config.load import parse
from street_agent.agent import StreetAgent
from street_agent.config import StreetConfig

LEVEL = {
    "id": "level-1",
    "source": "levels.csv",
    "place": {"lat": 30.66, "lon": 104.06},
    "speedup": 50.0,
    "loop": False,
    "rule": [{"id": "high", "incident_kind": "waterlogging", "above": 1.2, "below": 1.0}],
}
DISTRICT = "district/riverside"


class DistrictAtBroker(AttackedDistrict):
    """Its client at a real broker."""

    def __init__(self, folder, broker):
        super().__init__(folder)
        self._at = broker

    def client(self, _name):
        return self._at.bus(DISTRICT)


class Sent:
    """A bus, and how many messages of events it took."""

    def __init__(self, bus):
        self._bus, self.events = bus, 0

    def publish(self, topic, payload, *, retain=False):
        was_taken = self._bus.publish(topic, payload, retain=retain)
        self.events += was_taken and topic.endswith(topics.EVENTS)
        return was_taken

    def __getattr__(self, name):
        return getattr(self._bus, name)


@pytest.fixture
def broker(tmp_path):
    with IdentityBroker(tmp_path / "at-broker", log_denied=False) as running:
        yield running


@pytest.fixture
def box(broker, tmp_path):
    (tmp_path / "levels.csv").write_text("seconds,value\n0,0.5\n5,1.5\n30,1.5\n40,0.5\n50,0.5\n")
    raw = {
        "agent": "box-a1",
        "district": "riverside",
        "data_dir": str(tmp_path / "box"),
        "sensor": [LEVEL],
    }
    bus = Sent(broker.bus("box/box-a1"))
    agent = StreetAgent(
        parse(raw, StreetConfig, name="street.toml"),
        open_model=lambda _: None,
        folder=tmp_path,
        bus=bus,
    )
    yield agent, bus
    agent.stop()


def fill_queue(broker):
    """What waits for the district, which is away, is as much as the broker keeps."""
    away, _ = broker.connected(DISTRICT, *(topics.all_agents("riverside", u) for u in topics.UP))
    away.stop()
    flooder = RawClient(broker.port, "box/flooder", broker.joined("box/flooder"))
    message = publish(topics.topic("riverside", "flooder", topics.EVENTS), b"no batch of events")
    flooder.send(message * (QUEUED.value + 1_000))
    until(lambda: f"Outgoing messages are being dropped for client {DISTRICT}" in broker.log)
    flooder.close()


def test_what_a_full_broker_dropped_of_a_box_comes_again_and_nothing_of_it_is_lost(
    broker, box, tmp_path
):
    agent, bus = box
    fill_queue(broker)
    agent.start()
    until(lambda: agent.outbox.stats().rows > 2 and bus.events)
    first = bus.events

    async def take():
        async with DistrictAtBroker(tmp_path, broker) as district:
            sent = agent.outbox.incarnation
            await district.until(lambda: not agent.outbox.stats().rows, "all of it is taken", 120)
            (known,) = (
                ranges
                for key, ranges in district.intake.ack_ranges.items()
                if key == ("box-a1", sent)
            )
            return known.contiguous, district.intake.counters.gaps

    contiguous, gaps = asyncio.run(take())
    assert contiguous == agent.outbox.stats().next_seq - 1
    assert not gaps
    assert bus.events > first, "the broker had dropped it, and it was sent again"
