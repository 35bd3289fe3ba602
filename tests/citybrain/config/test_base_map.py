"""`[map]` in a district's and the city's file: relative to it, checked by `check`, and never a
reason for a node not to start."""

import hashlib

import pytest

from citybrain import map_script
from citybrain.cli import main
from citybrain.config.base_map import names_notes, script_notes
from citybrain.errors import ConfigError
from citybrain.places_file import places_beside, write_places
from coordinator.config import read as read_city
from district_node.config import read as read_district

CITY = 'name = {{en = "Three Rivers", zh = "三江市"}}\ndata_dir = "{folder}/data"\n'
DISTRICT = CITY + 'district = "riverside"\ncentre = {{lat = 30.66, lon = 104.06}}\n'
READERS = {"city": (CITY, read_city), "district": (DISTRICT, read_district)}


@pytest.fixture(params=sorted(READERS))
def tier(request, tmp_path):
    """(name, a function that writes its file, what reads it)."""
    text, read = READERS[request.param]

    def written(rest: str):
        path = tmp_path / f"{request.param}.toml"
        path.write_text(text.format(folder=tmp_path) + rest, encoding="utf-8")
        return path

    return request.param, written, read


def problem(read, path):
    with pytest.raises(ConfigError) as raised:
        read(path, checks_map=True)
    (found,) = raised.value.problems
    assert found.key == "map.file"
    return f"{found.problem}. {found.remedy}"


def test_a_file_without_a_map_is_good(tier):
    _, written, read = tier
    assert read(written(""), checks_map=True).config.map.path is None


def test_the_map_lies_relative_to_the_file_that_names_it(tier, tmp_path):
    _, written, read = tier
    config = read(written('[map]\nfile = "maps/city.pmtiles"\n')).config
    assert config.map.path == tmp_path / "maps" / "city.pmtiles"
    absolute = read(written('[map]\nfile = "/srv/city.pmtiles"\n')).config
    assert str(absolute.map.path) == "/srv/city.pmtiles"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no such file. Make it: `citybrain map build"),
        (b"no map at all", "it is no PMTiles file. Name a file that"),
        (b"PMTiles\x03" + bytes(40), "it is cut short: it ends in its header"),
    ],
)
def test_check_says_what_is_wrong_with_a_map_and_a_node_starts_without_it(
    tier, tmp_path, content, said
):
    _, written, read = tier
    if content is not None:
        (tmp_path / "city.pmtiles").write_bytes(content)
    path = written('[map]\nfile = "city.pmtiles"\n')
    assert said in problem(read, path)
    assert read(path).config.map.path == tmp_path / "city.pmtiles"


def test_an_unknown_key_is_a_problem(tier):
    _, written, read = tier
    with pytest.raises(ConfigError, match=r"map\.tiles"):
        read(written('[map]\ntiles = "city.pmtiles"\n'))


def test_the_command_names_a_map_that_is_missing(tier, capsys):
    name, written, _ = tier
    with pytest.raises(SystemExit) as ended:
        main.main([name, "check", "--config", str(written('[map]\nfile = "none.pmtiles"\n'))])
    assert ended.value.code == 2
    assert "none.pmtiles: there is no such file" in capsys.readouterr().err


def test_a_map_without_the_script_that_draws_it_gets_a_note(tmp_path, monkeypatch):
    monkeypatch.setenv("CITYBRAIN_CACHE", str(tmp_path / "cache"))
    (note,) = script_notes(tmp_path / "city.pmtiles")
    assert f"citybrain map fetch --into {tmp_path}" in note
    assert script_notes(None) == ()
    script = b"var protomapsL = {};"
    monkeypatch.setattr(map_script, "SCRIPT_SHA256", hashlib.sha256(script).hexdigest())
    (tmp_path / map_script.SCRIPT_FILE).write_bytes(script)
    assert script_notes(tmp_path / "city.pmtiles") == ()


def test_a_district_whose_map_has_no_names_that_can_be_read_gets_a_note(tmp_path):
    map_file = tmp_path / "city.pmtiles"
    (note,) = names_notes(map_file)
    assert "places are called by assets alone" in note
    assert "there is no such file, so the map has no names" in note
    assert not note.endswith(".")
    write_places(places_beside(map_file), (), attribution="")
    assert names_notes(map_file) == ()
    places_beside(map_file).write_bytes(b"no names at all")
    (note,) = names_notes(map_file)
    assert "it is no file of names" in note
    assert names_notes(None) == ()


def test_a_script_that_is_another_is_no_script(tmp_path, monkeypatch):
    """It would run on operators' screens."""
    monkeypatch.setenv("CITYBRAIN_CACHE", str(tmp_path / "cache"))
    (tmp_path / map_script.SCRIPT_FILE).write_bytes(b"steal()")
    assert map_script.read_script(tmp_path / "city.pmtiles") is None
    script = b"var protomapsL = {};"
    monkeypatch.setattr(map_script, "SCRIPT_SHA256", hashlib.sha256(script).hexdigest())
    cached = tmp_path / "cache" / map_script.MAPS
    cached.mkdir(parents=True)
    (cached / map_script.SCRIPT_FILE).write_bytes(script)
    assert map_script.read_script(tmp_path / "city.pmtiles") == script
