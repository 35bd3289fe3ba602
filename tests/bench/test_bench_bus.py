"""Publisher to subscriber through the broker that is found, against bare paho with the same
settings."""

import socket
import threading
import time

import paho.mqtt.client as mqtt
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from citybrain.bus.paho import IN_FLIGHT, BusConfig, PahoBus
from citybrain.random_ids import RandomIds
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports

MESSAGES, BYTES, PROBES = 5000, 2000, 200


def measure(publish, arrivals):
    """(messages a second, p50 in ms of one message's way to the subscriber)."""
    payload = b"x" * BYTES
    start = time.perf_counter()
    for _ in range(MESSAGES):
        while not publish(payload):
            time.sleep(0.0002)
    wait_for(arrivals, MESSAGES)
    rate = MESSAGES / (time.perf_counter() - start)
    times = []
    for n in range(PROBES):
        start = time.perf_counter()
        assert publish(payload)
        wait_for(arrivals, MESSAGES + n + 1)
        times.append(time.perf_counter() - start)
    return rate, 1000 * sorted(times)[PROBES // 2]


def wait_for(arrivals, count):
    with arrivals.changed:
        assert arrivals.changed.wait_for(lambda: arrivals.count >= count, timeout=60)


class Arrivals:
    def __init__(self):
        self.count, self.changed = 0, threading.Condition()

    def add(self, *_):
        with self.changed:
            self.count += 1
            self.changed.notify_all()


def ours(port):
    arrivals, up = Arrivals(), threading.Semaphore(0)
    rx = PahoBus(BusConfig(host="127.0.0.1", port=port, client_id="rx"), ids=RandomIds())
    tx = PahoBus(BusConfig(host="127.0.0.1", port=port, client_id="tx"), ids=RandomIds())
    rx.subscribe("bench/ours", arrivals.add)
    for client in (rx, tx):
        client.on_connected(up.release)
        client.start()
        assert up.acquire(timeout=20)
    result = measure(lambda payload: tx.publish("bench/ours", payload), arrivals)
    tx.stop()
    rx.stop()
    return result


def bare(port):
    arrivals, up = Arrivals(), threading.Semaphore(0)
    clients = []
    for name in ("bare-rx", "bare-tx"):
        client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=name, protocol=mqtt.MQTTv5)
        client.on_socket_open = lambda _client, _userdata, sock: sock.setsockopt(
            socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
        )
        client.max_inflight_messages_set(IN_FLIGHT.value)
        client.on_message = arrivals.add
        client.on_subscribe = lambda *_: up.release()
        client.connect("127.0.0.1", port)
        client.loop_start()
        clients.append(client)
    rx, tx = clients
    rx.subscribe("bench/bare", qos=1)
    assert up.acquire(timeout=20)
    result = measure(
        lambda payload: tx.publish("bench/bare", payload, qos=1).rc == mqtt.MQTT_ERR_SUCCESS,
        arrivals,
    )
    for client in clients:
        client.disconnect()
        client.loop_stop()
    return result


@pytest.mark.bench
def test_bench_bus(tmp_path):
    broker = BrokerProcess(port=free_ports(1)[0], folder=tmp_path).start()
    try:
        (own_rate, own_p50), (bare_rate, bare_p50) = ours(broker.port), bare(broker.port)
    finally:
        broker.stop()
    print(f"\n{broker.kind:>20} {'ours':>10} {'bare paho':>10} {'ratio':>6}")
    print(f"{'messages/s':>20} {own_rate:>10,.0f} {bare_rate:>10,.0f} {own_rate / bare_rate:>6.2f}")
    print(f"{'p50 ms':>20} {own_p50:>10.2f} {bare_p50:>10.2f} {own_p50 / bare_p50:>6.2f}")
