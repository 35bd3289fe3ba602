"""A real district whose disk is full: it takes nothing it cannot keep, says so to everyone who
asks, goes on by itself, and its journal proves it.
"""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field

import pytest
from district_clients import console_of, screen

from citybrain import canonical_json
from citybrain.ack_ranges import AckRanges, ack_ranges_of
from citybrain.bus import topics
from citybrain.bus.paho import BusConfig, PahoBus
from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.agent import AgentHello, AgentStatus
from citybrain.domain.event import Event, EventBatch, OutboxItem
from citybrain.geo import Point
from citybrain.ids import CountingIds
from citybrain.journal import chain
from citybrain.journal.checkpoint import checkpoint_in
from citybrain.journal.port import GENESIS, Head
from citybrain.journal.sqlite import SqliteStore
from citybrain.kinds import OBJECTS_INSIDE
from citybrain.rpc.errors import RpcError
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import (
    Certainty,
    IncidentStage,
    Phase,
    Severity,
    Urgency,
)
from citybrain.wire.agent import decode_ack, encode_agent_hello, encode_agent_status
from citybrain.wire.event import encode_event_batch
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports
from district_node.cores import intake
from district_node.shell.assembly import decider_of

DISTRICT, BOX, INCARNATION = "riverside", "box-1", 7
CLOCK = SystemClock()
HERE = Point(lat=30.657, lon=104.086)
CONFIG = """
district = "riverside"
name = {{ en = "Riverside", zh = "滨江" }}
centre = {{ lat = 30.657, lon = 104.086 }}
data_dir = "{data}"
[broker]
port = {broker}
[listen]
grpc = "127.0.0.1:{grpc}"
web = "127.0.0.1:{web}"
"""


def until(condition, what, *, within_s=60.0):
    deadline, pause = CLOCK.instant() + within_s * SECOND_US, threading.Event()
    while not (found := condition()):
        assert CLOCK.instant() < deadline, f"not within {within_s:g} s: {what}"
        pause.wait(0.02)
    return found


@dataclass
class Box:
    """A scripted agent."""

    port: int
    ack_ranges: AckRanges = field(default_factory=AckRanges)
    items: list = field(default_factory=list)
    online: bool = True

    def __post_init__(self):
        self.bus = PahoBus(
            BusConfig(host="127.0.0.1", port=self.port, client_id="agent-box-1"), ids=CountingIds()
        )
        self.bus.subscribe(topics.topic(DISTRICT, BOX, topics.ACK), self._acknowledged)
        self.bus.start()
        until(self.bus.is_connected, "the broker is reached")
        self.publish(
            topics.HELLO,
            encode_agent_hello(
                AgentHello(agent=BOX, incarnation=INCARNATION, lowest_unacked=1, next_seq=1)
            ),
        )

    def _acknowledged(self, message):
        ack = decode_ack(message.payload)
        if ack.incarnation == INCARNATION:
            self.ack_ranges = ack_ranges_of(ack)

    def publish(self, leaf, payload):
        until(
            lambda: self.bus.publish(topics.topic(DISTRICT, BOX, leaf), payload), "room on the bus"
        )

    def send_status(self, *, online):
        status = AgentStatus(
            agent=BOX,
            online=online,
            at=CLOCK.now(),
            software_version="test",
            outbox_rows=0,
            outbox_bytes=0,
            lost=0,
        )
        self.publish(topics.STATUS, encode_agent_status(status))

    def send_new(self, count):
        """So many more items, each the start of an episode of its own rule."""
        first = len(self.items) + 1
        self.items += [
            OutboxItem(seq=seq, content=an_event(seq)) for seq in range(first, first + count)
        ]
        self.resend()

    def resend(self):
        waiting = [item for item in self.items if not self.ack_ranges.has(item.seq)]
        for at in range(0, len(waiting), 50):
            self.publish(
                topics.EVENTS,
                encode_event_batch(
                    EventBatch(
                        agent=BOX, incarnation=INCARNATION, items=tuple(waiting[at : at + 50])
                    )
                ),
            )

    def is_acknowledged(self):
        return self.ack_ranges.contiguous == len(self.items)


def an_event(number):
    return Event(
        episode=f"e-{number}",
        kind=OBJECTS_INSIDE,
        phase=Phase.START,
        source="cam-1",
        rule="crowd",
        incident_kind="crowding",
        place=HERE,
        severity=Severity.MODERATE,
        urgency=Urgency.EXPECTED,
        certainty=Certainty.OBSERVED,
        observed_at=Timestamp(CLOCK.now() - 60 * SECOND_US),  # no doubt that it was before
        error_ms=40.0,
        measurements={"count": 5.0},
        traceparent="00-00000000000000000000000000000001-0000000000000001-01",
    )


@pytest.fixture
def node(tmp_path, tiny_disk, broker):
    grpc, web = free_ports(2)
    config, log = tmp_path / "district.toml", tmp_path / "district.log"
    config.write_text(
        CONFIG.format(data=tiny_disk.folder, broker=broker.port, grpc=grpc, web=web),
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "citybrain.cli.main",
        "district",
        "run",
        "--config",
        str(config),
    ]
    with log.open("ab") as stderr:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=stderr, text=True, env=dict(os.environ)
        )
    ready = process.stdout.readline()
    assert re.match(r"ready district riverside", ready), log.read_text()
    process.grpc, process.web, process.log = grpc, web, log
    yield process
    if process.poll() is None:
        process.kill()
    process.wait(10)
    process.stdout.close()


@pytest.fixture
def broker(tmp_path):
    process = BrokerProcess(port=free_ports(1)[0], folder=tmp_path / "broker").start()
    yield process
    process.kill()


@pytest.fixture
def box(broker, node):
    box = Box(broker.port)
    yield box
    box.bus.stop()


def test_on_a_full_disk_nothing_is_acknowledged_and_with_room_everything_goes_on(
    node, box, tiny_disk
):
    with console_of(node.grpc) as console:
        box.send_status(online=True)
        box.send_new(100)
        until(box.is_acknowledged, "the first hundred are taken")
        incident = until(
            lambda: next(iter(screen(console).queue), None), "they are an incident"
        ).report.incident
        until(lambda: online(console), "the box is there")
        until(lambda: refuses(console, tiny_disk, incident), "the disk is full")
        records, events = (screen(console).counts[name] for name in ("records", "events"))

        box.send_new(200)
        box.send_status(online=False)
        for round_number in range(3):  # it asks again and again, as a real one does
            box.resend()
            refused = refusal(console, incident, f"press-{round_number}")
            assert "full" in refused or "disk" in refused, refused
        assert readiness(node) == (503, ["disk_full"])
        assert box.ack_ranges.contiguous == 100, "no ack for what is not on the disk"
        assert screen(console).counts["records"] == records, "what it shows is what its journal has"
        assert screen(console).counts["events"] == events

        tiny_disk.free()
        until(
            lambda: act(console, incident, "press-late").done, "the operator's action counts again"
        )
        box.resend()
        until(box.is_acknowledged, "what was refused is taken, without a restart")
        until(lambda: screen(console).counts["events"] == 300, "every one of them once")
        assert row(console, incident).report.stage is IncidentStage.CLOSED
        until(lambda: readiness(node) == (200, []), "that it is over is seen by itself")
        until(
            lambda: not known_online(tiny_disk),
            "that the box went away while the disk was full is known in the end",
        )
    node.send_signal(signal.SIGTERM)
    assert node.wait(30) == 0, node.log.read_text()
    said = [line for line in node.log.read_text().splitlines() if "condition disk_full" in line]
    assert ["began" in said[0], "is over" in said[-1]] == [True, True], said
    assert len(said) == 2, said
    assert_laws_hold(tiny_disk)


def act(console, incident, request):
    fields = {"request_id": request, "actor": "Li Na", "verb": "close", "reason": "seen"}
    return console.call("Act", incident=incident, confirmed=True, **fields)


def readiness(node):
    """The status of `/readyz`, and what it names."""
    connection = http.client.HTTPConnection("127.0.0.1", node.web, timeout=10)
    try:
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        shown = json.loads(answer.read())
        return answer.status, [condition["code"] for condition in shown["conditions"]]
    finally:
        connection.close()


def refusal(console, incident, request):
    """Why the operator's action was not taken."""
    try:
        outcome = act(console, incident, request)
    except RpcError as error:
        return str(error)
    assert not outcome.done
    return outcome.reason


def refuses(console, disk, incident):
    """Fill what is left; whether the journal has no room any more (a press that names no incident
    is refused by the disk before the core sees it).
    """
    disk.fill()
    reason = refusal(console, "no-such-incident", f"probe-{CLOCK.instant()}")
    return "full" in reason or "disk" in reason


def row(console, incident):
    return next(row for row in screen(console).queue if row.report.incident == incident)


def online(console):
    return any(status.online for status in screen(console).agents if status.agent == BOX)


def known_online(disk):
    """Whether the journal has the box as online."""
    store = SqliteStore.open_readonly(disk.folder / "journal.db")
    try:
        return decider_of(store).state.agents[BOX].online
    finally:
        store.close()


def assert_laws_hold(disk):
    """The chain holds; the inputs alone give the state that the process saved; 300 items, each
    once.
    """
    store = SqliteStore.open_readonly(disk.folder / "journal.db")
    try:
        assert chain.verify(list(store.records()), Head(seq=0, hash=GENESIS)) == store.head()
        decider, (newest,) = decider_of(store), store.checkpoints(limit=1)
        assert decider.divergence is None
        assert checkpoint_in(newest).state_hash == canonical_json.digest(decider.state)
        assert decider.state.intake.counters.items == 300
        assert decider.state.intake.ack_ranges[intake.SenderKey(BOX, INCARNATION)] == AckRanges(
            contiguous=300
        )
    finally:
        store.close()
