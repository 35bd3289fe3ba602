"""A broker as a process of its own: found, started, killed, stopped, strict."""

import json
import signal
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from citybrain.bus.from_config import bus_config
from citybrain.bus.paho import BusConfig, BusTls, PahoBus
from citybrain.config.fields import BrokerConfig
from citybrain.errors import BusError
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citysim.supervise import mqtt_broker as brokers
from citysim.supervise.mqtt_broker import (
    BROKER_KINDS,
    BrokerProcess,
    accepts_connections,
    command,
    mosquitto_path,
    write_config,
)
from citysim.supervise.tcp_ports import free_ports


def until(condition, within_s=60.0):
    clock, pause = SystemClock(), threading.Event()
    deadline = clock.instant() + within_s * 1_000_000
    while not condition():
        assert clock.instant() < deadline, "it did not come about in time"
        pause.wait(0.01)


@pytest.mark.parametrize("kind", BROKER_KINDS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_runs_in_the_foreground_and_ends_in_order_on_a_signal(tmp_path, kind, number):
    port = free_ports(1)[0]
    process = subprocess.Popen(command(port=port, folder=tmp_path, kind=kind))
    try:
        until(lambda: accepts_connections(port))
        process.send_signal(number)
        assert process.wait(10) == 0
    finally:
        process.kill()
    assert not accepts_connections(port)


@pytest.mark.parametrize("kind", BROKER_KINDS)
def test_it_listens_on_the_loopback_only(tmp_path, kind):
    text = write_config(kind, port=1999, folder=tmp_path).read_text()
    assert "127.0.0.1" in text
    assert "0.0.0.0" not in text


@pytest.mark.parametrize("kind", BROKER_KINDS)
def test_after_a_kill_it_comes_back_on_the_same_port(tmp_path, kind):
    broker = BrokerProcess(port=free_ports(1)[0], folder=tmp_path, kind=kind).start()
    try:
        first = broker.pid
        broker.kill()
        assert not accepts_connections(broker.port)
        broker.start()
        assert broker.pid != first
        assert accepts_connections(broker.port)
    finally:
        broker.stop()
    broker.stop()  # nothing is left to stop


def test_a_port_in_use_is_named(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(BusError, match="something else already listens"):
            BrokerProcess(port=other.getsockname()[1], folder=tmp_path).start()


def test_a_broker_that_cannot_run_is_reported_with_its_last_lines(tmp_path):
    folder = tmp_path / "broker"
    folder.mkdir()
    (folder / "mosquitto.conf").mkdir()  # where its configuration should be written
    reason = r"citybrain: the broker cannot run: .*mosquitto.conf"
    with pytest.raises(BusError, match=rf"mosquitto did not come up on 127.0.0.1:\d+: {reason}"):
        BrokerProcess(port=free_ports(1)[0], folder=folder, kind="mosquitto").start()


def test_no_broker_at_all_is_named_with_both_cures(monkeypatch):
    monkeypatch.setattr(brokers, "mosquitto_path", lambda: None)
    assert brokers.find_broker() == "iotcore"
    monkeypatch.setattr(brokers.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(BusError, match=r"apt install mosquitto.*\[demo\]"):
        brokers.find_broker()


@pytest.fixture
def strict(tmp_path):
    """Runs mosquitto with extra lines of configuration; gives the port."""
    running = []

    def start(*lines):
        port = free_ports(1)[0]
        config = tmp_path / "strict.conf"
        config.write_text("\n".join([f"listener {port} 127.0.0.1", *lines, ""]))
        with (tmp_path / "strict.log").open("wb") as output:
            running.append(subprocess.Popen([mosquitto_path(), "-c", str(config)], stderr=output))
        until(lambda: accepts_connections(port))
        return port

    yield start
    for process in running:
        process.kill()
        process.wait()


def test_a_broker_that_refuses_the_login_is_named(strict):
    bus = PahoBus(
        BusConfig(host="127.0.0.1", port=strict("allow_anonymous false"), client_id="unknown"),
        ids=RandomIds(),
    )
    bus.start()
    try:
        until(lambda: "refused the connection" in bus.disconnect_reason())
        assert "Not authorized" in bus.disconnect_reason()
    finally:
        bus.stop()


@pytest.fixture
def guarded(strict, tmp_path):
    """A broker that knows one user, `box-a1` with the password `open, sesame`; gives the port."""
    users = tmp_path / "users"
    subprocess.run(
        ["mosquitto_passwd", "-b", "-c", str(users), "box-a1", "open, sesame"],
        check=True,
        capture_output=True,
    )
    return strict("allow_anonymous false", f"password_file {users}", "user root")


def test_with_the_login_of_its_configuration_a_client_is_let_in(guarded, tmp_path):
    (tmp_path / "secret").write_text("open, sesame\n")
    config = BrokerConfig(
        host="127.0.0.1", port=guarded, username="box-a1", password_file=str(tmp_path / "secret")
    )
    bus, received = PahoBus(bus_config(config, client_id="box-a1"), ids=RandomIds()), []
    bus.subscribe("t/#", received.append)
    bus.start()
    try:
        until(bus.is_connected)
        assert bus.publish("t/x", b"here")
        until(lambda: [message.payload for message in received] == [b"here"])
    finally:
        bus.stop()


def test_with_another_password_it_is_refused_and_says_so_without_the_password(
    guarded, tmp_path, caplog
):
    (tmp_path / "secret").write_text("let me in")
    config = bus_config(
        BrokerConfig(port=guarded, username="box-a1", password_file=str(tmp_path / "secret")),
        client_id="box-a1",
    )
    assert "let me in" not in repr(config)
    bus = PahoBus(config, ids=RandomIds())
    bus.start()
    try:
        until(lambda: "refused the connection" in bus.disconnect_reason())
    finally:
        bus.stop()
    assert "refused the connection" in caplog.text
    assert "let me in" not in caplog.text


def test_a_broker_that_refuses_a_subscription_is_named(strict, tmp_path):
    plugin = next(Path("/usr/lib").rglob("mosquitto_dynamic_security.so"))
    access = {
        "publishClientSend": True,
        "publishClientReceive": True,
        "subscribe": False,
        "unsubscribe": True,
    }
    rules = tmp_path / "rules.json"
    rules.write_text(json.dumps({"defaultACLAccess": access}))
    port = strict(
        "allow_anonymous true",
        f"plugin {plugin}",
        f"plugin_opt_config_file {rules}",
        "user root",
        "log_dest stderr",
        "log_type all",
    )
    bus = PahoBus(BusConfig(host="127.0.0.1", port=port, client_id="reader"), ids=RandomIds())
    bus.subscribe("t/#", lambda _message: None)
    bus.start()
    try:
        until(
            lambda: (
                "refused to let reader read t/#" in bus.disconnect_reason() or bus.is_connected()
            )
        )
        assert not bus.is_connected(), "a client without its subscriptions is not connected"
        assert not bus.publish("t/x", b"")
        until(
            lambda: (
                (tmp_path / "strict.log").read_text().count("Received SUBSCRIBE from reader") >= 3
            )
        )  # it keeps trying
    finally:
        bus.stop()


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def certify(folder, name):
    openssl(
        folder,
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        f"{name}.key",
        "-out",
        f"{name}.csr",
        "-subj",
        f"/CN={name}",
    )
    (folder / f"{name}.ext").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\n")
    authority = ("-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2")
    files = ("-in", f"{name}.csr", "-extfile", f"{name}.ext", "-out", f"{name}.crt")
    openssl(folder, "x509", "-req", *authority, *files)


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("certificates")
    openssl(
        folder,
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.crt",
        "-days",
        "2",
        "-subj",
        "/CN=test authority",
    )
    for name in ("broker", "box-a1"):
        certify(folder, name)
    return folder


def test_with_certificates_on_both_sides_it_connects_and_without_it_does_not(strict, certificates):
    port = strict(
        f"cafile {certificates / 'ca.crt'}",
        f"certfile {certificates / 'broker.crt'}",
        f"keyfile {certificates / 'broker.key'}",
        "require_certificate true",
        "use_identity_as_username true",
        "allow_anonymous false",
        "user root",
    )
    tls = BusTls(
        ca=certificates / "ca.crt",
        certificate=certificates / "box-a1.crt",
        key=certificates / "box-a1.key",
    )
    known = PahoBus(
        BusConfig(host="127.0.0.1", port=port, client_id="box-a1", tls=tls), ids=RandomIds()
    )
    unknown = PahoBus(BusConfig(host="127.0.0.1", port=port, client_id="unknown"), ids=RandomIds())
    known.start()
    unknown.start()
    try:
        until(known.is_connected)
        until(lambda: unknown.disconnect_reason() not in ("connecting", ""))
        assert not unknown.is_connected()
    finally:
        known.stop()
        unknown.stop()
