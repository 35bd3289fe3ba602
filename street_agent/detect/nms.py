"""Non-maximum suppression: of boxes of one group that overlap much only the best stays. A group may
be several classes (a car is often also a truck). Pure."""

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


def suppression_groups(
    street: tuple[str, ...], together: tuple[tuple[str, ...], ...]
) -> NDArray[np.intp]:
    """For each street class the number of its group; classes of one group share one."""
    group = {name: i for i, names in enumerate(together) for name in names}
    return np.array([group.get(name, len(together) + i) for i, name in enumerate(street)], np.intp)


def non_max_suppression(
    boxes: NDArray[np.float32],
    scores: NDArray[np.float32],
    groups: NDArray[np.intp],
    overlap_max: float,
) -> NDArray[np.intp]:
    """Indices of the boxes that stay, best score first (equal scores: the earlier box first)."""
    order = np.argsort(-scores, kind="stable")[: CANDIDATES.value]
    groups = groups[order]
    rivals = _overlap_more(boxes[order], overlap_max) & np.equal.outer(groups, groups)
    # As bit masks: bit j of row i says that i and j are rivals.
    masks = [
        int.from_bytes(row, "little") for row in np.packbits(rivals, axis=1, bitorder="little")
    ]
    suppressed = 0
    kept = []
    for i, mask in enumerate(masks):
        if not suppressed >> i & 1:
            kept.append(i)
            suppressed |= mask
    return order[kept]


def _overlap_more(boxes: NDArray[np.float32], share: float) -> NDArray[np.bool_]:
    """For all pairs [N, N]: is intersection over union above `share`? Without dividing:
    i / (a + b - i) > s where i * (1 + s) > s * (a + b)."""
    x1, y1, x2, y2 = np.ascontiguousarray(boxes.T)
    wide = np.minimum.outer(x2, x2) - np.maximum.outer(x1, x1)
    high = np.minimum.outer(y2, y2) - np.maximum.outer(y1, y1)
    shared = np.maximum(wide, 0.0) * np.maximum(high, 0.0)
    areas = (x2 - x1) * (y2 - y1) * np.float32(share / (1 + share))
    more: NDArray[np.bool_] = shared > np.add.outer(areas, areas)
    return more
