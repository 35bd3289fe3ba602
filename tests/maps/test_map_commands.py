"""`citybrain map`: what it prints, what it refuses, and what it brings."""

import hashlib
import json

import pytest
import small_town
from small_town import TownWriter, write_town

from citybrain.cli import main
from citybrain.map_script import LICENCE_FILE, SCRIPT_FILE
from citybrain.places_file import places_beside
from maps import fetching
from models.artifact import Artifact, FileSource
from models.progress import SilentProgress


def call(capsys, *words):
    """(exit code, what was printed, what was said as an error)."""
    try:
        main.main([str(word) for word in words])
    except SystemExit as ended:
        printed = capsys.readouterr()
        return ended.code or 0, printed.out, printed.err
    raise AssertionError("the command line ended without an exit")


@pytest.fixture
def extract(tmp_path):
    return write_town(tmp_path / "town.osm.pbf")


def test_a_map_is_built_and_shown(capsys, tmp_path, extract):
    out = tmp_path / "town.pmtiles"
    code, printed, said = call(capsys, "map", "build", extract, "--out", out, "--zooms", "8-13")
    assert code == 0, said
    assert "3 roads" in printed
    assert f'[map] file = "{out}"' in printed
    assert "cutting tiles" in said
    code, printed, _ = call(capsys, "map", "show", out)
    assert code == 0
    assert f"{out}: whole, {out.stat().st_size:,} bytes" in printed
    assert "covers 104.02000 to 104.14000 E, 30.60000 to 30.70000 N" in printed
    assert "zooms 8 to 13" in printed
    assert "source: © OpenStreetMap contributors" in printed
    assert "names of places: 2" in printed
    places_beside(out).unlink()
    _, printed, _ = call(capsys, "map", "show", out)
    assert "names of places: none (there is no such file" in printed


def test_a_map_that_is_there_is_replaced_only_when_that_is_meant(capsys, tmp_path, extract):
    out = tmp_path / "town.pmtiles"
    out.write_bytes(b"mine")
    code, _, said = call(capsys, "map", "build", extract, "--out", out)
    assert code == 1
    assert "is there already" in said
    assert "--force" in said
    assert out.read_bytes() == b"mine"
    code, _, said = call(capsys, "map", "build", extract, "--out", out, "--force", "--zooms", "9-9")
    assert code == 0, said
    assert out.read_bytes().startswith(b"PMTiles")


@pytest.mark.parametrize("zooms", ["5", "9-3", "0-17", "a-b", "-3", "3-"])
def test_zooms_that_are_none_are_refused(capsys, extract, zooms):
    code, _, said = call(capsys, "map", "build", extract, f"--zooms={zooms}")
    assert code == 1
    assert "is no range of zooms. Give two from 0 to 16" in said


def test_what_is_missing_in_an_extract_is_said_and_the_map_is_made(capsys, tmp_path):
    town = TownWriter(tmp_path / "park.osm.pbf")
    town.area(((104.04, 30.65), (104.05, 30.65), (104.05, 30.66)), {"leisure": "park"})
    town.close()
    out = tmp_path / "park.pmtiles"
    code, _, said = call(capsys, "map", "build", tmp_path / "park.osm.pbf", "--out", out)
    assert code == 0
    assert "has no street, so the map shows none" in said
    assert out.is_file()


def test_the_command_adds_landmarks_and_says_what_is_odd(capsys, tmp_path):
    extract, out = write_town(tmp_path / "town.osm.pbf"), tmp_path / "town.pmtiles"
    swapped = tmp_path / "own.geojson"
    point = {"type": "Point", "coordinates": [30.65, 80.07]}
    one = {"type": "Feature", "properties": {"name": "Bridge 3"}, "geometry": point}
    swapped.write_text(json.dumps({"type": "FeatureCollection", "features": [one]}))
    command = ("map", "build", extract, "--out", out, "--zooms", "9-9", "--landmarks", swapped)
    code, printed, said = call(capsys, *command)
    assert code == 0, said
    assert f"{places_beside(out)}: 3 names of places" in printed
    assert f"none of the 1 names of {swapped} lies within the extract" in said
    code, _, said = call(capsys, *command, "--force", "--datum", "wgs72")
    assert code == 1
    assert "--datum wgs72 is none that is known. Give wgs84, gcj02, bd09." in said
    code, _, said = call(capsys, *command[:-1], tmp_path / "none.geojson", "--force")
    assert code == 1
    assert "cannot be read" in said


def test_an_unknown_extract_is_refused_with_those_that_are_known(capsys):
    code, _, said = call(capsys, "map", "fetch", "atlantis")
    assert code == 1
    assert "there is no extract 'atlantis' here, only helsinki" in said


def test_a_file_that_is_brought_has_to_be_one_that_is_known(capsys, tmp_path):
    odd = tmp_path / "odd.js"
    odd.write_text("alert(1)")
    code, _, said = call(capsys, "map", "fetch", "--file", odd, "--into", tmp_path / "maps")
    assert code == 1
    assert "which is none that is known" in said
    code, _, said = call(capsys, "map", "fetch", "--file", tmp_path / "none.js")
    assert code == 1
    assert "there is no file" in said


def test_the_licence_goes_with_the_script_and_lies_beside_it(tmp_path, monkeypatch):
    members = tmp_path / "members"
    members.mkdir()
    (members / "LICENSE").write_text("Copyright somebody\n\nDo as you like.\n")
    (members / "protomaps-leaflet.js").write_text("var protomapsL = {};\n")
    joined = tmp_path / "joined.js"
    fetching.join_licence(members, joined)
    text = joined.read_text()
    assert text.startswith("/*! Copyright somebody")
    assert text.endswith("*/\nvar protomapsL = {};\n")
    script = Artifact(
        name="script",
        file=SCRIPT_FILE,
        description="",
        licence="",
        sha256=hashlib.sha256(joined.read_bytes()).hexdigest(),
        size=1,
        sources=(FileSource(path=joined),),
    )
    monkeypatch.setattr(fetching, "SCRIPT", script)
    into = tmp_path / "maps"
    (found,) = fetching.fetch_all(None, into, files=(), progress=SilentProgress())
    assert found.path == into / SCRIPT_FILE
    assert (into / LICENCE_FILE).read_text() == "Copyright somebody\n\nDo as you like.\n"
    (again,) = fetching.fetch_all(None, into, files=[joined], progress=SilentProgress())
    assert again.source == ""


def test_an_extract_without_roads_is_built_and_the_command_says_so(capsys, tmp_path):
    park = TownWriter(tmp_path / "park.osm.pbf")
    park.area(small_town.PARK, {"leisure": "park", "name": "People's Park"})
    park.close()
    out = tmp_path / "park.pmtiles"
    code, printed, said = call(capsys, "map", "build", tmp_path / "park.osm.pbf", "--out", out)
    assert code == 0, said
    assert "has no street, so the map shows none" in printed + said
    assert "Is it an extract of a city with all of its tags?" in printed + said
    assert "names of places: 1" in call(capsys, "map", "show", out)[1]
