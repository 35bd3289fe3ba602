"""A district that is restored from a backup goes on: the crew that it sent before is not sent
twice, and its device takes the restored node's numbers."""

import shutil

import pytest
from district_clients import crew_of, crew_screen, press
from district_process import CLOCK, DistrictProcess, ScriptedAgent, an_event, cli, until

from citybrain.bus import topics
from citybrain.geo import Point
from citybrain.vocabulary import CrewAction, OrderStage
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports

UNIT = "riverside-1"


@pytest.fixture
def broker(tmp_path):
    process = BrokerProcess(port=free_ports(1)[0], folder=tmp_path / "broker").start()
    yield process
    process.kill()


@pytest.fixture
def node(tmp_path, broker):
    node = DistrictProcess(tmp_path, broker.port).start()
    yield node
    if node.process.poll() is None:
        node.kill()


@pytest.fixture
def box(broker):
    box = ScriptedAgent(broker.port)
    yield box
    box.publish(topics.STATUS, b"", retain=True)
    box.bus.stop()


def shown_order(node, is_it=lambda order: True):
    def found():
        with crew_of(node.grpc) as crew:
            order = crew_screen(crew, UNIT).order
        return order if order is not None and is_it(order) else None

    return until(found, "the crew has its order")


def pressed(node, action):
    order = shown_order(node)
    with crew_of(node.grpc) as crew:
        assert press(crew, UNIT, order, action, f"press-{order.order}-{action}").done


def test_a_crew_is_not_sent_twice_after_its_district_was_restored(tmp_path, node, box):
    box.send_new(an_event(observed_at=CLOCK.now()))
    first = shown_order(node)
    pressed(node, CrewAction.ACCEPT)
    to = tmp_path / "backups"
    backed_up = cli("backup", "create", str(node.journal.parent), "--to", str(to), "--keep", "2")
    assert backed_up.returncode == 0, backed_up.stderr
    (backup,) = [path for path in to.iterdir() if path.is_dir()]
    for action in (CrewAction.DEPART, CrewAction.ARRIVE, CrewAction.FINISH):  # forgotten
        pressed(node, action)
    place = Point(lat=30.664, lon=104.09)
    box.send_new(an_event(episode="e2", source="cam-2", place=place, observed_at=CLOCK.now()))
    second = shown_order(node, lambda order: order.order != first.order)
    assert second.assignment_number > first.assignment_number

    node.kill()
    shutil.rmtree(node.journal.parent)
    assert cli("backup", "verify", str(backup)).returncode == 0
    restored = cli("backup", "restore", str(backup), "--to", str(node.journal.parent))
    assert restored.returncode == 0, restored.stderr
    node.start()

    again = shown_order(node)
    assert (again.order, again.stage) == (first.order, OrderStage.ACCEPTED)
    assert again.assignment_number > second.assignment_number  # the device takes it for newer
    pressed(node, CrewAction.DEPART)
    assert "it has another epoch now".lower() in (tmp_path / "district.log").read_text().lower()
    assert node.stop() == 0
    verified = cli("journal", "verify", str(node.journal))
    assert verified.returncode == 0, verified.stderr
