"""Clocks and timers: what passes, what escalates, what a crash does not stop."""

from dataclasses import replace

from citybrain.decider.audit import overdue
from citybrain.domain.incident import IncidentReport
from citybrain.vocabulary import IncidentStage, Phase, Severity, SlotState
from district_node.inputs import CityLinkChanged, NodeStarted
from district_node.playbook import Escalates, Opens
from district_node.playbooks.load import load_playbooks

CROWDING = next(p for p in load_playbooks() if p.kind == "crowding")


def with_playbook(**changes):
    return (replace(CROWDING, **changes),)


def test_a_report_below_the_threshold_waits_and_is_rejected_by_the_playbook_when_nothing_confirms_it(
    story,
):
    story.start(
        story.a_unit("riverside-1"), playbooks=with_playbook(opens=Opens(events=2, within_s=30))
    )
    story.say()
    assert story.incident().stage is IncidentStage.REPORTED
    assert [clock.name for clock in story.incident().clocks] == ["confirm"]
    story.wait(30)
    assert story.incident().stage is IncidentStage.REJECTED
    assert story.incident().history[-1].reason == "not_confirmed"


def test_a_second_voice_confirms_it(story):
    story.start(story.a_unit("riverside-1"), playbooks=with_playbook(opens=Opens(events=2)))
    story.say()
    story.say(source="cam-2", episode="e2", agent="box-2")
    assert story.incident().stage is IncidentStage.DISPATCHED


def test_a_light_thing_does_not_open_until_it_weighs_enough(story):
    story.start(
        story.a_unit("riverside-1"), playbooks=with_playbook(opens=Opens(severity=Severity.SEVERE))
    )
    story.say()
    assert story.incident().stage is IncidentStage.REPORTED
    story.say(phase=Phase.UPDATE, severity=Severity.EXTREME)
    assert story.incident().stage is IncidentStage.DISPATCHED


def test_the_arrive_clock_escalates_a_crew_that_does_not_come(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    story.wait(600)
    assert story.incident().escalated
    assert story.incident().history[-1].reason == "arrive_clock"


def test_the_handle_clock_is_noted_once(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    story.wait(4000)
    assert [line.reason for line in story.incident().history if line.what == "overdue"] == [
        "handle_clock"
    ]


def test_without_own_crews_the_city_is_asked_at_once_or_after_the_playbooks_patience(new_story):
    at_once = new_story().start()
    at_once.say()
    assert at_once.incident().slots[0].from_city
    patient = new_story().start(playbooks=with_playbook(escalates=Escalates(after_s=20)))
    patient.say()
    assert not patient.incident().escalated
    patient.wait(20)
    assert patient.incident().slots[0].from_city


def test_a_unit_that_comes_free_serves_what_the_city_was_asked_for(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    story.say(source="cam-9", episode="far", place=story.near(3000), agent="box-2")
    waiting = story.state.incidents[max(story.state.incidents.keys())]
    assert waiting.slots[0].from_city
    story.work_through("riverside-1")
    assert story.state.incidents[waiting.incident].slots[0].state is SlotState.CONFIRMED


def test_while_the_city_is_away_no_way_is_too_far(story):
    story.start(story.a_unit("riverside-1", metres=50_000))
    story.say()
    assert story.incident().slots[0].state is SlotState.OPEN
    story.do(CityLinkChanged(up=False, reason="cable"))
    assert story.incident().slots[0].state is SlotState.CONFIRMED


def test_no_timer_is_overdue_after_a_crash(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    story.clock.advance(10_000)
    story.crash()
    assert overdue(story.store, story.clock.now())
    story.wait(0)
    assert not overdue(story.store, story.clock.now())


def test_the_latest_state_goes_to_the_city_on_each_change_and_not_on_each_event(story):
    story.start(story.a_unit("riverside-1"))
    assert len(story.posted(IncidentReport, story.say())) == 1
    for _ in range(10):
        assert story.posted(IncidentReport, story.say(phase=Phase.UPDATE)) == []


def test_a_city_that_went_back_in_time_is_told_everything_again(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    commands = story.do(CityLinkChanged(up=False, epoch="another-epoch", reason="restored"))
    assert {type(letter).__name__ for letter in story.posted(object, commands)} == {
        "IncidentReport",
        "UnitReport",
    }
    assert story.state.city.seen == 0


def test_a_start_with_another_configuration_keeps_what_is_under_way(story):
    story.start(story.a_unit("riverside-1"), story.a_unit("riverside-2"))
    story.say()
    busy = story.incident().slots[0].unit
    idle = "riverside-2" if busy == "riverside-1" else "riverside-1"
    setup = replace(story.state.setup, units=(story.a_unit("riverside-3"),))
    story.do(NodeStarted(setup=setup))
    assert story.unit(busy).state == "committed", "it goes on with its order"
    assert story.unit(idle).state == "out_of_service"
    assert story.unit("riverside-3").state == "available"
    story.do(NodeStarted(setup=replace(setup, units=(story.a_unit(idle), story.a_unit(busy)))))
    assert story.unit(idle).state == "available"
