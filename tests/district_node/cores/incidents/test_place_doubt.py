"""A case that boxes alone place far outside of the district is doubtful."""

import pytest

from citybrain.geo import Point, toward
from citybrain.vocabulary import IncidentStage
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
