"""Whether a calendar still knows the holidays of the time that it is asked for. Pure."""

from datetime import date, timedelta
from typing import NamedTuple

from citybrain.clock import Timestamp
from district_node.calendars.calendar import Day, WorkingCalendar

WARNED_DAYS = 45  # a span of working days that begins now may end so much later


class Upkeep(NamedTuple):
    """What somebody must do about a calendar. `has_ended`: deadlines are reckoned without holidays
    now; else it only ends soon."""

    has_ended: bool
    problem: str
    remedy: str


def upkeep_of(calendar: WorkingCalendar, now: Timestamp) -> Upkeep | None:
    """None: it is good for a while."""
    today = calendar.day_of(now)
    remedy = "Add the file of the days that follow to calendar.holidays, and reload."
    if today > calendar.last_day:
        problem = (
            f"the holidays are known until {_date(calendar.last_day)}, {today - calendar.last_day}"
            " days ago: working time is reckoned since then as if there were no holidays"
        )
        return Upkeep(True, problem, remedy)
    if today < calendar.first_day:
        problem = (
            f"the holidays are known from {_date(calendar.first_day)} on only: until then working"
            " time is reckoned as if there were no holidays"
        )
        return Upkeep(True, problem, "Add the file of the days before to calendar.holidays.")
    if calendar.last_day - today < WARNED_DAYS:
        problem = (
            f"the holidays are known until {_date(calendar.last_day)}, in"
            f" {calendar.last_day - today} days"
        )
        return Upkeep(False, problem, remedy)
    return None


def _date(day: Day) -> date:
    return date(1970, 1, 1) + timedelta(days=day)
