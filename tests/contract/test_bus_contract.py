"""What every bus keeps to: the in-memory twin, and paho against each real broker."""

import itertools
import threading

import pytest

from citybrain.bus.memory import MemoryBroker
from citybrain.bus.paho import BusConfig, PahoBus
from citybrain.bus.port import Will
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports

NAMES = itertools.count(1)


class MemoryWorld:
    """Nothing happens until it is delivered, so to wait is to deliver."""

    def __init__(self):
        self._broker = MemoryBroker()

    def client(self, client_id, will=None):
        return self._broker.client(client_id, will=will)

    def until(self, condition):
        self._broker.deliver()
        assert condition()

    def close(self):
        pass


class PahoWorld:
    """A broker as a process; waiting is polling with a deadline."""

    def __init__(self, kind, folder):
        self._broker = BrokerProcess(port=free_ports(1)[0], folder=folder, kind=kind).start()
        self._clients = []

    def client(self, client_id, will=None):
        config = BusConfig(host="127.0.0.1", port=self._broker.port, client_id=client_id)
        self._clients.append(PahoBus(config, will=will, ids=RandomIds()))
        return self._clients[-1]

    def until(self, condition):
        until(condition)

    def close(self):
        for client in self._clients:
            client.stop()
        self._broker.stop()


def until(condition, within_s=60.0):
    clock, pause = SystemClock(), threading.Event()
    deadline = clock.instant() + within_s * 1_000_000
    while not condition():
        assert clock.instant() < deadline, "it did not come about in time"
        pause.wait(0.01)


def worlds(*kinds):
    return pytest.mark.parametrize("world", kinds, indirect=True)


EVERY = worlds("memory", "mosquitto", "iotcore")
REMEMBERING = worlds("memory", "mosquitto")  # iotcore keeps no session; the outbox does not need it


@pytest.fixture
def world(request, tmp_path):
    made = MemoryWorld() if request.param == "memory" else PahoWorld(request.param, tmp_path)
    yield made
    made.close()


@pytest.fixture
def name():
    """A client id and topic root that no other test uses."""
    return f"t{next(NAMES)}"


def subscriber(world, client_id, *filters):
    got = []
    client = world.client(client_id)
    for topic_filter in filters:
        client.subscribe(topic_filter, got.append)
    client.start()
    world.until(client.is_connected)
    return client, got


def mouth(world, client_id, will=None):
    client = world.client(client_id, will)
    client.start()
    world.until(client.is_connected)
    return client


@EVERY
def test_of_a_filter_only_the_selected_topics_are_read_until_all_are_again(world, name):
    client, received = subscriber(world, f"{name}-subscriber", f"{name}/+/events")
    tx = mouth(world, f"{name}-mouth")

    def received_from(*boxes):
        """Of which of them a message comes through; the last one does."""
        received.clear()
        for box in boxes:
            world.until(lambda box=box: tx.publish(f"{name}/{box}/events", b"1"))
        world.until(lambda: boxes[-1] in {m.topic.split("/")[1] for m in received})
        return sorted({m.topic.split("/")[1] for m in received})

    client.select(f"{name}/+/events", [f"{name}/a/events", f"{name}/c/events"])
    world.until(lambda: received_from("b", "c") == ["c"])
    assert received_from("a", "b", "c") == ["a", "c"]
    client.select(f"{name}/+/events", None)
    world.until(lambda: received_from("b", "c") == ["b", "c"])


@REMEMBERING
def test_what_a_client_that_died_had_selected_is_dropped_by_selecting_it_once_more(world, name):
    everything, topics = f"{name}/+/events", [f"{name}/a/events"]
    first, _ = subscriber(world, f"{name}-subscriber", everything)
    first.select(everything, topics)
    second, received = subscriber(
        world, f"{name}-subscriber", everything
    )  # the first is thrown off
    second.select(everything, [everything, *topics])
    second.select(everything, None)
    tx = mouth(world, f"{name}-mouth")
    for box in ("a", "b"):
        world.until(lambda box=box: tx.publish(f"{name}/{box}/events", b"1"))
    world.until(lambda: received and received[-1].topic == f"{name}/b/events")
    assert [m.topic for m in received] == [f"{name}/a/events", f"{name}/b/events"]


@EVERY
def test_a_message_reaches_whoever_asked_for_its_topic_and_nobody_else(world, name):
    _, received = subscriber(world, f"{name}-subscriber", f"{name}/+/events")
    _, other = subscriber(world, f"{name}-other", f"{name}/+/hello")
    tx = mouth(world, f"{name}-mouth")
    assert tx.publish(f"{name}/box/events", b"\x00\xff")
    world.until(lambda: received)
    assert [(m.topic, m.payload, m.retained) for m in received] == [
        (f"{name}/box/events", b"\x00\xff", False)
    ]
    assert other == []


@EVERY
def test_messages_of_one_sender_arrive_in_order(world, name):
    _, received = subscriber(world, f"{name}-subscriber", f"{name}/#")
    tx = mouth(world, f"{name}-mouth")
    for n in range(60):
        assert tx.publish(f"{name}/x", str(n).encode())
    world.until(lambda: len(received) >= 60)
    assert [int(m.payload) for m in received] == list(range(60))


@EVERY
def test_what_nobody_reads_is_given_to_nobody_and_holds_up_nothing(world, name):
    rx, received = subscriber(world, f"{name}-subscriber", f"{name}/#")
    rx.pass_over(lambda topic, payload: topic.endswith(b"/flood") and payload != b"alarm")
    tx = mouth(world, f"{name}-mouth")
    sent = [("flood", b"x"), ("flood", b"alarm"), ("flood", b""), ("box", b"alarm")]
    for leaf, payload in sent * 50:
        world.until(lambda leaf=leaf, payload=payload: tx.publish(f"{name}/{leaf}", payload))
    world.until(lambda: len(received) == 100)
    assert {m.payload for m in received} == {b"alarm"}
    rx.pass_over(None)
    assert tx.publish(f"{name}/flood", b"x")
    world.until(lambda: len(received) == 101)


@EVERY
def test_a_large_message_and_an_empty_one_arrive_whole(world, name):
    _, received = subscriber(world, f"{name}-subscriber", f"{name}/#")
    tx = mouth(world, f"{name}-mouth")
    payloads = [bytes(range(256)) * 1000, b""]
    for payload in payloads:
        assert tx.publish(f"{name}/x", payload)
    world.until(lambda: len(received) == 2)
    assert [m.payload for m in received] == payloads


@EVERY
def test_a_retained_message_waits_for_whoever_comes_later(world, name):
    tx = mouth(world, f"{name}-mouth")
    _, present = subscriber(world, f"{name}-present", f"{name}/#")
    assert tx.publish(f"{name}/status", b"up", retain=True)
    world.until(lambda: present)
    _, late = subscriber(world, f"{name}-late", f"{name}/#")
    world.until(lambda: late)
    assert [(m.payload, m.retained) for m in late] == [(b"up", True)]
    assert [(m.payload, m.retained) for m in present] == [(b"up", False)]


@EVERY
def test_listeners_are_notified_of_the_connection_once_subscriptions_are_in_force(world, name):
    client, received = world.client(f"{name}-self"), []
    client.subscribe(f"{name}/#", received.append)
    client.on_connected(lambda: client.publish(f"{name}/hello", b"mine"))
    client.start()
    world.until(lambda: received)
    assert received[0].payload == b"mine"


@EVERY
def test_publishing_without_a_connection_says_no(world, name):
    client = world.client(f"{name}-early")
    assert not client.is_connected()
    assert not client.publish(f"{name}/x", b"1")


@EVERY
def test_stopping_in_order_sends_no_will(world, name):
    _, received = subscriber(world, f"{name}-subscriber", f"{name}/#")
    tx = mouth(world, f"{name}-mouth", Will(topic=f"{name}/status", payload=b"gone"))
    assert tx.publish(f"{name}/x", b"last words")
    tx.stop()
    assert not tx.is_connected()
    assert not tx.publish(f"{name}/x", b"after")
    probe = mouth(world, f"{name}-probe")
    assert probe.publish(f"{name}/x", b"probe")
    world.until(lambda: b"probe" in [m.payload for m in received])
    assert [m.payload for m in received] == [b"last words", b"probe"]


@REMEMBERING
def test_a_session_keeps_messages_for_a_client_that_was_disconnected(world, name):
    client, received = subscriber(world, f"{name}-subscriber", f"{name}/#")
    tx = mouth(world, f"{name}-mouth")
    client.stop()
    for n in range(5):
        assert tx.publish(f"{name}/x", str(n).encode())
    world.until(lambda: not client.is_connected())
    _, again = subscriber(world, f"{name}-subscriber", f"{name}/#")
    world.until(lambda: len(again) >= 5)
    assert [int(m.payload) for m in again] == list(range(5))
    assert received == []
