"""`[calendar]` of a district's file and the holiday files that it names, as models that name every
problem. Reads no file itself.
"""

import difflib
import re
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field, model_validator

from citybrain.config.fields import Section
from district_node.calendars.calendar import DAY_S, WorkingHours

_HOURS = re.compile(r"(\d{2}):(\d{2})-(\d{2}):(\d{2})")
HOURS_REMEDY = 'Give hours as "09:00-12:00", the end after the beginning, at most "24:00".'
LONGEST_FILE_DAYS = 5 * 366  # no authority publishes holidays for longer
NO_DATABASE = "this machine has no time zone database; install the system package tzdata"


def _check_hours(text: str) -> str:
    hours_of(text)
    return text


def hours_of(text: str) -> WorkingHours:
    """The hours that a text such as "09:00-12:00" names; raises `ValueError`."""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError(f"{text[:40]!r} is no hours of a day")
    begin_h, begin_m, end_h, end_m = map(int, found.groups())
    opens_s, closes_s = begin_h * 3600 + begin_m * 60, end_h * 3600 + end_m * 60
    if max(begin_m, end_m) > 59 or not opens_s < closes_s <= DAY_S:
        raise ValueError(f"{text!r} ends before it begins, or no clock shows it")
    return WorkingHours(opens_s=opens_s, closes_s=closes_s)


def _check_order(texts: tuple[str, ...]) -> tuple[str, ...]:
    day = [hours_of(text) for text in texts]
    for before, after in pairwise(day):
        if after.opens_s < before.closes_s:
            raise ValueError(f"{', '.join(texts)} overlap or are not in order")
    return texts


def _check_zone(name: str) -> str:
    known = available_timezones()
    if not known:
        raise ValueError(NO_DATABASE)
    if name not in known:
        close = difflib.get_close_matches(name, sorted(known), n=1)
        hint = f" (did you mean {close[0]!r}?)" if close else ""
        raise ValueError(f"there is no time zone {name[:60]!r}{hint}")
    ZoneInfo(name)  # names a file that is there and cannot be read
    return name


Hours = Annotated[
    str, AfterValidator(_check_hours), Field(json_schema_extra={"remedy": HOURS_REMEDY})
]
DayHours = Annotated[
    tuple[Hours, ...],
    AfterValidator(_check_order),
    Field(max_length=8, json_schema_extra={"remedy": HOURS_REMEDY}),
]
Zone = Annotated[
    str,
    AfterValidator(_check_zone),
    Field(
        json_schema_extra={"remedy": 'Use a name of the IANA database, such as "Asia/Shanghai".'}
    ),
]
Date = Annotated[
    date, Field(json_schema_extra={"remedy": "Give a date without quotes: 2026-10-01."})
]


class WeekTable(Section):
    """The hours of each weekday; a day that is left out is a day off."""

    monday: DayHours = ()
    """Hours of Mondays, such as `["09:00-12:00", "14:00-18:00"]`."""
    tuesday: DayHours = ()
    """Hours of Tuesdays."""
    wednesday: DayHours = ()
    """Hours of Wednesdays."""
    thursday: DayHours = ()
    """Hours of Thursdays."""
    friday: DayHours = ()
    """Hours of Fridays."""
    saturday: DayHours = ()
    """Hours of Saturdays."""
    sunday: DayHours = ()
    """Hours of Sundays."""

    @model_validator(mode="after")
    def _is_worked(self) -> Self:
        if not any(self.days()):
            raise ValueError("nobody works on any day; give the hours of at least one weekday")
        return self

    def days(self) -> tuple[tuple[WorkingHours, ...], ...]:
        """The hours of the seven weekdays, from Monday on."""
        texts = (
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
            self.saturday,
            self.sunday,
        )
        return tuple(tuple(map(hours_of, day)) for day in texts)


class CalendarConfig(Section):
    """When the district works, for deadlines in working hours and working days."""

    zone: Zone
    """Time zone, a name of the IANA database."""
    week: WeekTable
    """Working hours of each weekday."""
    holidays: Annotated[tuple[str, ...], Field(min_length=1)]
    """Files of holidays, relative to this file; each says for which days it is valid, and together
    they leave no gap."""


class HolidayTable(Section):
    """Days off."""

    first: Date
    """The first day off."""
    last: Date | None = None
    """The last one; left out: the first alone."""
    name: str = ""
    """What people call it."""

    def days(self) -> list[date]:
        """Every day off."""
        last = self.last or self.first
        return [self.first + timedelta(days=n) for n in range((last - self.first).days + 1)]

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        last = self.last or self.first
        if not 0 <= (last - self.first).days <= 366:
            raise ValueError(f"last ({last}) is before first ({self.first}), or over a year later")
        return self


class WorkdayTable(Section):
    """A day that is worked in spite of its weekday (调休)."""

    day: Date
    """The day."""
    hours: DayHours = ()
    """Its hours; left out: those of the week's first working day."""
    name: str = ""
    """What it makes up for."""


class HolidayFile(Section):
    """One file of holidays, as an authority publishes them for a year."""

    valid_from: Date
    """The first day of which it is known whether it is a holiday."""
    valid_until: Date
    """The last one."""
    holidays: tuple[HolidayTable, ...] = ()
    """Days off, one table each."""
    workdays: tuple[WorkdayTable, ...] = ()
    """Days that are worked in spite of their weekday."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        length = (self.valid_until - self.valid_from).days
        if not 0 <= length <= LONGEST_FILE_DAYS:
            raise ValueError(
                f"valid_until ({self.valid_until}) is before valid_from ({self.valid_from}), or"
                " over five years later"
            )
        off = {day for holiday in self.holidays for day in holiday.days()}
        worked = [workday.day for workday in self.workdays]
        outside = sorted(d for d in {*off, *worked} if not self.valid_from <= d <= self.valid_until)
        if outside:
            raise ValueError(
                f"{outside[0]} is not between valid_from ({self.valid_from}) and valid_until"
                f" ({self.valid_until})"
            )
        both = sorted(off & set(worked))
        if both or len(set(worked)) < len(worked):
            twice = both[0] if both else next(d for d in worked if worked.count(d) > 1)
            raise ValueError(f"{twice} is named twice, as a holiday or a workday; keep one of them")
        return self
