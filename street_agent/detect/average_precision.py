"""Average precision of detections against labels, as COCO reckons it (Lin et al. 2014): detections
of one class in the order of their scores, each matched with the label of most overlap that is free;
precision interpolated at 101 recalls. Pure.
"""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from citybrain.structs import Struct

Floats = NDArray[np.float32]
RECALLS = np.linspace(0.0, 1.0, 101)
OVERLAPS = tuple(0.5 + 0.05 * step for step in range(10))  # of AP50:95


class LabelledBoxes(Struct, frozen=True, kw_only=True, eq=False):
    """What one picture shows of one class. Boxes are [N, 4] x1, y1, x2, y2 in any one unit."""

    found: Floats
    scores: Floats  # [N] of `found`
    labels: Floats
    crowds: Floats  # areas in which single objects are not labelled: what is found there is neither


class ClassPrecision(Struct, frozen=True, kw_only=True):
    """`ap50`, `ap`: 0..1, AP at overlap 0.5 and mean over 0.50, 0.55 … 0.95."""

    labels: int
    ap50: float
    ap: float


def class_precision(pictures: Sequence[LabelledBoxes]) -> ClassPrecision | None:
    """Over all pictures; None where nothing is labelled."""
    count = sum(len(one.labels) for one in pictures)
    if not count:
        return None
    overlaps = [overlap(one.found, one.labels) for one in pictures]
    by_overlap = [_average_precision(pictures, overlaps, count, minimum) for minimum in OVERLAPS]
    return ClassPrecision(labels=count, ap50=by_overlap[0], ap=sum(by_overlap) / len(by_overlap))


def overlap(found: Floats, labels: Floats, *, of_found: bool = False) -> NDArray[np.float64]:
    """Intersection over union of all pairs [N, M]; `of_found`: over the found box's own area."""
    if not len(found) or not len(labels):
        return np.zeros((len(found), len(labels)))
    one, other = found.astype(np.float64), labels.astype(np.float64)
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    shared = np.prod(np.maximum(high - low, 0.0), axis=2)
    areas = np.prod(one[:, 2:] - one[:, :2], axis=1)[:, None]
    if of_found:
        union = np.broadcast_to(areas, shared.shape)
    else:
        union = areas + np.prod(other[:, 2:] - other[:, :2], axis=1)[None, :] - shared
    shares: NDArray[np.float64] = np.divide(
        shared, union, out=np.zeros_like(shared), where=union > 0
    )
    return shares


def _average_precision(
    pictures: Sequence[LabelledBoxes],
    overlaps: Sequence[NDArray[np.float64]],
    count: int,
    minimum: float,
) -> float:
    judged: list[tuple[float, bool]] = []
    for picture, shares in zip(pictures, overlaps, strict=True):
        judged += _judged(picture, shares, minimum)
    judged.sort(key=lambda one: -one[0])  # stable: of equal scores the earlier picture first
    if not judged:
        return 0.0
    right = np.array(list(accumulate(int(is_right) for _, is_right in judged)))
    precision = right / np.arange(1, len(judged) + 1)
    precision = np.maximum.accumulate(precision[::-1])[::-1]  # the best at this recall or above
    places = np.searchsorted(right / count, RECALLS - 1e-12, side="left")
    reached = places < len(precision)
    return float(np.where(reached, precision[np.minimum(places, len(precision) - 1)], 0.0).mean())


def _judged(
    picture: LabelledBoxes, shares: NDArray[np.float64], minimum: float
) -> list[tuple[float, bool]]:
    """Score of each detection that counts, and whether it found a label."""
    is_free = np.ones(len(picture.labels), bool)
    in_crowd = overlap(picture.found, picture.crowds, of_found=True)
    judged = []
    for row in np.argsort(-picture.scores, kind="stable"):
        candidates = np.where(is_free, shares[row], -1.0)
        best = int(candidates.argmax()) if len(candidates) else -1
        if best >= 0 and candidates[best] >= minimum:
            is_free[best] = False
            judged.append((float(picture.scores[row]), True))
        elif not (in_crowd[row] >= minimum).any():
            judged.append((float(picture.scores[row]), False))
    return judged
