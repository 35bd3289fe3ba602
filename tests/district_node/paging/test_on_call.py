"""Who is on call at a time: shifts over midnight, turns, daylight saving, gaps, standing in."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import Timestamp
from citybrain.domain.page import Channel
from district_node.paging.on_call import gaps, local_minute, on_call, on_call_now, recipients
from district_node.paging.policy import PagingSetup, Person, Rota, Shift, Step
from district_node.paging.time_zone import offsets_of

MON, FRI, SUN = 0, 4, 6


def at(text: str, zone: str = "Asia/Shanghai") -> Timestamp:
    local = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
    return Timestamp(round(local.timestamp()) * 1_000_000)


def a_setup(*rotas: Rota, zone: str = "Asia/Shanghai", supervisor: str = "") -> PagingSetup:
    people = tuple(
        Person(person=name, name=name.title(), channels=(Channel.MAIL,))
        for name in ("chen", "li", "wang")
    )
    return PagingSetup(people=people, rotas=rotas, offsets=offsets_of(zone), supervisor=supervisor)


NIGHTS = Rota(
    rota="nights",
    shifts=(Shift(people=("chen",), begins_min=20 * 60, ends_min=8 * 60),),
)


@pytest.mark.parametrize(
    ("time", "who"),
    [
        ("2026-11-30 19:59", ()),
        ("2026-11-30 20:00", ("chen",)),
        ("2026-12-01 07:59", ("chen",)),
        ("2026-12-01 08:00", ()),
    ],
)
def test_a_shift_over_midnight_ends_on_the_next_day(time, who):
    setup = a_setup(NIGHTS)
    assert on_call(NIGHTS, local_minute(setup, at(time))) == who


def test_people_take_turns_by_the_week_and_hand_over_at_its_hour():
    rota = Rota(
        rota="weekly",
        shifts=(Shift(people=("chen", "li"), begins_min=8 * 60, ends_min=8 * 60),),
    )
    setup = a_setup(rota)
    before = on_call_now(setup, rota, at("2026-11-30 07:59"))
    after = on_call_now(setup, rota, at("2026-11-30 08:00"))
    assert {*before.people, *after.people} == {"chen", "li"}
    assert before.until == at("2026-11-30 08:00")
    assert after.until == at("2026-12-07 08:00")


@pytest.mark.parametrize(
    ("time", "who"),
    [
        ("2026-03-29 01:59", ()),  # at 2:00 it is 3:00
        ("2026-03-29 03:00", ("chen",)),
        ("2026-10-25 03:59", ("chen",)),
        ("2026-10-25 04:00", ()),
    ],
)
def test_hours_are_those_of_the_wall_clock_when_clocks_change(time, who):
    early = Rota(
        rota="early", shifts=(Shift(people=("chen",), begins_min=2 * 60, ends_min=4 * 60),)
    )
    setup = a_setup(early, zone="Europe/Berlin")
    assert on_call(early, local_minute(setup, at(time, "Europe/Berlin"))) == who


@given(st.integers(1_609_459_200, 2_364_163_200))
def test_local_time_is_what_the_zone_database_says(utc_s):
    setup, zone = a_setup(zone="America/New_York"), ZoneInfo("America/New_York")
    utc = datetime.fromtimestamp(utc_s, UTC)
    local = utc.astimezone(zone).replace(tzinfo=UTC)
    assert local_minute(setup, Timestamp(utc_s * 1_000_000)) == round(local.timestamp()) // 60


def test_a_gap_is_named_in_minutes_of_the_week_and_goes_over_its_turn():
    weekdays = Rota(
        rota="weekdays",
        shifts=(Shift(people=("chen",), days=tuple(range(MON, FRI + 1))),),
    )
    assert gaps(weekdays) == ((5 * 1440, 7 * 1440),)
    assert gaps(NIGHTS)[0] == (8 * 60, 20 * 60)
    assert gaps(Rota(rota="all", shifts=(Shift(people=("chen",)),))) == ()
    over_sunday = Rota(
        rota="odd",
        shifts=(
            Shift(people=("li",), days=(0, 1, 2, 3, 4, 5), begins_min=8 * 60, ends_min=7 * 60),
        ),
    )
    assert (SUN * 1440 + 7 * 60, 8 * 60) in gaps(over_sunday)


def test_in_the_gap_of_a_rota_the_supervisor_is_called():
    setup = a_setup(NIGHTS, supervisor="wang")
    step = Step(rotas=("nights",), people=("li",))
    by_day = recipients(setup, step, at("2026-11-30 12:00"))
    by_night = recipients(setup, step, at("2026-11-30 22:00"))
    assert [(person.person, gap) for person, gap in by_day] == [("li", ""), ("wang", "nights")]
    assert [person.person for person, _ in by_night] == ["li", "chen"]
    assert on_call_now(setup, NIGHTS, at("2026-11-30 12:00")).is_gap


def test_whoever_is_meant_twice_is_called_once():
    setup = a_setup(NIGHTS)
    step = Step(rotas=("nights",), people=("chen",))
    assert len(recipients(setup, step, at("2026-11-30 22:00"))) == 1


def test_a_zone_that_nobody_knows_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="no time zone that this machine knows"):
        offsets_of("Riverside/Centre")
