"""The names beside a map: the town's streets and landmarks, and those of files that a city has."""

import json

import pytest
import small_town
from small_town import TownWriter, write_town

from citybrain.geo import Point
from citybrain.geo_datums import Datum, from_wgs84
from citybrain.localized_name import LocalizedName
from citybrain.places_file import PlaceSort, places_beside, read_places
from citybrain.structs import replace
from district_node.cores.state import EMPTY
from district_node.naming.gazetteer import Gazetteer
from district_node.naming.street_names import StreetNames
from maps.build import build_map
from maps.errors import LandmarksError
from maps.names import collector
from maps.names.named import LANDMARKS, name_of, named_landmark, named_line
from maps.schema import line_of

STATION = {"railway": "station", "name": "成都站", "name:en": "Chengdu Station"}


class Silent:
    """Shows nothing."""

    def reading(self, features: int) -> None: ...
    def cutting(self, blocks: int, of: int) -> None: ...


@pytest.fixture
def town(tmp_path):
    """A writer of an empty town."""
    return TownWriter(tmp_path / "town.osm.pbf")


@pytest.fixture
def names_of(tmp_path):
    def run(extract, *landmarks, datum=None):
        out = tmp_path / "town.pmtiles"
        zooms = {"min_zoom": 10, "max_zoom": 11, "progress": Silent()}
        made = build_map(extract, out, **zooms, landmarks=landmarks, datum=datum)
        return made, list(read_places(places_beside(out)))

    return run


def geojson(tmp_path, *features, crs=None, name="own.geojson"):
    path = tmp_path / name
    document = {"type": "FeatureCollection", "features": list(features)}
    path.write_text(json.dumps({**document, **({"crs": crs} if crs else {})}), encoding="utf-8")
    return path


def feature(kind, coordinates, **names):
    properties = {key.replace("_", ":"): text for key, text in names.items()}
    geometry = {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_streets_and_landmarks_of_a_town_have_their_names_in_both_languages(
    tmp_path, town, names_of
):
    town.way(small_town.RIVER_STREET, {"highway": "residential", **small_town.NAMES})
    town.way(small_town.RIVER_STREET_ON, {"highway": "residential", **small_town.NAMES})
    town.area(small_town.PARK, {"leisure": "park", "name": "人民公园"})
    town.node(small_town.CENTRE, STATION)
    town.node((104.061, 30.661), {"amenity": "cafe", "name": "No landmark"})
    bridge = {"highway": "primary", "bridge": "yes", "bridge:name": "安顺桥", "name": "High Road"}
    town.way(((104.10, 30.64), (104.102, 30.64)), bridge)
    town.close()
    made, found = names_of(tmp_path / "town.osm.pbf")
    by_name = {(one.sort, one.name.en): one for one in found}
    assert set(by_name) == {
        (PlaceSort.AREA, "人民公园"),
        (PlaceSort.LANDMARK, "Chengdu Station"),
        (PlaceSort.LANDMARK, "安顺桥"),
        (PlaceSort.STREET, "High Road"),
        (PlaceSort.STREET, "River Street"),
    }
    assert made.names == 5
    street = by_name[PlaceSort.STREET, "River Street"]
    assert street.name.zh == "滨江路"
    assert len(street.paths) == 2
    assert by_name[PlaceSort.LANDMARK, "安顺桥"].paths == ((104_101_000, 30_640_000),)
    setup = replace(
        EMPTY.setup, name=LocalizedName(en="R", zh="滨"), centre=Point(lat=30.6, lon=104.0)
    )
    place = Point(lat=30.6602, lon=104.0597)
    named = StreetNames(setup, Gazetteer(found, 30.66)).of(place)
    assert named.en == "River Street, 40 m north-west of Chengdu Station"
    assert named.zh == "滨江路，成都站西北40米"


def test_a_town_without_roads_has_its_landmarks_names_and_a_word_about_what_it_lacks(
    tmp_path, town, names_of
):
    town.area(small_town.PARK, {"leisure": "park", "name": "人民公园"})
    town.node(small_town.CENTRE, STATION)
    town.close()
    made, found = names_of(tmp_path / "town.osm.pbf")
    assert [(one.sort, one.name.en) for one in found] == [
        (PlaceSort.AREA, "人民公园"),
        (PlaceSort.LANDMARK, "Chengdu Station"),
    ]
    assert [note for note in made.warnings if "has no street, so the map shows none" in note]
    named = StreetNames(EMPTY.setup, Gazetteer(found, 30.66))
    lon, lat = small_town.CENTRE
    assert "Chengdu Station" in named.of(Point(lat=lat + 0.0004, lon=lon)).en


def test_the_same_extract_gives_the_same_names_and_a_map_without_any_has_an_empty_file(
    tmp_path, names_of
):
    extract = write_town(tmp_path / "town.osm.pbf")
    names_of(extract)
    file = places_beside(tmp_path / "town.pmtiles")
    first = file.read_bytes()
    names_of(extract)
    assert file.read_bytes() == first
    bare = TownWriter(tmp_path / "bare.osm.pbf")
    bare.way(small_town.HIGH_ROAD, {"highway": "primary"})
    bare.close()
    assert names_of(tmp_path / "bare.osm.pbf")[1] == []


def test_more_names_than_a_district_takes_in_are_none_and_those_of_before_go(
    tmp_path, names_of, monkeypatch
):
    extract = write_town(tmp_path / "town.osm.pbf")
    names_of(extract)
    monkeypatch.setattr(collector, "PLACE_NAMES", replace(collector.PLACE_NAMES, value=1))
    out = tmp_path / "town.pmtiles"
    made = build_map(extract, out, min_zoom=10, max_zoom=10, progress=Silent())
    assert made.names == 0
    assert "more names than a district takes in" in made.warnings[0]
    assert not places_beside(out).exists()


@pytest.mark.parametrize(
    ("tags", "english", "chinese"),
    [
        ({"name": "A"}, "A", "A"),
        ({"name": "甲", "name:en": "A"}, "A", "甲"),
        ({"name": "A", "name:zh-Hant": "乙", "name:zh": "甲"}, "A", "甲"),
        ({"name:zh": "甲"}, "甲", "甲"),
        ({"name": "A\n  B"}, "A B", "A B"),
    ],
)
def test_a_name_is_the_local_one_where_a_language_is_not_known(tags, english, chinese):
    assert name_of(tags) == LocalizedName(en=english, zh=chinese)


@pytest.mark.parametrize("tags", [{}, {"name": " "}, {"name": "A\x1b[31m"}, {"name": "A" * 201}])
def test_what_is_no_name_names_nothing(tags):
    assert name_of(tags) is None


def test_what_is_not_drawn_as_a_street_and_a_cafe_name_nothing():
    rail = {"railway": "rail", "name": "Main line"}
    assert named_line(rail, line_of(rail)) == ()
    assert named_landmark({"amenity": "cafe", "name": "A"}, PlaceSort.LANDMARK) == ()
    square = {"highway": "pedestrian", "area": "yes", "name": "Senate Square"}
    (found,) = named_landmark(square, PlaceSort.AREA)
    assert found.name.en == "Senate Square"
    for key, values in LANDMARKS.items():
        for value in values:
            assert named_landmark({key: value, "name": "A"}, PlaceSort.LANDMARK)


def test_a_city_adds_landmarks_streets_and_boundaries_of_its_own(tmp_path, names_of):
    ring = [[104.02, 30.60], [104.14, 30.60], [104.14, 30.70], [104.02, 30.70], [104.02, 30.60]]
    path = geojson(
        tmp_path,
        feature("Point", [104.07, 30.65], name="三号桥", name_en="Bridge 3"),
        feature("LineString", [[104.05, 30.62], [104.06, 30.62]], name="Renmin Rd."),
        feature("Polygon", [ring], name="Old Town", name_zh="老城"),
        feature("Point", [104.07, 30.65]),
    )
    made, found = names_of(write_town(tmp_path / "town.osm.pbf"), path)
    added = {(one.sort, one.name.en, one.name.zh) for one in found}
    assert added >= {
        (PlaceSort.LANDMARK, "Bridge 3", "三号桥"),
        (PlaceSort.STREET, "Renmin Rd.", "Renmin Rd."),
        (PlaceSort.AREA, "Old Town", "老城"),
    }
    assert f"1 features of {path} were left out: they have no name." in made.warnings


@pytest.mark.parametrize("is_said_by", ["file", "option"])
@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09])
def test_landmarks_of_a_chinese_map_are_converted(tmp_path, names_of, datum, is_said_by):
    bridge = Point(lat=30.65, lon=104.07)
    shifted = from_wgs84(bridge, datum)
    crs = {"type": "name", "properties": {"name": datum.name}} if is_said_by == "file" else None
    given = feature("Point", [shifted.lon, shifted.lat], name="Bridge 3")
    path = geojson(tmp_path, given, crs=crs)
    option = datum if is_said_by == "option" else None
    _, found = names_of(write_town(tmp_path / "town.osm.pbf"), path, datum=option)
    (paths,) = (one.paths for one in found if one.name.en == "Bridge 3")
    assert paths == ((104_070_000, 30_650_000),)


@pytest.mark.parametrize(
    ("features", "crs", "said"),
    [
        (
            [feature("Point", [412_345.0, 3_391_234.0], name="Bridge 3")],
            None,
            "feature 1 (Bridge 3) lies at 412345.0, 3391234.0, which are no degrees on the earth",
        ),
        ([], {"properties": {"name": "EPSG:3857"}}, "EPSG:3857"),
        ([feature("Point", ["a", 3], name="A")], None, "has coordinates that are no numbers"),
        ([feature("Point", [], name="A")], None, "has coordinates that are no numbers"),
        ([feature("Polygon", [], name="A")], None, "has no coordinates"),
        ([feature("Polygon", [[[104.0, 30.0]]], name="A")], None, "has no shape"),
        ([feature("GeometryCollection", [], name="A")], None, "is a GeometryCollection. Give one"),
    ],
)
def test_a_file_of_another_system_is_refused(tmp_path, names_of, features, crs, said):
    path = geojson(tmp_path, *features, crs=crs)
    with pytest.raises(LandmarksError) as raised:
        names_of(write_town(tmp_path / "town.osm.pbf"), path)
    assert said in str(raised.value)
    assert str(path) in str(raised.value)
    assert not (tmp_path / "town.pmtiles").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [('{"type": "Feat', "is no JSON"), ("[]", "is no GeoJSON"), ('{"type": "Topology"}', "no Geo")],
)
def test_a_file_that_is_no_geojson_is_refused(tmp_path, names_of, text, said):
    path = tmp_path / "own.geojson"
    path.write_text(text)
    with pytest.raises(LandmarksError, match=said):
        names_of(write_town(tmp_path / "town.osm.pbf"), path)
