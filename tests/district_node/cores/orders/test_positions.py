"""Which position of a unit is believed, and when again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from principals import CREW, OPERATOR

from citybrain.clock import Timestamp, later
from citybrain.decider.command import Notice
from citybrain.domain.crew import CrewPosition
from citybrain.domain.unit import UnitReport
from citybrain.geo import Point, distance_m, toward
from citybrain.vocabulary import CrewAction, UnitState
from district_node.cores.orders.positions import report_position
from district_node.cores.orders.roster import Unit
from district_node.inputs import CrewPositionReported
from district_node.limits import (
    POSITION_ERROR,
    POSITION_FIRST_REACH,
    POSITION_FIX_EVERY,
    POSITION_HELD,
    POSITION_HELD_REPORTS,
    POSITION_REACH_TIME,
    POSITION_TOP_SPEED,
)

HERE, NOWHERE = Point(lat=30.657, lon=104.086), Point(lat=0.0, lon=0.0)
FAR = Point(lat=33.657, lon=104.086)  # 333 km: beyond an hour at top speed
REACH_M = POSITION_ERROR.value + POSITION_TOP_SPEED.value * POSITION_REACH_TIME.value
START = Timestamp(1_700_000_000_000_000)
PATROL = Unit(
    unit="u",
    name="U",
    capabilities=("patrol",),
    speed_mps=8.0,
    state=UnitState.AVAILABLE,
    place=HERE,
    at=START,
)


def report(scenario, place, principal=CREW):
    position = CrewPosition(unit="riverside-1", place=place, at=scenario.clock.now())
    return scenario.submit(CrewPositionReported(position=position, principal=principal))


def doubts(commands):
    return [c for c in commands if isinstance(c, Notice) and c.code == "position_doubtful"]


@pytest.fixture
def here(scenario):
    """riverside-1 has reported from where it stands."""
    scenario.start(scenario.a_unit("riverside-1"))
    report(scenario, scenario.near(500))
    return scenario


def test_a_unit_that_moves_as_it_can_is_believed(here):
    for metres in range(500, 20_000, 300):
        here.wait(5)
        report(here, here.near(metres))
        assert here.unit("riverside-1").place == here.near(metres)
        assert here.unit("riverside-1").doubtful is None


def test_what_it_could_not_have_reached_is_doubted_and_planned_without(here):
    here.wait(5)
    assert len(doubts(report(here, NOWHERE))) == 1
    unit = here.unit("riverside-1")
    assert (unit.place, unit.doubtful.place) == (here.near(500), NOWHERE)
    assert not here.posted(UnitReport), "the city plans with what is believed"
    assert not doubts(report(here, FAR)), "the doubt is said where it begins"
    here.send_event()
    assert here.unit("riverside-1").order


def test_a_first_position_far_from_the_configured_place_is_doubted_like_any_other(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    station = scenario.unit("riverside-1").place
    far = toward(station, FAR, 1.1 * POSITION_FIRST_REACH.value)
    assert len(doubts(report(scenario, far))) == 1
    assert scenario.unit("riverside-1").place == station
    scenario.wait(POSITION_HELD.value)
    for _ in range(POSITION_HELD_REPORTS.value):
        report(scenario, far)
        scenario.wait(20)
    assert scenario.unit("riverside-1").place == far, "it has held for minutes"


def test_a_crew_begins_its_shift_anywhere_in_its_district(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    place = toward(scenario.unit("riverside-1").place, FAR, 0.9 * POSITION_FIRST_REACH.value)
    assert not doubts(report(scenario, place))
    assert scenario.unit("riverside-1").place == place


def test_a_first_position_far_away_is_believed_if_a_person_of_the_district_says_so(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    report(scenario, FAR, OPERATOR)
    assert scenario.unit("riverside-1").place == FAR


def test_a_position_within_reach_ends_the_doubt(here):
    report(here, NOWHERE)
    here.wait(5)
    report(here, here.near(600))
    assert here.unit("riverside-1").doubtful is None
    assert here.unit("riverside-1").place == here.near(600)


def test_positions_that_agree_for_some_minutes_are_believed(here):
    reports = 0
    while here.unit("riverside-1").place != FAR:
        report(here, FAR)
        reports += 1
        here.wait(20)
    passed_s = (reports - 1) * 20
    assert passed_s >= POSITION_HELD.value and passed_s < POSITION_HELD.value + 20
    assert here.unit("riverside-1").doubtful is None
    report(here, here.near(500))
    assert here.unit("riverside-1").place == FAR, "from now on it is reckoned from there"


def test_two_reports_far_apart_in_time_show_nothing_in_between(here):
    for _ in range(POSITION_HELD_REPORTS.value - 1):
        report(here, NOWHERE)
        here.wait(POSITION_HELD.value)
    assert here.unit("riverside-1").place == here.near(500)


def test_positions_that_contradict_one_another_are_never_believed(here):
    for number in range(200):
        report(here, (NOWHERE, FAR)[number % 2])
        here.wait(10)
    assert here.unit("riverside-1").place == here.near(500)


def test_a_person_s_word_is_believed_at_once(here):
    report(here, FAR, OPERATOR)
    assert here.unit("riverside-1").place == FAR


def test_a_crew_that_says_that_it_arrived_confirms_where_it_is(here):
    here.send_event(place=here.near(500))
    report(here, here.near(9_000))
    assert here.unit("riverside-1").doubtful is not None
    for action in (CrewAction.ACCEPT, CrewAction.DEPART):
        here.press("riverside-1", action)
    report(here, here.near(5_000))
    assert here.unit("riverside-1").doubtful is not None
    report(here, here.near(9_000))
    here.press("riverside-1", CrewAction.ARRIVE)
    assert here.unit("riverside-1").doubtful is not None, "that is somewhere else"


def test_a_doubtful_position_at_the_scene_is_true_when_the_crew_says_that_it_arrived(here):
    here.send_event(place=here.near(5_000))
    for action in (CrewAction.ACCEPT, CrewAction.DEPART):
        here.press("riverside-1", action)
    report(here, here.near(4_900))
    assert here.unit("riverside-1").doubtful is not None
    here.press("riverside-1", CrewAction.ARRIVE)
    unit = here.unit("riverside-1")
    assert (unit.place, unit.doubtful) == (here.near(4_900), None)


STEPS = st.lists(
    st.tuples(st.floats(0.0, 120.0), st.floats(-60.0, 60.0), st.floats(-170.0, 170.0)), max_size=40
)


@given(STEPS)
def test_whatever_a_device_says_its_unit_moves_no_faster_than_the_bounds_allow(steps):
    """Unless it has held one story for minutes."""
    unit, at = report_position(PATROL, HERE, START), START
    for wait_s, lat, lon in steps:
        at, before = later(at, wait_s), unit
        unit = report_position(unit, Point(lat=lat, lon=lon), at)
        if before.doubtful is not None and unit.doubtful is None:
            before_m = distance_m(before.place, unit.place)
            held_s = (at - before.doubtful.since) / 1_000_000
            assert held_s >= POSITION_HELD.value or before_m <= 2 * REACH_M
        elif unit.place != before.place:
            assert distance_m(before.place, unit.place) <= 2 * REACH_M


def test_a_row_of_small_steps_leads_no_further_than_one_error_a_minute():
    unit, at = report_position(PATROL, HERE, START), START
    for _ in range(720):  # an hour of lies, one every five seconds
        at = later(at, 5)
        step = toward(unit.place, NOWHERE, POSITION_ERROR.value)
        unit = report_position(unit, step, at)
    a_minute_m = POSITION_ERROR.value + POSITION_TOP_SPEED.value * (POSITION_FIX_EVERY.value + 5)
    assert distance_m(HERE, unit.place) <= 61 * a_minute_m
