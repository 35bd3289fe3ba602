"""A calendar that ended is a condition of the node, until another one is in force."""

import logging
from datetime import date
from zoneinfo import ZoneInfo

from citybrain.clock import SECOND_US, ManualClock
from citybrain.conditions import ConditionCode, Conditions
from citybrain.structs import replace
from district_node.calendars.calendar import WorkingCalendar, WorkingHours
from district_node.calendars.load import day_number, offsets_of
from district_node.calendars.watch import CalendarWatch
from district_node.cores.state import EMPTY

YEAR_START = 1_767_225_600 * SECOND_US  # 2026-01-01, UTC


def state(*years):
    calendar = WorkingCalendar(
        zone="UTC",
        offsets=offsets_of(ZoneInfo("UTC"), date(years[0], 1, 1), date(years[-1], 12, 31)),
        week=((WorkingHours(opens_s=0, closes_s=86_400),),) * 7,
        first_day=day_number(date(years[0], 1, 1)),
        last_day=day_number(date(years[-1], 12, 31)),
    )
    return replace(EMPTY, setup=replace(EMPTY.setup, calendar=calendar))


def codes(conditions):
    return [condition.code for condition in conditions.lasting()]


def test_it_lasts_from_the_day_after_the_last_file_until_another_is_in_force(caplog):
    clock = ManualClock(YEAR_START - 86_400 * SECOND_US)
    conditions = Conditions(clock)
    watch, last_year = CalendarWatch(clock, conditions), state(2025)
    with caplog.at_level(logging.WARNING):
        watch(last_year, ())
    assert codes(conditions) == [] and "until 2025-12-31, in 0 days" in caplog.text
    clock.advance(86_400)
    watch(last_year, ())
    assert codes(conditions) == [ConditionCode.CALENDAR_ENDED]
    assert "Add the file of the days that follow" in conditions.lasting()[0].detail
    watch(state(2025, 2026), ())
    assert codes(conditions) == []


def test_a_district_without_a_calendar_has_nothing_to_watch():
    conditions = Conditions(ManualClock(YEAR_START))
    CalendarWatch(ManualClock(YEAR_START), conditions)(EMPTY, ())
    assert codes(conditions) == []
