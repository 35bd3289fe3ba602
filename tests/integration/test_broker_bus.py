"""The bus against real brokers that are missing, killed, stopped, strict or slow."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from citybrain.bus.paho import IN_FLIGHT, BusConfig, PahoBus
from citybrain.bus.port import Will
from citybrain.errors import BusError
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citysim.supervise.mqtt_broker import BROKER_KINDS, BrokerProcess
from citysim.supervise.tcp_ports import free_ports


def is_stopped(pid):
    """Whether every thread of the process is."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return all("State:\tT" in (thread / "status").read_text() for thread in threads)


def until(condition, within_s=60.0):
    clock, pause = SystemClock(), threading.Event()
    deadline = clock.instant() + within_s * 1_000_000
    while not condition():
        assert clock.instant() < deadline, "it did not come about in time"
        pause.wait(0.01)


@pytest.fixture(params=BROKER_KINDS)
def broker(request, tmp_path):
    made = BrokerProcess(port=free_ports(1)[0], folder=tmp_path / "broker", kind=request.param)
    yield made
    made.kill()


@pytest.fixture
def bus(broker):
    made = []

    def make(client_id, **options):
        made.append(
            PahoBus(
                BusConfig(host="127.0.0.1", port=broker.port, client_id=client_id, retry_max_s=1.0),
                **options,
                ids=RandomIds(),
            )
        )
        return made[-1]

    yield make
    for each in made:
        each.stop()


def subscriber(bus, client_id, topic_filter):
    client, received = bus(client_id), []
    client.subscribe(topic_filter, received.append)
    client.start()
    return client, received


def test_a_client_starts_without_a_broker_and_connects_when_one_comes(broker, bus):
    client, received = subscriber(bus, "early", "t/#")
    until(lambda: "no answer" in client.disconnect_reason())
    with pytest.raises(BusError, match=f"127.0.0.1:{broker.port}: no answer"):
        client.check()
    broker.start()
    until(client.is_connected)
    assert client.disconnect_reason() == ""
    client.check()
    assert client.publish("t/x", b"1")
    until(lambda: received)


def test_a_killed_broker_is_noticed_and_everything_stands_again_when_it_is_back(broker, bus):
    broker.start()
    rx, received = subscriber(bus, "rx", "t/#")
    tx = bus("tx")
    connections = []
    tx.on_connected(lambda: connections.append(1))
    tx.start()
    until(lambda: rx.is_connected() and tx.is_connected())
    for round_ in range(3):
        broker.kill()
        until(lambda: not tx.is_connected() and not rx.is_connected())
        assert not tx.publish("t/x", b"into the void")
        broker.start()
        until(lambda: rx.is_connected() and tx.is_connected())
        assert tx.publish("t/x", str(round_).encode())
        until(lambda: str(round_).encode() in [m.payload for m in received])  # noqa: B023 - waited for within the round
    assert len(connections) == 4
    assert b"into the void" not in [m.payload for m in received]


def test_a_killed_clients_will_is_published(broker, bus):
    broker.start()
    rx, received = subscriber(bus, "rx", "status/#")
    until(rx.is_connected)
    program = (
        "import threading\n"
        "from citybrain.bus.paho import BusConfig, PahoBus\n"
        "from citybrain.bus.port import Will\n"
        "from citybrain.random_ids import RandomIds\n"
        f"config = BusConfig(host='127.0.0.1', port={broker.port}, client_id='victim')\n"
        "will = Will(topic='status/victim', payload=b'dead')\n"
        "bus = PahoBus(config, will=will, ids=RandomIds())\n"
        "bus.on_connected(lambda: bus.publish('status/victim', b'born', retain=True))\n"
        "bus.start()\n"
        "threading.Event().wait(60)\n"
    )
    victim = subprocess.Popen([sys.executable, "-c", program])
    try:
        until(lambda: [m.payload for m in received] == [b"born"])
    finally:
        victim.kill()
        victim.wait()
    until(lambda: b"dead" in [m.payload for m in received])
    _, late = subscriber(bus, "late", "status/#")
    until(lambda: late)
    assert [(m.payload, m.retained) for m in late] == [(b"dead", True)]


def test_a_broker_that_does_not_answer_fills_the_window_and_never_blocks_the_caller(broker, bus):
    broker.start()
    rx, received = subscriber(bus, "rx", "t/#")
    tx = bus("tx")
    tx.start()
    until(lambda: rx.is_connected() and tx.is_connected())
    listening = (
        broker.pid
    )  # mosquitto replaced the process that was started; iotcore runs inside it
    os.kill(listening, signal.SIGSTOP)
    until(lambda: is_stopped(listening))  # a thread of it may answer a while longer
    try:
        taken = sum(tx.publish("t/x", str(n).encode()) for n in range(3 * IN_FLIGHT.value))
    finally:
        os.kill(listening, signal.SIGCONT)
    assert taken <= IN_FLIGHT.value
    until(lambda: len({m.payload for m in received}) == taken)
    until(lambda: tx.publish("t/x", b"room again"))


def test_a_subscriber_that_fails_stops_neither_the_others_nor_the_bus(broker, bus):
    broker.start()
    rx, received = bus("rx"), []

    def fail(message):
        raise ValueError(f"cannot process {message.topic}")

    rx.subscribe("bad/#", fail)
    rx.subscribe("good/#", received.append)
    rx.start()
    until(rx.is_connected)
    for n in range(20):
        assert rx.publish("bad/x", b"")
        assert rx.publish("good/x", str(n).encode())
    until(lambda: len(received) == 20 and rx.subscriber_errors == 20)
    assert rx.is_connected()


def test_a_second_process_under_the_same_client_id_is_noticed(broker, bus):
    broker.start()
    first = bus("twin")
    first.start()
    until(first.is_connected)
    second = bus("twin")
    troubles = []
    second.start()
    until(
        lambda: troubles.append(first.disconnect_reason()) or second.is_connected() or any(troubles)
    )
    until(
        lambda: (
            troubles.append(first.disconnect_reason())
            or "the connection ended" in " ".join(troubles)
        )
    )


def test_stopping_twice_and_stopping_what_never_started_is_fine(broker, bus):
    broker.start()
    client = bus("c")
    client.stop()
    other = bus("d")
    other.start()
    until(other.is_connected)
    other.stop()
    other.stop()
    assert other.disconnect_reason() == "stopped"


def test_what_was_published_before_a_stop_reaches_the_broker(broker, bus):
    broker.start()
    rx, received = subscriber(bus, "rx", "t/#")
    until(rx.is_connected)
    tx = bus("tx", will=Will(topic="t/status", payload=b"dead"))
    tx.start()
    until(tx.is_connected)
    for n in range(IN_FLIGHT.value):
        assert tx.publish("t/x", str(n).encode())
    tx.stop()
    until(lambda: len(received) >= IN_FLIGHT.value)
    assert b"dead" not in [m.payload for m in received]


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x20\x05\x00\x00\xff\xff\xff",
        b"\xf0\xff\xff\xff\xff\xff",
        b"\x20\x00",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"",
    ],
    ids=[
        "properties that never end",
        "a length that never ends",
        "an empty answer",
        "no broker at all",
        "silence",
    ],
)
def test_a_server_that_is_no_broker_is_survived(broker, bus, garbage):
    answered = threading.Event()

    def answer_once(server):
        connection, _ = server.accept()
        with connection:
            connection.recv(1000)
            connection.sendall(garbage)
        answered.set()

    with socket.create_server(("127.0.0.1", broker.port)) as server:
        threading.Thread(target=answer_once, args=(server,), daemon=True).start()
        client, received = subscriber(bus, "patient", "t/#")
        until(answered.is_set)
    broker.start()
    until(client.is_connected)
    assert client.publish("t/x", b"still here")
    until(lambda: received)


def test_an_address_that_cannot_be_one_is_named_and_does_not_end_the_bus():
    client = PahoBus(BusConfig(host="no..such..name", port=1883, client_id="lost"), ids=RandomIds())
    client.start()
    try:
        until(lambda: "the client failed" in client.disconnect_reason())
        with pytest.raises(BusError, match=r"no\.\.such\.\.name:1883: the client failed"):
            client.check()
    finally:
        client.stop()


def test_a_client_that_proves_what_it_may_is_connected_once_its_own_message_came_back(broker, bus):
    broker.start()
    rx, received = subscriber(bus, "reader", "t/#")
    until(rx.is_connected)
    config = BusConfig(host="127.0.0.1", port=broker.port, client_id="prover", probe="t/probe")
    prover = PahoBus(config, ids=RandomIds(), clock=SystemClock())
    told = []
    prover.on_connected(lambda: told.append(len(received)))
    prover.start()
    until(prover.is_connected)
    prover.stop()
    assert len(told) == 1 and prover.problem() == ""
    until(lambda: [m.topic for m in received] == ["t/probe"])
