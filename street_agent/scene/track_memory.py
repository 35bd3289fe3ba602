"""What a rule remembers of each track between observations: one row of numbers an id, dropped some
time after the track was last there. Pure arrays."""

import numpy as np
from numpy.typing import NDArray

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct
from street_agent.track.associate import LOST_S_MAX

Floats = NDArray[np.float64]
Ids = NDArray[np.int64]

# Longer than a tracker keeps a lost track: an id that is gone for this long never comes back.
RETENTION_S = LOST_S_MAX + 3.0


class TrackMemory(Struct, frozen=True, kw_only=True, eq=False):
    """Rows in ascending order of ids. Bounded: one row for each track of the last `RETENTION_S`."""

    ids: Ids
    rows: Floats  # [N, columns]
    last_at: NDArray[np.int64]

    @classmethod
    def empty(cls, columns: int) -> "TrackMemory":
        return cls(
            ids=np.zeros(0, np.int64), rows=np.zeros((0, columns)), last_at=np.zeros(0, np.int64)
        )

    def rows_of(self, ids: Ids, fresh: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        """The rows of `ids`, a copy, with the row of `fresh` for ids that are new; and which ids
        were known."""
        rows = fresh.copy()
        if not len(self.ids) or not len(ids):
            return rows, np.zeros(len(ids), np.bool_)
        place = np.minimum(np.searchsorted(self.ids, ids), len(self.ids) - 1)
        known = self.ids[place] == ids
        rows[known] = self.rows[place[known]]
        return rows, known

    def updated(self, ids: Ids, rows: Floats, at: Timestamp) -> "TrackMemory":
        """Remembers `rows` for `ids` (ascending); drops what was not there lately."""
        if not len(self.ids):
            return TrackMemory(ids=ids, rows=rows, last_at=np.full(len(ids), at, np.int64))
        absent = (self.last_at >= at - round(RETENTION_S * SECOND_US)) & ~_among(self.ids, ids)
        if not absent.any():
            return TrackMemory(ids=ids, rows=rows, last_at=np.full(len(ids), at, np.int64))
        all_ids = np.concatenate((self.ids[absent], ids))
        order = np.argsort(all_ids, kind="stable")
        return TrackMemory(
            ids=all_ids[order],
            rows=np.concatenate((self.rows[absent], rows))[order],
            last_at=np.concatenate((self.last_at[absent], np.full(len(ids), at, np.int64)))[order],
        )


def _among(ids: Ids, others: Ids) -> NDArray[np.bool_]:
    """[N] whether each of `ids` is one of `others` (both ascending)."""
    if not len(others):
        return np.zeros(len(ids), np.bool_)
    place = np.minimum(np.searchsorted(others, ids), len(others) - 1)
    return np.asarray(others[place] == ids)
