"""The machine's clocks: their only reader, for composition roots alone.

Node time (`SystemClock.now`) is wall time that never goes back. It follows a forward step of the
wall clock. After a backward step it is slewed: it runs a little slower than the monotonic clock
until the wall clock has caught up, so that no deadline waits for that. `stepped_us` sums both kinds
of steps, so that a shell can journal them.
"""

import threading
import time
from typing import Protocol

from citybrain.clock import SECOND_US, Instant, Timestamp

STEP_MIN_US = SECOND_US // 2  # a larger drift between two readings is a step of the wall clock
SLEW_DIVISOR = 100  # node time ahead of the wall clock runs slower by one part in a hundred
READING_MAX_US = SECOND_US // 20  # clocks read further apart than this cannot be compared


class RawClocks(Protocol):
    """A machine's two clocks as they are: the wall clock may step and drift, the other may not."""

    def wall_us(self) -> int: ...

    def monotonic_us(self) -> int: ...


class MachineClocks:
    """The clocks of this machine."""

    def wall_us(self) -> int:
        return time.time_ns() // 1000

    def monotonic_us(self) -> int:
        return time.monotonic_ns() // 1000


class SystemClock:
    """Disciplined node time: `now` never goes back, `stepped_us` sums the wall clock's steps.
    Thread-safe."""

    def __init__(self, raw: RawClocks | None = None) -> None:
        self._raw = raw or MachineClocks()
        self._lock = threading.Lock()
        self._last_wall = self._raw.wall_us()
        self._last_instant = self._raw.monotonic_us()
        self._last_now, self._last_read, self._remainder = self._last_wall, self._last_instant, 0
        self.stepped_us = 0

    def now(self) -> Timestamp:
        with self._lock:
            before, wall, instant = (
                self._raw.monotonic_us(),
                self._raw.wall_us(),
                self._raw.monotonic_us(),
            )
            if instant - before < READING_MAX_US:
                drift = (wall - self._last_wall) - (instant - self._last_instant)
                if abs(drift) > STEP_MIN_US:
                    self.stepped_us += drift
                self._last_wall, self._last_instant = wall, instant
            self._last_now, self._last_read = (
                max(wall, self._last_now + self._slewed(instant - self._last_read)),
                instant,
            )
            return Timestamp(self._last_now)

    def not_before(self, at: Timestamp) -> None:
        """Node time is `at` or later from now on: an earlier run, or a peer, already used it."""
        with self._lock:
            self._last_now = max(self._last_now, at)

    def instant(self) -> Instant:
        return Instant(self._raw.monotonic_us())

    def _slewed(self, passed_us: int) -> int:
        """How far slewed node time goes in `passed_us`; remainders are kept, so that frequent
        reading loses none."""
        slewed, self._remainder = divmod(
            max(0, passed_us) * (SLEW_DIVISOR - 1) + self._remainder, SLEW_DIVISOR
        )
        return slewed
