"""The nearest line of a grid is the one that a search through all of them finds."""

import math
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from district_node.naming.segment_grid import METRES_E6, Cells, SegmentGrid

WEST, SOUTH = 104_060_000, 30_650_000
corners = st.tuples(st.integers(WEST, WEST + 30_000), st.integers(SOUTH, SOUTH + 30_000))
paths = st.lists(st.lists(corners, min_size=1, max_size=4), min_size=1, max_size=8)


def distance_m(path, x, y):
    """By sampling no further apart than the ends: exact for the nearest place of each piece."""
    east = METRES_E6 * math.cos(math.radians(y / 1e6))
    flat = [((a - x) * east, (b - y) * METRES_E6) for a, b in path]
    if len(flat) == 1:
        return math.hypot(*flat[0])
    best = math.inf
    for (ax, ay), (bx, by) in pairwise(flat):
        length = (bx - ax) ** 2 + (by - ay) ** 2
        t = 0.0 if not length else -(ax * (bx - ax) + ay * (by - ay)) / length
        t = min(max(t, 0.0), 1.0)
        best = min(best, math.hypot(ax + t * (bx - ax), ay + t * (by - ay)))
    return best


@given(paths, corners, st.floats(50.0, 5_000.0))
def test_it_finds_what_a_search_through_all_finds(some, place, within):
    grid = SegmentGrid(Cells(30.66))
    for owner, path in enumerate(some):
        grid.add(owner, tuple(number for corner in path for number in corner))
    away = [distance_m(path, *place) for path in some]
    found = grid.nearest(*place, within)
    if min(away) > within * 1.000001:
        assert found is None
    elif found is not None:
        assert math.isclose(found.metres, min(away), rel_tol=1e-6, abs_tol=1e-6)
        assert math.isclose(away[found.owner], min(away), rel_tol=1e-6, abs_tol=1e-6)
    else:
        assert min(away) > within * 0.999999


def test_of_two_that_are_equally_near_the_first_is_found():
    grid = SegmentGrid(Cells(30.66))
    line = (WEST, SOUTH, WEST + 5_000, SOUTH)
    grid.add(7, line)
    grid.add(3, line)
    found = grid.nearest(WEST + 100, SOUTH + 100, 100.0)
    assert found is not None
    assert found.owner == 3
