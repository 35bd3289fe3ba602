"""What the tracker reports after each picture: the confirmed tracks, as arrays. A value; how they
are found is in `associate`."""

import numpy as np
from numpy.typing import NDArray

from citybrain.structs import Struct


class Tracks(Struct, frozen=True, kw_only=True, eq=False):
    """N confirmed tracks in ascending order of their ids. Nothing writes to the arrays later."""

    ids: NDArray[np.int64]  # [N] from 1; given at confirmation, never used again
    boxes: NDArray[np.float64]  # [N, 4] left, top, right, bottom as shares (0..1) of the picture
    scores: NDArray[np.float64]  # [N] of the last detection
    classes: NDArray[np.int64]  # [N] indices into `labels`: those with most of the score so far
    labels: tuple[str, ...]
    first_seen: NDArray[np.int64]  # [N] µs, when the first detection of the track was taken
    # [N] detected in this picture; otherwise where the motion model expects it.
    seen: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def none(cls, labels: tuple[str, ...] = ()) -> "Tracks":
        """No object there."""
        return cls(
            ids=np.zeros(0, np.int64),
            boxes=np.zeros((0, 4)),
            scores=np.zeros(0),
            classes=np.zeros(0, np.int64),
            labels=labels,
            first_seen=np.zeros(0, np.int64),
            seen=np.zeros(0, np.bool_),
        )

    def detected(self) -> "Tracks":
        """Those of them that were detected in this picture. What is only expected somewhere counts
        for nothing."""
        if self.seen.all():
            return self
        return Tracks(
            ids=self.ids[self.seen],
            boxes=self.boxes[self.seen],
            scores=self.scores[self.seen],
            classes=self.classes[self.seen],
            labels=self.labels,
            first_seen=self.first_seen[self.seen],
            seen=self.seen[self.seen],
        )

    def is_of(self, names: tuple[str, ...]) -> NDArray[np.bool_]:
        """[N] whether the track is one of `names`; no names means any."""
        if not names:
            return np.ones(len(self.ids), np.bool_)
        wanted = [i for i, label in enumerate(self.labels) if label in names]
        if len(wanted) == 1:
            return np.asarray(self.classes == wanted[0])
        return np.isin(self.classes, wanted)
