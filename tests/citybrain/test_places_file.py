"""The names beside a map: what is written is read again, the same names give the same bytes, and a
file that is none is named in a sentence."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.localized_name import LocalizedName
from citybrain.map_file import MapFileError
from citybrain.places_file import (
    NamedPlace,
    PlaceSort,
    places_beside,
    read_places,
    write_places,
)

names = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1)
starts = st.tuples(st.integers(-179_000_000, 179_000_000), st.integers(-89_000_000, 89_000_000))
steps = st.lists(st.tuples(*[st.integers(-100_000, 100_000)] * 2), min_size=2, max_size=5)


def path(start, way):
    found = [*start]
    for x, y in way:
        found += [found[-2] + x, found[-1] + y]
    return tuple(found)


places = st.builds(
    NamedPlace,
    sort=st.sampled_from((PlaceSort.STREET, PlaceSort.AREA)),
    name=st.builds(LocalizedName, en=names, zh=names),
    paths=st.tuples(st.builds(path, starts, steps)),
)
SQUARE = NamedPlace(
    sort=PlaceSort.LANDMARK,
    name=LocalizedName(en="Railway Square", zh="火车站广场"),
    paths=((24_943_000, 60_171_000),),
)


@pytest.fixture
def file(tmp_path):
    found = places_beside(tmp_path / "city.pmtiles")
    write_places(found, [SQUARE], attribution="me")
    return found


def problem(file):
    with pytest.raises(MapFileError) as raised:
        list(read_places(file))
    assert str(raised.value).endswith(".")
    return raised.value.problem


@given(st.lists(places, max_size=5))
def test_what_is_written_is_read_again(tmp_path_factory, some):
    file = tmp_path_factory.mktemp("places") / "p.gz"
    write_places(file, some, attribution="")
    found = list(read_places(file))
    assert set(found) == set(some)
    first = file.read_bytes()
    write_places(file, reversed(found), attribution="")
    assert file.read_bytes() == first


def test_the_names_lie_beside_the_map(file):
    assert file.name == "city.places.jsonl.gz"
    head, line = gzip.decompress(file.read_bytes()).decode().splitlines()
    assert json.loads(head)["attribution"] == "me"
    assert "火车站广场" in line


def test_a_file_that_is_missing_or_cut_short_is_said_to_be(file, tmp_path):
    assert "no such file" in problem(tmp_path / "none.gz")
    whole = file.read_bytes()
    for length in range(20, len(whole), 7):
        file.write_bytes(whole[:length])
        assert "cut short" in problem(file)
    file.write_bytes(b"")
    assert "no file of names" in problem(file)


def test_another_file_is_said_to_be_none(file):
    file.write_bytes(b"PMTiles\x03" + bytes(200))
    assert "no file of names" in problem(file)
    file.write_bytes(gzip.compress(b'{"type": "FeatureCollection"}\n'))
    assert "no file of names" in problem(file)


HEAD = {"format": "citybrain places", "version": 1, "names": 1}


@pytest.mark.parametrize(
    ("head", "line", "said"),
    [
        ({"version": 2}, "", "it is of version 2, and this release reads 1"),
        ({"names": 10**9}, "", "at most 300000 are read"),
        ({"names": 2}, '["landmark","A","",[[1,2]]]', "it has 1 of 2 names"),
        ({"names": 0}, '["landmark","A","",[[1,2]]]', "it goes on after its 0 names"),
        ({}, "{", "it is damaged"),
        ({}, "[" * 100_000, "it is damaged"),
        ({}, '["castle","A","",[[1,2]]]', "'castle' is not a valid PlaceSort"),
        ({}, '["landmark","","",[[1,2]]]', "a line that is no name"),
        ({}, '["street","A","",[[1,2]]]', "too few corners"),
        ({}, '["street","A","",[[1,2,3.5,4]]]', "not of whole numbers"),
        ({}, '["street","A","",[[1,2,1000000,4]]]', "a step of more than 0.1 degrees"),
        ({}, '["landmark","A","",[[1,95000000]]]', "not on the earth"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(file, head, line, said):
    text = json.dumps({**HEAD, **head}) + "\n" + (f"{line}\n" if line else "")
    file.write_bytes(gzip.compress(text.encode()))
    assert said in problem(file)
