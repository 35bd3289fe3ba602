"""Vector tiles are those of the specification: its examples, and what protobuf reads back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vector_tile_reader import read_tile

from maps.vector_tile import Geometry, TileFeature, TileLayer, _commands, encode_tile


def only(*features):
    return read_tile(encode_tile([TileLayer("roads", features)]))["roads"]


@pytest.mark.parametrize(
    ("kind", "paths", "commands"),
    [  # section 4.3.5 of the specification
        (Geometry.POINT, [[(25, 17)]], [9, 50, 34]),
        (Geometry.POINT, [[(5, 7)], [(3, 2)]], [9, 10, 14, 9, 3, 9]),
        (Geometry.LINE, [[(2, 2), (2, 10), (10, 10)]], [9, 4, 4, 18, 0, 16, 16, 0]),
        (
            Geometry.LINE,
            [[(2, 2), (2, 10), (10, 10)], [(1, 1), (3, 5)]],
            [9, 4, 4, 18, 0, 16, 16, 0, 9, 17, 17, 10, 4, 8],
        ),
        (Geometry.POLYGON, [[(3, 6), (8, 12), (20, 34)]], [9, 6, 12, 18, 10, 12, 24, 44, 15]),
    ],
)
def test_the_examples_of_the_specification(kind, paths, commands):
    assert _commands(TileFeature(kind, paths, ())) == commands


def test_a_feature_comes_back_with_its_tags_and_paths():
    tags = (("kind", "major_road"), ("min_zoom", 7), ("depth", -3), ("is_bridge", True), ("n", 1))
    (found,) = only(TileFeature(Geometry.LINE, [[(-5, 0), (4096, 17)]], tags))
    assert found == ("line", [[(-5, 0), (4096, 17)]], dict(tags))
    assert found.tags["is_bridge"] is True  # and 1 beside it is no bool
    assert found.tags["n"] is not True


def test_what_is_too_short_to_be_drawn_is_left_out():
    assert encode_tile([TileLayer("roads", [])]) == b""
    point_like = TileFeature(Geometry.LINE, [[(3, 3), (3, 3)], [(1, 1), (2, 2)]], ())
    flat = TileFeature(Geometry.POLYGON, [[(0, 0), (5, 5)]], ())
    (found,) = only(point_like, flat)
    assert found.paths == [[(1, 1), (2, 2)]]


PLACES = st.tuples(st.integers(-64, 4160), st.integers(-64, 4160))


@given(st.lists(st.lists(PLACES, min_size=2, max_size=9, unique=True), min_size=1, max_size=4))
def test_any_lines_come_back(paths):
    (found,) = only(TileFeature(Geometry.LINE, paths, ()))
    assert found.paths == paths
