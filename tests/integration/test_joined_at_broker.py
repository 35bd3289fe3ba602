"""A box that joined is known by its name at a real broker, and a revoked one is no more."""

import re
import signal
import subprocess
import threading

import pytest
from authority_rig import ServedAuthority

from citybrain.bus.paho import BusConfig, BusTls, PahoBus
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citysim.supervise.mqtt_broker import accepts_connections, mosquitto_path
from citysim.supervise.tcp_ports import free_ports


def until(condition, within_s=30.0):
    clock, pause = SystemClock(), threading.Event()
    deadline = clock.instant() + within_s * 1_000_000
    while not condition():
        assert clock.instant() < deadline, "it did not come about in time"
        pause.wait(0.01)


@pytest.fixture
def served(tmp_path):
    with ServedAuthority(tmp_path / "ca") as running:
        yield running


class Broker:
    """mosquitto with the identity that it joined with; who is who is its certificates' matter."""

    def __init__(self, folder, served):
        served.joined("broker/b", folder / "broker", hosts=["127.0.0.1"])
        self.port, identity = free_ports(1)[0], folder / "broker"
        self.log, config, self.rules = folder / "log", folder / "conf", folder / "acl"
        self.allow(
            "pattern write from/%u/events",
            "user district/riverside",
            "topic read from/box/box-a1/events",
            "topic read from/box/box-a2/events",
        )
        config.write_text(
            f"listener {self.port} 127.0.0.1\n"
            f"cafile {identity}/root.pem\ncertfile {identity}/cert.pem\n"
            f"keyfile {identity}/key.pem\ncrlfile {served.folder}/crl.pem\n"
            "require_certificate true\nuse_identity_as_username true\n"
            "use_username_as_clientid true\nallow_anonymous false\n"
            f"acl_file {self.rules}\nuser root\nlog_type all\nlog_dest stderr\n"
        )
        with self.log.open("wb") as output:
            self.process = subprocess.Popen([mosquitto_path(), "-c", str(config)], stderr=output)
        until(lambda: accepts_connections(self.port))

    def allow(self, *rules):
        self.rules.write_text("\n".join((*rules, "")))

    def reload(self):
        before = self.log.read_text().count("Reloading config")
        self.process.send_signal(signal.SIGHUP)
        until(lambda: self.log.read_text().count("Reloading config") > before)

    def bus(self, identity, client_id="whoever"):
        tls = BusTls(
            ca=identity / "root.pem",
            certificate=identity / "cert.pem",
            key=identity / "key.pem",
        )
        config = BusConfig(host="127.0.0.1", port=self.port, client_id=client_id, tls=tls)
        return PahoBus(config, ids=RandomIds())


@pytest.fixture
def broker(tmp_path, served):
    if mosquitto_path() is None:
        pytest.skip("program: no mosquitto")
    running = Broker(tmp_path, served)
    yield running
    running.process.kill()
    running.process.wait()


@pytest.fixture
def started():
    buses = []

    def start(bus):
        buses.append(bus)
        bus.start()
        return bus

    yield start
    for bus in buses:
        bus.stop()


def test_a_joined_box_is_known_by_its_name_and_speaks_for_itself_alone(
    broker, served, tmp_path, started
):
    served.joined("box/box-a1", tmp_path / "a1")
    served.joined("box/box-a2", tmp_path / "a2")
    served.joined("district/riverside", tmp_path / "district", hosts=["127.0.0.1"])
    received = []
    district = broker.bus(tmp_path / "district")
    district.subscribe("from/box/box-a1/events", lambda m: received.append(m.payload))
    started(district)
    until(district.is_connected)
    box, other = started(broker.bus(tmp_path / "a1", "box/box-a2")), None
    until(box.is_connected)
    other = started(broker.bus(tmp_path / "a2", "district/riverside"))
    until(other.is_connected)
    assert re.search(
        r"New client connected from 127\.0\.0\.1:\d+ as box/box-a1 \(.*u'box/box-a1'\)",
        broker.log.read_text(),
    ), "the identity is user name and client id, whatever the client says"
    other.publish("from/box/box-a1/events", b"a lie")
    box.publish("from/box/box-a1/events", b"an event")
    until(lambda: b"an event" in received)
    assert received == [b"an event"]
    assert district.is_connected() and box.is_connected()


def test_a_revoked_box_is_refused_once_the_broker_has_read_the_list(
    broker, served, tmp_path, started
):
    served.joined("box/box-a1", tmp_path / "a1")
    served.joined("box/box-a2", tmp_path / "a2")
    started(broker.bus(tmp_path / "a1")).stop()
    served.revoke("box/box-a1")
    broker.reload()
    again = started(broker.bus(tmp_path / "a1"))
    until(lambda: again.disconnect_reason() not in ("connecting", ""))
    until(lambda: "certificate verify failed" in broker.log.read_text())
    assert not again.is_connected()
    until(started(broker.bus(tmp_path / "a2")).is_connected)


def test_a_connection_that_stands_outlives_the_list_and_falls_silent_by_the_rules(
    broker, served, tmp_path, started
):
    """The broker reads its list at handshakes alone: who is revoked must leave its rules, too."""
    for box in ("a1", "a2"):
        served.joined(f"box/box-{box}", tmp_path / box)
    served.joined("district/riverside", tmp_path / "district", hosts=["127.0.0.1"])
    received = []
    district = broker.bus(tmp_path / "district")
    district.subscribe("from/box/box-a1/events", lambda m: received.append(m.payload))
    district.subscribe("from/box/box-a2/events", lambda m: received.append(m.payload))
    revoked, honest = broker.bus(tmp_path / "a1"), broker.bus(tmp_path / "a2")
    for bus in (district, revoked, honest):
        until(started(bus).is_connected)
    served.revoke("box/box-a1")
    broker.allow(
        "user district/riverside",
        "topic read from/box/box-a1/events",
        "topic read from/box/box-a2/events",
        "user box/box-a2",
        "topic write from/box/box-a2/events",
    )
    broker.reload()
    assert revoked.is_connected()
    revoked.publish("from/box/box-a1/events", b"of the revoked one")
    until(lambda: "Denied PUBLISH from box/box-a1" in broker.log.read_text())
    honest.publish("from/box/box-a2/events", b"of the honest one")
    until(lambda: received == [b"of the honest one"])


def test_a_box_of_another_authority_is_refused(broker, tmp_path, started):
    with ServedAuthority(tmp_path / "foreign") as foreign:
        foreign.joined("box/box-a1", tmp_path / "f")
    root = (tmp_path / "broker" / "root.pem").read_bytes()
    (tmp_path / "f" / "root.pem").write_bytes(root)  # it trusts the broker: the broker not it
    stranger = started(broker.bus(tmp_path / "f"))
    until(lambda: stranger.disconnect_reason() not in ("connecting", ""))
    assert not stranger.is_connected()
