"""One simulated edge box, the broker, and the district's side of its link, recorded."""

import pytest

from citybrain.ack_ranges import AckRanges
from citybrain.bus import topics
from citybrain.domain.event import Event, VerificationResult, VisibilityInterval
from citybrain.geo import Point
from citybrain.vocabulary import Severity
from citybrain.wire.agent import (
    decode_agent_hello,
    decode_agent_status,
    encode_ack,
    encode_request_batch,
)
from citybrain.wire.event import decode_event_batch
from citysim.life.load import street_life
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.identities import Certificates
from citysim.sim.machine.computer import Computer
from citysim.sim.net.mqtt import Mqtt
from citysim.sim.random_streams import RandomIds, RandomStreams
from citysim.sim.scenario import EdgeBoxSpec, StreetEvent
from citysim.sim.street.edge_box import EdgeBox
from citysim.sim.street.scene import Scene

PLACE = Point(lat=30.66, lon=104.06)


class Street:
    """`acks`: whether the district acknowledges what it received."""

    def __init__(self, incident_kind="crowding", street_events=(), seed=1, acks=True):
        self.acks = acks
        self.trace = []
        self.received = []  # (incarnation, seq) of all that arrived, duplicates included
        self.new_items = []  # (when, item)
        self.hellos, self.statuses = [], []
        self._ack_ranges = {}
        self.loop, streams = VirtualTimeLoop(), RandomStreams(seed)
        self.mqtt = Mqtt(loop=self.loop, rng=streams.named("mqtt"))
        self.scene = Scene(street_events)
        self.computer = Computer(
            "agent/box",
            loop=self.loop,
            streams=streams,
            note=lambda *line: self.trace.append((self.loop.time(), *line)),
        )
        spec = EdgeBoxSpec(
            agent="box",
            place=PLACE,
            life=street_life().of_kind(incident_kind),
            severity=Severity.MODERATE,
        )
        self.box = EdgeBox(
            self.computer,
            spec,
            "d",
            mqtt=self.mqtt,
            scene=self.scene,
            ids=RandomIds(streams.named("ids")),
            rng=streams.named("box"),
            certificates=Certificates(),
        )
        self.district = self.mqtt.client("district")
        for leaf, receive in (
            (topics.EVENTS, self._receive_batch),
            (topics.HELLO, self._receive_hello),
            (topics.STATUS, self._receive_status),
        ):
            self.district.subscribe(topics.all_agents("d", leaf), receive)
        self.district.start()
        self.computer.start()

    def run_until(self, at_s, condition=lambda: False):
        """Up to `at_s`, or until the condition holds."""
        self.loop.run_until(at_s, until=condition)
        return self

    def publish(self, leaf, payload):
        self.district.publish(topics.topic("d", "box", leaf), payload)

    def send_requests(self, batch):
        self.publish(topics.REQUESTS, encode_request_batch(batch))

    def events(self):
        return [
            (at_s, item.content) for at_s, item in self.new_items if isinstance(item.content, Event)
        ]

    def phases(self):
        return [str(event.phase) for _, event in self.events()]

    def visibilities(self):
        """(visibility, reason) of every interval that began."""
        return [
            (str(content.visibility), content.reason)
            for content in self._contents(VisibilityInterval)
            if content.until is None
        ]

    def visibility_reasons(self):
        return [content.reason for content in self._contents(VisibilityInterval)]

    def verification_results(self):
        return self._contents(VerificationResult)

    def _contents(self, kind):
        return [item.content for _, item in self.new_items if isinstance(item.content, kind)]

    def _receive_batch(self, message):
        batch = decode_event_batch(message.payload)
        ack_ranges = self._ack_ranges.get(batch.incarnation, AckRanges())
        for item in batch.items:
            self.received.append((batch.incarnation, item.seq))
            ack_ranges, is_new = ack_ranges.take(item)
            if is_new:
                self.new_items.append((self.loop.time(), item))
                self.trace.append((self.loop.time(), "item", item))
        self._ack_ranges[batch.incarnation] = ack_ranges
        if self.acks:
            self.publish(topics.ACK, encode_ack(ack_ranges.ack(batch.incarnation)))

    def _receive_hello(self, message):
        self.hellos.append(decode_agent_hello(message.payload))

    def _receive_status(self, message):
        self.statuses.append(decode_agent_status(message.payload))


@pytest.fixture
def street():
    """(incident kind, *(at_s, duration_s) of each street event) -> a street."""

    def make(incident_kind="crowding", *events, seed=1, acks=True):
        street_events = tuple(
            StreetEvent(number=i, at_s=at_s, agent="box", duration_s=duration_s)
            for i, (at_s, duration_s) in enumerate(events, start=1)
        )
        return Street(incident_kind, street_events, seed=seed, acks=acks)

    return make


@pytest.fixture(params=sorted(life.kind for life in street_life().kinds))
def any_street(request, street):
    return lambda *events, **options: street(request.param, *events, **options)
