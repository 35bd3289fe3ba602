"""Time as values: timestamps, instants and the clock port of shells. Reads no machine's clock.

`Timestamp` is UTC in microseconds since 1970; `Instant` is monotonic microseconds with no fixed
origin. The two never mix. The machine's clocks are read by `citybrain.system_clock` alone.
"""

from datetime import UTC, datetime
from typing import NewType, Protocol

Timestamp = NewType("Timestamp", int)  # µs, UTC, since 1970
Instant = NewType("Instant", int)  # µs, monotonic

SECOND_US = 1_000_000


class Clock(Protocol):
    """How a shell knows the time. Cores are given a `Timestamp` instead."""

    def now(self) -> Timestamp:
        """Node time: UTC, never going back."""
        ...

    def instant(self) -> Instant:
        """Monotonic time, for intervals."""
        ...

    def not_before(self, at: Timestamp) -> None:
        """Node time is `at` or later from now on: an earlier run already used that time."""
        ...


class ManualClock:
    """The clock of tests and of the simulator: it moves only by `advance`."""

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
        return Timestamp(self._at)

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
    try:
        return datetime.fromtimestamp(at / SECOND_US, UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")
    except (ValueError, OverflowError, OSError):  # no calendar has it: a damaged record
        return f"{at} us"
