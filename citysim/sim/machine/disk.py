"""The moods of a simulated disk: it is slow, it hangs, it is full, or the power goes at a given boundary of the next write. Keeps nothing itself."""

from random import Random  # noqa: TID251 - one seed is one story

from citybrain.errors import StoreFullError
from citybrain.journal.memory import Boundary, Crashed

QUICK_S = (0.0005, 0.004)  # an fsync of a good flash disk


class Disk:
    """`strike` is the `faults` hook of memory stores and outboxes."""

    def __init__(self, stream: Random) -> None:
        self._stream = stream
        self.is_full = False
        self.refuses = 0  # so many of the next writes find no room
        self.slow_s = 0.0
        self.hangs = False  # no write comes to its end any more; whoever writes waits
        self.strikes_at: Boundary | None = None
        self.strikes_on = 0  # only at the write with this number; 0: at the next
        self.writes = 0

    def strike(self, boundary: Boundary) -> None:
        """Raises `Crashed` where the power goes, `StoreFullError` where there is no room."""
        if boundary is Boundary.BEFORE:
            self.writes += 1
            if self.is_full:
                raise StoreFullError("the simulated disk is full.")
            if self.refuses:
                self.refuses -= 1
                raise StoreFullError("the simulated disk is full for a moment.")
        if boundary is self.strikes_at and self.strikes_on in (0, self.writes):
            self.strikes_at = None
            raise Crashed(f"the power went {boundary} write {self.writes}")

    def write_s(self) -> float:
        """How long the next write takes."""
        return self._stream.uniform(*QUICK_S) + (
            self._stream.uniform(0.0, 2 * self.slow_s) if self.slow_s else 0.0
        )
