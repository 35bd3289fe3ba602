"""Packs that come and change while a real district process runs: by SIGHUP, and journaled."""

import json
import signal
import urllib.request

import pytest
from district_process import DistrictProcess, until
from pack_folders import write_pack

from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    process = BrokerProcess(port=free_ports(1)[0], folder=tmp_path_factory.mktemp("broker")).start()
    yield process
    process.kill()


@pytest.fixture
def node(tmp_path, broker):
    node = DistrictProcess(tmp_path, broker.port)
    web = free_ports(1)[0]
    node.config.write_text(node.config.read_text().replace('"127.0.0.1:0"', f'"127.0.0.1:{web}"'))
    node.web = f"http://127.0.0.1:{web}"
    node.start()
    yield node
    if node.process.poll() is None:
        node.kill()


def kinds_of(node):
    with urllib.request.urlopen(f"{node.web}/api/v1/kinds", timeout=10) as answer:
        return {kind["id"] for kind in json.load(answer)["kinds"]}


def words_of(node):
    with urllib.request.urlopen(f"{node.web}/translations.js", timeout=10) as answer:
        return answer.read().decode()


def reload_with(node, packs):
    head, rest = node.config.read_text().split("[broker]", 1)
    lines = [line for line in head.splitlines() if not line.startswith("packs")]
    beside = node.config.with_suffix(".new")  # the node may be reading the file at this moment
    beside.write_text("\n".join([*lines, f"packs = {json.dumps(packs)}", "[broker]" + rest]))
    beside.replace(node.config)
    node.process.send_signal(signal.SIGHUP)


def report(node, kind):
    body = json.dumps({
        "request_id": f"call-{kind}", "actor": "Li Na", "reporter": "citizen", "kind": kind,
        "place": {"latitude": 30.65, "longitude": 104.08}, "text": "两人被困",
    })  # fmt: skip
    request = urllib.request.Request(f"{node.web}/api/v1/reports", data=body.encode())
    request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)["incident"]


def incident_of(node, name):
    with urllib.request.urlopen(f"{node.web}/api/v1/incidents/{name}", timeout=10) as answer:
        return json.load(answer)["incident"]


def log_of(node):
    return (node.folder / "district.log").read_text()


def test_a_pack_comes_by_a_signal_and_a_faulty_one_changes_nothing(node, tmp_path):
    street = kinds_of(node)
    lifts = write_pack(tmp_path / "lifts")
    reload_with(node, [str(lifts)])
    until(lambda: "in force: packs" in log_of(node), "the pack is in force")
    added = kinds_of(node) - street
    assert added, "its kinds are there"
    assert all(f'"kind.{kind}"' in words_of(node) for kind in added), "and their words"

    size = (node.folder / "riverside" / "journal.db").stat().st_size
    for times in range(1, 6):
        reload_with(node, [str(lifts)])
        until(
            lambda n=times: log_of(node).count("are in force already") == n,
            "nothing is to be done",
        )
    assert log_of(node).count("in force: packs") == 1, "nothing is journaled again"
    assert (node.folder / "riverside" / "journal.db").stat().st_size <= size + 4096

    (lifts / "pack.toml").write_text("version = ")
    reload_with(node, [str(lifts)])
    until(lambda: "stay as they are" in log_of(node), "the fault is in the log")
    assert "pack.toml" in log_of(node).split("stay as they are", 1)[1]
    assert kinds_of(node) == street | added
    assert node.stop() == 0


def test_open_incidents_of_a_pack_that_is_gone_go_on_under_their_name(node, tmp_path):
    lifts = write_pack(tmp_path / "lifts")
    reload_with(node, [str(lifts)])
    until(lambda: "in force: packs" in log_of(node), "the pack is in force")
    name = report(node, "lift_entrapment")
    reload_with(node, [])
    until(lambda: log_of(node).count("in force: packs") == 2, "the pack is gone")
    node.kill()
    node.start()
    assert "lift_entrapment" not in kinds_of(node)
    incident = incident_of(node, name)
    assert (incident["kind"], incident["stage"]) == ("lift_entrapment", "opened")
    assert "电梯困人" in words_of(node)
