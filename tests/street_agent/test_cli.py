"""`citybrain street`: check reports everything at once, replay gives the same bytes twice, errors
name the cure."""

import json
import os
import subprocess
import sys

import av
import numpy as np
import pytest
from authority_rig import joined_long_ago
from pack_folders import write_kind

from citybrain.bus import topics
from citybrain.config.load import parse
from citysim.supervise.tcp_ports import free_ports
from models.build_tiny import build
from street_agent.cli.check import NOTE, OK, CheckResult, inspect, show
from street_agent.config import StreetConfig

CONFIG = """
agent = "box-1"
district = "riverside"
data_dir = "{folder}/box"
[broker]
port = {port}
[[camera]]
id = "cam-1"
source = "street.avi"
place = {{lat = 30.66, lon = 104.06}}
model = "tiny"
[[camera.rule]]
id = "crowd"
kind = "objects_inside"
incident_kind = "crowding"
classes = ["person"]
zone = [[0.0,0.0],[1.0,0.0],[1.0,1.0],[0.0,1.0]]
at_least = 2
hold_s = 0.4
clear_s = 0.6
"""

LINE = '{"type":"visibility","visibility":"observed","reason":"","since":1,"at":1}'


@pytest.fixture(scope="module")
def street(tmp_path_factory):
    """A folder with a video in which two bright upright blobs walk for 2 s of 4, and the tiny model
    in its cache."""
    folder = tmp_path_factory.mktemp("street")
    rng = np.random.default_rng(1)
    with av.open(str(folder / "street.avi"), "w") as box:
        stream = box.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = (
            320,
            240,
            "yuv420p",
            2_000_000,
        )
        for index in range(40):
            picture = np.clip(rng.normal(70, 9, (240, 320, 3)), 0, 255).astype(np.uint8)
            for left in (60 + 2 * index, 200 + index) if index < 20 else ():
                picture[90:150, left : left + 24] = 250
            box.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        box.mux(stream.encode(None))
    (folder / "cache" / "models").mkdir(parents=True)
    build(folder / "cache" / "models" / "tiny.onnx")
    return folder


@pytest.fixture
def citybrain(street):
    def call(*arguments, cache=street / "cache", rc=0):
        command = [sys.executable, "-m", "citybrain.cli.main", "street", *map(str, arguments)]
        environment = {**os.environ, "CITYBRAIN_CACHE": str(cache), "COLUMNS": "200"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == rc, done.stderr
        return done

    return call


@pytest.fixture
def config(street, tmp_path, free_port):
    def write(text=CONFIG, name="street.toml"):
        path = street / f"{tmp_path.name}-{name}"
        path.write_text(text.format(folder=tmp_path, port=free_port))
        return path

    return write


@pytest.mark.slow
def test_a_replay_gives_the_same_bytes_twice_and_from_its_recording(citybrain, config, tmp_path):
    path, boxes = config(), tmp_path / "street.boxes"
    first = citybrain("replay", "--config", path, "--record", boxes).stdout
    again = citybrain("replay", "--config", path).stdout
    recorded = citybrain("replay", "--config", path, "--detections", boxes).stdout
    assert first == again == recorded
    lines = [json.loads(line) for line in first.splitlines()]
    events = [line for line in lines if line["type"] == "event"]
    assert [event["phase"] for event in events] == ["start", "end"]
    assert events[0]["measurements"]["count"] == 2
    assert b"\xff\xd8\xff" not in boxes.read_bytes()


def test_the_error_of_an_unknown_camera_lists_the_known_ones(citybrain, config):
    done = citybrain("replay", "--config", config(), "--camera", "cam-9", rc=2)
    assert "cam-1" in done.stderr


@pytest.mark.slow
def test_a_malformed_recording_is_refused_with_its_line(citybrain, config, tmp_path):
    (tmp_path / "x").write_text(LINE + "\nhello\n")
    done = citybrain("replay", "--config", config(), "--detections", tmp_path / "x", rc=1)
    assert "line 2" in done.stderr


@pytest.mark.slow
def test_check_tries_everything_and_starts_nothing(citybrain, config, tmp_path):
    done = citybrain("check", "--config", config())
    for word in ("320x240", "tiny", "crowd", "does not answer"):
        assert word in done.stdout
    assert "FAULT" not in done.stdout
    assert not (tmp_path / "box").exists()


@pytest.mark.slow
def test_check_opens_the_certificates_of_a_box(citybrain, config, tmp_path):
    identity = tmp_path / "box" / "identity"
    joined_long_ago(tmp_path / "ca", identity, days=1, short="box/box-1")
    shown = citybrain("check", "--config", config()).stdout
    assert "certificate identity" in shown and "citybrain://chengdu/box/box-1, until" in shown
    (identity / "key.pem").unlink()
    shown = citybrain("check", "--config", config(), rc=2).stdout
    assert shown.count("FAULT") == 1 and f"{identity}/key.pem cannot be read" in shown


@pytest.mark.slow
def test_check_lists_every_fault_of_the_machine_with_its_cure(citybrain, config, tmp_path):
    text = CONFIG.replace('classes = ["person"]', 'classes = ["person", "bicycle"]')
    text += '\n[[camera]]\nid = "cam-2"\nsource = "none.avi"\nmodel = "tiny"'
    text += "\nplace = {{lat = 1.0, lon = 2.0}}\n"
    text += '\n[[sensor]]\nid = "level-1"\nsource = "none.csv"\nplace = {{lat = 1.0, lon = 2.0}}\n'
    done = citybrain("check", "--config", config(text), rc=2)
    assert done.stdout.count("FAULT") == 3
    assert "does not find bicycle" in done.stdout
    missing = citybrain("check", "--config", config(), cache=tmp_path, rc=2)
    assert "citybrain model fetch tiny" in missing.stdout


@pytest.mark.slow
def test_check_names_every_rule_that_the_district_would_not_understand(citybrain, config, tmp_path):
    district = tmp_path / "district.toml"  # what is no matter of kinds may have faults
    district.write_text('packs = ["lifts"]\n[broker]\npassword_file = "none"\n')
    write_kind(tmp_path / "lifts", 'kind = "lifts.trapped"\n')
    rule = CONFIG[CONFIG.index("[[camera.rule]]") :]
    text = CONFIG.replace('"crowding"', '"crowdd"')
    text += rule.replace('"crowd"', '"lift"').replace('"crowding"', '"lifts.trapped"')
    text += rule.replace('"crowd"', '"snow"').replace('"crowding"', '"avalanche"')
    text += rule.replace('"crowd"', '"odd"').replace('"crowding"', '"unknown"')
    done = citybrain("check", "--config", config(text), "--district", district, rc=2)
    assert "320x240" in done.stdout, "the rest is checked all the same"
    assert "2 problem(s)" in done.stderr
    assert "camera[0].rule[0].incident_kind" in done.stderr
    assert "no playbook crowdd, which rule cam-1/crowd reports. Did you mean crowding?" in (
        done.stderr
    )
    assert "no playbook avalanche, which rule cam-1/snow reports. Use one of " in done.stderr
    assert "lifts.trapped" in done.stderr.partition("Use one of")[2]
    assert citybrain("check", "--config", config(), "--district", district).stderr == ""


@pytest.mark.slow
def test_a_district_that_cannot_be_read_is_a_problem_of_its_file(citybrain, config, tmp_path):
    missing = tmp_path / "none.toml"
    done = citybrain("check", "--config", config(), "--district", missing, rc=2)
    assert "none.toml" in done.stderr
    assert "there is no such file" in done.stderr


@pytest.mark.slow
def test_problems_of_the_file_are_listed_at_once_and_nothing_is_started(
    citybrain, config, tmp_path
):
    text = CONFIG.replace("at_least = 2", "at_least = 0\nfoo = 1").replace(
        'district = "riverside"', ""
    )
    for command in ("run", "check"):
        done = citybrain(command, "--config", config(text), rc=2)
        assert "3 problem(s)" in done.stderr
        for key in ("district", "at_least", "foo"):
            assert key in done.stderr
    assert not (tmp_path / "box").exists()


@pytest.mark.slow
def test_a_model_without_a_card_stops_the_start(citybrain, config):
    done = citybrain("run", "--config", config(CONFIG.replace('"tiny"', '"tinny"')), rc=2)
    assert "camera[0].model" in done.stderr


@pytest.mark.parametrize("command", ["run", "check", "replay"])
def test_help_has_an_example(citybrain, command):
    assert f"citybrain street {command}" in citybrain(command, "--help").stdout


def test_a_replay_of_a_plugins_camera_wants_a_video(citybrain, config):
    text = CONFIG.replace('"street.avi"', '"plugin:acme"')
    done = citybrain("replay", "--config", config(text), rc=2)
    assert "cam-1 is plugin:acme, which has no recording. Give a video file" in done.stderr


def test_check_names_the_topic_of_a_sensor_that_has_one(tmp_path):
    sensor = {"id": "level-1", "source": "topic:gauge-7", "place": {"lat": 30.66, "lon": 104.06}}
    raw = {
        "agent": "box-1",
        "district": "riverside",
        "data_dir": str(tmp_path),
        "broker": {"port": free_ports(1)[0]},
        "sensor": [sensor],
    }
    results = inspect(parse(raw, StreetConfig, name="street.toml"), tmp_path)
    (shown,) = (one for one in results if one.what == "sensor level-1")
    assert shown.verdict == OK
    assert topics.readings("riverside", "gauge-7") in shown.detail


def test_what_was_found_is_printed_as_it_stands(tmp_path, capsys):
    sensor = {"id": "s", "source": "levels.csv", "place": {"lat": 30.66, "lon": 104.06}}
    raw = {"agent": "a", "district": "d", "data_dir": str(tmp_path), "sensor": [sensor]}
    found = CheckResult(what="camera c", verdict=NOTE, detail="it has no [[camera.rule]]: nothing")
    show(parse(raw, StreetConfig, name="street.toml"), (found,))
    assert "it has no [[camera.rule]]: nothing" in capsys.readouterr().out
