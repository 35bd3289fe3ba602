"""A map of a town: what was drawn is where it is, under its name, in its layer; and an extract that
cannot be drawn is refused in a sentence, the map that was there before untouched."""

import errno
import math
import os
import subprocess
import sys
from itertools import pairwise

import pytest
import small_town
from small_town import TownWriter, write_town

from maps.archive import TileStore
from maps.build import ATTRIBUTION
from maps.errors import ExtractError, MapNotWrittenError
from maps.schema import LAYERS

METRE = 1 / 111_195  # in degrees of latitude


def degrees(tile, place):
    """Longitude and latitude of a place in a tile, by the inverse of the projection."""
    zoom, x, y = tile
    side = 2**zoom
    east, south = (x + place[0] / 4096) / side, (y + place[1] / 4096) / side
    return east * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * south))))


def metres_between(a, b):
    across = (a[0] - b[0]) * math.cos(math.radians(a[1]))
    return math.hypot(across, a[1] - b[1]) / METRE


def nearest(place, found):
    return min(metres_between(place, one) for one in found)


def places(town_map, zoom, layer, **tags):
    """Every place of the features with these tags, in degrees."""
    return [
        degrees(tile, place)
        for tile, feature in town_map.features(zoom, layer)
        if tags.items() <= feature.tags.items()
        for path in feature.paths
        for place in path
    ]


def test_a_street_is_where_it_is_to_within_a_metre(town_map):
    drawn = places(town_map, 15, "roads", **{"name:en": "River Street"})
    for place in (*small_town.RIVER_STREET, *small_town.RIVER_STREET_ON):
        assert nearest(place, drawn) < 1.0


def test_between_its_corners_a_street_runs_straight(town_map):
    """Every drawn place is on the line: no corner is cut, nothing lies beside it."""
    (a_lon, a_lat), (b_lon, b_lat) = small_town.HIGH_ROAD
    drawn = places(town_map, 15, "roads", name="High Road")
    assert len(drawn) > 10
    for longitude, latitude in drawn:
        along = (longitude - a_lon) / (b_lon - a_lon)
        assert abs(latitude - (a_lat + along * (b_lat - a_lat))) < 2 * METRE


def test_a_street_has_its_kind_and_its_names_in_both_languages(town_map):
    (tags,) = {tuple(f.tags.items()) for _, f in town_map.features(15, "roads") if "ref" in f.tags}
    assert dict(tags) == {
        "kind": "major_road",
        "kind_detail": "primary",
        "min_zoom": 7,
        "ref": "G5",
        "name": "High Road",
        "name:zh": "高路",
    }
    street = next(f.tags for _, f in town_map.features(15, "roads") if "name:en" in f.tags)
    assert street["kind"] == "minor_road"
    assert (street["name"], street["name:zh"]) == ("滨江路", "滨江路")


def test_two_ways_of_one_street_are_one_line_where_they_meet(town_map):
    found = [
        feature
        for _, feature in town_map.features(12, "roads")
        if feature.tags.get("name:en") == "River Street"
    ]
    assert all(len(feature.paths) == 1 for feature in found)


def test_a_lake_has_a_hole_where_its_island_is(town_map):
    rings = [
        [degrees(tile, place) for place in path]
        for tile, feature in town_map.features(13, "water")
        if feature.tags["kind"] == "water"
        for path in feature.paths
    ]
    inner = [ring for ring in rings if small_town.ISLAND[0][0] - 0.0005 < min(p[0] for p in ring)]
    for place in small_town.ISLAND:
        assert any(nearest(place, ring) < 10 for ring in inner)


def test_outer_rings_and_holes_run_as_vector_tiles_want_them(town_map):
    """By the sum over the corners: positive outside, negative for a hole (section 4.3.4.4)."""
    (tile, lake) = next(
        (tile, f)
        for tile, f in town_map.features(12, "water")
        if f.tags["kind"] == "water" and len(f.paths) == 2
    )
    outer, hole = (sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(path)) for path in lake.paths)
    assert outer > 0 > hole, tile


def test_every_layer_has_what_is_in_the_town(built, town_map):
    _, made = built
    assert dict(made.features) == dict(zip(LAYERS, (1, 1, 1, 1, 3, 1), strict=True))
    assert made.warnings == ()
    kinds = {
        (layer, feature.tags["kind"])
        for tile in town_map.tiles.values()
        for layer, features in tile.items()
        for feature in features
    }
    assert kinds == {
        ("earth", "earth"),
        ("water", "water"),
        ("landuse", "park"),
        ("buildings", "building"),
        ("roads", "minor_road"),
        ("roads", "major_road"),
        ("places", "locality"),
    }


def test_a_house_is_drawn_near_and_a_main_road_from_afar(town_map):
    zooms = {
        layer: {zoom for zoom in range(2, 16) if town_map.features(zoom, layer)}
        for layer in ("buildings", "roads", "places")
    }
    assert min(zooms["buildings"]) >= 13
    assert min(zooms["roads"]) == 7
    assert min(zooms["places"]) == 7
    assert max(zooms["roads"]) == 15


def test_the_map_says_whose_data_it_is_and_what_it_covers(town_map):
    assert town_map.metadata["attribution"] == ATTRIBUTION
    assert {layer["id"] for layer in town_map.metadata["vector_layers"]} == set(LAYERS)
    header = town_map.header
    assert (header["min_lon_e7"], header["max_lat_e7"]) == (1_040_200_000, 307_000_000)
    assert header["clustered"]


def test_the_same_extract_gives_the_same_bytes_whatever_the_hash_seed(built, tmp_path):
    path, _ = built
    again = tmp_path / "again.pmtiles"
    run = ["-m", "citybrain.cli.main", "map", "build", str(path.with_name("town.osm.pbf"))]
    done = subprocess.run(
        [sys.executable, *run, "--out", str(again)],
        env={**os.environ, "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert again.read_bytes() == path.read_bytes()


def test_only_the_zooms_that_were_asked_for_are_made(tmp_path, build):
    found, _ = build(write_town(tmp_path / "town.osm.pbf"), min_zoom=11, max_zoom=12)
    assert {zoom for zoom, _, _ in found.tiles} == {11, 12}


def test_an_extract_that_does_not_say_what_it_covers_covers_its_nodes(tmp_path, build):
    town = TownWriter(tmp_path / "boxless.osm.pbf", box=False)
    town.way(small_town.HIGH_ROAD, {"highway": "primary"})
    town.close()
    found, _ = build(tmp_path / "boxless.osm.pbf")
    assert found.header["min_lon_e7"] == 1_040_300_000
    assert found.header["max_lat_e7"] == 306_400_000


def test_the_sea_is_drawn_where_the_coast_says(tmp_path, build):
    town = TownWriter(tmp_path / "coast.osm.pbf")
    town.way(small_town.HIGH_ROAD, {"highway": "primary"})
    # heading west along the south: the sea, on its right, is in the north
    town.way(((104.15, 30.66), (104.08, 30.67), (104.01, 30.66)), {"natural": "coastline"})
    town.close()
    found, _ = build(tmp_path / "coast.osm.pbf")
    sea = places(found, 11, "water", kind="ocean")
    assert sea
    assert min(latitude for _, latitude in sea) > 30.655


def test_a_way_whose_nodes_are_partly_lost_is_drawn_as_far_as_they_are_there(tmp_path, build):
    town = TownWriter(tmp_path / "lost.osm.pbf")
    town.way(small_town.RIVER_STREET, {"highway": "residential"})
    town.way(small_town.HIGH_ROAD, {"highway": "primary"})
    lost = frozenset((small_town.RIVER_STREET[2], *small_town.HIGH_ROAD))
    town.close(lost=lost)
    found, made = build(tmp_path / "lost.osm.pbf")
    drawn = places(found, 14, "roads")
    assert nearest(small_town.RIVER_STREET[1], drawn) < 2
    assert nearest(small_town.RIVER_STREET[2], drawn) > 500
    assert made.incomplete == 1
    assert "1 things were left out" in made.warnings[0]


def test_a_town_without_streets_is_drawn_and_says_what_it_lacks(tmp_path, build):
    town = TownWriter(tmp_path / "park.osm.pbf")
    town.area(small_town.PARK, {"leisure": "park"})
    town.close()
    found, made = build(tmp_path / "park.osm.pbf")
    assert found.features(14, "landuse")
    assert "has no street" in made.warnings[0]


def test_an_extract_with_nothing_to_draw_is_refused(tmp_path, build):
    town = TownWriter(tmp_path / "bare.osm.pbf")
    town.way(small_town.HIGH_ROAD, {"boundary": "administrative"})
    town.close()
    with pytest.raises(ExtractError, match="holds nothing to draw: no street, house"):
        build(tmp_path / "bare.osm.pbf")


def test_a_full_disk_leaves_the_old_map_and_nothing_beside_it(tmp_path, build, monkeypatch):
    extract = write_town(tmp_path / "town.osm.pbf")
    out = tmp_path / "built.pmtiles"
    out.write_bytes(b"the old map")

    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(TileStore, "add", full)
    with pytest.raises(MapNotWrittenError, match="no room left on the disk .* Free some"):
        build(extract)
    assert out.read_bytes() == b"the old map"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["built.pmtiles", "town.osm.pbf"]


def test_a_place_that_refuses_is_named(tmp_path, build, monkeypatch):
    def refused(*_):
        raise PermissionError(errno.EACCES, "Permission denied", "somewhere")

    monkeypatch.setattr(TileStore, "add", refused)
    with pytest.raises(MapNotWrittenError, match="somewhere: Permission denied. Name another"):
        build(write_town(tmp_path / "town.osm.pbf"))
