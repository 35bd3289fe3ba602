"""A real agent with one good camera among bad ones: a model that is missing, one that was altered,
files that are no video or not there."""

import subprocess

import pytest
from rigs.street_box import AgentProcess, District, write_video

from citybrain.domain.event import VisibilityInterval
from citybrain.vocabulary import Visibility
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports
from models.build_tiny import build

CAMERA = """
[[camera]]
id = "{id}"
source = "{source}"
loop = true
place = {{lat = 30.66, lon = 104.06}}
model = "{model}"
[[camera.rule]]
id = "crowd"
kind = "objects_inside"
incident_kind = "crowding"
severity = "Severe"
zone = [[0.0,0.0],[1.0,0.0],[1.0,1.0],[0.0,1.0]]
at_least = 2
hold_s = 0.4
clear_s = 0.6
"""
CASES = {  # camera: (its source, its model, the reason in its status)
    "good": ("street.avi", "tiny", ""),
    "no-model": ("street.avi", "yolox-nano", "no_model"),
    "altered": ("street.avi", "{folder}/altered/altered.toml", "model_altered"),
    "no-video": ("letter.avi", "tiny", "not_a_video"),
    "nothing": ("nothing.avi", "tiny", "no_source"),
}


@pytest.fixture
def broker(tmp_path):
    process = BrokerProcess(port=free_ports(1)[0], folder=tmp_path / "broker").start()
    yield process
    process.kill()


@pytest.fixture
def district(broker):
    end = District(broker.port)
    yield end
    end.bus.stop()


@pytest.fixture
def agent(tmp_path, broker, project_root):
    models = tmp_path / "cache" / "models"
    models.mkdir(parents=True)
    build(models / "tiny.onnx")
    write_video(tmp_path / "street.avi")
    (tmp_path / "letter.avi").write_text("Dear Sir, this is no video.\n" * 50, encoding="utf-8")
    altered = tmp_path / "altered"
    altered.mkdir()
    (altered / "altered.toml").write_text(
        (project_root / "models" / "cards" / "tiny.toml").read_text(encoding="utf-8"),
        encoding="utf-8",
    )
    (altered / "tiny.onnx").write_bytes((models / "tiny.onnx").read_bytes() + b"a hand was here")
    cameras = [
        CAMERA.format(id=name, source=tmp_path / source, model=model.format(folder=tmp_path))
        for name, (source, model, _) in CASES.items()
    ]
    config = tmp_path / "street.toml"
    head = f'agent = "box-1"\ndistrict = "riverside"\ndata_dir = "{tmp_path / "box"}"\n'
    head += f"[broker]\nport = {broker.port}\n"
    config.write_text(head + "".join(cameras), encoding="utf-8")
    process = AgentProcess(config, tmp_path / "cache")
    yield process
    if process.process is not None and process.process.poll() is None:
        process.kill()


def test_the_other_cameras_go_on_and_the_status_has_the_reason_of_each(agent, district, tmp_path):
    agent.start()
    wanted = {name: reason for name, (_, _, reason) in CASES.items() if reason}
    district.wait(lambda: district.statuses and wanted.items() <= reasons(district).items())
    district.wait(
        lambda: len([event for event in district.starts() if event.source == "good"]) >= 2
    )
    assert {event.source for event in district.events} == {"good"}
    assert {line.visibility for line in district.statuses[-1].sources if line.source != "good"} == {
        Visibility.BLIND
    }
    log = agent.log.read_text()
    for cure in (
        "citybrain model fetch yolox-nano",
        "altered",
        "letter.avi is not a video",
        "there is no file",
    ):
        assert cure in log, cure

    (tmp_path / "nothing.avi").hardlink_to(tmp_path / "street.avi")
    # the file came: no restart
    district.wait(lambda: any(event.source == "nothing" for event in district.starts()))
    (tmp_path / "altered" / "tiny.onnx").write_bytes(
        (tmp_path / "cache" / "models" / "tiny.onnx").read_bytes()
    )
    # the right model came: no restart
    district.wait(lambda: any(event.source == "altered" for event in district.starts()))
    agent.stop()
    intervals = {
        (item.content.source, item.content.reason)
        for item in district.items.values()
        if isinstance(item.content, VisibilityInterval)
    }
    assert set(wanted.items()) <= intervals, "and the district's journal has it too"
    checked = check(agent)
    assert checked.returncode == 2
    assert "letter.avi is not a video" in checked.stdout


def reasons(district):
    """By source, the last reason."""
    return {line.source: line.reason for line in district.statuses[-1].sources}


def test_check_reports_that_the_disk_is_smaller_than_the_outbox(agent, tiny_disk, tmp_path):
    config = tmp_path / "street.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace(
            str(tmp_path / "box"), str(tiny_disk.folder / "box")
        ),
        encoding="utf-8",
    )
    checked = check(agent)
    assert checked.returncode == 2
    assert "lower outbox.cap_mb (now 64)" in checked.stdout


def check(agent):
    return subprocess.run(
        [*agent.command[:-3], "check", *agent.command[-2:]],
        env=agent.environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
