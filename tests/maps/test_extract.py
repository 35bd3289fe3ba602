"""An extract that is no extract, or ends early, is refused in a sentence, wherever it was cut."""

import pytest
from small_town import TownWriter, write_town

from maps.errors import ExtractError
from maps.extract.features import read_features, read_header
from maps.extract.pbf_blocks import check_blocks


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    return write_town(tmp_path_factory.mktemp("extract") / "town.osm.pbf").read_bytes()


def test_a_whole_extract_says_what_it_covers(tmp_path, whole):
    path = tmp_path / "town.osm.pbf"
    path.write_bytes(whole)
    assert check_blocks(path) >= 1
    bounds = read_header(path).bounds
    assert (bounds.west, bounds.south, bounds.east, bounds.north) == (104.02, 30.6, 104.14, 30.7)
    assert len(list(read_features(path))) == 7


def test_wherever_an_extract_is_cut_it_is_noticed(tmp_path, whole):
    path = tmp_path / "cut.osm.pbf"
    said = []
    for length in range(1, len(whole)):
        path.write_bytes(whole[:length])
        said.append(complaint(path))
    assert said.count("") <= whole.count(b"OSMData")  # where one block ends and another begins
    assert all("cut short" in one or "no .osm.pbf" in one for one in said if one)


def complaint(path):
    try:
        check_blocks(path)
    except ExtractError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty: the download did not even begin"),
        (b"<osm version='0.6'>" * 10, "is no .osm.pbf file"),
        (b"\0\0\0\x09", "is no .osm.pbf file"),
        (b"PK\x03\x04 an archive", "is no .osm.pbf file"),
    ],
)
def test_what_is_no_extract_is_named(tmp_path, content, said):
    path = tmp_path / "odd.osm.pbf"
    path.write_bytes(content)
    with pytest.raises(ExtractError, match=said):
        read_header(path)


def test_a_head_alone_holds_nothing(tmp_path, whole):
    path = tmp_path / "head.osm.pbf"
    path.write_bytes(whole[: whole.index(b"OSMData") - 6])
    with pytest.raises(ExtractError, match="holds nothing: only the head"):
        read_header(path)


def test_a_damaged_block_is_named(tmp_path, whole):
    path = tmp_path / "damaged.osm.pbf"
    at = whole.index(b"OSMData") + 40
    path.write_bytes(whole[:at] + bytes(20) + whole[at + 20 :])
    with pytest.raises(ExtractError, match="cannot be read as .osm.pbf: .* download it again"):
        list(read_features(path))


def test_an_extract_without_a_node_holds_nothing(tmp_path):
    town = TownWriter(tmp_path / "nodeless.osm.pbf", box=False)
    town.relation([], {"type": "multipolygon"})
    town.close()
    with pytest.raises(ExtractError, match="there is no node in it"):
        read_header(tmp_path / "nodeless.osm.pbf")


def test_a_missing_extract_is_named(tmp_path):
    with pytest.raises(ExtractError, match=r"there is no file .*Download an extract"):
        read_header(tmp_path / "none.osm.pbf")
