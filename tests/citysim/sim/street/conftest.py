"""One simulated box, the broker, and the district's side of its link as lists."""

from dataclasses import dataclass, field

import pytest

from citybrain.ack_ranges import AckRanges
from citybrain.bus import topics
from citybrain.geo import Point
from citybrain.vocabulary import Severity
from citybrain.wire.agent import (
    decode_agent_hello,
    decode_agent_status,
    encode_ack,
    encode_request_batch,
)
from citybrain.wire.event import decode_event_batch
from citysim.sim.dice import Dice, DiceIds
from citysim.sim.loop import SimLoop
from citysim.sim.machine.computer import Computer
from citysim.sim.net.mqtt import Mqtt
from citysim.sim.scenario import CAMERA, SENSOR, BoxPlan, Happening
from citysim.sim.street.box import Box
from citysim.sim.street.scene import Scene

PLACE = Point(lat=30.66, lon=104.06)
MEANS = {
    "crowding": CAMERA,
    "street_occupation": CAMERA,
    "loitering": CAMERA,
    "illegal_parking": CAMERA,
    "waterlogging": SENSOR,
}


@dataclass
class Street:
    """`acks`: whether the district says what it has."""

    incident_kind: str = "crowding"
    begins: tuple = ()
    seed: int = 1
    acks: bool = True
    trace: list = field(default_factory=list)
    items: list = field(default_factory=list)  # everything that arrived, repeated or not
    heard: list = field(default_factory=list)  # what was new
    hellos: list = field(default_factory=list)
    statuses: list = field(default_factory=list)
    ack_ranges: dict = field(default_factory=dict)

    def __post_init__(self):
        self.loop, dice = SimLoop(), Dice(self.seed)
        self.mqtt = Mqtt(loop=self.loop, stream=dice.of("mqtt"))
        self.scene = Scene(self.begins)
        self.computer = Computer(
            "agent/box",
            loop=self.loop,
            dice=dice,
            note=lambda *line: self.trace.append((self.loop.time(), *line)),
        )
        plan = BoxPlan(
            agent="box",
            source=MEANS[self.incident_kind],
            place=PLACE,
            incident_kind=self.incident_kind,
            severity=Severity.MODERATE,
        )
        self.box = Box(
            self.computer,
            plan,
            "d",
            mqtt=self.mqtt,
            scene=self.scene,
            ids=DiceIds(dice.of("ids")),
            chance=dice.of("box"),
        )
        self.district = self.mqtt.client("district")
        for leaf, take in (
            (topics.EVENTS, self._said),
            (topics.HELLO, self._hello),
            (topics.STATUS, self._status),
        ):
            self.district.subscribe(topics.all_agents("d", leaf), take)
        self.district.start()
        self.computer.start()

    def until(self, at_s, holds=lambda: False):
        """Up to `at_s`, sooner where something holds."""
        self.loop.run_until(at_s, until=holds)
        return self

    def say(self, leaf, payload):
        self.district.publish(topics.topic("d", "box", leaf), payload)

    def ask(self, asked):
        self.say(topics.REQUESTS, encode_request_batch(asked))

    def _said(self, message):
        batch = decode_event_batch(message.payload)
        for said in batch.items:
            self.items.append((batch.incarnation, said.seq))
            self.ack_ranges[batch.incarnation], is_new = self.ack_ranges.get(
                batch.incarnation, AckRanges()
            ).take(said)
            if is_new:
                self.heard.append((self.loop.time(), said))
                self.trace.append((self.loop.time(), "said", said))
        if self.acks:
            self.say(
                topics.ACK, encode_ack(self.ack_ranges[batch.incarnation].ack(batch.incarnation))
            )

    def _hello(self, message):
        self.hellos.append(decode_agent_hello(message.payload))

    def _status(self, message):
        self.statuses.append(decode_agent_status(message.payload))

    def events(self):
        return [(at_s, said.event) for at_s, said in self.heard if said.event is not None]

    def phases(self):
        return [str(event.phase) for _, event in self.events()]

    def visibilities(self):
        return [
            (str(said.visibility.visibility), said.visibility.reason)
            for _, said in self.heard
            if said.visibility is not None and said.visibility.until is None
        ]

    def answers(self):
        return [said.verification for _, said in self.heard if said.verification is not None]


@pytest.fixture
def street():
    """(means, **begins at which happening) -> a street; each happening is (at_s, lasts_s)."""

    def make(incident_kind="crowding", *begins, seed=1, acks=True):
        happenings = tuple(
            Happening(number=i, at_s=at_s, agent="box", lasts_s=lasts_s)
            for i, (at_s, lasts_s) in enumerate(begins, start=1)
        )
        return Street(incident_kind=incident_kind, begins=happenings, seed=seed, acks=acks)

    return make


@pytest.fixture(params=sorted(MEANS))
def any_street(request, street):
    return lambda *begins, **options: street(request.param, *begins, **options)
