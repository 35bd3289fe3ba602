"""When a span of working time is over, by a district's calendar. Pure arithmetic.

Days are counted as in articles 201 and 203 of the Civil Code of China: the day on which a span
begins does not count, and the last one ends when its business hours end.
"""

from collections.abc import Iterator
from typing import NamedTuple

from citybrain.clock import SECOND_US, Timestamp, iso
from citybrain.structs import Struct
from district_node.calendars.calendar import DAY_S, Day, WorkingCalendar

SPAN_DAYS_MAX = 250  # working days, or working hours of as many whole days


class WorkingSpan(Struct, frozen=True, kw_only=True):
    """A span in working time: seconds within working hours (工作时), or working days (工作日)."""

    working_s: float = 0.0
    working_days: int = 0


class Due(NamedTuple):
    """When a span is over. `is_known`: the calendar knew the holidays of all days that it took."""

    at: Timestamp
    is_known: bool


def due(since: Timestamp, span: WorkingSpan, calendar: WorkingCalendar | None) -> Due:
    """When `span` is over that began at `since`. Never before `since`; a later beginning is never
    over earlier; two spans of one unit after each other take as long as both at once.

    Without a calendar all time is working time, and nothing is known.
    """
    if calendar is None:
        micros = round(span.working_s * SECOND_US) + span.working_days * DAY_S * SECOND_US
        return Due(Timestamp(since + micros), is_known=False)
    if span.working_days:
        return _after_days(since, span.working_days, calendar)
    return _after_time(since, round(span.working_s * SECOND_US), calendar)


def local_text(at: Timestamp, calendar: WorkingCalendar | None) -> str:
    """`at` as clocks in the calendar's zone show it, with their offset: `2026-12-01 17:00 +08:00`;
    "" without a calendar."""
    if calendar is None:
        return ""
    offset_s = calendar.offset_s(at // SECOND_US)
    shown = iso(Timestamp(at + offset_s * SECOND_US))
    hours, minutes = divmod(abs(offset_s) // 60, 60)
    sign = "-" if offset_s < 0 else "+"
    return f"{shown[:10]} {shown[11:16]} {sign}{hours:02d}:{minutes:02d}"


def _after_time(since: Timestamp, micros: int, calendar: WorkingCalendar) -> Due:
    day, left = _day_before(since, calendar), micros
    first = day
    while True:
        for opens, closes in _open_times(day, calendar):
            opens = max(opens, since)
            if closes - opens >= left and closes > opens:
                is_known = calendar.knows(first) and calendar.knows(day)
                return Due(Timestamp(opens + left), is_known)
            left -= max(0, closes - opens)
        day = Day(day + 1)


def _after_days(since: Timestamp, days: int, calendar: WorkingCalendar) -> Due:
    day = first = _day_before(since, calendar)
    while days:
        day = Day(day + 1)
        days -= bool(calendar.hours_of(day))
    *_, (_, closes) = _open_times(day, calendar)
    return Due(closes, calendar.knows(first) and calendar.knows(day))


def _day_before(at: Timestamp, calendar: WorkingCalendar) -> Day:
    """The day of the moment before `at`: midnight ends a day, as a closing at 24:00 does."""
    return calendar.day_of(Timestamp(at - 1))


def _open_times(day: Day, calendar: WorkingCalendar) -> Iterator[tuple[Timestamp, Timestamp]]:
    for hours in calendar.hours_of(day):
        yield calendar.at_local(day, hours.opens_s), calendar.at_local(day, hours.closes_s)
