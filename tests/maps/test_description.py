"""What `citybrain map show` says is what is in the file, and no damaged file is called whole."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain.map_file import MapFileError
from maps.description import describe_map


def test_a_map_is_described_by_what_is_in_it(built, town_map):
    path, made = built
    found = describe_map(path)
    assert found.size == path.stat().st_size == made.size
    assert sum(tiles for _, tiles, _ in found.zooms) == len(town_map.tiles) == made.tiles
    assert {zoom for zoom, _, _ in found.zooms} == {zoom for zoom, _, _ in town_map.tiles}
    assert sum(size for _, _, size in found.zooms) < found.size
    assert found.attribution == "© OpenStreetMap contributors"
    assert (found.header.bounds.west, found.header.bounds.north) == (104.02, 30.7)


@pytest.mark.parametrize("part", [0.0001, 0.01, 0.3, 0.9, 0.9999])
def test_a_map_that_was_cut_is_not_called_whole(built, tmp_path, part):
    whole = built[0].read_bytes()
    path = tmp_path / "cut.pmtiles"
    path.write_bytes(whole[: max(8, int(len(whole) * part))])
    with pytest.raises(MapFileError, match="it is cut short"):
        describe_map(path)


def test_a_directory_that_was_damaged_is_named(built, tmp_path):
    whole = bytearray(built[0].read_bytes())
    whole[140:160] = bytes(20)
    path = tmp_path / "damaged.pmtiles"
    path.write_bytes(whole)
    with pytest.raises(MapFileError, match="its directory is damaged .* build it again"):
        describe_map(path)


def test_a_count_that_is_not_that_of_the_directory_is_named(built, tmp_path):
    whole = bytearray(built[0].read_bytes())
    whole[72:80] = (7).to_bytes(8, "little")
    path = tmp_path / "odd.pmtiles"
    path.write_bytes(whole)
    with pytest.raises(MapFileError, match="its header says 7"):
        describe_map(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(changes=st.lists(st.tuples(st.integers(0, 600), st.integers(0, 255)), max_size=6))
def test_whatever_is_altered_a_map_is_described_or_refused_in_a_sentence(built, tmp_path, changes):
    content = bytearray(built[0].read_bytes())
    for at, byte in changes:
        content[at] = byte
    path = tmp_path / "altered.pmtiles"
    path.write_bytes(content)
    try:
        describe_map(path)
    except MapFileError as error:
        said = str(error)
        assert said.startswith(f"{path}: ") and said.endswith(".")
