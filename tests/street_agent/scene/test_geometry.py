"""Zones and lines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from street_agent.scene.geometry import area, inside, meets, right_of

SQUARE = ((0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8))
corner = st.integers(0, 16).map(lambda n: n / 16)
between = st.integers(0, 15).map(lambda n: n / 16 + 0.0137)  # on no edge and no corner's height


def _is_inside(zone, x, y):
    """The textbook loop."""
    odd = False
    for (x1, y1), (x2, y2) in zip(zone, zone[1:] + zone[:1], strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            odd = not odd
    return odd


@given(
    st.lists(st.tuples(corner, corner), min_size=3, max_size=9),
    st.lists(st.tuples(between, between), min_size=1, max_size=9),
)
def test_inside_agrees_with_the_textbook_loop(zone, points):
    sure = [
        (x, y)
        for x, y in points
        if len({_is_inside(zone, x + dx, y) for dx in (-1e-9, 0.0, 1e-9)}) == 1
    ]
    found = inside(tuple(zone), np.array(sure).reshape(-1, 2)).tolist()
    assert found == [_is_inside(zone, x, y) for x, y in sure]


def test_the_area_of_a_square_whichever_way_it_is_drawn():
    assert area(SQUARE) == pytest.approx(0.36)
    assert area(SQUARE[::-1]) == pytest.approx(0.36)


def test_distance_from_a_line_is_in_picture_heights():
    found = right_of(((0.5, 0.0), (0.5, 1.0)), np.array([[0.25, 0.5], [0.75, 0.5]]), 2.0)
    assert found.tolist() == [0.5, -0.5]


def test_a_path_meets_the_line_only_between_its_points():
    line = ((0.5, 0.2), (0.5, 0.8))
    starts, ends = (
        np.array([[0.4, 0.5], [0.4, 0.9], [0.4, 0.0]]),
        np.array([[0.6, 0.5], [0.6, 0.9], [0.6, 0.39]]),
    )
    assert meets(line, starts, ends).tolist() == [True, False, False]
