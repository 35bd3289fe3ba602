"""Clocks in working time: due by the calendar in force, fired then, said where it is a guess."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from citybrain.clock import later
from citybrain.domain.principal import Role, unauthenticated
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from district_node.calendars.calendar import WorkingCalendar, WorkingHours
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


def test_another_calendar_without_a_restart_counts_from_the_next_step_on(started):
    scenario = started(calendar(2024))
    before, incident = clock(scenario), scenario.incident()
    setup = scenario.state.setup
    scenario.submit(
        PacksChanged(
            packs=(),
            playbooks=setup.playbooks,
            assets=(),
            calendar=calendar(),
            principal=unauthenticated("admin", Role.OPERATOR),
        )
    )
    assert scenario.state.setup.calendar == calendar()
    assert clock(scenario) == before
    scenario.act("close", reason="gone")
    scenario.act("open", reason="again")
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
