"""What a district with a map calls a place: its street, and where it is from what people know."""

import logging

import pytest

from citybrain.geo import Point
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset
from citybrain.places_file import NamedPlace, PlaceSort, places_beside, write_places
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from district_node.cores.state import EMPTY
from district_node.naming.gazetteer import Gazetteer, load_gazetteer
from district_node.naming.place_names import PlaceNames
from district_node.naming.shown_names import ShownNames
from district_node.naming.street_names import StreetNames

CENTRE = Point(lat=60.17, lon=24.94)
SETUP = replace(EMPTY.setup, name=LocalizedName(en="Kluuvi", zh="克鲁维"), centre=CENTRE)
EAST_M = 1 / 55_320  # degrees, at 60.17 N
NORTH_M = 1 / 111_195


def at(north: float = 0.0, east: float = 0.0) -> Point:
    return Point(lat=CENTRE.lat + north * NORTH_M, lon=CENTRE.lon + east * EAST_M)


def e6(place: Point) -> tuple[int, int]:
    return round(place.lon * 1e6), round(place.lat * 1e6)


def named(sort: PlaceSort, en: str, zh: str, *corners: Point) -> NamedPlace:
    path = tuple(number for corner in corners for number in e6(corner))
    return NamedPlace(sort=sort, name=LocalizedName(en=en, zh=zh), paths=(path,))


def box(low: Point, high: Point) -> tuple[Point, ...]:
    corners = ((low.lat, low.lon), (low.lat, high.lon), (high.lat, high.lon), (high.lat, low.lon))
    return tuple(Point(lat=lat, lon=lon) for lat, lon in corners)


STREET = named(PlaceSort.STREET, "Kaivokatu", "Kaivokatu", at(east=-2_000), at(east=2_000))
SQUARE = named(PlaceSort.LANDMARK, "Railway Square", "火车站广场", at(north=-40))
PARK = named(PlaceSort.AREA, "Park", "公园", *box(at(300, -50), at(500, 50)))
QUARTER = named(PlaceSort.AREA, "Kallio", "卡利奥", *box(at(-200, 1_500), at(3_000, 5_000)))
DISTRICT = named(PlaceSort.AREA, "Old Town", "老城", *box(at(-9_000, -9_000), at(9_000, 9_000)))
PLACES = (STREET, SQUARE, PARK, QUARTER, DISTRICT)
GATE = Asset(
    id="gate",
    kind="camera_point",
    name=LocalizedName(en="East Gate", zh="东门"),
    place=at(north=-100, east=100),
    fields=SortedMap(),
)


def names(*places: NamedPlace, assets: tuple[Asset, ...] = ()) -> PlaceNames:
    return StreetNames(replace(SETUP, assets=assets), Gazetteer(places, CENTRE.lat))


@pytest.mark.parametrize(
    ("place", "english", "chinese"),
    [
        (at(), "Kaivokatu, 40 m north of Railway Square", "Kaivokatu，火车站广场北40米"),
        (at(north=-50), "Kaivokatu, Railway Square", "Kaivokatu，火车站广场"),
        # a landmark that is an area: from its edge, and inside it by its name
        (at(north=260), "40 m south of Park", "公园南40米"),
        (at(north=400), "Park", "公园"),
        (at(north=400, east=150), "100 m east of Park", "公园东100米"),
        # where no landmark is near, the smallest area around
        (at(north=10, east=1_900), "Kaivokatu, Kallio", "Kaivokatu，卡利奥"),
        (at(east=-1_900), "Kaivokatu, Old Town", "Kaivokatu，老城"),
        (at(north=-5_000), "Old Town", "老城"),
    ],
)
def test_a_place_is_called_by_its_street_and_the_nearest_landmark(place, english, chinese):
    found = names(*PLACES).of(place)
    assert (found.en, found.zh) == (english, chinese)


def test_an_asset_at_the_place_still_wins_and_a_near_one_is_a_landmark():
    known = names(*PLACES, assets=(GATE,))
    assert known.of(at(north=-100, east=60)).en == "East Gate"
    assert known.of(at(north=-30, east=100)).en == "Kaivokatu, 70 m north of East Gate"
    assert known.of(at(north=-30)).en == "Kaivokatu, Railway Square"


def test_where_the_map_knows_nothing_it_is_as_without_one():
    far = at(north=30_000)
    assert names(*PLACES).of(far) == PlaceNames(SETUP).of(far)
    assert names(STREET).of(at(east=1_900)).en == "Kaivokatu, 1.9 km east of the centre of Kluuvi"


def test_a_square_that_is_its_own_street_is_said_once():
    square = named(PlaceSort.AREA, "Senate Square", "议会广场", *box(at(-50, -50), at(50, 50)))
    street = named(PlaceSort.STREET, "Senate Square", "议会广场", at(east=-40), at(east=40))
    assert names(square, street).of(at()).en == "Senate Square"


def test_an_island_in_a_lake_is_not_in_the_lake():
    lake = PARK.paths[0]
    hole = tuple(n for corner in box(at(340, -40), at(460, 40)) for n in e6(corner))
    found = names(replace(PARK, paths=(lake, hole)))
    assert found.of(at(north=310)).en == "Park"
    assert found.of(at(north=400, east=5)).en == "40 m west of Park"


def test_screens_of_a_district_with_a_map_use_its_names_and_others_do_not():
    state = replace(EMPTY, setup=SETUP)
    known = ShownNames(lambda: state, gazetteer=Gazetteer(PLACES, CENTRE.lat))
    assert known.of_place(at()).en == "Kaivokatu, 40 m north of Railway Square"
    assert ShownNames(lambda: state).of_place(at()).en == "the centre of Kluuvi"


def test_names_that_are_missing_or_damaged_are_logged_and_stop_nothing(tmp_path, caplog):
    map_file = tmp_path / "city.pmtiles"
    assert load_gazetteer(None, 60.0) is None
    assert load_gazetteer(map_file, 60.0) is None
    assert "places are called by assets alone" in caplog.text
    write_places(places_beside(map_file), PLACES[:3], attribution="")
    with caplog.at_level(logging.INFO):
        found = load_gazetteer(map_file, 60.0)
    assert found is not None
    assert len(found) == 3
    assert "3 names of places beside the map" in caplog.text
    whole = places_beside(map_file).read_bytes()
    places_beside(map_file).write_bytes(whole[:-9])
    assert load_gazetteer(map_file, 60.0) is None
    assert "it is cut short" in caplog.text


def test_an_area_as_wide_as_a_country_costs_no_more_than_another():
    country = named(PlaceSort.AREA, "Land", "国", *box(at(-9e5, -9e5), at(9e5, 9e5)))
    known = Gazetteer((country, PARK), CENTRE.lat)
    assert known.size_bytes < 100_000
    found = known.area(at(north=-50_000))
    assert found is not None
    assert found.en == "Land"
