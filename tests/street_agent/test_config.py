"""The configuration: read whole, and every problem at once with its key."""

import math
import tomllib

import pytest

from citybrain.config.load import load, parse
from citybrain.domain.agent import ViewCone
from citybrain.errors import ConfigError
from street_agent.capture.geometry import AS_SENT, Geometry
from street_agent.capture.libav.address import redacted
from street_agent.config import StreetConfig
from street_agent.config_resolution import (
    camera_address,
    camera_geometry,
    resolve_source,
    score_thresholds,
)
from street_agent.errors import CameraError
from street_agent.scene.rules.line_crossed import LineCrossed

GOOD = """
agent = "box-a1"
district = "riverside"
data_dir = "run/box-a1"
[broker]
host = "127.0.0.1"
port = 1883
[[camera]]
id = "cam-a1"
source = "vtest.avi"
loop = true
place = {lat = 30.66, lon = 104.06}
model = "yolox-nano"
detect_fps = 5.0
[[camera.rule]]
id = "crowd"
kind = "objects_inside"
incident_kind = "crowding"
severity = "Moderate"
urgency = "Expected"
classes = ["person"]
zone = [[0.1,0.2],[0.9,0.2],[0.9,0.9],[0.1,0.9]]
at_least = 4
hold_s = 2.0
clear_s = 3.0
[[camera.rule]]
id = "line"
kind = "line_crossed"
incident_kind = "line_intrusion"
line = [[0.1,0.2],[0.9,0.2]]
direction = "left"
[[sensor]]
id = "level-1"
source = "levels.csv"
place = {lat = 30.66, lon = 104.06}
unit = "m"
[[sensor.rule]]
id = "high-water"
incident_kind = "waterlogging"
severity = "Severe"
above = 1.2
below = 1.0
hold_s = 1.0
"""


def problems_of(text_or_raw, tmp_path=None):
    with pytest.raises(ConfigError) as found:
        parse(text_or_raw, StreetConfig, name="street.toml")
    return {problem.key: f"{problem.problem}. {problem.remedy}" for problem in found.value.problems}


def raw(**camera_rule):
    place = {"lat": 1.0, "lon": 2.0}
    rule = {"id": "r", "incident_kind": "m", **camera_rule}
    return {
        "agent": "a",
        "district": "d",
        "data_dir": "x",
        "camera": [{"id": "c", "source": "s", "place": place, "rule": [rule]}],
    }


def test_the_documented_file_is_read_whole(street_toml):
    config = load(street_toml(GOOD), StreetConfig)
    setup = config.setup({"yolox-nano": 0.5})
    rules = setup.cameras["cam-a1"].rules
    assert [rule.kind for rule in rules] == ["objects_inside", "line_crossed"]
    assert rules[0].settings.at_least == 4
    assert rules[0].debounce.hold_s == 2.0
    assert rules[1].settings == LineCrossed(line=((0.1, 0.2), (0.9, 0.2)), direction="left")
    assert setup.sensors["level-1"].rules[0].kind == "sensor_threshold"
    assert setup.cameras["cam-a1"].tuning.good == 0.5


def test_all_problems_are_listed_at_once(street_toml):
    bad = GOOD.replace('agent = "box-a1"', 'agent = "Box A1"').replace(
        "detect_fps = 5.0", "detect_fps = 0.0\nfoo = 1"
    )
    bad = bad.replace("at_least = 4", "at_least = 0").replace(
        "[0.1,0.2],[0.9,0.2],[0.9,0.9]", "[0.1,0.2],[0.9,1.2],[0.9,0.9]"
    )
    with pytest.raises(ConfigError) as found:
        load(street_toml(bad), StreetConfig)
    keys = " ".join(problem.key for problem in found.value.problems)
    assert len(found.value.problems) == 5
    for key in ("agent", "detect_fps", "foo", "at_least", "zone"):
        assert key in keys
    assert all(problem.remedy for problem in found.value.problems)


def test_the_problem_of_an_unknown_rule_kind_lists_the_known_ones():
    (text,) = problems_of(raw(kind="objects_insid")).values()
    assert "objects_inside" in text
    assert "loitering" in text


CONE = {"heading_deg": 135, "field_of_view_deg": 80.0, "range_m": 40}


def looking(**changes):
    one = raw(**LOITERS, incident_kind="loitering")
    one["camera"][0]["view_cone"] = {**CONE, **changes}
    return one


def test_a_camera_may_say_where_it_looks():
    found = parse(looking(), StreetConfig, name="x").setup({"yolox-nano": 0.5}).cameras["c"]
    assert found.view_cone == ViewCone(heading_deg=135.0, field_of_view_deg=80.0, range_m=40.0)
    without = parse(raw(**LOITERS, incident_kind="loitering"), StreetConfig, name="x")
    assert without.setup({"yolox-nano": 0.5}).cameras["c"].view_cone is None


@pytest.mark.parametrize(
    ("key", "value", "cure"),
    [
        ("heading_deg", 720, "clockwise from true north, from 0 to below 360"),
        ("heading_deg", 360, "0 is north, 90 is east"),
        ("heading_deg", -1.0, "from 0 to below 360"),
        ("heading_deg", math.nan, "from 0 to below 360"),
        ("heading_deg", "north", "from 0 to below 360"),
        ("field_of_view_deg", 0, "above 0, at most 360"),
        ("field_of_view_deg", 361.0, "above 0, at most 360"),
        ("range_m", 1e9, "above 0, at most 5000"),
        ("range_m", -3, "above 0, at most 5000"),
        ("range_m", math.inf, "above 0, at most 5000"),
    ],
)
def test_where_no_camera_looks_is_a_problem_with_its_key_and_cure(key, value, cure):
    ((found, text),) = problems_of(looking(**{key: value})).items()
    assert found == f"camera[0].view_cone.{key}"
    assert cure in text


def test_a_camera_that_says_nothing_of_its_picture_is_told_how_it_stands():
    text = GOOD.replace("loop = true", 'rotate = 90\naspect = "9:16"')
    (camera,) = parse(tomllib.loads(text), StreetConfig, name="x").camera
    assert camera_geometry(camera) == Geometry(rotate_deg=90, aspect=9 / 16)
    (silent,) = parse(tomllib.loads(GOOD), StreetConfig, name="x").camera
    assert camera_geometry(silent) == AS_SENT


@pytest.mark.parametrize(
    ("line", "cure"),
    [
        ("rotate = 45", "Give 0, 90, 180 or 270"),
        ("rotate = -90", "Give 0, 90, 180 or 270"),
        ('aspect = "16/9"', 'as in "16:9"'),
        ('aspect = "1:0"', 'as in "16:9"'),
        ('aspect = "100:1"', 'as in "16:9"'),
        ("aspect = 1.78", 'as in "16:9"'),
    ],
)
def test_a_turn_or_shape_that_is_none_is_a_problem_with_its_cure(line, cure):
    ((found, text),) = problems_of(tomllib.loads(GOOD.replace("loop = true", line))).items()
    assert found == f"camera[0].{line.split()[0]}"
    assert cure in text


def test_half_of_where_a_camera_looks_is_a_problem():
    one = looking()
    del one["camera"][0]["view_cone"]["range_m"]
    assert "camera[0].view_cone.range_m" in problems_of(one)


LOITERS = {"kind": "loitering", "time_s": 3, "zone": [[0, 0], [1, 0], [1, 1]]}


@pytest.mark.parametrize("kind", ["", "Crowding", "a.b.c", "a-b", "聚集", "a\n", "x" * 65])
def test_an_incident_kind_is_a_word_or_two_with_a_dot(kind):
    ((key, text),) = problems_of(raw(**LOITERS, incident_kind=kind)).items()
    assert key == "camera[0].rule[0].incident_kind"
    assert 'for example "crowding"' in text


@pytest.mark.parametrize("kind", ["", "lifts:", "a//b", "a b", "聚集", "a\n", "x" * 129])
def test_an_event_kind_is_names_joined_by_slashes(kind):
    ((key, text),) = problems_of(raw(**LOITERS, event_kind=kind)).items()
    assert key == "camera[0].rule[0].event_kind"
    assert 'for example "lifts:Contact/Open"' in text


def test_a_rule_has_the_event_kind_that_it_is_given_or_else_that_of_its_kind():
    for given, expected in ((None, None), ("lifts:Contact/Open", "lifts:Contact/Open")):
        config = parse(raw(**LOITERS, event_kind=given), StreetConfig, name="street.toml")
        assert config.camera[0].rule[0].rule().event_kind == expected


def test_an_empty_zone_a_line_without_length_and_crossed_thresholds_are_problems():
    assert "no inside" in next(
        iter(
            problems_of(raw(kind="loitering", time_s=3, zone=[[0, 0], [0.5, 0.5], [1, 1]])).values()
        )
    )
    assert "the same" in next(
        iter(problems_of(raw(kind="line_crossed", line=[[0.5, 0.5], [0.5, 0.5]])).values())
    )
    assert "takes no time" in next(
        iter(
            problems_of(
                raw(kind="line_crossed", line=[[0.1, 0.5], [0.5, 0.5]], hold_s=1.0)
            ).values()
        )
    )
    place = {"lat": 1.0, "lon": 2.0}
    sensor = {
        "id": "s",
        "source": "x",
        "place": place,
        "rule": [{"id": "r", "incident_kind": "m", "above": 1.0, "below": 2.0}],
    }
    assert "above is below" in next(
        iter(
            problems_of(
                {"agent": "a", "district": "d", "data_dir": "x", "sensor": [sensor]}
            ).values()
        )
    )


def test_ids_are_unique():
    place = {"lat": 1.0, "lon": 2.0}
    camera = {"id": "c", "source": "s", "place": place}
    (text,) = problems_of(
        {"agent": "a", "district": "d", "data_dir": "x", "camera": [camera], "sensor": [camera]}
    ).values()
    assert "more than one source" in text


def test_a_box_without_sources_is_a_problem():
    (text,) = problems_of({"agent": "a", "district": "d", "data_dir": "x"}).values()
    assert "at least one source" in text


def test_a_model_without_a_card_is_a_problem_that_names_the_camera(config):
    one = config()
    camera = one.camera[0].model_copy(update={"model": "no-such-model"})
    with pytest.raises(ConfigError) as found:
        score_thresholds(one.model_copy(update={"camera": (camera,)}))
    assert found.value.problems[0].key == "camera[0].model"
    assert "no-such-model" in str(found.value)


def test_a_file_is_searched_beside_the_configuration_and_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("CITYBRAIN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "a.avi").write_bytes(b"")
    (tmp_path / "cache" / "footage").mkdir(parents=True)
    (tmp_path / "cache" / "footage" / "b.avi").write_bytes(b"")
    assert resolve_source("a.avi", tmp_path) == str(tmp_path / "a.avi")
    assert resolve_source("b.avi", tmp_path) == str(tmp_path / "cache" / "footage" / "b.avi")
    assert resolve_source("c.avi", tmp_path) == "c.avi"
    assert resolve_source("rtsp://camera/1", tmp_path) == "rtsp://camera/1"
    assert resolve_source("/dev/video0", tmp_path) == "/dev/video0"


def test_a_source_may_be_a_plugins_and_only_then_has_options():
    one = raw(kind="objects_inside", zone=[[0, 0], [1, 0], [1, 1]], at_least=2)
    one["camera"][0] |= {"source": "plugin:acme", "options": {"device": 3}}
    camera = parse(one, StreetConfig, name="x").camera[0]
    assert (camera.source, camera.options) == ("plugin:acme", {"device": 3})
    assert resolve_source(camera.source, None) == "plugin:acme"
    one["camera"][0]["source"] = "x.avi"
    assert "is no plugin, so that nobody would read" in problems_of(one)["camera[0]"]
    one["camera"][0]["source"] = "plugin:"
    assert "the plugin has no name" in problems_of(one)["camera[0]"]


CAMERA = 'source = "vtest.avi"\nloop = true'


def camera(lines):
    return tomllib.loads(GOOD.replace(CAMERA, lines))


def test_a_password_in_an_address_is_refused_with_the_cure_and_never_repeated():
    problems = problems_of(camera('source = "rtsp://viewer:s3cret@10.0.0.7/2"'))
    (text,) = problems.values()
    assert 'take it out, give username = "viewer" and a password_file' in text
    assert "s3cret" not in text


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('source = "rtsp://c/1"\npassword_file = "{secret}"', "without a username"),
        ('source = "rtsp://a@c/1"\nusername = "b"', "leave one of them out"),
        ('source = "vtest.avi"\nusername = "b"', "leave one of them out"),
        ('source = "plugin:x"\noptions = {{ password = "p" }}', "password holds a secret"),
    ],
)
def test_a_login_that_makes_no_sense_is_named(lines, words, tmp_path):
    (tmp_path / "secret").write_text("s3cret\n")
    problems = problems_of(camera(lines.format(secret=tmp_path / "secret")))
    assert any(words in text for text in problems.values()), problems


def test_a_cameras_login_is_put_together_where_it_is_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("s3/cret\n")
    lines = f'source = "rtsp://10.0.0.7/2"\nusername = "viewer"\npassword_file = "{secret}"'
    config = parse(camera(lines), StreetConfig, name="street.toml").camera[0]
    assert camera_address(config, tmp_path) == "rtsp://viewer:s3%2Fcret@10.0.0.7/2"
    assert redacted(camera_address(config, tmp_path)) == "rtsp://viewer:***@10.0.0.7/2"
    secret.unlink()
    with pytest.raises(CameraError, match="no login at camera cam-a1"):
        camera_address(config, tmp_path)


def with_sensors(*addresses):
    place = {"lat": 30.66, "lon": 104.06}
    sensors = [{"id": f"s{n}", "source": a, "place": place} for n, a in enumerate(addresses)]
    raw = {"agent": "box-a1", "district": "riverside", "data_dir": "run", "sensor": sensors}
    return parse(raw, StreetConfig, name="street.toml")


@pytest.mark.parametrize("address", ["topic:", "topic:Gauge", "topic:a/+", "topic:#"])
def test_a_topic_is_the_id_of_a_sensor_and_no_filter(address):
    with pytest.raises(ConfigError) as error:
        with_sensors(address)
    assert "names no sensor" in str(error.value)


def test_a_topic_is_read_by_one_sensor_of_a_box():
    assert len(with_sensors("topic:gauge-7", "topic:gauge-8").sensor) == 2
    with pytest.raises(ConfigError) as error:
        with_sensors("topic:gauge-7", "topic:gauge-7")
    assert "more than one sensor reads topic:gauge-7" in str(error.value)
