"""When some districts work: hours that end and begin in the middle of a run, clocks that are put
forward or back in it, holidays, and a calendar that has ended. Pure.

Each district has a stream of its own, so that a scenario keeps all that it draws else.
"""

from random import Random  # noqa: TID251 - seeded

from citybrain.clock import SECOND_US
from citybrain.structs import replace
from citysim.sim.machine.clocks import EPOCH_US
from citysim.sim.random_streams import RandomStreams
from citysim.sim.scenario import CitySpec
from district_node.calendars.calendar import (
    DAY_S,
    Day,
    OffsetFrom,
    OtherDay,
    WorkingCalendar,
    WorkingHours,
)

CALENDAR_SHARE = 0.5  # of the districts
OFFSETS_S = (8 * 3600, 0, -5 * 3600, 20_700)  # of their zones; the last is of no whole hour
CHANGE_SHARE = 0.4  # of the calendars whose clocks are put forward or back …
CHANGE_AFTER_S = (20, 200)  # … so long after the beginning …
CHANGE_S = (-3600, 3600, 1800)  # … by so much
OPEN_S, CLOSED_S = (20, 150), (10, 100)  # how long it is worked, and not, around the beginning
SHORT_HOURS_S = 900  # after which it is worked to the end of the day
HOLIDAY_SHARE = 0.15  # of the calendars in which the first day is one …
WORKED_SHARE = 0.15  # … or has hours of its own (调休)
ENDED_SHARE = 0.2  # of those that do not know the holidays of the first day
KNOWN_DAYS = 200


def draw_calendars(streams: RandomStreams, city: CitySpec) -> CitySpec:
    """The city, in which some districts have a working calendar."""
    districts = []
    for district in city.districts:
        rng = streams.named(f"calendar {district.district}")
        has_one = rng.random() < CALENDAR_SHARE
        districts.append(replace(district, calendar=_calendar(rng)) if has_one else district)
    return replace(city, districts=tuple(districts))


def _calendar(rng: Random) -> WorkingCalendar:
    begin_s, offset_s = EPOCH_US // SECOND_US, rng.choice(OFFSETS_S)
    offsets = [OffsetFrom(utc_s=begin_s - DAY_S, offset_s=offset_s)]
    if rng.random() < CHANGE_SHARE:
        at_s, by_s = begin_s + rng.randint(*CHANGE_AFTER_S), rng.choice(CHANGE_S)
        offsets.append(OffsetFrom(utc_s=at_s, offset_s=offset_s + by_s))
    day, second = divmod(begin_s + offset_s, DAY_S)
    has_ended = rng.random() < ENDED_SHARE
    return WorkingCalendar(
        zone="simulated",
        offsets=tuple(offsets),
        week=(_hours(rng, second),) * 7,
        first_day=Day(day - KNOWN_DAYS),
        last_day=Day(day - 10 if has_ended else day + KNOWN_DAYS),
        other_days=_other_days(rng, Day(day), second),
    )


def _other_days(rng: Random, day: Day, second: int) -> tuple[OtherDay, ...]:
    drawn, hours = rng.random(), _hours(rng, second)
    if drawn < HOLIDAY_SHARE:
        return (OtherDay(day=day),)
    return (OtherDay(day=day, hours=hours),) if drawn < HOLIDAY_SHARE + WORKED_SHARE else ()


def _hours(rng: Random, second: int) -> tuple[WorkingHours, ...]:
    """Short ones around the second of the day in which a run begins, long ones afterwards."""
    hours, opens_s = [], max(0, second - rng.randint(*OPEN_S))
    until_s = min(second + SHORT_HOURS_S, DAY_S - 1)
    while opens_s < until_s:
        closes_s = min(opens_s + rng.randint(*OPEN_S), DAY_S)
        hours.append(WorkingHours(opens_s=opens_s, closes_s=closes_s))
        opens_s = closes_s + rng.randint(*CLOSED_S)
    if opens_s < DAY_S:
        hours.append(WorkingHours(opens_s=opens_s, closes_s=DAY_S))
    return tuple(hours)
