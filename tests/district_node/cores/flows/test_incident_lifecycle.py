"""From the first event to the closed incident, by the district alone."""

import pytest

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
from district_node.cores.incidents.contribution import SourceType, VerificationMethod
from district_node.cores.incidents.incident import waits_for


def test_an_event_opens_an_incident_and_dispatches_a_crew_in_the_same_step(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    incident = scenario.incident()
    assert incident.stage is IncidentStage.DISPATCHED
    assert [slot.state for slot in incident.slots] == [SlotState.CONFIRMED]
    order = scenario.order_of("riverside-1")
    assert order.stage is OrderStage.ISSUED
    assert order.assignment_number == 1
    assert order.task.traceparent == incident.traceparent
    assert scenario.unit("riverside-1").state is UnitState.COMMITTED


def test_the_seven_steps_end_with_the_camera_having_seen_it_fixed(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    assert scenario.incident().stage is IncidentStage.HANDLED
    (asked,) = scenario.posted(VerificationRequest)
    assert (asked.source, asked.rule, asked.quiet_s) == ("cam-1", "crowd", 5.0)
    scenario.report_verification(VerificationVerdict.CLEAR)
    incident = scenario.incident()
    assert incident.stage is IncidentStage.CLOSED
    assert [line.code for line in incident.history] == [
        "reported", "opened", "dispatched", "accepted", "en_route", "on_scene", "working", "done",
        "handled", "verification_requested", "verified", "disposition", "closed",
    ]  # fmt: skip
    assert incident.history[-1].actor == "box-1/cam-1"
    assert scenario.unit("riverside-1").state is UnitState.AVAILABLE
    assert not incident.clocks


def test_nothing_changes_by_dying_after_every_step(scenario):
    scenario.crashing = True
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    scenario.report_verification(VerificationVerdict.CLEAR)
    assert scenario.incident().stage is IncidentStage.CLOSED


def test_still_there_goes_to_a_person_who_closes_by_name_and_with_a_reason(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    scenario.report_verification(VerificationVerdict.STILL, reason="count 5")
    assert scenario.incident().stage is IncidentStage.HANDLED
    assert not scenario.act(OperatorVerb.VERIFY).done
    assert scenario.act(OperatorVerb.VERIFY, operator="", reason="seen").reason == "unnamed"
    assert scenario.act(OperatorVerb.VERIFY, reason="seen on the spot").done
    assert scenario.incident().stage is IncidentStage.CLOSED
    assert scenario.incident().history[-1].actor == "Li Na"


def test_a_camera_that_does_not_answer_in_time_leaves_it_to_a_person_but_a_late_clear_counts(
    scenario,
):
    from district_node.cores.incidents.incident import waits_for

    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    assert waits_for(scenario.incident()) == "camera"
    scenario.wait(61)
    assert waits_for(scenario.incident()) == "person"
    scenario.report_verification(VerificationVerdict.CLEAR)
    assert scenario.incident().stage is IncidentStage.CLOSED


def test_a_result_of_another_box_or_of_an_older_verification_does_not_count(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    scenario.report_verification(VerificationVerdict.CLEAR, agent="box-2")
    assert scenario.incident().stage is IncidentStage.HANDLED


def test_the_same_thing_within_the_guard_time_reopens_the_incident_and_sends_a_crew_again(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    scenario.send_event(phase=Phase.END)
    scenario.report_verification(VerificationVerdict.CLEAR)
    scenario.wait(100)
    scenario.send_event(episode="e2")
    incident = scenario.incident()
    assert incident.stage is IncidentStage.DISPATCHED
    assert "reopened" in [line.code for line in incident.history]
    assert incident.slots[0].version == 2
    assert scenario.order_of("riverside-1").assignment_number == 2


def test_after_the_guard_time_it_is_a_new_incident(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    scenario.send_event(phase=Phase.END)
    scenario.report_verification(VerificationVerdict.CLEAR)
    scenario.wait(310)
    scenario.send_event(episode="e2")
    assert len(scenario.state.incidents) == 2


def test_a_backlogs_old_event_reopens_nothing(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    old = scenario.event(episode="old", is_historical=True)
    scenario.clock.advance(5)
    scenario.work_through("riverside-1")
    scenario.report_verification(VerificationVerdict.CLEAR)
    scenario.send_event(old)
    assert scenario.incident().stage is IncidentStage.CLOSED
    assert scenario.incident().events == 2


def test_a_live_episode_of_an_agent_whose_clock_is_behind_reopens_the_incident_in_time(
    scenario,
):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    scenario.send_event(phase=Phase.END)
    scenario.report_verification(VerificationVerdict.CLEAR)
    closed_at = scenario.clock.now()
    scenario.wait(10)
    scenario.send_event(episode="e2", observed_at=Timestamp(closed_at - 9 * SECOND_US))
    assert scenario.incident().stage is IncidentStage.CLOSED, (
        "by its clock it was seen before the closing"
    )
    scenario.wait(20)
    scenario.send_event(
        episode="e2", phase=Phase.UPDATE, observed_at=Timestamp(closed_at + 11 * SECOND_US)
    )
    assert scenario.incident().stage is IncidentStage.DISPATCHED


def test_what_one_camera_sees_clear_is_not_closed_while_another_sees_it(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    scenario.wait(2)
    scenario.send_event(agent="box-2", source="cam-2", episode="e-2")
    scenario.wait(2)
    scenario.report_verification(VerificationVerdict.CLEAR)
    incident = scenario.incident()
    assert (incident.stage, incident.verification.agent, incident.verification.source) == (
        IncidentStage.HANDLED,
        "box-2",
        "cam-2",
    ), "the other one is asked"
    scenario.wait(2)
    scenario.report_verification(VerificationVerdict.CLEAR, agent="box-2")
    assert scenario.incident().stage is IncidentStage.CLOSED


def test_an_end_that_comes_after_the_clear_answer_of_its_source_keeps_nothing_open(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    scenario.wait(2)
    scenario.report_verification(VerificationVerdict.CLEAR)
    assert (scenario.incident().stage, scenario.incident().live_count) == (IncidentStage.CLOSED, 0)
    scenario.send_event(phase=Phase.END)
    assert (scenario.incident().stage, scenario.incident().live_count) == (IncidentStage.CLOSED, 0)


def test_an_episode_that_was_there_at_the_closing_is_no_reason_to_reopen(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.wait(1)
    scenario.work_through("riverside-1")
    assert scenario.act(OperatorVerb.VERIFY, reason="seen on the spot").done
    assert scenario.incident().stage is IncidentStage.CLOSED
    scenario.wait(20)
    scenario.send_event(phase=Phase.UPDATE)
    assert scenario.incident().stage is IncidentStage.CLOSED, (
        "a person who was there has said so by name"
    )


def test_a_condition_that_ends_by_itself_recalls_the_crew_and_the_camera_verifies(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.press("riverside-1", CrewAction.ACCEPT)
    scenario.send_event(phase=Phase.END)
    assert scenario.incident().stage is IncidentStage.DISPATCHED
    scenario.wait(61)
    assert scenario.incident().stage is IncidentStage.HANDLED
    assert scenario.unit("riverside-1").state is UnitState.AVAILABLE
    assert scenario.incident().slots[0].state is SlotState.CANCELLED
    scenario.report_verification(VerificationVerdict.CLEAR)
    assert scenario.incident().stage is IncidentStage.CLOSED


def test_a_condition_that_comes_back_before_it_settled_keeps_its_crew(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.send_event(phase=Phase.END)
    scenario.wait(30)
    scenario.send_event(episode="e2")
    scenario.press("riverside-1", CrewAction.ACCEPT)
    scenario.wait(200)
    assert scenario.incident().stage is IncidentStage.DISPATCHED


def test_steps_of_own_orders_are_not_reported_to_the_city(scenario):
    scenario.start(scenario.a_unit("riverside-1")).send_event()
    scenario.work_through("riverside-1")
    assert "order_progress" not in {letter.kind for letter in scenario.letters()}
    assert {"incident_report", "unit_report"} <= {letter.kind for letter in scenario.letters()}
    assert scenario.posted(OrderProgress) == []


@pytest.mark.parametrize(
    ("changes", "source_type", "method", "waits"),
    [
        ({}, SourceType.CAMERA, VerificationMethod.LOOK_AGAIN, "camera"),
        ({"kind": "SensorData/Threshold"}, SourceType.SENSOR, VerificationMethod.READING, "sensor"),
        (
            {"kind": "lifts:Contact/Open", "from_sensor": True},
            SourceType.SENSOR,
            VerificationMethod.READING,
            "sensor",
        ),
        (
            {"kind": "lifts:Contact/Open"},
            SourceType.CAMERA,
            VerificationMethod.LOOK_AGAIN,
            "camera",
        ),
    ],
)
def test_how_it_is_verified_depends_on_what_saw_it(scenario, changes, source_type, method, waits):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event(**changes)
    scenario.work_through("riverside-1")
    incident = scenario.incident()
    (contribution,) = incident.contributions.values()
    assert (contribution.source_type, incident.verification.method) == (source_type, method)
    assert waits_for(incident) == waits


def test_a_source_that_was_taken_for_a_camera_is_a_sensor_from_its_first_word(scenario):
    """As it comes out of a state of version 1, or of a box that is upgraded meanwhile."""
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event(kind="lifts:Contact/Open")
    scenario.send_event(kind="lifts:Contact/Open", episode="e2")
    scenario.work_through("riverside-1")
    assert waits_for(scenario.incident()) == "camera"
    scenario.send_event(
        kind="lifts:Contact/Open", episode="e2", phase=Phase.UPDATE, from_sensor=True
    )
    incident = scenario.incident()
    assert (incident.verification.method, waits_for(incident)) == (
        VerificationMethod.READING,
        "sensor",
    )
    types = {known.source_type for known in incident.contributions.values()}
    assert types == {SourceType.SENSOR}, "all that it ever reported"
    scenario.report_verification(VerificationVerdict.CLEAR)
    assert scenario.incident().stage is IncidentStage.CLOSED


def test_another_source_stays_a_camera(scenario):
    scenario.start()
    scenario.send_event()
    scenario.send_event(source="gauge-1", rule="level", episode="e2", from_sensor=True)
    scenario.send_event(source="gauge-1", rule="level", episode="e2", phase=Phase.UPDATE)
    types = [known.source_type for known in scenario.incident().contributions.values()]
    assert types == [SourceType.CAMERA, SourceType.SENSOR], "and a sensor a sensor"
