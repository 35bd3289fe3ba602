"""A box and its district that joined: they meet at the broker of `citybrain broker config` by TLS,
and nobody edited a file for it. Wrong names are said at both ends within 10 s.
"""

import re
import subprocess
import sys

import pytest
from district_process import DistrictProcess, cli
from identity_broker import IdentityBroker, until

from citybrain.bus import topics
from citybrain.bus.refusals import BusRefusal
from citybrain.clock import SECOND_US
from citybrain.enrolment.join import renew
from citybrain.system_clock import SystemClock

STREET = """
agent = "{agent}"
district = "{district}"
data_dir = "{folder}/{agent}"
[broker]
port = {port}
[[sensor]]
id = "level-1"
source = "levels.csv"
place = {{ lat = 30.66, lon = 104.06 }}
speedup = 20.0
[[sensor.rule]]
id = "high"
incident_kind = "waterlogging"
severity = "Severe"
above = 1.2
below = 1.0
"""
WITHIN_S = 10.0


@pytest.fixture
def broker(tmp_path):
    with IdentityBroker(tmp_path / "at-broker") as running:
        yield running


@pytest.fixture
def run_street(broker, tmp_path):
    """`citybrain street run` of a box that joined as `joined_as`; returns its log file."""
    running = []

    def run(agent="box-a1", district="riverside", joined_as="box/box-a1"):
        (tmp_path / "levels.csv").write_text("seconds,value\n0,0.4\n5,1.5\n30,1.5\n40,0.4\n")
        config = tmp_path / "street.toml"
        config.write_text(
            STREET.format(agent=agent, district=district, folder=tmp_path, port=broker.port)
        )
        if joined_as:
            broker.authority.joined(joined_as, tmp_path / agent / "identity")
        log = tmp_path / "street.log"
        command = [sys.executable, "-m", "citybrain.cli.main", "street", "run", "-c", str(config)]
        with log.open("wb") as output:
            running.append(subprocess.Popen(command, stdout=output, stderr=output))
        return log

    run.processes = running
    yield run
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def district(broker, tmp_path):
    """`citybrain district run` of a district that joined."""
    node = DistrictProcess(tmp_path, broker.port)
    folder = tmp_path / "riverside" / "identity"
    broker.authority.joined("district/riverside", folder, hosts=["127.0.0.1"])
    node.operator = str(broker.joined("operator/olga"))
    yield node.start()
    node.kill()


def test_what_a_joined_box_measures_is_an_incident_of_its_joined_district(
    broker, district, run_street
):
    run_street()
    shown = until_shown(district, "waterlogging")
    assert "broker up" in shown
    for name in ("box/box-a1", "district/riverside"):
        assert re.search(rf"New client connected from \S+ as {name} \(.*u'{name}'\)", broker.log)


def until_shown(district, word):
    last = [""]

    def is_shown():
        words = ("district", "queue", "--once", "-a", f"127.0.0.1:{district.grpc}")
        last[0] = cli("--identity", district.operator, *words).stdout
        return word in last[0]

    until(is_shown, within_s=60)
    return last[0]


def test_a_district_at_the_wrong_broker_shows_it_on_its_screens(broker, district):
    assert "broker up" in until_shown(district, "broker up")
    broker.reload(denied=("district/riverside",))
    broker.restart()
    assert "broker DOWN (silenced)" in until_shown(district, "silenced")
    log = district.folder / "district.log"
    assert "condition broker_refuses began: the broker does not let" in log.read_text()
    broker.reload()
    until(lambda: "condition broker_refuses is over" in log.read_text(), within_s=2 * WITHIN_S)


def test_a_box_of_another_district_says_so_within_ten_seconds(broker, run_street):
    log = run_street(district="oldtown")
    until(lambda: " as box/box-a1 (" in broker.log)
    until(lambda: "does not let box/box-a1 speak and listen" in log.read_text(), WITHIN_S)
    until(lambda: "Denied PUBLISH from box/box-a1" in broker.log, WITHIN_S)
    assert "citybrain/v1/oldtown/box/box-a1/probe" in log.read_text()


def test_a_box_whose_file_says_another_name_does_not_start(broker, run_street):
    log = run_street(agent="box-b2", joined_as="box/box-a1")
    assert run_street.processes[0].wait(30) == 2
    assert "it says 'box-b2'" in log.read_text()
    assert "citybrain://chengdu/box/box-a1" in log.read_text()


def test_a_box_that_has_not_joined_says_what_the_port_wants(broker, run_street):
    log = run_street(joined_as="")
    until(lambda: "this client has not joined" in log.read_text(), WITHIN_S + 10)
    until(lambda: "SSL routines" in broker.log, WITHIN_S)


def proving(broker, short, **options):
    probe = topics.probe("riverside", short)
    return broker.bus(short, settings={"probe": probe}, **options)


def test_a_district_that_the_broker_does_not_serve_says_so(broker):
    refusals = []
    bus = broker.bus(
        "district/oldtown",
        settings={"probe": topics.probe("oldtown", "district/oldtown")},
        on_refusal=refusals.append,
    )
    clock = SystemClock()
    since = clock.instant()
    bus.subscribe(topics.all_agents("oldtown", topics.EVENTS), lambda _message: None)
    bus.start()
    until(lambda: BusRefusal.SILENCED in refusals)
    assert clock.instant() - since < WITHIN_S * SECOND_US
    assert "does not let district/oldtown speak and listen" in bus.disconnect_reason()
    assert bus.problem() == BusRefusal.SILENCED
    assert not bus.is_connected()


def test_who_falls_silent_while_connected_says_so_and_comes_back_with_the_rules(broker):
    refusals = []
    bus = proving(broker, "box/box-a1", on_refusal=refusals.append)
    bus.start()
    until(bus.is_connected)
    broker.reload(denied=("box/box-a1",))
    bus.publish(topics.topic("riverside", "box-a1", topics.EVENTS), b"an event")
    until(lambda: not bus.is_connected(), within_s=2 * WITHIN_S)
    assert set(refusals) >= {BusRefusal.DENIED, BusRefusal.SILENCED}
    broker.reload()
    until(bus.is_connected, within_s=2 * WITHIN_S)
    assert bus.problem() == ""
    assert broker.log.count(" as box/box-a1 (") == 1, "on the connection that stood"


def test_a_renewed_certificate_is_shown_at_the_next_connection(broker):
    folder = broker.joined("box/box-a1")
    bus = proving(broker, "box/box-a1")
    bus.start()
    until(bus.is_connected)
    broker.authority.revoke("box/box-a1")
    broker.authority.joined("box/box-a1", folder)
    renew(folder)
    broker.reload(revoked=(broker.authority.folder / "crl.pem").read_text())
    broker.restart()
    until(lambda: broker.log.count(" as box/box-a1 (") == 2)
    until(bus.is_connected)
