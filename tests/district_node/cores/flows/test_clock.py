"""A district whose node time was moved: all goes on as if nothing had been, a day earlier."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.command import ClockSet, ClockStepped, SetTimer
from citybrain.domain.clock import ClockAction, ClockVerb
from citybrain.domain.incident import IncidentReport
from citybrain.domain.principal import Role, unauthenticated
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, IncidentStage, OperatorVerb, Phase
from district_node.inputs import NodeStarted, SkewMeasured
from district_node.playbook import OpeningRule
from district_node.playbooks.load import load_playbooks

DAY_S = 86_400
DAY_US = DAY_S * SECOND_US
END = Timestamp(2**62)


def timers(scenario):
    return {row.timer: row for row in scenario.store.timers_due(at=END, limit=10_000)}


def set_clock(scenario, micros, verb=ClockVerb.REBASE):
    """As the commit loop does it."""
    held = tuple(
        SetTimer(timer=row.timer, due=row.due, subject=row.subject, version=row.version)
        for row in timers(scenario).values()
    )
    scenario.clock._at += micros
    return scenario.submit(
        ClockSet(
            action=ClockAction(request="r", verb=verb, reason="so", actor="Li Na"),
            principal=unauthenticated("Li Na", Role.SUPERVISOR),
            micros=micros,
            timers=held if verb is ClockVerb.REBASE else (),
        )
    )


def working(scenario):
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2"))
    scenario.send_event()
    scenario.wait(20)
    scenario.press("riverside-1", CrewAction.ACCEPT)
    scenario.wait(20)
    scenario.send_event(episode="e2", place=scenario.near(3_000))
    return scenario


def test_every_deadline_keeps_what_is_left_in_rows_and_in_state_alike(scenario):
    working(scenario)
    was_now, before = scenario.clock.now(), timers(scenario)
    set_clock(scenario, -DAY_US)
    now = scenario.clock.now()
    assert {name: row.due - now for name, row in timers(scenario).items()} == {
        name: row.due - was_now for name, row in before.items()
    }
    for incident in scenario.state.incidents.values():
        assert all(clock.due > now for clock in incident.clocks if clock.name == "arrive")
        assert all(entry.at <= now for entry in incident.history)
        assert incident.changed_at <= now
    keyed = {key.slot: key.deadline for key in scenario.state.open_slots}
    of_slots = {s.slot: s.deadline for i in scenario.state.incidents.values() for s in i.slots}
    assert keyed.items() <= of_slots.items()


@pytest.mark.parametrize("micros", [-DAY_US, DAY_US])
def test_a_deadline_that_is_counted_again_at_a_later_stage_keeps_what_is_left(scenario, micros):
    working(scenario)
    was_now, before = scenario.clock.now(), timers(scenario)
    set_clock(scenario, micros)
    now = scenario.clock.now()
    scenario.press("riverside-1", CrewAction.ARRIVE)
    handled = [name for name in timers(scenario) if "handle" in name]
    assert handled
    assert [timers(scenario)[name].due - now for name in handled] == [
        before[name].due - was_now for name in handled
    ]


def test_the_city_gets_every_deadline_anew(scenario):
    working(scenario)
    commands = set_clock(scenario, -DAY_US)
    told = [c.letter for c in commands if isinstance(getattr(c, "letter", None), IncidentReport)]
    assert {report.incident for report in told} == set(scenario.state.incidents)


def test_confirmed_nothing_moves_and_what_is_over_fires(scenario):
    working(scenario)
    before = timers(scenario)
    set_clock(scenario, DAY_US, ClockVerb.CONFIRM)
    assert timers(scenario) == before
    scenario.wait(0)
    assert all(row.due > scenario.clock.now() for row in timers(scenario).values())


@pytest.mark.parametrize("verb", ClockVerb)
def test_a_sender_that_was_off_because_the_node_was_is_right_again(scenario, verb):
    working(scenario)
    scenario.submit(SkewMeasured(agent="box-1", skew_us=DAY_US))
    set_clock(scenario, DAY_US, verb)
    assert scenario.state.agents["box-1"].skew_us == 0
    scenario.submit(ClockStepped(micros=-3 * SECOND_US))
    assert scenario.state.agents["box-1"].skew_us == 0
    scenario.submit(ClockStepped(micros=3 * SECOND_US))
    assert scenario.state.agents["box-1"].skew_us == -3 * SECOND_US


def test_a_crash_right_behind_it_changes_nothing(scenario):
    working(scenario)
    set_clock(scenario, -DAY_US)
    before = scenario.state
    scenario.crash()
    assert scenario.state is not before
    assert scenario.state == before


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    micros=st.integers(-400 * DAY_US, 400 * DAY_US).filter(lambda micros: abs(micros) > 10**7),
    late_s=st.integers(0, 700),
)
def test_what_follows_is_decided_as_without_it(scenario, micros, late_s):
    def story(moved):
        one = type(scenario)()
        working(one)
        if moved:
            set_clock(one, micros)
        one.wait(late_s)
        one.press("riverside-1", CrewAction.ARRIVE)
        one.wait(20)
        one.press("riverside-1", CrewAction.FINISH)
        one.wait(1_000)
        return [
            (incident.incident, incident.stage, [entry.code for entry in incident.history])
            for incident in one.state.incidents.values()
        ]

    assert story(moved=True) == story(moved=False)


def test_the_story_above_is_of_something(scenario):
    working(scenario)
    assert [i.stage for i in scenario.state.incidents.values()] != [IncidentStage.REPORTED] * 2


def waiting_report(scenario):
    """Of something that goes on and that nobody confirms: a clock rejects it after 1,000 s."""
    (crowding,) = (p for p in load_playbooks() if p.kind == "crowding")
    playbook = replace(crowding, opens=OpeningRule(events=9, within_s=1_000))
    scenario.start(scenario.a_unit("riverside-1"), playbooks=(playbook,))
    scenario.send_event()
    return scenario


def stages_after_next_event(scenario):
    scenario.send_event(phase=Phase.UPDATE)
    return sorted(incident.stage for incident in scenario.state.incidents.values())


ANEW = [IncidentStage.REJECTED, IncidentStage.REPORTED]


@pytest.mark.parametrize("waited_s", [1, 1_000])
def test_what_nobody_confirmed_in_a_time_that_is_no_more_may_begin_anew(scenario, waited_s):
    waiting_report(scenario).wait(waited_s)
    set_clock(scenario, 1_000 * SECOND_US, ClockVerb.CONFIRM)
    scenario.wait(1)
    set_clock(scenario, -1_000 * SECOND_US)
    stayed = waited_s >= 1_000
    assert stages_after_next_event(scenario) == ([IncidentStage.REJECTED] if stayed else ANEW)


@pytest.mark.parametrize(
    ("waited_s", "confirmed_s", "is_anew"),
    [(1, DAY_S, True), (1, 990, True), (450, 600, True), (900, 5_000, False), (1, 300, False)],
)
def test_what_a_confirmed_clock_rejects_begins_anew_unless_people_had_half_its_time(
    scenario, waited_s, confirmed_s, is_anew
):
    waiting_report(scenario).wait(waited_s)
    set_clock(scenario, confirmed_s * SECOND_US, ClockVerb.CONFIRM)
    scenario.wait(1_000)
    assert scenario.incident().stage is IncidentStage.REJECTED
    assert scenario.incident().history[-1].reason == "not_confirmed"
    assert stages_after_next_event(scenario) == (ANEW if is_anew else [IncidentStage.REJECTED])
    if is_anew:
        _, new = sorted(scenario.state.incidents.values(), key=lambda one: one.stage)
        assert new.previous is not None


def test_a_confirmed_clock_begins_nothing_anew_for_what_is_over(scenario):
    waiting_report(scenario)
    set_clock(scenario, DAY_US, ClockVerb.CONFIRM)
    scenario.wait(1)
    scenario.send_event(phase=Phase.END)
    assert scenario.incident().stage is IncidentStage.REJECTED
    assert scenario.incident().live_count == 0


def test_what_passed_while_the_machine_slept_or_a_proved_clock_was_followed_begins_anew(scenario):
    waiting_report(scenario)
    scenario.clock._at += DAY_US
    scenario.submit(ClockStepped(micros=DAY_US))
    scenario.wait(1)
    assert stages_after_next_event(scenario) == ANEW


@pytest.mark.parametrize(("down_s", "is_anew"), [(2_000, True), (10, False)])
def test_what_passed_while_the_node_was_down_begins_anew(scenario, down_s, is_anew):
    waiting_report(scenario)
    scenario.clock._at += down_s * SECOND_US
    scenario.submit(NodeStarted(setup=scenario.state.setup))
    scenario.wait(1_000)
    assert stages_after_next_event(scenario) == (ANEW if is_anew else [IncidentStage.REJECTED])


def test_what_a_person_rejected_stays_so_whatever_the_clock_did(scenario):
    waiting_report(scenario)
    set_clock(scenario, 990 * SECOND_US, ClockVerb.CONFIRM)
    assert scenario.act(OperatorVerb.REJECT, reason="a statue").done
    assert stages_after_next_event(scenario) == [IncidentStage.REJECTED]
