"""What nobody can see: open cases that say so, and cases of what went dark."""

import pytest
from darkness import AWAY_S, POLICY, blind, boxes, cases, codes, observes, only, presence, watched

from citybrain.clock import SECOND_US
from citybrain.domain.event import VerificationRequest
from citybrain.geo import Point, distance_m
from citybrain.localized_name import LocalizedName
from citybrain.pack.asset import Asset
from citybrain.sorted_map import SortedMap
from citybrain.structs import replace
from citybrain.vocabulary import (
    CrewAction,
    IncidentStage,
    OperatorVerb,
    Phase,
    Severity,
    VerificationVerdict,
)
from district_node.cores.flows.agents.limits import OFFLINE_GRACE, WATCH_EVERY
from district_node.cores.incidents.incident import PersonVerification, waits_for
from district_node.inputs import (
    AgentEnrolled,
    AgentPresenceChanged,
    EnrolledBy,
    NodeStarted,
    SkewMeasured,
    SourcePlace,
    WatchPolicy,
)

# open cases that nothing sees


def test_a_case_whose_only_camera_went_blind_says_so_with_the_reason(scenario):
    watched(scenario).send_event()
    since = scenario.clock.now()
    blind(scenario)
    scenario.wait(WATCH_EVERY.value)
    found = scenario.incident().unwitnessed
    assert (found.state, found.source, found.reason) == ("blind", "box-1/cam-1", "tampered")
    assert (found.since, found.sources) == (since, 1)
    line = scenario.incident().history[-1]
    assert (line.code, line.reason) == ("unwitnessed", "blind:tampered")


def test_a_case_whose_box_is_away_for_more_than_a_reconnect_says_so(scenario):
    watched(scenario).send_event()
    presence(scenario, "box-1", online=False)
    scenario.wait(OFFLINE_GRACE.value - 1)
    assert scenario.incident().unwitnessed is None
    scenario.wait(AWAY_S)
    assert scenario.incident().unwitnessed.state == "offline"
    presence(scenario, "box-1", online=True)
    scenario.wait(WATCH_EVERY.value)
    assert scenario.incident().unwitnessed is None
    assert codes(scenario.incident())[-2:] == ["unwitnessed", "witnessed"]


def test_a_case_that_another_camera_still_sees_is_witnessed(scenario):
    watched(scenario).send_event()
    scenario.send_event(episode="e2", source="cam-2", agent="box-2")
    blind(scenario)
    scenario.wait(AWAY_S)
    assert scenario.incident().unwitnessed is None
    blind(scenario, source="cam-2", agent="box-2", reason="too_dark")
    scenario.wait(AWAY_S)
    assert scenario.incident().unwitnessed.sources == 2
    assert scenario.incident().unwitnessed.reason == "too_dark"


def test_a_start_of_the_node_calls_nothing_unwitnessed_before_the_boxes_are_back(scenario):
    watched(scenario).send_event()
    scenario.submit(NodeStarted(setup=scenario.state.setup))
    scenario.wait(OFFLINE_GRACE.value - 5)
    presence(scenario, "box-1", "box-2", online=True)
    scenario.wait(AWAY_S)
    assert "unwitnessed" not in codes(scenario.incident())


def handled(scenario):
    """Its crew is done."""
    scenario.work_through("riverside-1")
    assert scenario.incident().stage is IncidentStage.HANDLED


def test_what_no_camera_can_see_a_person_verifies_at_once(scenario):
    watched(scenario, POLICY, scenario.a_unit("riverside-1")).send_event()
    blind(scenario)
    handled(scenario)
    assert isinstance(scenario.incident().verification, PersonVerification)
    assert waits_for(scenario.incident()) == "person"
    assert not scenario.posted(VerificationRequest)


def test_a_camera_that_goes_blind_while_it_verifies_leaves_it_to_a_person(scenario):
    watched(scenario, POLICY, scenario.a_unit("riverside-1")).send_event()
    handled(scenario)
    assert waits_for(scenario.incident()) == "camera"
    blind(scenario)
    scenario.wait(WATCH_EVERY.value)
    assert waits_for(scenario.incident()) == "person"
    scenario.send_event(phase=Phase.END)
    scenario.report_verification(VerificationVerdict.CLEAR)  # it had seen it before it went blind
    assert scenario.incident().stage is IncidentStage.CLOSED


def test_a_camera_that_sees_again_is_asked_what_a_person_has_not_said_yet(scenario):
    watched(scenario, POLICY, scenario.a_unit("riverside-1")).send_event()
    blind(scenario)
    handled(scenario)
    scenario.wait(WATCH_EVERY.value)
    observes(scenario)
    scenario.wait(WATCH_EVERY.value)
    assert waits_for(scenario.incident()) == "camera"


# darkness as a case


def test_a_box_that_was_never_enrolled_is_none(scenario):
    watched(scenario)
    presence(scenario, "made-up", online=True)
    presence(scenario, "made-up", online=False)
    scenario.wait(10_000)
    assert not scenario.state.incidents


def test_a_box_that_is_away_is_a_case_when_policy_says_so(scenario):
    watched(scenario)
    presence(scenario, "box-1", online=False)
    scenario.wait(899)
    assert not scenario.state.incidents
    scenario.wait(2)
    case = only(scenario, "agent_offline")
    assert (case.stage, case.severity) == (IncidentStage.OPENED, Severity.MINOR)
    assert waits_for(case) == "person"
    assert case.first_source == "box-1"


@pytest.mark.parametrize("policy", [WatchPolicy(), WatchPolicy(camera_blind_s=60.0)])
def test_a_box_that_is_away_is_none_where_policy_does_not_say_so(scenario, policy):
    watched(scenario, policy)
    presence(scenario, "box-1", online=False)
    scenario.wait(100_000)
    assert not scenario.state.incidents


def test_it_is_over_when_the_box_is_back(scenario):
    watched(scenario)
    presence(scenario, "box-1", online=False)
    scenario.wait(1_000)
    presence(scenario, "box-1", online=True)
    scenario.wait(WATCH_EVERY.value)
    case = only(scenario, "agent_offline")
    assert case.stage is IncidentStage.CLOSED
    assert codes(case)[-4:] == ["handled", "verified", "disposition", "closed"]


def test_boxes_that_go_off_together_are_one_case_and_it_ends_with_the_last(scenario):
    watched(scenario)
    all_boxes = [f"box-{n}" for n in range(300)]
    boxes(scenario, *all_boxes)
    for box in all_boxes:
        presence(scenario, box, online=False)
        scenario.wait(0.1)
    scenario.wait(1_000)
    case = only(scenario, "agent_offline")
    assert len(case.watched) == 300
    presence(scenario, *all_boxes[1:], online=True)
    scenario.wait(WATCH_EVERY.value)
    assert only(scenario, "agent_offline").stage is IncidentStage.OPENED
    presence(scenario, all_boxes[0], online=True)
    scenario.wait(WATCH_EVERY.value)
    assert only(scenario, "agent_offline").stage is IncidentStage.CLOSED


def test_boxes_that_go_off_apart_are_cases_apart(scenario):
    watched(scenario)
    presence(scenario, "box-1", online=False)
    scenario.wait(300)
    presence(scenario, "box-2", online=False)
    scenario.wait(1_000)
    assert len(cases(scenario, "agent_offline")) == 2


def test_a_box_that_goes_again_within_the_guard_time_reopens_its_case(scenario):
    watched(scenario)
    presence(scenario, "box-1", online=False)
    scenario.wait(1_000)
    presence(scenario, "box-1", online=True)
    scenario.wait(100)
    presence(scenario, "box-1", online=False)
    scenario.wait(1_000)
    assert only(scenario, "agent_offline").stage is IncidentStage.REOPENED


def test_a_blind_camera_is_a_case_and_one_of_a_box_that_is_away_is_none(scenario):
    watched(scenario)
    blind(scenario)
    blind(scenario, source="cam-7", agent="box-2")
    presence(scenario, "box-2", online=False)
    scenario.wait(700)
    case = only(scenario, "blind_camera")
    assert [(one.agent, one.source, one.reason) for one in case.watched] == [
        ("box-1", "cam-1", "tampered")
    ]
    observes(scenario)
    scenario.wait(WATCH_EVERY.value)
    assert only(scenario, "blind_camera").stage is IncidentStage.CLOSED


def test_whoever_the_policy_names_is_sent_there_and_its_work_ends_by_the_boxs_return(scenario):
    policy = replace(POLICY, capability="patrol")
    watched(scenario, policy, scenario.a_unit("riverside-1"))
    presence(scenario, "box-1", online=False)
    scenario.wait(901)
    scenario.work_through("riverside-1")
    assert waits_for(only(scenario, "agent_offline")) == "person"  # it is away still
    presence(scenario, "box-1", online=True)
    scenario.wait(WATCH_EVERY.value)
    assert only(scenario, "agent_offline").stage is IncidentStage.CLOSED


def test_a_person_may_close_it_before(scenario):
    watched(scenario)
    presence(scenario, "box-1", online=False)
    scenario.wait(1_000)
    case = only(scenario, "agent_offline")
    assert scenario.act(OperatorVerb.CLOSE, incident=case.incident, reason="moved away").done
    scenario.wait(3_000)
    assert only(scenario, "agent_offline").stage is IncidentStage.CLOSED


@pytest.fixture
def placed(scenario):
    """Box 1 says where its two cameras stand; box 2 says nothing of it."""
    watched(scenario)
    places = (
        SourcePlace(source="cam-1", place=scenario.near(400)),
        SourcePlace(source="cam-2", place=scenario.near(600)),
    )
    scenario.submit(AgentPresenceChanged(agent="box-1", online=True, places=places))
    return scenario


def test_a_blind_cameras_case_is_where_the_camera_stands(placed):
    blind(placed, source="cam-2")
    placed.wait(1_000)
    assert only(placed, "blind_camera").place == placed.near(600)


def test_a_case_of_a_box_is_in_the_middle_of_its_cameras(placed):
    presence(placed, "box-1", online=False)
    placed.wait(1_000)
    assert distance_m(only(placed, "agent_offline").place, placed.near(500)) < 1


def test_a_box_of_which_no_place_is_known_or_one_out_of_reach_stands_at_the_centre(placed):
    far = (SourcePlace(source="cam-9", place=Point(lat=0.0, lon=0.0)),)
    placed.submit(AgentPresenceChanged(agent="box-1", online=True, places=far))
    presence(placed, "box-1", "box-2", online=False)
    placed.wait(1_000)
    assert only(placed, "agent_offline").place == placed.state.setup.centre


def test_a_camera_that_is_named_after_an_asset_stands_where_that_does(scenario):
    watched(scenario)
    name = LocalizedName(en="Gate", zh="门")
    gate = Asset(
        id="gate", kind="camera_point", name=name, place=scenario.near(300), fields=SortedMap()
    )
    setup = replace(scenario.state.setup, assets=(gate,))
    scenario.submit(NodeStarted(setup=setup))
    presence(scenario, "box-1", "box-2", online=True)
    blind(scenario, source="gate")
    scenario.wait(1_000)
    assert only(scenario, "blind_camera").place == scenario.near(300)


def test_the_watch_survives_a_kill_at_every_step(scenario):
    scenario.crashing = True
    watched(scenario, POLICY, scenario.a_unit("riverside-1")).send_event()
    assert scenario.press("riverside-1", CrewAction.ACCEPT).done
    blind(scenario)
    scenario.wait(WATCH_EVERY.value)
    scenario.crash()
    assert scenario.incident().unwitnessed is not None
    presence(scenario, "box-2", online=False)
    scenario.crash()
    scenario.wait(1_000)
    scenario.crash()
    assert cases(scenario, "agent_offline") and cases(scenario, "blind_camera")


def test_what_a_person_ended_while_it_is_dark_stays_so_whatever_else_is_looked_at(scenario):
    watched(scenario)
    blind(scenario, source="cam-7")
    presence(scenario, "box-2", online=False)
    scenario.wait(1_000)
    for kind in ("agent_offline", "blind_camera"):
        name = only(scenario, kind).incident
        assert scenario.act(OperatorVerb.CLOSE, incident=name, reason="it is known").done
    presence(scenario, "box-1", online=False)
    scenario.wait(10)
    presence(scenario, "box-1", online=True)
    scenario.wait(1_000)
    assert only(scenario, "agent_offline").stage is IncidentStage.CLOSED
    assert only(scenario, "blind_camera").stage is IncidentStage.CLOSED


def test_what_sees_again_and_goes_dark_after_a_person_ended_its_case_is_news(scenario):
    watched(scenario)
    presence(scenario, "box-1", online=False)
    scenario.wait(1_000)
    name = only(scenario, "agent_offline").incident
    assert scenario.act(OperatorVerb.CLOSE, incident=name, reason="it is known").done
    presence(scenario, "box-1", online=True)
    scenario.wait(60)
    presence(scenario, "box-1", online=False)
    scenario.wait(1_000)
    assert only(scenario, "agent_offline").stage is IncidentStage.REOPENED


def test_that_it_is_away_still_begins_no_other_darkness(scenario):
    """A broker that is found again says it again, after each start of the node too."""
    watched(scenario)
    presence(scenario, "box-1", online=False)
    scenario.wait(600)
    scenario.submit(NodeStarted(setup=scenario.state.setup))
    presence(scenario, "box-1", online=False)
    presence(scenario, "box-2", online=True)
    scenario.wait(301)
    assert [one.agent for one in only(scenario, "agent_offline").watched] == ["box-1"]


def test_a_box_that_speaks_before_it_is_said_to_be_connected_is_not_away(scenario):
    watched(scenario)
    scenario.submit(AgentEnrolled(agent="box-3", how=EnrolledBy.LAB_MODE))
    observes(scenario, agent="box-3", source="cam-3")
    blind(scenario, agent="box-2", source="cam-2")
    scenario.wait(60)
    assert not scenario.state.incidents


def test_a_case_that_a_person_opens_again_is_about_what_is_dark_then(scenario):
    watched(scenario)
    presence(scenario, "box-1", "box-2", online=False)
    scenario.wait(1_000)
    name = only(scenario, "agent_offline").incident
    assert scenario.act(OperatorVerb.CLOSE, incident=name, reason="it is known").done
    presence(scenario, "box-2", online=True)
    scenario.wait(60)
    assert scenario.act(OperatorVerb.OPEN, incident=name, reason="not yet").done
    scenario.wait(WATCH_EVERY.value)
    watches = {one.agent: one.is_back for one in only(scenario, "agent_offline").watched}
    assert watches == {"box-1": False, "box-2": True}


def test_how_long_a_camera_is_blind_is_counted_anew_when_its_clock_is_known(scenario):
    """It was taken to be as far ahead as it had been."""
    watched(scenario)
    scenario.submit(SkewMeasured(agent="box-1", skew_us=500 * SECOND_US))
    scenario.submit(SkewMeasured(agent="box-1", skew_us=-500 * SECOND_US))
    blind(scenario)
    scenario.wait(WATCH_EVERY.value)
    scenario.submit(SkewMeasured(agent="box-1", skew_us=0))
    scenario.wait(POLICY.camera_blind_s - WATCH_EVERY.value + 1)
    assert only(scenario, "blind_camera").stage is IncidentStage.OPENED


def test_a_camera_whose_boxs_clock_went_back_is_blind_when_it_says_so(scenario):
    watched(scenario)
    observes(scenario)
    scenario.clock._at -= 100 * SECOND_US
    blind(scenario)
    scenario.clock._at += 100 * SECOND_US
    scenario.wait(700)
    assert only(scenario, "blind_camera").stage is IncidentStage.OPENED
