"""The agent put together, on a bus in memory: what it reports, when it deletes it, and what it does
with what comes back."""

import json
import threading
import urllib.request

import pytest

from citybrain.ack_ranges import AckRanges
from citybrain.bus import topics
from citybrain.bus.memory import MemoryBroker
from citybrain.clock import SECOND_US
from citybrain.domain.agent import Ack, RequestBatch
from citybrain.domain.event import (
    Event,
    VerificationRequest,
    VerificationResult,
    VisibilityInterval,
)
from citybrain.errors import StoreBusyError
from citybrain.ids import CountingIds
from citybrain.system_clock import SystemClock
from citybrain.telemetry import trace_context
from citybrain.vocabulary import Phase, VerificationVerdict, Visibility
from citybrain.wire.agent import (
    decode_agent_hello,
    decode_agent_status,
    decode_request_ack,
    encode_ack,
    encode_request_batch,
)
from citybrain.wire.event import decode_event_batch
from street_agent.agent import StreetAgent
from street_agent.district_link import last_will
from street_agent.errors import ModelError
from street_agent.status.status_socket import STATUS_SOCKET, ask

PLACE = {"lat": 30.66, "lon": 104.06}
LEVEL = {
    "id": "level-1",
    "source": "levels.csv",
    "place": PLACE,
    "speedup": 20.0,
    "loop": False,
    "rule": [
        {
            "id": "high",
            "incident_kind": "waterlogging",
            "severity": "Severe",
            "above": 1.2,
            "below": 1.0,
            "clear_s": 0.1,
        }
    ],
}


class AgentUnderTest:
    """One agent, a broker in memory that a thread keeps delivering, and the district's side as
    lists."""

    def __init__(self, config, folder, **options):
        self.broker, self.received, self.ack_ranges, self.acks = (
            MemoryBroker(),
            {},
            AckRanges(),
            True,
        )
        self.changed, self.over = threading.Condition(), threading.Event()
        self.district = self.broker.client("district")
        for leaf in topics.UP:
            self.district.subscribe(topics.all_agents(config.district, leaf), self.receive)
        self.district.start()
        self.config = config
        self.agent = StreetAgent(
            config, folder=folder, bus=self.broker.client("agent"), ids=CountingIds(), **options
        )
        self.delivery = threading.Thread(target=self.deliver, daemon=True)
        self.delivery.start()

    def deliver(self):
        while not self.over.wait(0.002):
            self.broker.deliver()

    def receive(self, message):
        leaf = topics.parse(message.topic)[2]
        with self.changed:
            self.received.setdefault(leaf, []).append(message.payload)
            self.changed.notify_all()
        if leaf == topics.EVENTS and self.acks:
            batch = decode_event_batch(message.payload)
            for item in batch.items:
                self.ack_ranges, _ = self.ack_ranges.take(item)
            self.send(topics.ACK, encode_ack(self.ack_ranges.ack(batch.incarnation)))

    def send(self, leaf, payload):
        self.district.publish(topics.topic(self.config.district, self.config.agent, leaf), payload)

    def items(self):
        return [
            item
            for payload in list(self.received.get(topics.EVENTS, ()))
            for item in decode_event_batch(payload).items
        ]

    def events(self):
        return [item.content for item in self.items() if isinstance(item.content, Event)]

    def statuses(self):
        return [
            decode_agent_status(payload) for payload in list(self.received.get(topics.STATUS, ()))
        ]

    def wait(self, condition, within_s=60.0):
        with self.changed:
            assert self.changed.wait_for(condition, within_s), "it did not happen in time"

    def wait_for(self, condition, within_s=60.0):
        """For what no message shows."""
        deadline, pause = SystemClock().instant() + within_s * SECOND_US, threading.Event()
        while not condition():
            assert SystemClock().instant() < deadline, "it did not happen in time"
            pause.wait(0.01)

    def close(self):
        self.agent.stop()
        self.broker.deliver()
        self.over.set()
        self.delivery.join(5)


@pytest.fixture
def agent_under_test(tmp_path, config):
    made = []

    def build(*, open_model=None, **changes):
        (tmp_path / "levels.csv").write_text(
            "seconds,value\n0,0.5\n4,1.5\n8,1.6\n12,0.5\n16,0.5\n20,0.5\n24,0.5\n"
        )
        one = config(tmp_path / "box", **{"camera": [], "sensor": [LEVEL], **changes})
        made.append(AgentUnderTest(one, tmp_path, open_model=open_model or no_model))
        return made[-1]

    yield build
    for one in made:
        one.close()


def no_model(name):
    raise ModelError(
        f"model {name} is not on this machine. Fetch it: citybrain model fetch {name}."
    )


def test_it_sends_hello_then_events_and_deletes_only_what_was_acknowledged(agent_under_test):
    one = agent_under_test()
    one.agent.start()
    one.wait(lambda: [event.phase for event in one.events()] == [Phase.START, Phase.END])
    hello = decode_agent_hello(one.received[topics.HELLO][0])
    assert hello.agent == "box-1"
    assert hello.incarnation == one.agent.outbox.incarnation
    one.wait_for(lambda: one.agent.outbox.stats().rows == 0)


def test_without_an_ack_nothing_is_deleted(agent_under_test):
    one = agent_under_test()
    one.acks = False
    one.agent.start()
    one.wait(lambda: len(one.events()) == 2)
    assert one.agent.outbox.stats().rows == one.agent.outbox.stats().next_seq - 1
    one.send(
        topics.ACK, encode_ack(Ack(incarnation=one.agent.outbox.incarnation + 1, contiguous=99))
    )
    one.send(topics.ACK, encode_ack(Ack(incarnation=one.agent.outbox.incarnation, contiguous=1)))
    one.wait_for(lambda: one.agent.outbox.stats().rows == one.agent.outbox.stats().next_seq - 2)


def test_a_start_begins_a_trace_that_the_end_continues(agent_under_test):
    one = agent_under_test()
    one.agent.start()
    one.wait(lambda: len(one.events()) == 2)
    start, end = one.events()
    assert trace_context.parse_traceparent(start.traceparent) is not None
    assert start.traceparent == end.traceparent


def test_it_publishes_its_status_every_second_and_its_orderly_end(agent_under_test):
    one = agent_under_test()
    one.agent.start()
    one.wait(lambda: len(one.statuses()) >= 3)
    assert all(status.online for status in one.statuses())
    assert one.statuses()[-1].sources[0].source == "level-1"
    one.agent.stop()
    one.wait(lambda: not one.statuses()[-1].online)


def test_whoever_sits_at_the_box_sees_whether_it_is_ready_with_a_broker_and_without(
    agent_under_test,
):
    one = agent_under_test()
    path = one.config.data_dir / STATUS_SOCKET
    one.agent.start()

    def codes():
        return [found["code"] for found in json.loads(ask(path))["conditions"]]

    one.wait_for(lambda: codes() == [])
    one.broker.disconnect("agent")
    one.wait_for(lambda: "broker_away" in codes())
    one.agent.stop()
    assert not path.exists()


def test_a_malformed_message_is_counted_and_the_rest_goes_on(agent_under_test):
    one = agent_under_test()
    one.agent.start()
    one.wait(lambda: topics.HELLO in one.received)
    for leaf in (topics.ACK, topics.REQUESTS):
        one.send(leaf, b"\xff\xff\xff\xff not a message")
    one.wait(lambda: len(one.events()) == 2)
    assert one.agent.link.malformed == 2


def test_a_request_is_acknowledged_and_answered(agent_under_test):
    one = agent_under_test()
    one.agent.start()
    one.wait(lambda: len(one.events()) == 2)
    deadline = SystemClock().now() + SECOND_US // 2
    request = VerificationRequest(
        request="q1", incident="i1", source="level-1", rule="high", quiet_s=60.0, deadline=deadline
    )
    one.send(
        topics.REQUESTS, encode_request_batch(RequestBatch(epoch="e", first=1, requests=(request,)))
    )
    one.wait(lambda: topics.REQUESTS_ACK in one.received)
    assert decode_request_ack(one.received[topics.REQUESTS_ACK][0]).contiguous == 1
    one.wait(lambda: any(isinstance(item.content, VerificationResult) for item in one.items()))
    answer = next(
        item.content for item in one.items() if isinstance(item.content, VerificationResult)
    )
    assert (answer.request, answer.verdict) == ("q1", VerificationVerdict.CANNOT)


def test_a_camera_without_its_model_is_blind_with_a_reason_and_the_sensor_goes_on(
    agent_under_test, tmp_path
):
    camera = {
        "id": "cam-1",
        "source": str(tmp_path / "none.avi"),
        "place": PLACE,
        "model": "tiny",
        "rule": [],
    }
    one = agent_under_test(camera=[camera])
    one.agent.start()
    one.wait(lambda: len(one.events()) == 2)
    blind = [
        item.content
        for item in one.items()
        if isinstance(item.content, VisibilityInterval) and item.content.source == "cam-1"
    ]
    assert {visibility.visibility for visibility in blind} == {Visibility.BLIND}
    assert one.events()[0].source == "level-1"


def test_two_agents_cannot_share_an_outbox(agent_under_test):
    one = agent_under_test()
    with pytest.raises(StoreBusyError):
        agent_under_test()
    one.agent.start()


def test_the_metrics_are_served(agent_under_test, free_port):
    one = agent_under_test(metrics={"port": free_port})
    one.agent.start()
    one.wait(lambda: len(one.events()) == 2)
    with urllib.request.urlopen(f"http://127.0.0.1:{free_port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    assert (
        'citybrain_street_events_total{kind="SensorData/Threshold",severity="Severe"} 2.0' in text
    )
    assert "citybrain_street_outbox_rows" in text
    assert 'citybrain_limit_max{limit="street_inbox"}' in text


def test_the_will_reports_the_agent_offline():
    will = last_will("box-1", "riverside", 5, "1.0")
    status = decode_agent_status(will.payload)
    assert (status.agent, status.online) == ("box-1", False)
    assert will.topic == topics.topic("riverside", "box-1", topics.STATUS)
