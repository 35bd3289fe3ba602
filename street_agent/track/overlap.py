"""How much boxes overlap, and the best pairing by it. Pure arrays."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]


def overlaps(a: Floats, b: Floats) -> Floats:
    """[N, M] intersection over union of boxes [N, 4] and [M, 4] (left, top, right, bottom)."""
    width = np.minimum(a[:, None, 2], b[None, :, 2]) - np.maximum(a[:, None, 0], b[None, :, 0])
    height = np.minimum(a[:, None, 3], b[None, :, 3]) - np.maximum(a[:, None, 1], b[None, :, 1])
    shared = np.maximum(width, 0.0) * np.maximum(height, 0.0)
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    return np.asarray(shared / np.maximum(area_a[:, None] + area_b[None, :] - shared, 1e-12))


def widened(boxes: Floats, share: float) -> Floats:
    """The boxes with `share` of their own size added on every side: what moved far since the last
    picture overlaps again."""
    margin = (boxes[:, 2:] - boxes[:, :2]) * share
    return np.concatenate((boxes[:, :2] - margin, boxes[:, 2:] + margin), axis=1)


def pair(affinity: Floats) -> tuple[Rows, Rows]:
    """Rows and columns of the pairing with the greatest total `affinity`; a pair of affinity 0 is
    no pair."""
    if not affinity.size or not affinity.any():
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    # here: a box that only reads sensors never needs its 300 modules
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(affinity, maximize=True)
    good = affinity[rows, columns] > 0
    return rows[good], columns[good]
