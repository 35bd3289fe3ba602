"""A district's working calendar as a frozen value: its zone's offsets, working hours, holidays.
Reads no file and no time zone database.

The offsets of the zone are written out when the configuration is read, so that a journal holds
all that a deadline was reckoned by: a replay needs no file, and no database of another year.
"""

from bisect import bisect_left, bisect_right
from typing import NewType

from citybrain.clock import SECOND_US, Timestamp
from citybrain.structs import Struct

Day = NewType("Day", int)  # days since 1970-01-01, of the calendar's own zone
DAY_S = 86_400
MONDAY = 4  # 1970-01-05, the first Monday since


class WorkingHours(Struct, frozen=True, kw_only=True):
    """From `opens_s` to `closes_s`, in seconds after midnight as the clocks there show them."""

    opens_s: int
    closes_s: int


class OffsetFrom(Struct, frozen=True, kw_only=True):
    """From `utc_s` (seconds since 1970) on, local clocks are `offset_s` ahead of UTC."""

    utc_s: int
    offset_s: int


class OtherDay(Struct, frozen=True, kw_only=True):
    """A day with other hours than its weekday's: none on a holiday, some on a Sunday that is
    worked (调休)."""

    day: Day
    hours: tuple[WorkingHours, ...] = ()


class WorkingCalendar(Struct, frozen=True, kw_only=True):
    """When a district works. Between `first_day` and `last_day`, both included, its holidays are
    known; before and after, every day is taken for an ordinary one, and whoever asks is told so.

    `week` has seven entries from Monday on, hours in order and not overlapping; `other_days` and
    `offsets` are sorted, and the first offset holds for all time before it too.
    """

    zone: str
    offsets: tuple[OffsetFrom, ...]
    week: tuple[tuple[WorkingHours, ...], ...]
    first_day: Day
    last_day: Day
    other_days: tuple[OtherDay, ...] = ()

    def knows(self, day: Day) -> bool:
        """Whether the holidays of the time around `day` are known."""
        return self.first_day <= day <= self.last_day

    def hours_of(self, day: Day) -> tuple[WorkingHours, ...]:
        """When is worked on `day`; nothing on a day off."""
        found = bisect_left(self.other_days, day, key=lambda other: other.day)
        if found < len(self.other_days) and self.other_days[found].day == day:
            return self.other_days[found].hours
        return self.week[(day - MONDAY) % 7]

    def day_of(self, at: Timestamp) -> Day:
        """The day that `at` is in, there."""
        seconds = at // SECOND_US
        return Day((seconds + self.offset_s(seconds)) // DAY_S)

    def offset_s(self, utc_s: int) -> int:
        """By how much local clocks are ahead of UTC then."""
        found = bisect_right(self.offsets, utc_s, key=lambda since: since.utc_s)
        return self.offsets[max(0, found - 1)].offset_s

    def at_local(self, day: Day, second: int) -> Timestamp:
        """When the clocks there show so many seconds after midnight of `day`: the first time where
        they show it twice, and the moment of the leap where they never do.
        """
        shown = day * DAY_S + second
        for number, since in enumerate(self.offsets):
            utc_s = shown - since.offset_s
            is_first, is_last = number == 0, number + 1 == len(self.offsets)
            if not is_first and utc_s < since.utc_s:
                return _at(since.utc_s)
            if is_last or utc_s < self.offsets[number + 1].utc_s:
                return _at(utc_s)
        raise ValueError("a calendar has at least one offset")


def _at(utc_s: int) -> Timestamp:
    return Timestamp(utc_s * SECOND_US)
