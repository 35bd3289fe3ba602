"""A case that boxes alone, or people alone, place far outside of the district is doubtful."""

import pytest
from principals import OPERATOR

from citybrain.decider.command import Reply
from citybrain.domain.report import Report, Reporter
from citybrain.geo import Point, toward
from citybrain.vocabulary import IncidentStage, OperatorVerb
from district_node.cores.incidents.incident import waits_for
from district_node.inputs import ReportReceived
from district_node.limits import EVENT_REACH

NORTH = Point(lat=35.0, lon=104.086)


@pytest.fixture
def away(scenario):
    """A place so many times as far from the centre as a box may name."""
    return lambda factor: toward(scenario.near(0), NORTH, factor * EVENT_REACH.value)


def test_it_waits_for_a_person_and_has_no_needs(scenario, away):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event(place=away(1.1))
    incident = scenario.incident()
    assert (incident.stage, incident.slots) == (IncidentStage.REPORTED, ())
    assert incident.history[-1].code == "place_doubtful"
    scenario.send_event(place=away(1.1), episode="e2")
    codes = [line.code for line in scenario.incident().history]
    assert codes.count("place_doubtful") == 1, "it is said once"


def test_what_is_near_a_unit_s_station_is_within_the_district_s_reach(scenario, away):
    far = scenario.a_unit("riverside-1", metres=2 * EVENT_REACH.value)
    scenario.start(far)
    scenario.send_event(place=away(1.9))
    assert scenario.incident().stage is not IncidentStage.REPORTED


def reported(scenario, place, request="r-1"):
    report = Report(
        request=request,
        taken_by="Li Na",
        reporter=Reporter.CITIZEN,
        kind="crowding",
        place=place,
        text="a crowd",
        contact="",
    )
    commands = scenario.submit(ReportReceived(report=report, principal=OPERATOR))
    return next(c for c in commands if isinstance(c, Reply))


def test_what_people_alone_report_far_away_is_kept_and_nobody_is_sent_before_a_person_looked(
    scenario, away
):
    scenario.start(scenario.a_unit("riverside-1"))
    reply = reported(scenario, away(1.1))
    assert (reply.done, reply.reason) == (True, "place_doubtful")
    assert "km from the centre of Riverside" in reply.detail
    assert "a person looks at it before anybody is sent" in reply.detail
    incident = scenario.incident()
    assert (incident.stage, waits_for(incident)) == (IncidentStage.REPORTED, "person")
    assert [line.code for line in incident.history] == ["reported", "place_doubtful"]
    assert reported(scenario, away(1.1)) == reply, "asked again it is answered alike"
    assert scenario.act(OperatorVerb.RELOCATE, place=scenario.near(100)).done
    assert scenario.incident().stage is IncidentStage.DISPATCHED


def test_what_a_person_reports_where_a_box_sees_it_is_no_mistake_of_either(scenario, away):
    scenario.start(scenario.a_unit("riverside-1"))
    scenario.send_event(place=away(1.1))
    assert reported(scenario, away(1.1)).reason == ""
    assert scenario.incident().stage is not IncidentStage.REPORTED
