"""A calendar's files: each fault is a sentence with its key and its cure, all of them at once."""

import pytest

from citybrain.config.load import parse
from citybrain.errors import ConfigError
from citybrain.pack.problems import Problems
from district_node.calendars import schema
from district_node.calendars.calendar import WorkingHours
from district_node.calendars.load import collect_calendar, day_number
from district_node.calendars.schema import CalendarConfig
from district_node.calendars.upkeep import upkeep_of

TABLE = {
    "zone": "Asia/Shanghai",
    "week": {"monday": ["09:00-12:00", "14:00-18:00"], "friday": ["09:00-17:00"]},
    "holidays": ["2026.toml"],
}
YEAR = """
valid_from = {0}-01-01
valid_until = {0}-12-31
[[holidays]]
first = {0}-10-01
last = {0}-10-07
name = "国庆节"
[[workdays]]
day = {0}-09-27
"""


def config(**changes):
    return parse({**TABLE, **changes}, CalendarConfig, name="district.toml")


def read(tmp_path, *years, **changes):
    """The calendar of the files of these years, and the problems."""
    for year in years:
        (tmp_path / f"{year}.toml").write_text(YEAR.format(year), "utf-8")
    names = [f"{year}.toml" for year in years]
    problems = Problems()
    made = collect_calendar(config(holidays=names, **changes), tmp_path, problems)
    return made, [f"{p.key}: {p.problem}. {p.remedy}" for p in problems.found]


def test_a_year_of_holidays_is_read_whole(tmp_path):
    calendar, problems = read(tmp_path, 2026)
    assert problems == []
    assert calendar.hours_of(day_number(schema.date(2026, 10, 5))) == ()
    assert calendar.hours_of(day_number(schema.date(2026, 10, 12))) == (
        WorkingHours(opens_s=9 * 3600, closes_s=12 * 3600),
        WorkingHours(opens_s=14 * 3600, closes_s=18 * 3600),
    )
    # a Sunday that is worked has a Monday's hours
    assert len(calendar.hours_of(day_number(schema.date(2026, 9, 27)))) == 2


def test_years_that_follow_each_other_are_one_calendar_and_a_gap_is_named(tmp_path):
    both, problems = read(tmp_path, 2026, 2027)
    assert problems == [] and both.knows(day_number(schema.date(2027, 10, 1)))
    _, problems = read(tmp_path, 2025, 2027)
    assert problems == [
        "calendar.holidays: no file says which days from 2026-01-01 to 2026-12-31 are holidays:"
        " 2025.toml ends before them, and 2027.toml begins after them."
        " Name the file for these days too."
    ]


def test_a_file_of_last_year_is_named_with_how_long_ago_it_ended(tmp_path):
    calendar, _ = read(tmp_path, 2025)
    at = calendar.at_local(day_number(schema.date(2026, 1, 10)), 3600)
    upkeep = upkeep_of(calendar, at)
    assert upkeep.has_ended and "until 2025-12-31, 10 days ago" in upkeep.problem
    in_december = calendar.at_local(day_number(schema.date(2025, 12, 20)), 3600)
    soon = upkeep_of(calendar, in_december)
    assert not soon.has_ended and "in 11 days" in soon.problem
    in_may = calendar.at_local(day_number(schema.date(2025, 5, 20)), 3600)
    assert upkeep_of(calendar, in_may) is None
    before = calendar.at_local(day_number(schema.date(2024, 5, 20)), 3600)
    assert upkeep_of(calendar, before).has_ended


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"zone": "Asia/Chengdu"}, "calendar.zone: there is no time zone 'Asia/Chengdu'"),
        ({"zone": "Asia/Shangai"}, "(did you mean 'Asia/Shanghai'?)"),
        ({"week": {}}, "calendar.week: nobody works on any day"),
        ({"week": {"monday": ["9-12"]}}, "'9-12' is no hours of a day"),
        ({"week": {"monday": ["12:00-09:00"]}}, "ends before it begins"),
        ({"week": {"monday": ["09:00-12:00", "11:00-18:00"]}}, "overlap"),
        ({"week": {"mondy": []}}, "Did you mean 'monday'?"),
        ({"holidays": []}, "calendar.holidays"),
    ],
)
def test_what_cannot_be_is_named(change, sentence):
    with pytest.raises(ConfigError) as error:
        config(**change)
    text = str(error.value).replace("zone:", "calendar.zone:").replace("week:", "calendar.week:")
    assert sentence in text.replace("holidays:", "calendar.holidays:"), text


def test_a_machine_without_time_zones_says_what_to_install(monkeypatch):
    monkeypatch.setattr(schema, "available_timezones", set)
    with pytest.raises(ConfigError, match=r"no time zone database; install .*tzdata"):
        config()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (YEAR.format(2026).replace("2026-12-31", "2025-12-31"), "before valid_from"),
        (YEAR.format(2026).replace("day = 2026-09-27", "day = 2027-09-27"), "is not between"),
        (YEAR.format(2026).replace("day = 2026-09-27", "day = 2026-10-03"), "named twice"),
        (YEAR.format(2026).replace("last = 2026-10-07", "last = 2026-09-07"), "is before first"),
        (YEAR.format(2026).replace("last =", "lsat ="), "Did you mean 'last'?"),
    ],
)
def test_a_holiday_file_with_a_fault_is_named_with_it(tmp_path, text, sentence):
    (tmp_path / "2026.toml").write_text(text, "utf-8")
    problems = Problems()
    assert collect_calendar(config(), tmp_path, problems) is None
    found = [f"{p.key}: {p.problem}. {p.remedy}" for p in problems.found]
    assert found and all(line.startswith("2026.toml: ") for line in found)
    assert any(sentence in line for line in found), found


def test_a_file_that_is_not_there_is_named(tmp_path):
    problems = Problems()
    assert collect_calendar(config(), tmp_path, problems) is None
    assert [p.key for p in problems.found] == ["2026.toml"]
