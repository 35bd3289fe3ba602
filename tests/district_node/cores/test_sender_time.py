"""What a box observed and what the node did are compared in one clock: for every skew of the box,
step of its clock, way of its message and lateness. What a person did not know goes back to one.
"""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from citybrain.clock import SECOND_US, Timestamp, later
from citybrain.domain.event import OutboxItem, VerificationRequest
from citybrain.structs import replace
from citybrain.vocabulary import (
    IncidentStage,
    OperatorVerb,
    Phase,
    Severity,
    VerificationVerdict,
)
from district_node.inputs import BatchReceived, SkewMeasured
from district_node.limits import SKEW_DOUBT, SKEW_STEP
from district_node.playbook import OpeningRule
from district_node.playbooks.load import load_playbooks

DAY_S = 86_400
skews_s = st.one_of(st.integers(-90, 90), st.integers(-400 * DAY_S, 400 * DAY_S))
# what a measured skew may be off by: see `sender_clocks`
errors_s = st.floats(-SKEW_STEP.value * 0.9, SKEW_STEP.value * 0.9)
properties = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def closed(scenario, by_person=True, skew_s=0.0):
    """A district whose one incident is closed at this moment. `skew_s`: as measured before."""
    one = type(scenario)().start(scenario.a_unit("riverside-1"))
    measured(one, skew_s)
    one.send_event()
    one.wait(30)
    if by_person:
        one.send_event(phase=Phase.END)
        one.act(OperatorVerb.CLOSE, reason="seen")
    else:
        one.work_through("riverside-1")
        one.report_verification(VerificationVerdict.CLEAR)
    assert one.incident().stage is IncidentStage.CLOSED
    one.closed_at = one.clock.now()
    return one


def box_sees(one, *, after_closing_s, skew_s, received_after_s, **changes):
    """A new episode: observed then in truth, stamped by the box's clock, received later."""
    observed_at = later(one.closed_at, after_closing_s + skew_s)
    received_at = later(one.closed_at, received_after_s)
    one.clock.advance(max(0, received_at - one.clock.now()) / SECOND_US)
    event = one.event(episode="e2", observed_at=observed_at, **changes)
    batch = BatchReceived(
        agent="box-1",
        incarnation=7,
        items=(OutboxItem(seq=99, content=event),),
        received_at=received_at,
    )
    one.submit(batch)


def measured(one, skew_s):
    one.submit(SkewMeasured(agent="box-1", skew_us=round(skew_s * SECOND_US)))


@properties
@given(
    skew_s=skews_s,
    error_s=errors_s,
    late_s=st.floats(0.001, 100),
    lag_s=st.floats(0, 600),
    by_person=st.booleans(),
    is_measured_first=st.booleans(),
)
def test_what_is_observed_after_the_closing_reopens_whatever_the_boxs_clock_says(
    scenario, skew_s, error_s, late_s, lag_s, by_person, is_measured_first
):
    one = closed(scenario, by_person, skew_s + error_s if is_measured_first else 0.0)
    if not is_measured_first:
        measured(one, skew_s + error_s)
    box_sees(one, after_closing_s=late_s, skew_s=skew_s, received_after_s=late_s + lag_s)
    assert one.incident().history[-1].code != "closed"
    assert one.incident().stage is IncidentStage.DISPATCHED


@properties
@given(
    skew_s=skews_s,
    error_s=errors_s,
    early_s=st.floats(2 * SKEW_DOUBT.value, 100),
    lag_s=st.floats(0, 600),
)
def test_what_was_plainly_observed_before_the_closing_reopens_nothing(
    scenario, skew_s, error_s, early_s, lag_s
):
    one = closed(scenario, skew_s=skew_s + error_s)
    box_sees(one, after_closing_s=-early_s, skew_s=skew_s, received_after_s=lag_s)
    assert one.incident().stage is IncidentStage.CLOSED


@properties
@given(before_s=skews_s, after_s=skews_s, late_s=st.floats(0.001, 100), lag_s=st.floats(0, 600))
def test_a_step_of_the_boxs_clock_while_an_observation_is_on_its_way_swallows_nothing(
    scenario, before_s, after_s, late_s, lag_s
):
    one = closed(scenario, skew_s=before_s)
    one.wait(late_s)
    measured(one, after_s)
    box_sees(one, after_closing_s=late_s, skew_s=before_s, received_after_s=late_s + lag_s)
    assert one.incident().stage is IncidentStage.DISPATCHED


@properties
@given(skew_s=skews_s, error_s=errors_s, apart_s=st.floats(0, 20))
def test_two_boxes_with_clocks_of_their_own_see_one_incident(scenario, skew_s, error_s, apart_s):
    one = type(scenario)().start(scenario.a_unit("riverside-1"))
    one.send_event()
    assume(abs(error_s) < 1)
    one.submit(SkewMeasured(agent="box-2", skew_us=round((skew_s + error_s) * SECOND_US)))
    one.wait(apart_s)
    at = Timestamp(one.clock.now() + skew_s * SECOND_US)
    one.send_event(agent="box-2", source="cam-2", episode="e2", observed_at=at)
    assert len(one.state.incidents) == 1
    assert one.incident().last_observed_at <= one.clock.now()


@pytest.mark.parametrize("verb", [OperatorVerb.CLOSE, OperatorVerb.VERIFY])
@given(skew_s=skews_s, after_s=st.floats(-100, 100))
@properties
def test_what_is_graver_than_what_a_person_closed_goes_back_to_a_person(
    scenario, verb, skew_s, after_s
):
    one = type(scenario)().start(scenario.a_unit("riverside-1"))
    one.send_event(severity=Severity.MINOR)
    if verb is OperatorVerb.VERIFY:
        one.work_through("riverside-1")
    assert one.act(verb, reason="harmless").done
    measured(one, skew_s)
    at = later(one.clock.now(), after_s + skew_s)
    one.send_event(phase=Phase.UPDATE, severity=Severity.EXTREME, observed_at=at)
    incident = one.incident()
    assert incident.stage is IncidentStage.REOPENED
    assert incident.history[-1].reason == "graver"
    assert not incident.slots, "nobody is sent before a person has looked"
    assert one.act(OperatorVerb.ASSIGN, unit="riverside-1").done


def test_what_is_as_grave_as_a_person_knew_stays_closed(scenario):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event(severity=Severity.SEVERE)
    scenario.act(OperatorVerb.CLOSE, reason="known")
    for severity in (Severity.SEVERE, Severity.MINOR):
        scenario.send_event(phase=Phase.UPDATE, severity=severity)
    assert scenario.incident().stage is IncidentStage.CLOSED


def test_a_camera_that_verified_knew_what_comes_late(scenario):
    one = closed(scenario, by_person=False)
    one.send_event(
        phase=Phase.UPDATE, severity=Severity.EXTREME, observed_at=later(one.clock.now(), -60)
    )
    assert one.incident().stage is IncidentStage.CLOSED


def test_what_is_graver_than_what_a_person_rejected_begins_anew_and_that_one_stays_rejected(
    scenario,
):
    crowding = next(p for p in load_playbooks() if p.kind == "crowding")
    careful = replace(crowding, opens=OpeningRule(severity=Severity.SEVERE))
    scenario.start(scenario.a_unit("riverside-1"), playbooks=(careful,))
    scenario.send_event(severity=Severity.MINOR)
    first = scenario.incident().incident
    assert scenario.act(OperatorVerb.REJECT, reason="a shadow").done
    scenario.send_event(phase=Phase.UPDATE, severity=Severity.SEVERE)
    stages = {name: i.stage for name, i in scenario.state.incidents.items()}
    assert stages.pop(first) is IncidentStage.REJECTED
    (second,) = stages
    scenario.send_event(phase=Phase.END)
    assert scenario.incident(second).live_count == 0
    scenario.wait(2 * DAY_S)
    assert first not in scenario.state.incidents
    scenario.crash()


@properties
@given(skew_s=skews_s)
def test_a_box_is_given_its_deadline_by_its_own_clock(scenario, skew_s):
    one = type(scenario)().start(scenario.a_unit("riverside-1"))
    measured(one, skew_s)
    one.send_event()
    one.work_through("riverside-1")
    (request,) = one.posted(VerificationRequest)
    due = one.incident().verification.deadline
    assert request.deadline - due == skew_s * SECOND_US
