"""Every ending says what the incident turned out to be."""

import pytest

from citybrain.vocabulary import (
    Certainty,
    CrewAction,
    Disposition,
    IncidentStage,
    OperatorVerb,
    OrderStage,
    Phase,
    UnitState,
    VerificationVerdict,
)


def ended_as(incident):
    said = [line.reason for line in incident.history if line.code == "disposition"]
    return incident.disposition, said


@pytest.fixture
def dispatched(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    return scenario


def test_what_a_crew_worked_on_and_its_camera_saw_clear_was_fixed(dispatched):
    dispatched.work_through("riverside-1")
    assert dispatched.incident().disposition is Disposition.UNKNOWN, "it is not over"
    dispatched.report_verification(VerificationVerdict.CLEAR)
    assert ended_as(dispatched.incident()) == (Disposition.FIXED, ["fixed"])


def test_what_ended_by_itself_is_gone(scenario):
    scenario.start().send_event()
    scenario.send_event(phase=Phase.END)
    scenario.wait(61)
    assert scenario.incident().stage is IncidentStage.HANDLED
    scenario.report_verification(VerificationVerdict.CLEAR)
    assert ended_as(scenario.incident()) == (Disposition.GONE, ["gone"])


def test_a_report_that_nobody_confirmed_is_not_verifiable(scenario):
    scenario.start().send_event(certainty=Certainty.UNLIKELY)
    scenario.send_event(phase=Phase.END, certainty=Certainty.UNLIKELY)
    scenario.wait(1000)
    assert scenario.incident().stage is IncidentStage.REJECTED
    assert scenario.incident().disposition is Disposition.NOT_VERIFIABLE


@pytest.mark.parametrize(
    ("presses", "stage", "state", "order"),
    [
        ((), IncidentStage.DISPATCHED, UnitState.AVAILABLE, OrderStage.WITHDRAWN),
        (("accept", "depart"), IncidentStage.DISPATCHED, UnitState.AVAILABLE, OrderStage.WITHDRAWN),
        (("accept", "arrive"), IncidentStage.WORKING, UnitState.ON_SCENE, OrderStage.ON_SCENE),
        (("accept", "arrive", "finish"), IncidentStage.HANDLED, UnitState.AVAILABLE, "done"),
    ],
)
def test_a_false_alarm_can_be_said_at_every_live_stage_and_calls_the_crew_back(
    dispatched, presses, stage, state, order
):
    for press in presses:
        dispatched.press("riverside-1", CrewAction(press))
    assert dispatched.incident().stage is stage
    assert dispatched.act(OperatorVerb.REJECT, reason="a statue").done
    incident = dispatched.incident()
    assert (incident.stage, incident.disposition) == (
        IncidentStage.REJECTED,
        Disposition.FALSE_ALARM,
    )
    assert dispatched.unit("riverside-1").state is state
    assert next(dispatched.state.roster.orders.values()).stage == order
    assert incident.verification is None and not incident.clocks


def test_a_crew_at_the_scene_of_what_was_rejected_finishes_and_is_free(dispatched):
    for press in (CrewAction.ACCEPT, CrewAction.ARRIVE):
        dispatched.press("riverside-1", press)
    dispatched.act(OperatorVerb.REJECT, reason="a statue")
    assert dispatched.press("riverside-1", CrewAction.FINISH).done
    assert dispatched.unit("riverside-1").state is UnitState.AVAILABLE
    assert dispatched.incident().stage is IncidentStage.REJECTED


@pytest.mark.parametrize(
    ("verb", "said"),
    [
        (OperatorVerb.CLOSE, Disposition.NOT_VERIFIABLE),
        (OperatorVerb.CLOSE, Disposition.FALSE_ALARM),
        (OperatorVerb.REJECT, Disposition.DUPLICATE),
        (OperatorVerb.REJECT, Disposition.NOT_OURS),
        (OperatorVerb.REJECT, Disposition.GONE),
    ],
)
def test_a_person_says_what_it_was_by_the_same_press(dispatched, verb, said):
    assert dispatched.act(verb, reason="looked", disposition=said).done
    assert ended_as(dispatched.incident()) == (said, [said.value])


def test_what_was_fixed_is_closed_and_not_rejected(dispatched):
    before = dispatched.incident()
    refused = dispatched.act(OperatorVerb.REJECT, reason="mended", disposition=Disposition.FIXED)
    assert (refused.done, refused.reason) == (False, "disposition")
    assert "close it" in refused.detail
    assert dispatched.incident() == before


def test_a_verb_that_ends_nothing_takes_no_disposition(dispatched):
    refused = dispatched.act(OperatorVerb.ESCALATE, disposition=Disposition.GONE)
    assert (refused.done, refused.reason) == (False, "disposition")


def test_opening_it_again_takes_back_what_it_was(dispatched):
    dispatched.act(OperatorVerb.CLOSE, reason="gone")
    assert dispatched.incident().disposition is Disposition.GONE
    assert dispatched.act(OperatorVerb.OPEN).done
    assert dispatched.incident().disposition is Disposition.UNKNOWN
