"""What an operator may do, verb by verb, and how a refusal reads."""

import pytest

from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    OrderStep,
    SlotState,
    UnitState,
    VerificationVerdict,
)
from district_node.cores.belief.incident import waits_for


def test_a_report_of_a_kind_without_a_playbook_waits_for_a_person(story):
    story.start(story.a_unit("riverside-1", "patrol")).say(incident_kind="flying_saucer")
    assert story.incident().stage is IncidentStage.REPORTED
    assert waits_for(story.incident()) == "person"
    assert story.act(OperatorVerb.ASSIGN, unit="riverside-1").done
    assert story.incident().stage is IncidentStage.DISPATCHED
    story.work_through("riverside-1")
    assert (story.incident().stage, waits_for(story.incident())) == (
        IncidentStage.HANDLED,
        "person",
    )
    assert story.act(OperatorVerb.VERIFY, reason="it flew away").done


def test_assign_sends_the_unit_that_the_operator_chose_however_far(story):
    story.start(story.a_unit("riverside-1", metres=50_000))
    story.say()
    assert story.incident().escalated, "too far for the playbook"
    assert story.act(OperatorVerb.ASSIGN, unit="riverside-1").done
    assert story.incident().slots[0].unit == "riverside-1"


def test_a_busy_unit_is_not_assigned_twice(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    story.say(source="cam-9", episode="far", place=story.near(5000), agent="box-2")
    second = max(story.state.incidents.keys())
    refused = story.act(OperatorVerb.ASSIGN, incident=second, unit="riverside-1")
    assert (refused.done, refused.reason) == (False, "busy")
    assert "Riverside-1" in refused.detail


@pytest.mark.parametrize(
    ("unit", "capability", "reason"),
    [("riverside-9", "patrol", "no_such_unit"), ("riverside-1", "pump", "no_fitting_slot")],
)
def test_a_unit_that_does_not_fit_is_refused_with_the_reason(story, unit, capability, reason):
    story.start(story.a_unit("riverside-1", capability))
    story.say()
    assert story.act(OperatorVerb.ASSIGN, unit=unit).reason == reason


def test_a_claim_whose_time_is_not_over_is_not_taken_from_the_city(story):
    story.start(story.a_unit("riverside-1", "patrol", metres=50_000))
    story.say()
    story.ask(OrderStep.CLAIM, ttl_s=10, unit="oldtown-1", unit_district="oldtown")
    assert story.act(OperatorVerb.ASSIGN, unit="riverside-1").reason == "no_open_slot"
    story.clock.advance(11)
    assert story.act(OperatorVerb.ASSIGN, unit="riverside-1").done
    slot = story.incident().slots[0]
    assert (slot.state, slot.version, slot.unit) == (SlotState.CONFIRMED, 2, "riverside-1")
    assert story.incident().retaken == ("o-1",)


def test_closing_calls_the_crew_back_and_carries_the_name(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    assert story.act(OperatorVerb.CLOSE).reason == "no_reason"
    assert story.act(OperatorVerb.CLOSE, reason="gone").done
    assert story.unit("riverside-1").state is UnitState.AVAILABLE
    order = next(story.state.roster.orders.values())
    assert order.stage is OrderStage.WITHDRAWN
    assert {line.who for line in story.incident().history if line.what == "closed"} == {"Li Na"}


def test_a_crew_on_the_scene_is_not_called_back_and_may_finish(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    for action in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        story.press("riverside-1", action)
    story.act(OperatorVerb.CLOSE, reason="gone")
    assert story.unit("riverside-1").state is UnitState.ON_SCENE
    assert story.press("riverside-1", CrewAction.FINISH).done
    assert story.incident().stage is IncidentStage.CLOSED
    assert story.unit("riverside-1").state is UnitState.AVAILABLE


def test_what_a_stage_does_not_allow_is_refused_and_changes_nothing(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    before = story.incident()
    refused = story.act(OperatorVerb.REJECT, reason="a shadow")
    assert (refused.done, refused.reason) == (False, "stage:dispatched")
    assert "dispatched" in refused.detail
    assert story.incident() == before


def test_deferring_rests_the_clocks_and_opening_takes_it_up_again(story):
    story.start()
    story.say()
    assert story.act(OperatorVerb.DEFER, reason="waits for the owner").done
    assert story.incident().clocks == ()
    assert len(story.state.open_slots) == 0
    story.wait(4000)
    assert story.incident().stage is IncidentStage.DEFERRED
    assert story.act(OperatorVerb.OPEN).done
    assert story.incident().stage is IncidentStage.OPENED
    assert len(story.state.open_slots) == 1


def test_opening_what_is_handled_starts_another_round(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    story.work_through("riverside-1")
    story.sees(VerificationVerdict.STILL)
    assert story.act(OperatorVerb.OPEN, reason="still there").done
    assert story.incident().stage is IncidentStage.DISPATCHED
    assert story.order_of("riverside-1").assignment == 2


def test_escalating_asks_the_city_for_what_is_open(story):
    story.start(playbooks=(), city=True)
    story.say()
    assert story.act(OperatorVerb.ESCALATE).reason == "stage:reported"


def test_the_same_request_twice_acts_once_and_answers_the_same(story):
    story.start(story.a_unit("riverside-1"))
    story.say()
    first = story.act(OperatorVerb.CLOSE, reason="gone", request="r-1")
    lines = len(story.incident().history)
    assert story.act(OperatorVerb.CLOSE, reason="gone", request="r-1") == first
    assert len(story.incident().history) == lines


def test_an_incident_that_is_not_here_is_said_so(story):
    story.start()
    refused = story.act(OperatorVerb.CLOSE, incident="inc-elsewhere-1", reason="x")
    assert refused.reason == "no_such_incident"
    assert "inc-elsewhere-1" in refused.detail
