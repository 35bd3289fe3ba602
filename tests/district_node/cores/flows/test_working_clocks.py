"""Clocks in working time: due by the calendar in force, fired then, said where it is a guess."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from citybrain.clock import later
from citybrain.domain.principal import Role, unauthenticated
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from district_node.calendars.calendar import OtherDay, WorkingCalendar, WorkingHours
from district_node.calendars.load import day_number, offsets_of
from district_node.calendars.working_time import WorkingSpan, due
from district_node.inputs import NodeStarted, PacksChanged
from district_node.playbook import ClockRules, playbook_id
from district_node.playbooks.load import load_playbooks

TEN_TO_TWO = WorkingHours(opens_s=10 * 3600, closes_s=14 * 3600)
SPAN = WorkingSpan(working_s=6 * 3600.0)


def calendar(year=2025):
    """The scenario's clock begins in June 2025."""
    return WorkingCalendar(
        zone="Asia/Shanghai",
        offsets=offsets_of(ZoneInfo("Asia/Shanghai"), date(year, 1, 1), date(year + 1, 1, 1)),
        week=((TEN_TO_TWO,),) * 7,
        first_day=day_number(date(year, 1, 1)),
        last_day=day_number(date(year, 12, 31)),
    )


PLAYBOOKS = tuple(
    replace(p, clocks=ClockRules(working=SortedMap({"handle": SPAN}))) for p in load_playbooks()
)


@pytest.fixture
def started(scenario):
    def start(of):
        scenario.start(playbooks=PLAYBOOKS)
        setup = replace(scenario.state.setup, calendar=of)
        scenario.submit(NodeStarted(setup=setup))
        scenario.send_event()
        return scenario

    return start


def clock(scenario, name="handle"):
    (found,) = [c for c in scenario.incident().clocks if c.name == name]
    return found


def codes(scenario):
    return [line.code for line in scenario.incident().history]


def test_a_deadline_in_working_hours_is_due_by_the_calendar_and_fires_then(started):
    scenario = started(calendar())
    at = clock(scenario).due
    assert at == due(scenario.incident().opened_at, SPAN, calendar()).at
    assert at > later(scenario.incident().opened_at, 6 * 3600)
    assert not clock(scenario).is_estimated and not clock(scenario, "arrive").is_estimated
    scenario.wait((at - scenario.clock.now()) / 1_000_000 - 1)
    assert "overdue" not in codes(scenario)
    scenario.wait(2)
    assert "overdue" in codes(scenario)


def test_without_this_years_holidays_the_case_says_once_that_it_is_a_guess(started):
    scenario = started(calendar(2024))
    assert clock(scenario).is_estimated
    scenario.act("close", reason="gone")
    scenario.act("open", reason="again")
    assert codes(scenario).count("calendar_ended") == 1


def reload(scenario, of):
    setup = scenario.state.setup
    scenario.submit(
        PacksChanged(
            packs=(),
            playbooks=setup.playbooks,
            assets=(),
            calendar=of,
            principal=unauthenticated("admin", Role.OPERATOR),
        )
    )


def with_holiday(at):
    """The year's calendar, in which the day of `at` turned out to be a holiday."""
    known = calendar()
    return replace(known, other_days=(OtherDay(day=known.day_of(at)),))


def test_another_calendar_counts_running_deadlines_anew_at_once_and_says_so(started):
    scenario = started(calendar())
    before, incident = clock(scenario), scenario.incident()
    others = [c for c in incident.clocks if c.name != "handle"]
    reload(scenario, with_holiday(before.due))
    assert clock(scenario).due == due(incident.opened_at, SPAN, scenario.state.setup.calendar).at
    assert clock(scenario).due > before.due
    assert [c for c in scenario.incident().clocks if c.name != "handle"] == others
    line = scenario.incident().history[-1]
    assert (line.code, line.reason) == ("deadlines_moved", "handle")
    scenario.wait((before.due - scenario.clock.now()) / 1_000_000 + 1)
    assert "overdue" not in codes(scenario)
    reload(scenario, calendar())
    scenario.wait(1)
    assert codes(scenario)[-2:] == ["deadlines_moved", "overdue"], "it was due an hour ago"


def test_a_calendar_that_is_the_same_moves_nothing(started):
    scenario = started(calendar())
    before = scenario.incident()
    reload(scenario, calendar())
    assert scenario.incident() == before


def test_the_file_of_this_year_ends_the_guess_without_a_restart(started):
    scenario = started(calendar(2024))
    incident = scenario.incident()
    reload(scenario, calendar())
    assert not clock(scenario).is_estimated
    assert (
        scenario.incident().playbook
        == incident.playbook
        == playbook_id(next(p for p in PLAYBOOKS if p.kind == incident.kind))
    )


def test_a_replay_needs_no_file_and_no_time_zone_database(started, monkeypatch):
    scenario = started(calendar())
    before = scenario.state
    monkeypatch.setattr("zoneinfo.ZoneInfo", None)
    scenario.crash()
    assert scenario.state is not before
    assert scenario.state == before
