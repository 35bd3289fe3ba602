"""A district's configuration file: what it may hold, and every problem at once."""

import pytest

from citybrain.errors import ConfigError
from citybrain.wire.validation.limits import CAPABILITIES
from district_node.config import read

GOOD = """
district = "riverside"
name = { en = "Riverside", zh = "滨江" }
centre = { lat = 30.657, lon = 104.086 }
data_dir = "run/riverside"
[broker]
host = "127.0.0.1"
port = 1883
[city]
address = "127.0.0.1:7000"
[listen]
grpc = "127.0.0.1:7101"
web = "127.0.0.1:8101"
metrics = 0
[[unit]]
id = "riverside-1"
name = "Patrol 1"
capabilities = ["patrol"]
place = { lat = 30.66, lon = 104.08 }
speed_mps = 8.0
"""


def test_a_whole_file_becomes_the_setup_that_is_journaled(tmp_path):
    path = tmp_path / "district.toml"
    path.write_text(GOOD, encoding="utf-8")
    config, setup = read(path)
    assert config.city.address == "127.0.0.1:7000"
    assert (setup.district, setup.name.zh, setup.units[0].unit) == (
        "riverside",
        "滨江",
        "riverside-1",
    )
    assert len(setup.playbooks) == 6


def test_problems_of_the_file_and_of_its_playbooks_come_together(tmp_path):
    (tmp_path / "bad.toml").write_text('kind = "x y"', encoding="utf-8")
    path = tmp_path / "district.toml"
    path.write_text('playbooks = ["bad.toml", "missing.toml"]\n' + GOOD, encoding="utf-8")
    with pytest.raises(ConfigError) as problems:
        read(path)
    for part in ("bad.toml: kind", "bad.toml: title", "missing.toml"):
        assert part in str(problems.value)


def test_a_unit_named_twice_is_a_problem(tmp_path):
    path = tmp_path / "district.toml"
    path.write_text(GOOD + GOOD[GOOD.index("[[unit]]") :], encoding="utf-8")
    with pytest.raises(ConfigError, match="riverside-1 is there twice"):
        read(path)


def test_a_unit_that_neither_city_nor_console_could_take_is_a_problem(tmp_path):
    path = tmp_path / "district.toml"
    names = [f"skill_{number}" for number in range(CAPABILITIES.value + 1)]
    path.write_text(GOOD.replace('["patrol"]', str(names[1:])), encoding="utf-8")
    read(path)
    path.write_text(GOOD.replace('["patrol"]', str(names)), encoding="utf-8")
    with pytest.raises(ConfigError, match="capabilities"):
        read(path)


def test_without_a_city_the_district_works_alone(tmp_path):
    path = tmp_path / "district.toml"
    path.write_text(GOOD.replace('[city]\naddress = "127.0.0.1:7000"\n', ""), encoding="utf-8")
    config, _ = read(path)
    assert config.city is None
