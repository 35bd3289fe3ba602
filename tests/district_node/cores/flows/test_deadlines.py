"""Clocks and timers: what passes, what escalates, what a crash does not stop."""

from citybrain.decider.audit import overdue
from citybrain.domain.incident import IncidentReport
from citybrain.structs import replace
from citybrain.vocabulary import CrewAction, IncidentStage, Phase, Severity, SlotState
from district_node.inputs import CityLinkChanged, NodeStarted
from district_node.playbook import EscalationRule, OpeningRule
from district_node.playbooks.load import load_playbooks

CROWDING = next(p for p in load_playbooks() if p.kind == "crowding")


def with_playbook(**changes):
    return (replace(CROWDING, **changes),)


def test_a_report_below_the_threshold_waits_and_is_rejected_when_nothing_confirms_it(
    scenario,
):
    scenario.start(
        scenario.a_unit("riverside-1"),
        playbooks=with_playbook(opens=OpeningRule(events=2, within_s=30)),
    )
    scenario.send_event()
    assert scenario.incident().stage is IncidentStage.REPORTED
    assert [clock.name for clock in scenario.incident().clocks] == ["confirm"]
    scenario.wait(30)
    assert scenario.incident().stage is IncidentStage.REJECTED
    assert scenario.incident().history[-1].reason == "not_confirmed"


def test_what_is_graver_or_surer_than_what_nobody_confirmed_is_news(scenario):
    scenario.start(
        scenario.a_unit("riverside-1"),
        playbooks=with_playbook(opens=OpeningRule(severity=Severity.SEVERE, within_s=30)),
    )
    scenario.send_event()
    scenario.wait(30)
    scenario.send_event(phase=Phase.UPDATE)
    assert [one.stage for one in scenario.state.incidents.values()] == [IncidentStage.REJECTED]
    scenario.send_event(phase=Phase.UPDATE, severity=Severity.SEVERE)
    rejected, graver = scenario.state.incidents.values()
    assert (rejected.stage, graver.stage) == (IncidentStage.REJECTED, IncidentStage.DISPATCHED)
    assert graver.previous == rejected.incident


def test_a_second_source_confirms_it(scenario):
    scenario.start(
        scenario.a_unit("riverside-1"), playbooks=with_playbook(opens=OpeningRule(events=2))
    )
    scenario.send_event()
    scenario.send_event(source="cam-2", episode="e2", agent="box-2")
    assert scenario.incident().stage is IncidentStage.DISPATCHED


def test_a_report_below_the_severity_does_not_open_until_it_is_severe_enough(scenario):
    scenario.start(
        scenario.a_unit("riverside-1"),
        playbooks=with_playbook(opens=OpeningRule(severity=Severity.SEVERE)),
    )
    scenario.send_event()
    assert scenario.incident().stage is IncidentStage.REPORTED
    scenario.send_event(phase=Phase.UPDATE, severity=Severity.EXTREME)
    assert scenario.incident().stage is IncidentStage.DISPATCHED


def test_the_arrive_clock_escalates_a_crew_that_does_not_come(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    scenario.press("riverside-1", CrewAction.ACCEPT)
    scenario.wait(600)
    assert scenario.incident().escalated
    assert scenario.incident().history[-1].reason == "arrive_clock"


def test_the_handle_clock_is_recorded_once(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    scenario.wait(4000)
    assert [line.reason for line in scenario.incident().history if line.code == "overdue"] == [
        "handle_clock"
    ]


def test_without_own_crews_the_city_is_asked_at_once_or_after_the_playbooks_time(new_scenario):
    at_once = new_scenario().start()
    at_once.send_event()
    assert at_once.incident().slots[0].from_city
    patient = new_scenario().start(playbooks=with_playbook(escalates=EscalationRule(after_s=20)))
    patient.send_event()
    assert not patient.incident().escalated
    patient.wait(20)
    assert patient.incident().slots[0].from_city


def test_a_unit_that_comes_free_serves_what_the_city_was_asked_for(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    scenario.send_event(source="cam-9", episode="far", place=scenario.near(3000), agent="box-2")
    waiting = scenario.state.incidents[max(scenario.state.incidents.keys())]
    assert waiting.slots[0].from_city
    scenario.work_through("riverside-1")
    assert scenario.state.incidents[waiting.incident].slots[0].state is SlotState.CONFIRMED


def test_while_the_link_to_the_city_is_down_no_unit_is_too_far(scenario):
    scenario.start(scenario.a_unit("riverside-1", metres=50_000))
    scenario.send_event()
    assert scenario.incident().slots[0].state is SlotState.OPEN
    scenario.submit(CityLinkChanged(up=False, reason="cable"))
    assert scenario.incident().slots[0].state is SlotState.CONFIRMED


def test_no_timer_is_overdue_after_a_crash(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    scenario.clock.advance(10_000)
    scenario.crash()
    assert overdue(scenario.store, scenario.clock.now())
    scenario.wait(0)
    assert not overdue(scenario.store, scenario.clock.now())


def test_the_latest_state_goes_to_the_city_on_each_change_and_not_on_each_event(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    assert len(scenario.posted(IncidentReport, scenario.send_event())) == 1
    for _ in range(10):
        assert scenario.posted(IncidentReport, scenario.send_event(phase=Phase.UPDATE)) == []


def test_everything_is_reported_again_to_a_city_that_went_back_in_time(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event()
    commands = scenario.submit(CityLinkChanged(up=False, epoch="another-epoch", reason="restored"))
    assert {type(letter).__name__ for letter in scenario.posted(object, commands)} == {
        "IncidentReport",
        "UnitReport",
    }
    assert scenario.state.city.down_acked == 0


def test_a_start_with_another_configuration_keeps_what_is_under_way(scenario):
    scenario.start(scenario.a_unit("riverside-1"), scenario.a_unit("riverside-2"))
    scenario.send_event()
    busy = scenario.incident().slots[0].unit
    idle = "riverside-2" if busy == "riverside-1" else "riverside-1"
    setup = replace(scenario.state.setup, units=(scenario.a_unit("riverside-3"),))
    scenario.submit(NodeStarted(setup=setup))
    assert scenario.unit(busy).state == "committed", "it goes on with its order"
    assert scenario.unit(idle).state == "out_of_service"
    assert scenario.unit("riverside-3").state == "available"
    scenario.submit(
        NodeStarted(setup=replace(setup, units=(scenario.a_unit(idle), scenario.a_unit(busy))))
    )
    assert scenario.unit(idle).state == "available"
