"""Average precision against cases reckoned by hand, and a slow reading of its definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from street_agent.detect.average_precision import LabelledBoxes, class_precision, overlap

NOTHING = np.zeros((0, 4), np.float32)


def picture(found, labels, crowds=()):
    """`found`: (score, box)."""
    return LabelledBoxes(
        found=np.array([box for _, box in found], np.float32).reshape(-1, 4),
        scores=np.array([score for score, _ in found], np.float32),
        labels=np.array(labels, np.float32).reshape(-1, 4),
        crowds=np.array(crowds, np.float32).reshape(-1, 4),
    )


A, B, C = (0, 0, 10, 10), (20, 20, 30, 30), (50, 50, 60, 60)


def test_what_is_found_just_as_it_is_labelled_is_precise():
    made = class_precision([picture([(0.9, A), (0.8, B)], [A, B])])
    assert (made.labels, made.ap50, made.ap) == (2, pytest.approx(1), pytest.approx(1))


def test_without_labels_there_is_nothing_to_reckon_and_without_detections_it_is_zero():
    assert class_precision([picture([(0.9, A)], [])]) is None
    assert class_precision([picture([], [A])]).ap50 == 0


def test_half_of_the_labels_found_are_half_the_recalls():
    made = class_precision([picture([(0.9, A)], [A, B])])
    assert made.ap50 == pytest.approx(51 / 101)  # recalls 0.00 … 0.50


def test_a_mistake_of_a_better_score_costs_and_one_of_a_worse_score_does_not():
    before = class_precision([picture([(0.9, C), (0.8, A)], [A])])
    after = class_precision([picture([(0.7, C), (0.8, A)], [A])])
    assert before.ap50 == pytest.approx(0.5)
    assert after.ap50 == pytest.approx(1)


def test_one_label_is_found_once():
    assert class_precision([picture([(0.9, A), (0.8, A)], [A, B])]).ap50 == pytest.approx(51 / 101)


def test_a_box_that_fits_loosely_counts_at_the_lower_overlaps_only():
    loose = (0, 0, 10, 14)  # 100 of 140: 0.714
    made = class_precision([picture([(0.9, loose)], [A])])
    assert made.ap50 == pytest.approx(1)
    assert made.ap == pytest.approx(0.5)  # 0.50, 0.55, 0.60, 0.65, 0.70 of ten


def test_what_is_found_in_a_crowd_is_neither_right_nor_wrong():
    crowd = (40, 40, 80, 80)
    made = class_precision([picture([(0.9, C), (0.8, A)], [A], crowds=[crowd])])
    assert made.ap50 == pytest.approx(1)


def test_pictures_are_judged_together_by_their_scores():
    made = class_precision([picture([(0.5, A)], [A]), picture([(0.9, C)], [A])])
    assert made.ap50 == pytest.approx(51 / 101 * 0.5)


boxes = st.tuples(
    st.integers(0, 20), st.integers(0, 20), st.integers(1, 20), st.integers(1, 20)
).map(lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3]))
pictures = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(1, 9).map(lambda s: s / 10), boxes), max_size=6),
        st.lists(boxes, max_size=4),
    ),
    min_size=1,
    max_size=4,
)


def slowly(made, minimum):
    """Of the definition, word by word."""
    count = sum(len(labels) for _, labels in made)
    rows = sorted(
        ((score, n, i) for n, (found, _) in enumerate(made) for i, (score, _) in enumerate(found)),
        key=lambda row: (-row[0], row[1], row[2]),
    )
    taken, right, points = set(), 0, []
    for place, (_, n, i) in enumerate(rows, start=1):
        box, best = made[n][0][i][1], None
        for label, other in enumerate(made[n][1]):
            share = float(overlap(np.array([box]), np.array([other]))[0, 0])
            if (n, label) not in taken and share >= minimum and (best is None or share > best[0]):
                best = (share, label)
        if best is not None:
            taken.add((n, best[1]))
            right += 1
        points.append((right / count, right / place))
    total = 0.0
    for step in range(101):
        reached = [precision for recall, precision in points if recall >= step / 100 - 1e-9]
        total += max(reached, default=0.0)
    return total / 101


@settings(max_examples=150, deadline=None)
@given(pictures)
def test_it_is_what_the_definition_says(made):
    judged = class_precision([picture(found, labels) for found, labels in made])
    if judged is None:
        assert not any(labels for _, labels in made)
        return
    assert judged.ap50 == pytest.approx(slowly(made, 0.5), abs=1e-9)
    assert 0 <= judged.ap <= judged.ap50 + 1e-9


def test_overlap_of_what_has_no_area_is_nothing():
    line = np.array([(5, 5, 5, 9)], np.float32)
    assert overlap(line, line)[0, 0] == 0
    assert overlap(NOTHING, line).shape == (0, 1)
