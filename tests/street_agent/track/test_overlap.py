"""Overlaps and the best pairing."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from street_agent.track.overlap import overlaps, pair, widened

side = st.floats(0, 0.5)
boxes = st.lists(st.tuples(side, side, st.floats(0.01, 0.5), st.floats(0.01, 0.5)), max_size=5).map(
    lambda rows: np.array([(x, y, x + w, y + h) for x, y, w, h in rows]).reshape(-1, 4)
)


def test_the_same_box_overlaps_whole_and_a_far_one_not_at_all():
    a = np.array([[0.0, 0.0, 0.2, 0.2]])
    assert overlaps(
        a, np.array([[0.0, 0.0, 0.2, 0.2], [0.5, 0.5, 0.6, 0.6], [0.1, 0.0, 0.3, 0.2]])
    ).round(6).tolist() == [[1.0, 0.0, 0.333333]]


def test_widening_brings_neighbours_together():
    a, b = np.array([[0.0, 0.0, 0.1, 0.1]]), np.array([[0.11, 0.0, 0.21, 0.1]])
    assert overlaps(a, b)[0, 0] == 0
    assert overlaps(widened(a, 0.2), widened(b, 0.2))[0, 0] > 0


def test_a_pair_without_affinity_is_no_pair():
    rows, columns = pair(np.array([[0.0, 0.9], [0.0, 0.8]]))
    assert (rows.tolist(), columns.tolist()) == ([0], [1])
    assert len(pair(np.zeros((3, 0)))[0]) == 0


@given(boxes, boxes)
def test_overlap_is_symmetric_and_a_share(a, b):
    found = overlaps(a, b)
    assert ((found >= 0) & (found <= 1 + 1e-9)).all()
    assert np.allclose(found, overlaps(b, a).T)
