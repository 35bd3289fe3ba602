"""A district as a process of its own, an agent by script and the command line, for the tests that
start them.
"""

import os
import re
import signal
import subprocess
import sys
import threading

from citybrain.ack_ranges import AckRanges, ack_ranges_of
from citybrain.bus import topics
from citybrain.bus.paho import BusConfig, PahoBus
from citybrain.clock import SECOND_US
from citybrain.domain.agent import AgentHello, AgentStatus, RequestAck
from citybrain.domain.event import Event, EventBatch, OutboxItem
from citybrain.geo import Point
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.random_ids import RandomIds
from citybrain.structs import replace
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import (
    Certainty,
    Phase,
    Severity,
    Urgency,
)
from citybrain.wire.agent import (
    decode_ack,
    decode_request_batch,
    encode_agent_hello,
    encode_agent_status,
    encode_request_ack,
)
from citybrain.wire.event import encode_event_batch
from citysim.supervise.tcp_ports import free_ports

DISTRICT = "riverside"
HERE = Point(lat=30.657, lon=104.086)
CLOCK = SystemClock()

CONFIG = """
district = "riverside"
name = {{ en = "Riverside", zh = "滨江" }}
centre = {{ lat = 30.657, lon = 104.086 }}
data_dir = "{folder}/riverside"
[broker]
port = {broker}
[listen]
grpc = "127.0.0.1:{grpc}"
web = "127.0.0.1:0"
[[unit]]
id = "riverside-1"
name = "Patrol 1"
capabilities = ["patrol"]
place = {{ lat = 30.66, lon = 104.08 }}
"""


def until(condition, what, within_s=60.0):
    deadline = CLOCK.instant() + within_s * SECOND_US
    while not (found := condition()):
        assert CLOCK.instant() < deadline, f"not within {within_s:g} s: {what}"
        threading.Event().wait(0.02)
    return found


class DistrictProcess:
    """`citybrain district run` on a folder of its own, with one unit."""

    def __init__(self, folder, broker_port):
        self.folder = folder
        self.grpc = free_ports(1)[0]
        self.config = folder / "district.toml"
        self.config.write_text(
            CONFIG.format(folder=folder, broker=broker_port, grpc=self.grpc), encoding="utf-8"
        )
        self.process = None

    def start(self):
        written = self.folder / "district.log"
        with written.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "citybrain.cli.main",
                    "district",
                    "run",
                    "--config",
                    str(self.config),
                ],
                stdout=subprocess.PIPE,
                stderr=log,
            )
        line = self.process.stdout.readline().decode()
        assert re.match(rf"ready district riverside grpc={self.grpc} web=\d+", line), (
            f"not ready, said {line!r}; the end of its log:\n{written.read_text()[-4000:]}"
        )
        return self

    def kill(self):
        self.process.kill()
        self.process.wait(10)
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(30)
        self.process.stdout.close()
        return code

    @property
    def journal(self):
        return self.folder / "riverside" / "journal.db"


class ScriptedAgent:
    """A scripted agent: sends its items again until the district has acknowledged them."""

    def __init__(self, broker_port, name="box-1", incarnation=7):
        self.name, self.incarnation = name, incarnation
        self.items: list[OutboxItem] = []
        self.ack_ranges = AckRanges()
        self.requests = {}
        self.verdict = None
        self.bus = PahoBus(
            BusConfig(host="127.0.0.1", port=broker_port, client_id=f"test-{name}"), ids=RandomIds()
        )
        self.bus.subscribe(topics.topic(DISTRICT, name, topics.ACK), self._acknowledged)
        self.bus.subscribe(topics.topic(DISTRICT, name, topics.REQUESTS), self._requested)
        self.bus.on_connected(self.send_hello)
        self.bus.start()
        until(self.bus.is_connected, "the agent reaches the broker")

    def send_hello(self):
        hello = AgentHello(
            agent=self.name,
            incarnation=self.incarnation,
            lowest_unacked=self.ack_ranges.contiguous + 1,
            next_seq=len(self.items) + 1,
        )
        self.publish(topics.HELLO, encode_agent_hello(hello))
        status = AgentStatus(
            agent=self.name,
            online=True,
            at=1_750_000_000_000_000,
            software_version="test",
            outbox_rows=0,
            outbox_bytes=0,
            lost=0,
        )
        self.publish(topics.STATUS, encode_agent_status(status), retain=True)

    def publish(self, leaf, payload, retain=False):
        until(
            lambda: self.bus.publish(
                topics.topic(DISTRICT, self.name, leaf), payload, retain=retain
            ),
            "room on the bus",
        )

    def send_new(self, *contents):
        first = len(self.items)
        self.items += [
            OutboxItem(seq=first + 1 + i, content=content) for i, content in enumerate(contents)
        ]
        self.send(self.items[first:])

    def send(self, items, batch=50):
        for at in range(0, len(items), batch):
            payload = encode_event_batch(
                EventBatch(
                    agent=self.name,
                    incarnation=self.incarnation,
                    items=tuple(items[at : at + batch]),
                )
            )
            self.publish(topics.EVENTS, payload)

    def unacknowledged(self):
        return [item for item in self.items if not self.ack_ranges.has(item.seq)]

    def until_acknowledged(self, within_s=30.0):
        deadline = CLOCK.instant() + within_s * SECOND_US
        while waiting_items := self.unacknowledged():
            assert CLOCK.instant() < deadline, (
                f"{len(waiting_items)} of {len(self.items)} items were never acknowledged"
            )
            seen = len(waiting_items)
            threading.Event().wait(0.5)
            if len(self.unacknowledged()) == seen:
                self.send_hello()
                self.send(self.unacknowledged())

    def _acknowledged(self, message):
        ack = decode_ack(message.payload)
        if ack.incarnation == self.incarnation:
            self.ack_ranges = ack_ranges_of(ack)

    def _requested(self, message):
        batch = decode_request_batch(message.payload)
        for request in batch.requests:
            self.requests[request.request] = request
        self.bus.publish(
            topics.topic(DISTRICT, self.name, topics.REQUESTS_ACK),
            encode_request_ack(
                RequestAck(epoch=batch.epoch, contiguous=batch.first + len(batch.requests) - 1)
            ),
        )


def an_event(**changes):
    plain = Event(
        episode="e1",
        kind=OBJECTS_INSIDE,
        phase=Phase.START,
        source="cam-1",
        rule="crowd",
        incident_kind="crowding",
        place=HERE,
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        observed_at=CLOCK.now(),
        error_ms=40.0,
        measurements={"count": 5.0},
        traceparent="00-00000000000000000000000000000001-0000000000000001-01",
    )
    return replace(plain, **changes)


def cli(*words):
    environment = {**os.environ, "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-m", "citybrain.cli.main", *words],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment,
        check=False,
    )
