"""Time: the only reader of the machine's clocks.

`Timestamp` is UTC in microseconds since 1970; `Instant` is monotonic in microseconds since anything. They never mix.
Node time (`SystemClock.now`) is wall time that never goes back: a step of the wall clock forwards is followed; after one backwards node time goes on a
little slower than the monotonic clock until the wall clock has caught up, so that no deadline waits for that. Both can be read from `stepped_us`
so that the shell journals them.
"""

import threading
import time
from datetime import UTC, datetime
from typing import NewType, Protocol

Timestamp = NewType("Timestamp", int)  # µs, UTC, since 1970
Instant = NewType("Instant", int)  # µs, monotonic

SECOND_US = 1_000_000
STEP_US = (
    SECOND_US // 2
)  # wall and monotonic clocks that part by more than this in one reading: the wall clock was stepped
SLOWER = 100  # while node time is ahead of the wall clock it runs this much slower: one part in a hundred
PAUSE_US = SECOND_US // 20  # this process was not scheduled for so long between two readings


class Clock(Protocol):
    """What a shell is given to know the time. Cores are given a `Timestamp` instead."""

    def now(self) -> Timestamp:
        """Node time: UTC, never going back."""
        ...

    def instant(self) -> Instant:
        """Monotonic time, for intervals."""
        ...

    def not_before(self, at: Timestamp) -> None:
        """Node time goes on from `at` at the earliest: an earlier run told it already."""
        ...


class RawClocks(Protocol):
    """The two clocks of a machine as they are: the wall clock may be stepped and drift, the monotonic one may not."""

    def wall_us(self) -> int: ...

    def monotonic_us(self) -> int: ...


class MachineClocks:
    """Those of this machine."""

    def wall_us(self) -> int:
        return time.time_ns() // 1000

    def monotonic_us(self) -> int:
        return time.monotonic_ns() // 1000


class SystemClock:
    """A machine's clocks, disciplined: `now` never goes back and `stepped_us` sums the steps of the wall clock. For any thread."""

    def __init__(self, raw: RawClocks | None = None) -> None:
        self._raw = raw or MachineClocks()
        self._guard = threading.Lock()
        self._last_wall = self._raw.wall_us()
        self._last_instant = self._raw.monotonic_us()
        self._last_now, self._last_read, self._rest = self._last_wall, self._last_instant, 0
        self.stepped_us = 0

    def now(self) -> Timestamp:
        with self._guard:
            before, wall, instant = (
                self._raw.monotonic_us(),
                self._raw.wall_us(),
                self._raw.monotonic_us(),
            )
            if (
                instant - before < PAUSE_US
            ):  # else the two clocks were not read together, and their parting says nothing
                drift = (wall - self._last_wall) - (instant - self._last_instant)
                if abs(drift) > STEP_US:
                    self.stepped_us += drift
                self._last_wall, self._last_instant = wall, instant
            self._last_now, self._last_read = (
                max(wall, self._last_now + self._slower(instant - self._last_read)),
                instant,
            )
            return Timestamp(self._last_now)

    def not_before(self, at: Timestamp) -> None:
        """Node time goes on from `at` at the earliest: it was told before, by an earlier run or to somebody who remembers it."""
        with self._guard:
            self._last_now = max(self._last_now, at)

    def instant(self) -> Instant:
        return Instant(self._raw.monotonic_us())

    def _slower(self, passed_us: int) -> int:
        """How far node time goes by itself in `passed_us`; the rest of the division is kept, however often it is read."""
        kept, self._rest = divmod(max(0, passed_us) * (SLOWER - 1) + self._rest, SLOWER)
        return kept


class ManualClock:
    """The clock of tests and of the simulator: it moves when told to."""

    def __init__(self, at: int = 1_750_000_000 * SECOND_US) -> None:
        self._at = at

    def now(self) -> Timestamp:
        return Timestamp(self._at)

    def instant(self) -> Instant:
        return Instant(self._at)

    def advance(self, seconds: float) -> Timestamp:
        """Move on by `seconds` (not negative) and return the new time."""
        if seconds < 0:
            raise ValueError("time does not go back")
        self._at += round(seconds * SECOND_US)
        return self.now()

    def not_before(self, at: Timestamp) -> None:
        """As `SystemClock.not_before`."""
        self._at = max(self._at, at)


def later(at: Timestamp, seconds: float) -> Timestamp:
    """`at` plus `seconds`."""
    return Timestamp(at + round(seconds * SECOND_US))


def seconds_between(start: Timestamp, end: Timestamp) -> float:
    """Seconds from `start` to `end` (negative when `end` is earlier)."""
    return (end - start) / SECOND_US


def iso(at: Timestamp) -> str:
    """`at` in the form of CAP 1.2: `2026-01-01T00:00:00-00:00` (seconds, UTC, no "Z")."""
    return datetime.fromtimestamp(at / SECOND_US, UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")
