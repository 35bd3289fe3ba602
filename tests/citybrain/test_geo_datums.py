"""Conversions between WGS 84 and the datums of Chinese maps: the pairs that open converters
publish, and back again to less than a tenth of a metre."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.geo import Point, distance_m
from citybrain.geo_datums import Datum, datum_of_reference, from_wgs84, to_wgs84

# inside the rectangle, a kilometre from its border, beyond which a place was not shifted
IN_CHINA = st.builds(Point, lat=st.floats(0.85, 55.81), lon=st.floats(72.03, 137.81))
ABROAD = st.builds(Point, lat=st.floats(-80.0, 80.0), lon=st.floats(-179.0, 70.0))


def at(lat: float, lon: float) -> Point:
    return Point(lat=lat, lon=lon)


# (WGS 84, GCJ-02): the tests of googollee/eviltransform (Shanghai, Shenzhen, Beijing), of
# wandergis/coordtransform, and the Tian'anmen that tables of the three datums give
GCJ02_PAIRS = [
    (at(31.1774276, 121.5272106), at(31.17530398364597, 121.531541859215)),
    (at(22.543847, 113.912316), at(22.540796131694766, 113.9171764808363)),
    (at(39.911954, 116.377817), at(39.91334545536069, 116.38404722455657)),
    (at(39.915, 116.404), at(39.91640428150164, 116.41024449916938)),
    (at(39.90734, 116.39089), at(39.908738, 116.397134)),
]
# (GCJ-02, BD-09): wandergis/coordtransform both ways, and Beijing's station of the R package cst
BD09_PAIRS = [
    (at(39.915, 116.404), at(39.92133699351021, 116.41036949371029)),
    (at(39.90865673957631, 116.39762729119315), at(39.915, 116.404)),
    (at(39.90245, 116.42703), at(39.90851, 116.43351)),
]


@pytest.mark.parametrize(("wgs84", "gcj02"), GCJ02_PAIRS)
def test_published_pairs_of_gcj_02_are_met_both_ways(wgs84, gcj02):
    assert distance_m(from_wgs84(wgs84, Datum.GCJ02), gcj02) < 0.5
    assert distance_m(to_wgs84(gcj02, Datum.GCJ02), wgs84) < 0.5


@pytest.mark.parametrize(("gcj02", "bd09"), BD09_PAIRS)
def test_published_pairs_of_bd_09_are_met_both_ways(gcj02, bd09):
    """To a metre: the inverse that was published is no exact one."""
    wgs84 = to_wgs84(gcj02, Datum.GCJ02)
    assert distance_m(from_wgs84(wgs84, Datum.BD09), bd09) < 1.0
    assert distance_m(to_wgs84(bd09, Datum.BD09), wgs84) < 1.0


@given(IN_CHINA, st.sampled_from(Datum))
def test_there_and_back_a_place_is_where_it_was(place, datum):
    assert distance_m(to_wgs84(from_wgs84(place, datum), datum), place) < 0.01


@given(IN_CHINA)
def test_the_shift_is_some_hundred_metres_in_the_one_and_a_thousand_in_the_other(place):
    assert distance_m(from_wgs84(place, Datum.GCJ02), place) < 1_500
    baidu = from_wgs84(place, Datum.BD09)
    assert 100 < distance_m(baidu, from_wgs84(place, Datum.GCJ02)) < 1_500


@given(ABROAD, st.sampled_from(Datum))
def test_outside_china_nothing_is_shifted(place, datum):
    assert from_wgs84(place, datum) == place
    assert to_wgs84(place, datum) == place


@pytest.mark.parametrize(
    ("crs", "datum"),
    [
        (None, Datum.WGS84),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, Datum.WGS84),
        ({"type": "name", "properties": {"name": "EPSG:4490"}}, Datum.WGS84),
        ({"type": "name", "properties": {"name": "gcj-02"}}, Datum.GCJ02),
        ({"type": "name", "properties": {"name": "BD09"}}, Datum.BD09),
        ({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}, None),
    ],
)
def test_a_reference_system_is_known_by_its_name_or_not_at_all(crs, datum):
    assert datum_of_reference(crs) is datum
