"""The faults of a simulated disk: slow, hung, full, or the power fails at a boundary of a write.

It stores nothing itself: memory stores and outboxes ask it at every boundary.
"""

from random import Random  # noqa: TID251 - seeded

from citybrain.errors import StoreFullError
from citybrain.journal.memory import Boundary, Crashed

WRITE_S = (0.0005, 0.004)  # an fsync of a good flash disk


class Disk:
    """`on_boundary` is the `faults` hook of memory stores and outboxes."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.is_full = False
        self.refused_writes = 0  # how many of the next writes find no room
        self.slow_s = 0.0  # mean additional duration of a write
        self.is_hung = False  # no write ends, and whatever writes waits
        self.crash_at: Boundary | None = None
        self.crash_on_write = 0  # only at the write with this number; 0: at the next write
        self.writes = 0

    @property
    def is_well(self) -> bool:
        """Whether every write is taken, and at once."""
        return not (self.is_full or self.refused_writes or self.slow_s or self.is_hung)

    def on_boundary(self, boundary: Boundary) -> None:
        """Raises `Crashed` where the power fails, `StoreFullError` where there is no room."""
        if boundary is Boundary.BEFORE:
            self.writes += 1
            if self.is_full:
                raise StoreFullError("the simulated disk is full.")
            if self.refused_writes:
                self.refused_writes -= 1
                raise StoreFullError("the simulated disk is full for a moment.")
        if boundary is self.crash_at and self.crash_on_write in (0, self.writes):
            self.crash_at = None
            raise Crashed(f"the power went {boundary} write {self.writes}")

    def write_s(self) -> float:
        """How long the next write takes."""
        write_s = self._rng.uniform(*WRITE_S)
        return write_s + (self._rng.uniform(0.0, 2 * self.slow_s) if self.slow_s else 0.0)
