"""A map file's header: what it says, and the sentence for each file that no page can draw."""

import pytest
from pmtiles.tile import Compression, TileType, serialize_header

from citybrain.map_file import MapFileError, read_map_header

GOOD = {
    "root_offset": 127,
    "root_length": 20,
    "metadata_offset": 147,
    "metadata_length": 30,
    "leaf_directory_offset": 177,
    "leaf_directory_length": 0,
    "tile_data_offset": 177,
    "tile_data_length": 100,
    "addressed_tiles_count": 3,
    "clustered": True,
    "internal_compression": Compression.GZIP,
    "tile_compression": Compression.GZIP,
    "tile_type": TileType.MVT,
    "min_zoom": 2,
    "max_zoom": 15,
    "min_lon_e7": 249_351_762,
    "min_lat_e7": 601_641_550,
    "max_lon_e7": 249_534_145,
    "max_lat_e7": 601_791_130,
}


def written(path, rest=150, **changes):
    path.write_bytes(serialize_header({**GOOD, **changes}) + bytes(rest))
    return path


@pytest.fixture
def path(tmp_path):
    return tmp_path / "map.pmtiles"


def problem(path):
    with pytest.raises(MapFileError) as raised:
        read_map_header(path)
    assert str(raised.value).startswith(f"{path}: ")
    assert raised.value.remedy.endswith(".")
    return raised.value.problem


def test_a_whole_file_says_what_it_covers(path):
    found = read_map_header(written(path))
    assert (found.min_zoom, found.max_zoom, found.tiles, found.size) == (2, 15, 3, 277)
    assert found.bounds.west == pytest.approx(24.9351762)
    assert found.bounds.north == pytest.approx(60.179113)


def test_a_file_that_lacks_its_last_byte_is_cut_short(path):
    assert "it is cut short: 276 bytes of at least 277 are there" in problem(written(path, 149))


@pytest.mark.parametrize("length", [7, 8, 100, 126])
def test_a_file_that_ends_in_its_header_is_cut_short(path, length):
    path.write_bytes(written(path).read_bytes()[:length])
    assert f"it ends in its header, after {length} bytes" in problem(path)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is no PMTiles file"),
        (b"\xff\xfe" * 80, "it is no PMTiles file"),
        (b"SQLite format 3\0" * 10, "it is no PMTiles file"),
        (b"PMTiles\x02" + bytes(200), "another version than 3"),
        (b"PMTiles\x03" + b"\xff" * 200, "its header is damaged"),
    ],
)
def test_another_file_is_named_as_what_it_is_not(path, content, said):
    path.write_bytes(content)
    assert said in problem(path)


def test_pictures_are_no_streets(path):
    assert "its tiles are png and no vector tiles" in problem(written(path, tile_type=TileType.PNG))


def test_an_empty_map_is_none(path):
    assert "there is no tile in it" in problem(written(path, addressed_tiles_count=0))


def test_a_directory_that_no_page_reads_is_named(path):
    odd = written(path, internal_compression=Compression.ZSTD)
    assert "its directory is not compressed by gzip" in problem(odd)


def test_a_missing_file_and_a_folder_are_named(path):
    assert problem(path) == "there is no such file"
    path.mkdir()
    assert "it cannot be read" in problem(path)
