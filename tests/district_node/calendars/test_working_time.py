"""Working time by a calendar: monotone and additive, right over both changes of daylight saving."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain import canonical_json
from citybrain.clock import SECOND_US, Timestamp
from district_node.calendars.calendar import OtherDay, WorkingCalendar, WorkingHours
from district_node.calendars.load import day_number, offsets_of
from district_node.calendars.working_time import WorkingSpan, due, local_text

MORNING = WorkingHours(opens_s=9 * 3600, closes_s=12 * 3600)
AFTERNOON = WorkingHours(opens_s=14 * 3600, closes_s=18 * 3600)
# open over the hours in which clocks are changed, and to midnight
NIGHT = WorkingHours(opens_s=1 * 3600, closes_s=5 * 3600)
LATE = WorkingHours(opens_s=20 * 3600, closes_s=24 * 3600)
SPRING_FESTIVAL = (date(2026, 2, 15), 9)


def calendar(zone="Asia/Shanghai", hours=(MORNING, AFTERNOON), *, every_day=False):
    """Of 2026, with the spring festival off and the Saturday before it worked."""
    first, length = SPRING_FESTIVAL
    others = {day_number(first) + n: () for n in range(length)} | {
        day_number(date(2026, 2, 14)): hours
    }
    return WorkingCalendar(
        zone=zone,
        offsets=offsets_of(ZoneInfo(zone), date(2025, 6, 1), date(2027, 6, 1)),
        week=(hours,) * (7 if every_day else 5) + ((),) * (0 if every_day else 2),
        first_day=day_number(date(2026, 1, 1)),
        last_day=day_number(date(2026, 12, 31)),
        other_days=tuple(OtherDay(day=d, hours=h) for d, h in sorted(others.items())),
    )


def at(text, zone="Asia/Shanghai"):
    moment = datetime.fromisoformat(text)
    local = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
    return Timestamp(round(local.timestamp()) * SECOND_US)


def hours(number):
    return WorkingSpan(working_s=number * 3600.0)


def days(number):
    return WorkingSpan(working_days=number)


@pytest.mark.parametrize(
    ("since", "span", "until"),
    [
        ("2026-03-02T10:00", hours(1), "2026-03-02T11:00"),
        ("2026-03-02T11:00", hours(4), "2026-03-02T17:00"),  # over lunch
        ("2026-03-02T17:30", hours(1), "2026-03-03T09:30"),  # over the night
        ("2026-03-06T17:00", hours(5), "2026-03-09T15:00"),  # over a weekend
        ("2026-03-02T13:00", hours(4), "2026-03-02T18:00"),  # closing, not the next opening
        ("2026-02-13T17:00", hours(2), "2026-02-14T10:00"),  # a Saturday that is worked
        ("2026-02-14T17:00", hours(2), "2026-02-24T10:00"),  # nine days off
        ("2026-03-02T10:00", days(1), "2026-03-03T18:00"),  # the first day does not count
        ("2026-03-06T22:00", days(1), "2026-03-09T18:00"),  # Friday night
        ("2026-03-07T10:00", days(2), "2026-03-10T18:00"),  # from a Saturday
        ("2026-02-13T10:00", days(2), "2026-02-24T18:00"),
    ],
)
def test_working_time_runs_in_working_hours_alone(since, span, until):
    assert due(at(since), span, calendar()) == (at(until), True)


@pytest.mark.parametrize(
    ("since", "span", "until"),
    [
        # clocks go forward at 02:00: the night is an hour shorter, so its work ends the next one
        ("2026-03-29T01:00", hours(4), "2026-03-30T02:00"),
        # and back at 03:00: it is an hour longer
        ("2026-10-25T01:00", hours(5), "2026-10-25T05:00"),
        ("2026-03-28T12:00", days(1), "2026-03-29T05:00"),
    ],
)
def test_an_hour_that_is_not_there_is_not_worked_and_one_that_comes_twice_is(since, span, until):
    night = calendar("Europe/Berlin", (NIGHT,), every_day=True)
    berlin = "Europe/Berlin"
    assert due(at(since, berlin), span, night).at == at(until, berlin)


ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC")
CALENDARS = [
    calendar(zone, hours, every_day=every_day)
    for zone in ZONES
    for hours, every_day in (((MORNING, AFTERNOON), False), ((NIGHT, LATE), True))
]
calendars = st.sampled_from(CALENDARS)
moments = st.one_of(
    st.integers(at("2025-12-01T00:00"), at("2027-01-31T00:00")),
    # about the days on which clocks are changed
    *(
        st.integers(at(f"{day}T00:00+00:00"), at(f"{day}T00:00+00:00") + 3 * 86_400 * SECOND_US)
        for day in ("2026-03-07", "2026-03-28", "2026-04-04", "2026-10-24", "2026-10-31")
    ),
).map(Timestamp)
seconds = st.integers(1, 200 * 3600).map(float)
counts = st.integers(1, 30)


@given(
    calendars,
    moments,
    moments,
    st.one_of(seconds.map(lambda s: WorkingSpan(working_s=s)), counts.map(days)),
)
def test_a_later_beginning_is_never_over_earlier_and_nothing_before_it_began(one, a, b, span):
    earlier, later = sorted((a, b))
    assert earlier < due(earlier, span, one).at <= due(later, span, one).at


@given(calendars, moments, seconds, seconds)
def test_two_spans_of_hours_after_each_other_are_one(one, since, first, second):
    apart = due(
        due(since, WorkingSpan(working_s=first), one).at, WorkingSpan(working_s=second), one
    )
    assert apart.at == due(since, WorkingSpan(working_s=first + second), one).at


@given(calendars, moments, counts, counts)
def test_two_spans_of_days_after_each_other_are_one(one, since, first, second):
    apart = due(due(since, days(first), one).at, days(second), one)
    assert apart.at == due(since, days(first + second), one).at


@given(st.sampled_from(ZONES), moments)
def test_local_time_is_that_of_the_time_zone_database(zone, moment):
    one = next(each for each in CALENDARS if each.zone == zone)
    there = datetime.fromtimestamp(moment // SECOND_US, UTC).astimezone(ZoneInfo(zone))
    text = there.isoformat(" ", "minutes")
    assert local_text(moment, one) == f"{text[:16]} {text[16:]}"
    assert one.day_of(moment) == day_number(there.date())
    second = there.hour * 3600 + there.minute * 60 + there.second
    if there.fold == 0:
        assert one.at_local(one.day_of(moment), second) // SECOND_US == moment // SECOND_US


def test_an_hour_that_clocks_skip_is_the_moment_of_the_leap():
    berlin = calendar("Europe/Berlin")
    day = day_number(date(2026, 3, 29))
    leap = at("2026-03-29T01:00:00+00:00")
    assert berlin.at_local(day, 2 * 3600 + 1800) == leap


def test_beyond_its_holidays_a_deadline_is_reckoned_and_called_unknown():
    last_week = at("2026-12-31T10:00")
    assert due(last_week, hours(1), calendar()).is_known
    over_new_year = due(last_week, days(1), calendar())
    assert over_new_year == (at("2027-01-01T18:00"), False)
    assert not due(at("2025-12-31T10:00"), days(1), calendar()).is_known
    assert due(last_week, days(1), None) == (
        last_week + timedelta(days=1) // timedelta(microseconds=1),
        False,
    )


def test_a_journal_holds_it_whole():
    one = calendar("Australia/Lord_Howe")
    assert canonical_json.decode(canonical_json.encode(one), WorkingCalendar) == one
