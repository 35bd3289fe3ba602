"""One object, one box: the best of those that overlap much, across the classes of one kind."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from street_agent.detect.nms import CANDIDATES, non_max_suppression, suppression_groups

STREET = ("person", "car", "truck")
KINDS = suppression_groups(STREET, (("car", "truck"),))

sides = st.integers(1, 40)
box = st.tuples(st.integers(0, 60), st.integers(0, 60), sides, sides).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)
found = st.lists(st.tuples(box, st.integers(1, 100), st.integers(0, 2)), max_size=30)


def overlap(a, b):
    w = max(0.0, min(a[2], b[2]) - max(a[0], b[0]))
    h = max(0.0, min(a[3], b[3]) - max(a[1], b[1]))
    area = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - w * h
    return w * h / area


def arrays(objects):
    boxes = np.array([o[0] for o in objects], np.float32).reshape(-1, 4)
    return (
        boxes,
        np.array([o[1] / 100 for o in objects], np.float32),
        np.array([o[2] for o in objects], np.intp),
    )


def slowly(boxes, scores, kinds, overlap_max):
    kept = []
    for i in sorted(range(len(scores)), key=lambda i: (-scores[i], i)):
        if all(
            kinds[i] != kinds[k] or np.float32(overlap(boxes[i], boxes[k])) <= overlap_max
            for k in kept
        ):
            kept.append(i)
    return kept


@given(found, st.sampled_from([0.29, 0.47, 0.61]))
def test_it_agrees_with_a_slow_reference(objects, overlap_max):
    boxes, scores, classes = arrays(objects)
    assert non_max_suppression(boxes, scores, KINDS[classes], overlap_max).tolist() == slowly(
        boxes.astype(float), scores, KINDS[classes], overlap_max
    )


@given(found)
def test_no_two_kept_boxes_of_one_group_overlap_too_much_and_the_best_stays(objects):
    boxes, scores, classes = arrays(objects)
    kept = non_max_suppression(boxes, scores, KINDS[classes], 0.5)
    for n, i in enumerate(kept):
        for j in kept[:n]:
            assert (
                KINDS[classes[i]] != KINDS[classes[j]] or overlap(boxes[i], boxes[j]) <= 0.5 + 1e-6
            )
    if objects:
        assert kept[0] == int(np.argmax(scores))
    assert (np.diff(scores[kept]) <= 0).all()


def test_a_car_that_is_also_a_truck_is_one_object_and_a_person_another():
    boxes = np.array([[0, 0, 10, 10]] * 3, np.float32)
    kept = non_max_suppression(
        boxes, np.array([0.6, 0.9, 0.5], np.float32), KINDS[np.array([1, 2, 0])], 0.5
    )
    assert kept.tolist() == [1, 2]


def test_the_number_of_candidates_is_bounded_and_the_best_are_kept():
    count = CANDIDATES.value + 200
    corners = np.arange(count, dtype=np.float32)[:, None] * 10
    boxes = np.concatenate([corners, corners, corners + 5, corners + 5], axis=1)
    scores = np.linspace(0.1, 0.9, count, dtype=np.float32)
    kept = non_max_suppression(boxes, scores, np.zeros(count, np.intp), 0.5)
    assert len(kept) == CANDIDATES.value
    assert scores[kept].min() == pytest.approx(np.sort(scores)[-CANDIDATES.value])
