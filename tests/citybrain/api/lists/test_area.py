"""What lies in an area: edges included, over the date line, and nothing where the text is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.api.errors import InvalidRequestError
from citybrain.api.lists.area import area_of, is_in_area
from citybrain.api.lists.filter_text import parse_filter
from citybrain.geo import Point

INSIDE = is_in_area(lambda place: place)


@pytest.mark.parametrize(
    ("area", "place", "is_inside"),
    [
        ("30,104,31,105", (30.5, 104.5), True),
        ("30,104,31,105", (30.0, 105.0), True),
        ("30,104,31,105", (29.999, 104.5), False),
        ("30,104,31,105", (30.5, 105.001), False),
        ("-1,179,1,-179", (0.0, 180.0), True),
        ("-1,179,1,-179", (0.0, -179.5), True),
        ("-1,179,1,-179", (0.0, 0.0), False),
        ("-90,-180,90,180", (12.0, -34.0), True),
    ],
)
def test_a_place_is_in_an_area_or_not(area, place, is_inside):
    lat, lon = place
    assert INSIDE(Point(lat=lat, lon=lon), area) is is_inside


@pytest.mark.parametrize(
    "text",
    [
        "",
        "here",
        "1,2,3",
        "1,2,3,4,5",
        "2,0,1,0",
        "nan,0,1,0",
        "-91,0,0,0",
        "0,-181,0,0",
        "0,0,inf,0",
    ],
)
def test_what_is_no_area_is_refused_as_a_filter_and_holds_nothing(text):
    assert area_of(text) is None
    assert not INSIDE(Point(lat=0.0, lon=0.0), text)
    with pytest.raises(InvalidRequestError, match="is no area"):
        parse_filter(f'area = "{text}"')


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(0, 10), st.floats(0, 20))
def test_the_middle_of_an_area_lies_in_it_wherever_it_is(lat, lon, height, width):
    south, north = max(-90.0, lat - height), min(90.0, lat + height)
    west, east = ((lon + by + 180) % 360 - 180 for by in (-width, width))
    assert INSIDE(Point(lat=lat, lon=(lon + 180) % 360 - 180), f"{south},{west},{north},{east}")
