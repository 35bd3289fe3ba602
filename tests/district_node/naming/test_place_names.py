"""What screens call places, in both languages: by the nearest thing that has a name."""

import pytest

from citybrain.geo import Point
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from district_node.cores.state import EMPTY
from district_node.naming.place_names import PlaceNames

CENTRE = Point(lat=30.657, lon=104.086)
SETUP = replace(EMPTY.setup, name=LocalizedName(en="Riverside", zh="滨江区"), centre=CENTRE)


def at(north: float = 0.0, east: float = 0.0) -> Point:
    return Point(lat=CENTRE.lat + north / 111_195, lon=CENTRE.lon + east / 95_600)


def gate(place: Point) -> Asset:
    name = LocalizedName(en="East Gate", zh="东门")
    return Asset(id="gate", kind="camera_point", name=name, place=place, fields=SortedMap())


def names(*assets: Asset) -> PlaceNames:
    return PlaceNames(replace(SETUP, assets=assets))


@pytest.mark.parametrize(
    ("place", "english", "chinese"),
    [
        (at(), "East Gate", "东门"),
        (at(north=350), "350 m north of East Gate", "东门北350米"),
        (at(east=-120), "120 m west of East Gate", "东门西120米"),
        (at(north=-900, east=-900), "1.3 km south-west of East Gate", "东门西南1.3公里"),
    ],
)
def test_a_place_is_called_by_the_nearest_thing_that_has_a_name(place, english, chinese):
    found = names(gate(at())).of(place)
    assert (found.en, found.zh) == (english, chinese)


def test_the_nearer_of_two_things_names_it():
    other = replace(
        gate(at(north=1_000)), id="mill", name=LocalizedName(en="Mill Bridge", zh="磨坊桥")
    )
    assert names(gate(at()), other).of(at(north=800)).en == "200 m south of Mill Bridge"


@pytest.mark.parametrize("assets", [(), (gate(at(north=90_000)),)])
def test_far_from_all_that_has_a_name_it_is_reckoned_from_the_centre(assets):
    found = names(*assets).of(at(east=2_400))
    assert found.en == "2.4 km east of the centre of Riverside"
    assert found.zh == "滨江区中心东2.4公里"
