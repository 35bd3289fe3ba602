"""Non-maximum suppression: of boxes of one kind that overlap much only the best stays. A kind may be several classes (a car is often also a truck). Pure."""

import numpy as np
from numpy.typing import NDArray

from citybrain.limits import Limit

CANDIDATES = Limit(
    name="detect_candidates",
    value=300,
    unit="boxes",
    reason="all pairs are compared: 300 take 0.5 ms; a street shows fewer objects",
    fate="those with the lowest scores are left out",
)


def kinds_of(street: tuple[str, ...], together: tuple[tuple[str, ...], ...]) -> NDArray[np.intp]:
    """For each street class the number of its kind; classes of one group share one."""
    group = {name: i for i, names in enumerate(together) for name in names}
    return np.array([group.get(name, len(together) + i) for i, name in enumerate(street)], np.intp)


def survivors(boxes: NDArray[np.float32], scores: NDArray[np.float32], kinds: NDArray[np.intp], overlap_max: float) -> NDArray[np.intp]:
    """Indices of the boxes that stay, best score first (equal scores: the earlier box first)."""
    order = np.argsort(-scores, kind="stable")[: CANDIDATES.value]
    rivals = _overlaps(boxes[order]) > overlap_max
    rivals &= kinds[order, None] == kinds[None, order]
    alive = np.ones(len(order), bool)
    kept = []
    for i in range(len(order)):
        if alive[i]:
            kept.append(i)
            alive &= ~rivals[i]
    return order[kept]


def _overlaps(boxes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Intersection over union of all pairs, [N, N]."""
    low = np.maximum(boxes[:, None, :2], boxes[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], boxes[None, :, 2:])
    sides = np.maximum(high - low, 0.0)
    shared = sides[..., 0] * sides[..., 1]
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    overlaps: NDArray[np.float32] = shared / np.maximum(areas[:, None] + areas[None, :] - shared, 1e-9)
    return overlaps
