"""A real district process behind a real broker: a scripted agent, a crew and an operator by gRPC, kill -9, and the journal replayed offline."""

import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from dataclasses import replace

import pytest

from citybrain import canonical_json
from citybrain.ack_ranges import AckRanges, ack_ranges_of
from citybrain.bus import topics
from citybrain.bus.broker import BrokerProcess
from citybrain.bus.paho import BusConfig, PahoBus
from citybrain.clock import SECOND_US, SystemClock
from citybrain.decider.command import DecisionContext
from citybrain.decider.decider import KERNEL_KINDS, commands_digest
from citybrain.domain.agent import AgentHello, AgentStatus, RequestAck
from citybrain.domain.console import OperatorAction
from citybrain.domain.crew import CrewAnswer
from citybrain.domain.event import Event, EventBatch, OutboxItem, VerificationResult
from citybrain.geo import Point
from citybrain.journal import chain
from citybrain.journal.port import GENESIS, Head
from citybrain.journal.sqlite import SqliteStore
from citybrain.rpc.sync import CrewClient, DistrictConsoleClient
from citybrain.vocabulary import (
    Certainty,
    CrewAction,
    EventKind,
    IncidentStage,
    OperatorVerb,
    Phase,
    Severity,
    Urgency,
    VerificationVerdict,
)
from citybrain.wire.agent import (
    decode_ack,
    decode_request_batch,
    encode_agent_hello,
    encode_agent_status,
    encode_request_ack,
)
from citybrain.wire.event import encode_event_batch
from citysim.supervise.ports import free_ports
from district_node.cores import intake
from district_node.cores.decide import decide
from district_node.cores.state import EMPTY
from district_node.inputs import KINDS

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


def until(condition, what, within_s=20.0):
    deadline = CLOCK.instant() + within_s * SECOND_US
    while not (found := condition()):
        assert CLOCK.instant() < deadline, f"not within {within_s:g} s: {what}"
        threading.Event().wait(0.02)
    return found


class Node:
    """The district's process."""

    def __init__(self, folder, broker_port):
        self.folder = folder
        self.grpc = free_ports(1)[0]
        self.config = folder / "district.toml"
        self.config.write_text(
            CONFIG.format(folder=folder, broker=broker_port, grpc=self.grpc), encoding="utf-8"
        )
        self.process = None

    def start(self):
        with (self.folder / "district.log").open("ab") as log:
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
        assert re.match(rf"ready district riverside grpc={self.grpc} web=\d+", line), line
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


class Agent:
    """An agent by script: says what it is told to, again until it is acknowledged by the application."""

    def __init__(self, broker_port, name="box-1", incarnation=7):
        self.name, self.incarnation = name, incarnation
        self.items: list[OutboxItem] = []
        self.ack_ranges = AckRanges()
        self.asked = {}
        self.verdict = None
        self.bus = PahoBus(BusConfig(host="127.0.0.1", port=broker_port, client_id=f"test-{name}"))
        self.bus.subscribe(topics.topic(DISTRICT, name, topics.ACK), self._acknowledged)
        self.bus.subscribe(topics.topic(DISTRICT, name, topics.REQUESTS), self._was_asked)
        self.bus.on_connected(self.greet)
        self.bus.start()
        until(self.bus.is_connected, "the agent reaches the broker")

    def greet(self):
        hello = AgentHello(
            agent=self.name,
            incarnation=self.incarnation,
            lowest_kept=self.ack_ranges.contiguous + 1,
            next_seq=len(self.items) + 1,
        )
        self.publish(topics.HELLO, encode_agent_hello(hello))
        status = AgentStatus(
            agent=self.name,
            online=True,
            at=1_750_000_000_000_000,
            version="test",
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

    def say(self, *events):
        first = len(self.items)
        self.items += [
            OutboxItem(
                seq=first + 1 + i,
                **{("verification" if isinstance(e, VerificationResult) else "event"): e},
            )
            for i, e in enumerate(events)
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

    def kept(self):
        return [item for item in self.items if not self.ack_ranges.has(item.seq)]

    def until_acknowledged(self, within_s=30.0):
        deadline = CLOCK.instant() + within_s * SECOND_US
        while kept := self.kept():
            assert CLOCK.instant() < deadline, (
                f"{len(kept)} of {len(self.items)} items were never acknowledged"
            )
            seen = len(kept)
            threading.Event().wait(0.5)
            if len(self.kept()) == seen:
                self.greet()
                self.send(self.kept())

    def _acknowledged(self, message):
        ack = decode_ack(message.payload)
        if ack.incarnation == self.incarnation:
            self.ack_ranges = ack_ranges_of(ack)

    def _was_asked(self, message):
        asked = decode_request_batch(message.payload)
        for request in asked.requests:
            self.asked[request.request] = request
        self.bus.publish(
            topics.topic(DISTRICT, self.name, topics.REQUESTS_ACK),
            encode_request_ack(
                RequestAck(epoch=asked.epoch, contiguous=asked.first + len(asked.requests) - 1)
            ),
        )


def an_event(**changes):
    plain = Event(
        episode="e1",
        kind=EventKind.OBJECTS_INSIDE,
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


def replayed(journal):
    """The state that the journal's inputs alone give; every decision must be the one that was made then."""
    store = SqliteStore.open_readonly(journal)
    try:
        records = list(store.records())
        assert chain.verify(records, Head(seq=0, hash=GENESIS)) == store.head()
        state = EMPTY
        for record in records:
            kind = {**KERNEL_KINDS, **KINDS}[record.kind]
            state, commands = decide(
                state,
                canonical_json.decode(record.payload, kind),
                DecisionContext(seq=record.seq, at=record.at),
            )
            assert commands_digest(commands) == record.commands_digest, record
        return state, records, store.snapshot()
    finally:
        store.close()


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    process = BrokerProcess(port=free_ports(1)[0], folder=tmp_path_factory.mktemp("broker")).start()
    yield process
    process.kill()


@pytest.fixture
def node(tmp_path, broker):
    node = Node(tmp_path, broker.port).start()
    yield node
    if node.process.poll() is None:
        node.kill()


@pytest.fixture
def agent(broker):
    made = []

    def make(**names):
        made.append(Agent(broker.port, **names))
        return made[-1]

    yield make
    for one in made:
        one.publish(topics.STATUS, b"", retain=True)
        one.bus.stop()


def test_killed_while_events_flow_it_loses_none_and_takes_none_twice(node, agent):
    box = agent(name="box-kill")
    for round_number in range(4):
        events = [
            an_event(
                episode=f"e{round_number}-{i // 10}",
                phase=Phase.START if i % 10 == 0 else Phase.UPDATE,
            )
            for i in range(500)
        ]
        waiting = len(box.kept()) + len(events)
        box.say(*events)
        until(lambda n=waiting: len(box.kept()) < n, "some of the round is acknowledged")
        node.kill()  # what it took from the broker and did not commit is gone with it: only the agent still has that
        node.start()
        box.send(box.kept())
    box.until_acknowledged()
    assert node.stop() == 0
    state, records, snapshot = replayed(node.journal)
    assert state.intake.tally.items == 2000
    assert state.intake.ack_ranges[intake.sender_key("box-kill", 7)] == AckRanges(contiguous=2000)
    assert snapshot is not None
    assert snapshot.seq == records[-1].seq
    assert snapshot.hash == canonical_json.digest(state), (
        "the state that the process saved is not the one its journal gives"
    )
    (incident,) = state.incidents.values()
    assert incident.events == 2000


def test_from_alarm_to_closed_case_by_crew_and_camera(node, agent):
    box = agent(name="box-loop")
    box.say(an_event(observed_at=CLOCK.now()))
    with (
        CrewClient(f"127.0.0.1:{node.grpc}") as crew,
        DistrictConsoleClient(f"127.0.0.1:{node.grpc}") as snapshot,
    ):
        order = until(lambda: crew.view("riverside-1").order, "the crew has its order")
        for number, action in enumerate(
            (CrewAction.ACCEPT, CrewAction.DEPART, CrewAction.ARRIVE, CrewAction.FINISH)
        ):
            answer = CrewAnswer(
                request=f"press-{number}",
                unit="riverside-1",
                order=order.order,
                assignment=order.assignment,
                action=action,
            )
            assert crew.answer(answer).done
            assert crew.answer(answer).done, "the same press again gets the same answer"
        request = until(
            lambda: next(iter(box.asked.values()), None), "the camera is asked to look again"
        )
        box.say(
            VerificationResult(
                request=request.request,
                incident=request.incident,
                source=request.source,
                verdict=VerificationVerdict.CLEAR,
                reason="",
                observed_s=5.0,
                measurements={},
                answered_at=CLOCK.now(),
            )
        )
        row = until(
            lambda: next(
                (r for r in snapshot.snapshot().rows if r.report.stage is IncidentStage.CLOSED),
                None,
            ),
            "the case is closed",
        )
        assert [line.what for line in row.history][-1] == "closed"
        shown = snapshot.snapshot()
        assert [status.agent for status in shown.agents if status.online] == ["box-loop"]
        assert {link.name: link.up for link in shown.links} == {"broker": True}
    assert node.stop() == 0
    state, _, snapshot = replayed(node.journal)
    assert snapshot.hash == canonical_json.digest(state)


def test_an_operator_by_command_line_sees_the_queue_and_closes_by_name(node, agent):
    box = agent(name="box-operator")
    box.say(an_event(episode="x1"))
    with DistrictConsoleClient(f"127.0.0.1:{node.grpc}") as snapshot:
        row = until(
            lambda: next(iter(snapshot.snapshot().rows), None), "the incident is in the queue"
        )
        incident = row.report.incident
        refused = snapshot.act(
            OperatorAction(
                request="r1",
                operator=" ",
                incident=incident,
                verb=OperatorVerb.CLOSE,
                reason="gone",
            )
        )
        assert (refused.done, refused.reason) == (False, "unnamed")
        address = ("--address", f"127.0.0.1:{node.grpc}")
        shown = cli("district", "queue", "--once", *address)
        assert incident in shown.stdout
        assert "crowding" in shown.stdout
        without_reason = cli("district", "incident", "close", incident, "--because", " ", *address)
        assert without_reason.returncode == 1
        assert "Say why" in without_reason.stderr
        assert (
            cli(
                "district",
                "incident",
                "close",
                incident,
                "--because",
                "gone",
                "--operator",
                "Li Na",
                *address,
            ).returncode
            == 0
        )
        history = cli("district", "incident", "show", incident, *address).stdout
        assert "Li Na" in history
        assert until(
            lambda: snapshot.snapshot().rows[0].report.stage is IncidentStage.CLOSED, "it is closed"
        )


def test_what_is_malformed_forged_or_oversized_is_set_aside_and_the_good_goes_on(
    node, agent, broker
):
    box = agent(name="box-door")
    box.publish(topics.EVENTS, b"\xff\xff no message of ours")
    box.publish(
        topics.EVENTS,
        encode_event_batch(
            EventBatch(
                agent="box-other", incarnation=7, items=(OutboxItem(seq=1, event=an_event()),)
            )
        ),
    )
    box.publish(topics.EVENTS, b"\x00" * 300_000)
    box.say(an_event(episode="good"))
    box.until_acknowledged()
    with DistrictConsoleClient(f"127.0.0.1:{node.grpc}") as snapshot:
        until(
            lambda: snapshot.snapshot().counts["quarantined"] >= 3, "three messages are set aside"
        )
        assert snapshot.snapshot().counts["events"] == 1
    shown = cli("district", "quarantine", "--config", str(node.config)).stdout
    assert "forged" in shown
    assert "oversized" in shown
    assert "box-door" in shown


def test_a_repeated_message_is_acknowledged_and_not_journaled_again(node, agent):
    box = agent(name="box-repeat")
    box.say(an_event(episode="once"))
    box.until_acknowledged()
    with DistrictConsoleClient(f"127.0.0.1:{node.grpc}") as snapshot:
        before = snapshot.snapshot().counts["records"]
        box.ack_ranges = AckRanges()
        box.send(box.items)
        until(lambda: box.ack_ranges.contiguous == 1, "it is acknowledged again")
        assert snapshot.snapshot().counts["records"] == before
        assert snapshot.snapshot().counts["events"] == 1


def test_a_faulty_configuration_names_every_fault_and_starts_nothing(tmp_path):
    config = tmp_path / "district.toml"
    config.write_text(
        'district = "River Side"\nname = {en = "R", zh = "R"}\nplaybooks = ["none.toml"]\nunti = []\ndata_dir = "x"\ncentre = {lat = 99.0, lon = 0.0}\n'
    )
    done = cli("district", "run", "--config", str(config))
    assert done.returncode == 2
    for key in ("district", "unti", "centre.lat"):
        assert key in done.stderr
    assert not (tmp_path / "x").exists()


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


def test_the_meters_of_a_running_node_can_be_scraped(tmp_path, broker, agent):
    port = free_ports(1)[0]
    node = Node(tmp_path, broker.port)
    node.config.write_text(
        node.config.read_text(encoding="utf-8").replace(
            'web = "127.0.0.1:0"', f'web = "127.0.0.1:0"\nmetrics = {port}'
        ),
        encoding="utf-8",
    )
    node.start()
    try:
        box = agent(name="box-meters")
        box.say(an_event(episode="m1"))
        box.until_acknowledged()
        text = until(
            lambda: (
                (found := scraped(port))
                and "citybrain_district_orders_issued_total 1.0" in found
                and found
            ),
            "the order is counted",
        )
        for line in (
            'citybrain_district_messages_total{result="taken"} 1.0',
            'citybrain_district_incident_stages_total{stage="dispatched"} 1.0',
            'citybrain_district_link_up{link="broker"} 1.0',
            'citybrain_district_link_up{link="city"} 0.0',
        ):
            assert line in text, line
        assert node.stop() == 0
    finally:
        if node.process.poll() is None:
            node.kill()


def scraped(port):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        return answer.read().decode()
