"""From the first event to the closed case, by the district alone."""

from citybrain.clock import SECOND_US, Timestamp
from citybrain.domain.event import VerificationRequest
from citybrain.domain.order import OrderProgress
from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    Phase,
    SlotState,
    UnitState,
    VerificationVerdict,
)


def test_an_event_becomes_a_case_and_a_crew_is_on_its_way_in_the_same_step(story):
    story.start(story.a_unit("riverside-1")).say()
    incident = story.incident()
    assert incident.stage is IncidentStage.DISPATCHED
    assert [slot.state for slot in incident.slots] == [SlotState.CONFIRMED]
    order = story.order_of("riverside-1")
    assert order.stage is OrderStage.ISSUED
    assert order.assignment == 1
    assert order.task.traceparent == incident.traceparent
    assert story.unit("riverside-1").state is UnitState.COMMITTED


def test_the_seven_steps_end_with_the_camera_having_seen_it_fixed(story):
    story.start(story.a_unit("riverside-1")).say()
    story.work_through("riverside-1")
    assert story.incident().stage is IncidentStage.HANDLED
    (asked,) = story.posted(VerificationRequest)
    assert (asked.source, asked.rule, asked.quiet_s) == ("cam-1", "crowd", 5.0)
    story.sees(VerificationVerdict.CLEAR)
    incident = story.incident()
    assert incident.stage is IncidentStage.CLOSED
    assert [line.what for line in incident.history] == [
        "reported", "opened", "dispatched", "accepted", "en_route", "on_scene", "working", "done", "handled", "reobserve", "verified", "closed",
    ]  # fmt: skip
    assert incident.history[-1].who == "box-1/cam-1"
    assert story.unit("riverside-1").state is UnitState.AVAILABLE
    assert not incident.clocks


def test_nothing_changes_by_dying_after_every_step(story):
    story.crashing = True
    story.start(story.a_unit("riverside-1")).say()
    story.work_through("riverside-1")
    story.sees(VerificationVerdict.CLEAR)
    assert story.incident().stage is IncidentStage.CLOSED


def test_still_there_goes_to_a_person_who_closes_by_name_and_with_a_reason(story):
    story.start(story.a_unit("riverside-1")).say()
    story.work_through("riverside-1")
    story.sees(VerificationVerdict.STILL, reason="count 5")
    assert story.incident().stage is IncidentStage.HANDLED
    assert not story.act(OperatorVerb.VERIFY).done
    assert story.act(OperatorVerb.VERIFY, operator="", reason="seen").reason == "unnamed"
    assert story.act(OperatorVerb.VERIFY, reason="seen on the spot").done
    assert story.incident().stage is IncidentStage.CLOSED
    assert story.incident().history[-1].who == "Li Na"


def test_a_camera_that_does_not_answer_in_time_leaves_it_to_a_person_but_a_late_clear_counts(story):
    from district_node.cores.belief.incident import waits_for

    story.start(story.a_unit("riverside-1")).say()
    story.work_through("riverside-1")
    assert waits_for(story.incident()) == "camera"
    story.wait(61)
    assert waits_for(story.incident()) == "person"
    story.sees(VerificationVerdict.CLEAR)
    assert story.incident().stage is IncidentStage.CLOSED


def test_a_verdict_of_another_box_or_of_an_older_look_is_none(story):
    story.start(story.a_unit("riverside-1")).say()
    story.work_through("riverside-1")
    story.sees(VerificationVerdict.CLEAR, agent="box-2")
    assert story.incident().stage is IncidentStage.HANDLED


def test_the_same_thing_within_the_guard_time_reopens_the_case_and_sends_a_crew_again(story):
    story.start(story.a_unit("riverside-1")).say()
    story.work_through("riverside-1")
    story.say(phase=Phase.END)
    story.sees(VerificationVerdict.CLEAR)
    story.wait(100)
    story.say(episode="e2")
    incident = story.incident()
    assert incident.stage is IncidentStage.DISPATCHED
    assert "reopened" in [line.what for line in incident.history]
    assert incident.slots[0].version == 2
    assert story.order_of("riverside-1").assignment == 2


def test_after_the_guard_time_it_is_a_new_case(story):
    story.start(story.a_unit("riverside-1")).say()
    story.work_through("riverside-1")
    story.say(phase=Phase.END)
    story.sees(VerificationVerdict.CLEAR)
    story.wait(301)
    story.say(episode="e2")
    assert len(story.state.incidents) == 2


def test_a_backlogs_old_event_reopens_nothing(story):
    story.start(story.a_unit("riverside-1")).say()
    old = story.event(episode="old", is_historical=True)
    story.clock.advance(5)
    story.work_through("riverside-1")
    story.sees(VerificationVerdict.CLEAR)
    story.say(old)
    assert story.incident().stage is IncidentStage.CLOSED
    assert story.incident().events == 2


def test_a_live_episode_of_an_agent_whose_clock_is_behind_reopens_the_case_once_its_time_has_come(
    story,
):
    story.start(story.a_unit("riverside-1")).say()
    story.work_through("riverside-1")
    story.say(phase=Phase.END)
    story.sees(VerificationVerdict.CLEAR)
    closed_at = story.clock.now()
    story.wait(10)
    story.say(episode="e2", observed_at=Timestamp(closed_at - 9 * SECOND_US))
    assert story.incident().stage is IncidentStage.CLOSED, (
        "by its clock it was seen before the closing"
    )
    story.wait(20)
    story.say(episode="e2", phase=Phase.UPDATE, observed_at=Timestamp(closed_at + 11 * SECOND_US))
    assert story.incident().stage is IncidentStage.DISPATCHED


def test_what_one_camera_sees_clear_is_not_closed_while_another_sees_it(story):
    story.start(story.a_unit("riverside-1")).say()
    story.work_through("riverside-1")
    story.wait(2)
    story.say(agent="box-2", source="cam-2", episode="e-2")
    story.wait(2)
    story.sees(VerificationVerdict.CLEAR)
    incident = story.incident()
    assert (incident.stage, incident.look.agent, incident.look.source) == (
        IncidentStage.HANDLED,
        "box-2",
        "cam-2",
    ), "the other one is asked"
    story.wait(2)
    story.sees(VerificationVerdict.CLEAR, agent="box-2")
    assert story.incident().stage is IncidentStage.CLOSED


def test_an_end_that_comes_after_the_clear_answer_of_its_source_keeps_nothing_open(story):
    story.start(story.a_unit("riverside-1")).say()
    story.work_through("riverside-1")
    story.wait(2)
    story.sees(VerificationVerdict.CLEAR)
    assert (story.incident().stage, story.incident().live) == (IncidentStage.CLOSED, 0)
    story.say(phase=Phase.END)
    assert (story.incident().stage, story.incident().live) == (IncidentStage.CLOSED, 0)


def test_an_episode_that_was_there_at_the_closing_is_no_reason_to_reopen(story):
    story.start(story.a_unit("riverside-1")).say()
    story.wait(1)
    story.work_through("riverside-1")
    assert story.act(OperatorVerb.VERIFY, reason="seen on the spot").done
    assert story.incident().stage is IncidentStage.CLOSED
    story.wait(20)
    story.say(phase=Phase.UPDATE)
    assert story.incident().stage is IncidentStage.CLOSED, (
        "a person who was there has said so by name"
    )


def test_what_goes_away_by_itself_calls_the_crew_back_and_the_camera_verifies(story):
    story.start(story.a_unit("riverside-1")).say()
    story.press("riverside-1", CrewAction.ACCEPT)
    story.say(phase=Phase.END)
    assert story.incident().stage is IncidentStage.DISPATCHED
    story.wait(61)
    assert story.incident().stage is IncidentStage.HANDLED
    assert story.unit("riverside-1").state is UnitState.AVAILABLE
    assert story.incident().slots[0].state is SlotState.CANCELLED
    story.sees(VerificationVerdict.CLEAR)
    assert story.incident().stage is IncidentStage.CLOSED


def test_a_condition_that_comes_back_before_it_settled_keeps_its_crew(story):
    story.start(story.a_unit("riverside-1")).say()
    story.say(phase=Phase.END)
    story.wait(30)
    story.say(episode="e2")
    story.wait(200)
    assert story.incident().stage is IncidentStage.DISPATCHED


def test_the_city_is_not_told_of_steps_of_orders_that_are_not_its_own(story):
    story.start(story.a_unit("riverside-1")).say()
    story.work_through("riverside-1")
    assert "OrderProgress" not in {letter.kind for letter in story.letters()}
    assert {"IncidentReport", "UnitReport"} <= {letter.kind for letter in story.letters()}
    assert story.posted(OrderProgress) == []
