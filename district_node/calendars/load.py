"""Makes a working calendar of `[calendar]` and its holiday files, and names every problem of all.

The zone's offsets are written out here, once: whatever decides needs no time zone database.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from citybrain.config.load import load
from citybrain.pack.problems import Problems
from district_node.calendars.calendar import Day, OffsetFrom, OtherDay, WorkingCalendar
from district_node.calendars.schema import CalendarConfig, HolidayFile, hours_of

EPOCH = date(1970, 1, 1)
MARGIN = timedelta(days=400)  # offsets are known so long before and after the holidays
STEP = timedelta(days=7)  # no zone changes its offset twice within it


def collect_calendar(
    config: CalendarConfig, beside: Path, problems: Problems
) -> WorkingCalendar | None:
    """The calendar with the holiday files in the folder `beside`, adding to `problems`; None where
    a file could not be read."""
    files = []
    for name in config.holidays:
        path = beside / name
        read = problems.of(name, partial(load, path, HolidayFile))
        if read is not None:
            files.append((name, read))
    if len(files) < len(config.holidays):
        return None
    files.sort(key=lambda one: one[1].valid_from)
    _check_follows(files, problems)
    return _calendar(config, [file for _, file in files])


def day_number(day: date) -> Day:
    """As calendars count days."""
    return Day((day - EPOCH).days)


def offsets_of(zone: ZoneInfo, first: date, last: date) -> tuple[OffsetFrom, ...]:
    """The zone's offsets from `first` to `last`, each with its beginning."""
    at = datetime(first.year, first.month, first.day, tzinfo=UTC)
    end = datetime(last.year, last.month, last.day, tzinfo=UTC)
    found = [_offset_from(zone, at)]
    while at < end:
        after = at + STEP
        if _offset_s(zone, after) != found[-1].offset_s:
            found.append(_offset_from(zone, _change(zone, at, after)))
        at = after
    return tuple(found)


def _check_follows(files: Sequence[tuple[str, HolidayFile]], problems: Problems) -> None:
    for (before, one), (name, other) in pairwise(files):
        expected = one.valid_until + timedelta(days=1)
        if other.valid_from > expected:
            problems.add(
                "",
                "calendar.holidays",
                f"no file says which days from {expected} to"
                f" {other.valid_from - timedelta(days=1)} are holidays: {before} ends before them,"
                f" and {name} begins after them",
                "Name the file for these days too.",
            )
        elif other.valid_from < expected:
            problems.add(
                "",
                "calendar.holidays",
                f"{before} and {name} both say what is a holiday on {other.valid_from}",
                "Let each file begin where the one before it ends.",
            )


def _calendar(config: CalendarConfig, files: Sequence[HolidayFile]) -> WorkingCalendar:
    week = config.week.days()
    usual = next(hours for hours in week if hours)
    others = {day: () for file in files for holiday in file.holidays for day in holiday.days()} | {
        workday.day: tuple(map(hours_of, workday.hours)) or usual
        for file in files
        for workday in file.workdays
    }
    first, last = files[0].valid_from, files[-1].valid_until
    return WorkingCalendar(
        zone=config.zone,
        offsets=offsets_of(ZoneInfo(config.zone), first - MARGIN, last + MARGIN),
        week=week,
        first_day=day_number(first),
        last_day=day_number(last),
        other_days=tuple(
            OtherDay(day=day_number(day), hours=hours) for day, hours in sorted(others.items())
        ),
    )


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """When the offset changes that is another at `after` than at `before`, to the second."""
    low, high = int(before.timestamp()), int(after.timestamp())
    old = _offset_s(zone, before)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset_s(zone, datetime.fromtimestamp(middle, UTC)) == old:
            low = middle
        else:
            high = middle
    return datetime.fromtimestamp(high, UTC)


def _offset_from(zone: ZoneInfo, at: datetime) -> OffsetFrom:
    return OffsetFrom(utc_s=int(at.timestamp()), offset_s=_offset_s(zone, at))


def _offset_s(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None  # every zone has one
    return int(offset.total_seconds())
