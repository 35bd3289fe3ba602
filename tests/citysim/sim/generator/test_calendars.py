"""When simulated districts work: some have a calendar, and what it does falls into the run."""

from citybrain.clock import SECOND_US, Timestamp, later
from citysim.sim.generator.calendars import CALENDAR_SHARE, SHORT_HOURS_S
from citysim.sim.generator.scenarios import Size, scenario_of
from citysim.sim.machine.clocks import EPOCH_US
from citysim.sim.nodes.changed_packs import PackChange, changed_packs
from citysim.sim.nodes.setup import setup_of
from district_node.calendars.working_time import WorkingSpan, due

BEGIN = Timestamp(EPOCH_US)
TOWNS = [scenario_of(seed) for seed in range(1, 31)]
DISTRICTS = [(town, district) for town in TOWNS for district in town.city.districts]
CALENDARS = [district.calendar for _, district in DISTRICTS if district.calendar is not None]


def test_a_share_of_the_districts_works_by_a_calendar_and_has_deadlines_by_it():
    assert 0.7 * CALENDAR_SHARE < len(CALENDARS) / len(DISTRICTS) < 1.3 * CALENDAR_SHARE
    for town, district in DISTRICTS:
        setup = setup_of(district, town.city.life)
        assert setup.calendar == district.calendar
        for playbook in setup.playbooks:
            assert bool(playbook.clocks.working) is (setup.calendar is not None)


def test_hours_are_in_order_and_a_run_sees_them_end():
    for calendar in CALENDARS:
        for hours in (*calendar.week, *(other.hours for other in calendar.other_days)):
            edges = [edge for one in hours for edge in (one.opens_s, one.closes_s)]
            assert edges == sorted(set(edges)) and all(0 <= edge <= 86_400 for edge in edges)
    span = WorkingSpan(working_s=100.0)
    takes_s = [(due(BEGIN, span, one).at - BEGIN) / SECOND_US for one in CALENDARS]
    assert any(100.0 < took < SHORT_HOURS_S for took in takes_s)
    assert any(took > SHORT_HOURS_S for took in takes_s), "the first day is a holiday"


def test_some_put_their_clocks_forward_or_back_in_it_and_some_have_ended():
    soon = later(BEGIN, 300.0)
    moved = [
        c for c in CALENDARS if c.offset_s(BEGIN // SECOND_US) != c.offset_s(soon // SECOND_US)
    ]
    ended = [calendar for calendar in CALENDARS if not calendar.knows(calendar.day_of(BEGIN))]
    assert moved and ended and len(moved) < len(CALENDARS) > len(ended)


def test_another_version_of_the_packs_brings_another_calendar():
    town, district = next(one for one in DISTRICTS if one[1].calendar is not None)
    setup = setup_of(district, town.city.life)
    other = changed_packs(setup, float(PackChange.CLOCKS))
    assert other.calendar != setup.calendar
    assert changed_packs(setup, float(PackChange.TUNED)).calendar == setup.calendar
    assert changed_packs(other, float(PackChange.CLOCKS)).playbooks != setup.playbooks


def test_a_small_city_has_none():
    cities = [scenario_of(seed, Size.SMALL).city for seed in range(1, 6)]
    assert not any(district.calendar for city in cities for district in city.districts)
