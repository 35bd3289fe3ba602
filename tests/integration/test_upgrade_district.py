"""A real district process is replaced by the next version, with a crew under way: by an orderly
stop and by `kill -9`. The next version is this checkout with a changed core and a state with one
field more."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from district_clients import crew_of, crew_screen
from district_clients import press as press_order
from district_process import CLOCK, DistrictProcess, ScriptedAgent, an_event, until

from citybrain.bus import topics
from citybrain.vocabulary import CrewAction, OrderStage
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports

ROOT = Path(__file__).parents[2]
PARTS = ("citybrain", "district_node")
UNIT = "riverside-1"


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    process = BrokerProcess(port=free_ports(1)[0], folder=tmp_path_factory.mktemp("broker")).start()
    yield process
    process.kill()


def checkout(folder):
    """The packages of a district, as a version that may be changed."""
    for part in PARTS:
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    return folder


@pytest.fixture(scope="module")
def old_version(tmp_path_factory):
    """This one, kept: nobody edits it while a test runs."""
    return checkout(tmp_path_factory.mktemp("old"))


@pytest.fixture(scope="module")
def next_version(tmp_path_factory):
    folder = checkout(tmp_path_factory.mktemp("next"))
    state = folder / "district_node" / "cores" / "state.py"
    field = r'\1    remark: str = ""\n'
    text, changed = re.subn(r"(    starts: int = 0.*\n)", field, state.read_text())
    assert changed == 1
    state.write_text(text)
    decide = folder / "district_node" / "cores" / "decide.py"
    decide.write_text(decide.read_text() + "\n# decides otherwise\n")
    return folder


@pytest.fixture
def node(tmp_path, broker, old_version, monkeypatch):
    node = DistrictProcess(tmp_path, broker.port)
    start(node, old_version, monkeypatch)
    yield node
    if node.process.poll() is None:
        node.kill()


@pytest.fixture
def box(broker):
    box = ScriptedAgent(broker.port)
    yield box
    box.publish(topics.STATUS, b"", retain=True)
    box.bus.stop()


def command(version, *words):
    """`citybrain` of the version in this folder."""
    return subprocess.run(
        [sys.executable, "-m", "citybrain.cli.main", *map(str, words)],
        cwd=version,
        env={**os.environ, "PYTHONPATH": str(version)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def start(node, version, monkeypatch):
    """The node's process, of the version in this folder."""
    with monkeypatch.context() as there:
        there.chdir(version)
        there.setenv("PYTHONPATH", str(version))
        node.start()


def press(node, action):
    with crew_of(node.grpc) as crew:
        order = until(lambda: crew_screen(crew, UNIT).order, "the crew has its order")
        assert press_order(crew, UNIT, order, action, f"press-{action}").done
        return order.order


@pytest.mark.parametrize("ends", ["in order", "by kill -9"])
def test_every_order_goes_on(node, box, old_version, next_version, monkeypatch, ends):
    box.send_new(an_event(observed_at=CLOCK.now()))
    order = press(node, CrewAction.ACCEPT)
    press(node, CrewAction.DEPART)
    if ends == "in order":
        assert node.stop() == 0
    else:
        node.kill()
        config = ("district", "run", "--config", node.config)
        refused = command(next_version, *config)
        assert refused.returncode == 1
        assert "start and stop the old version once" in refused.stderr
        mended = command(old_version, "journal", "checkpoint", node.journal)
        assert mended.returncode == 0, mended.stderr
    start(node, next_version, monkeypatch)
    with crew_of(node.grpc) as crew:
        shown = crew_screen(crew, UNIT).order
    assert (shown.order, shown.stage) == (order, OrderStage.EN_ROUTE)
    assert press(node, CrewAction.ARRIVE) == order
    box.send_new(an_event(episode="e2", observed_at=CLOCK.now()))
    box.until_acknowledged()
    assert node.stop() == 0
    verified = command(old_version, "journal", "verify", node.journal)
    assert verified.returncode == 0, verified.stderr
    assert "checkpoint" in verified.stdout


def test_a_downgrade_that_would_lose_something_is_refused_and_loses_nothing(
    node, box, old_version, next_version, monkeypatch
):
    box.send_new(an_event(observed_at=CLOCK.now()))
    press(node, CrewAction.ACCEPT)
    assert node.stop() == 0
    start(node, next_version, monkeypatch)
    assert node.stop() == 0
    refused = command(old_version, "district", "run", "--config", node.config)
    assert refused.returncode == 1
    assert "would forget state.remark" in refused.stderr
    start(node, next_version, monkeypatch)
    press(node, CrewAction.DEPART)
    assert node.stop() == 0
