"""What a detector found in one frame, as arrays. A value: no model, no frame, no track in it."""

import numpy as np
from numpy.typing import NDArray

from citybrain.structs import Struct


class Detections(Struct, frozen=True, kw_only=True, eq=False):
    """N boxes, best score first. The arrays are the caller's own: nothing writes to them later."""

    # [N, 4] x1, y1, x2, y2 as shares (0..1) of width and height, origin top left.
    boxes: NDArray[np.float32]
    scores: NDArray[np.float32]  # [N] 0..1
    classes: NDArray[np.int16]  # [N] indices into `labels`
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.scores)

    @classmethod
    def none(cls, labels: tuple[str, ...] = ()) -> "Detections":
        """An empty frame."""
        return cls(
            boxes=np.zeros((0, 4), np.float32),
            scores=np.zeros(0, np.float32),
            classes=np.zeros(0, np.int16),
            labels=labels,
        )

    def of(self, *names: str) -> "Detections":
        """Only the objects of these classes."""
        return self._only(
            np.isin(self.classes, [i for i, label in enumerate(self.labels) if label in names])
        )

    def finite(self) -> "Detections":
        """Only the objects whose box and score are finite: a model may give others."""
        if np.isfinite(self.boxes).all() and np.isfinite(self.scores).all():
            return self
        return self._only(np.isfinite(self.boxes).all(axis=1) & np.isfinite(self.scores))

    def _only(self, keep: NDArray[np.bool_]) -> "Detections":
        return Detections(
            boxes=self.boxes[keep],
            scores=self.scores[keep],
            classes=self.classes[keep],
            labels=self.labels,
        )
