"""What of OpenStreetMap is drawn, as what, and from which zoom on."""

import pytest

from maps.schema import BUILDINGS, LANDUSE, ROADS, WATER, area_of, line_of, place_of


def tags_of(drawn):
    return dict(drawn.properties)


@pytest.mark.parametrize(
    ("highway", "kind", "zoom"),
    [
        ("motorway", "highway", 3),
        ("trunk", "major_road", 5),
        ("primary_link", "major_road", 7),
        ("tertiary", "major_road", 10),
        ("residential", "minor_road", 12),
        ("service", "minor_road", 13),
        ("cycleway", "path", 13),
        ("steps", "path", 14),
    ],
)
def test_a_street_has_the_kind_of_the_basemap_schema(highway, kind, zoom):
    drawn = line_of({"highway": highway, "name": "A"})
    assert (drawn.layer, drawn.min_zoom) == (ROADS, zoom)
    found = tags_of(drawn)
    assert (found["kind"], found["min_zoom"], found["name"]) == (kind, zoom, "A")
    assert found["kind_detail"] == highway.removesuffix("_link")
    assert found.get("is_link", False) is highway.endswith("_link")


def test_bridges_and_tunnels_are_marked():
    found = tags_of(line_of({"highway": "primary", "bridge": "yes", "tunnel": "no"}))
    assert found["is_bridge"] is True
    assert "is_tunnel" not in found


@pytest.mark.parametrize(
    "tags",
    [
        {"highway": "construction"},
        {"highway": "proposed"},
        {"highway": "footway", "footway": "sidewalk"},
        {"highway": "corridor"},
        {"highway": "footway", "indoor": "yes"},
        {"highway": "footway", "level": "-2"},
        {"highway": "pedestrian", "area": "yes"},  # it is drawn as an area
        {"waterway": "stream", "tunnel": "culvert"},
        {"railway": "abandoned"},
        {"boundary": "administrative"},
        {},
    ],
)
def test_other_lines_are_not_drawn(tags):
    assert line_of(tags) is None


def test_rails_have_no_names_and_waters_have():
    rail = line_of({"railway": "rail", "name": "Main line", "service": "yard"})
    assert (tags_of(rail)["kind"], rail.min_zoom, "name" in tags_of(rail)) == ("rail", 13, False)
    river = line_of({"waterway": "river", "name": "Jin"})
    assert (river.layer, tags_of(river)) == (WATER, {"kind": "river", "name": "Jin"})


@pytest.mark.parametrize(
    ("tags", "layer", "kind"),
    [
        ({"building": "apartments"}, BUILDINGS, "building"),
        ({"natural": "water"}, WATER, "water"),
        ({"landuse": "reservoir"}, WATER, "lake"),
        ({"leisure": "park", "name": "P"}, LANDUSE, "park"),
        ({"leisure": "garden"}, LANDUSE, "park"),
        ({"amenity": "grave_yard"}, LANDUSE, "cemetery"),
        ({"highway": "pedestrian", "area": "yes"}, LANDUSE, "pedestrian"),
        ({"highway": "pedestrian", "type": "multipolygon"}, LANDUSE, "pedestrian"),
    ],
)
def test_areas_have_the_kinds_of_the_basemap_schema(tags, layer, kind):
    drawn = area_of(tags)
    assert (drawn.layer, tags_of(drawn)["kind"]) == (layer, kind)


@pytest.mark.parametrize(
    "tags",
    [
        {"building": "no"},
        {"highway": "pedestrian"},  # a street that goes round
        {"natural": "water", "tunnel": "yes"},
        {"amenity": "cafe"},
    ],
)
def test_other_areas_are_not_drawn(tags):
    assert area_of(tags) is None


def test_a_place_has_names_a_rank_and_simplified_characters_first():
    names = {"name": "Helsinki", "name:zh": "赫爾辛基", "name:zh-Hans": "赫尔辛基", "name:en": "H"}
    drawn = place_of({"place": "city", "population": "629725", **names})
    assert tags_of(drawn) == {
        "kind": "locality",
        "kind_detail": "city",
        "min_zoom": 3,
        "population_rank": 10,
        "name": "Helsinki",
        "name:en": "H",
        "name:zh": "赫尔辛基",
    }


@pytest.mark.parametrize("tags", [{"place": "city"}, {"place": "farm", "name": "A"}, {"name": "A"}])
def test_a_place_without_a_name_or_a_kind_is_not_drawn(tags):
    assert place_of(tags) is None


@pytest.mark.parametrize("population", ["many", "12 000", "٣", ""])
def test_a_population_that_is_no_number_counts_as_none(population):
    found = tags_of(place_of({"place": "town", "name": "A", "population": population}))
    assert found["population_rank"] == 0
