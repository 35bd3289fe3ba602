"""A district is who its certificate says: check and start refuse a configuration that says
otherwise.
"""

import pytest
from authority_rig import joined_long_ago

from citybrain.bus.memory import MemoryBroker
from citybrain.cli import main
from citybrain.errors import ConfigError
from district_node.config import read
from district_node.node import DistrictNode

CONFIG = """
district = "riverside"
name = {{en = "Riverside", zh = "滨江"}}
centre = {{lat = 30.657, lon = 104.086}}
data_dir = "{folder}/data"
[listen]
grpc = "127.0.0.1:0"
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "district.toml"
    path.write_text(CONFIG.format(folder=tmp_path), encoding="utf-8")
    return path


def check(file):
    with pytest.raises(SystemExit) as ended:
        main.main(("district", "check", "-c", str(file)))
    return ended.value.code


def test_another_name_is_a_problem_of_the_configuration_and_nothing_is_started(
    file, tmp_path, capsys
):
    folder = tmp_path / "data" / "identity"
    joined_long_ago(tmp_path / "ca", folder, days=0, short="district/oldtown")
    assert check(file) == 2
    said = capsys.readouterr().err
    assert (
        "district: it says 'riverside'" in said and "citybrain://chengdu/district/oldtown" in said
    )
    settings, setup, _ = read(file)
    with pytest.raises(ConfigError, match="oldtown"):
        DistrictNode(settings, setup, bus=MemoryBroker().client("district"))
    assert not (tmp_path / "data" / "journal.db").exists()


def test_the_own_name_is_none(file, tmp_path, capsys):
    folder = tmp_path / "data" / "identity"
    joined_long_ago(tmp_path / "ca", folder, days=0, short="district/riverside")
    assert check(file) == 0
    assert "citybrain://chengdu/district/riverside" in capsys.readouterr().out
