"""Several observations of one condition are one incident; two conditions are two."""

from hypothesis import given
from hypothesis import strategies as st

from citybrain.geo import Point, distance_m
from citybrain.vocabulary import IncidentStage, OperatorVerb, Phase, Severity
from district_node.cores.incidents import correlate
from district_node.cores.incidents.reach import JOINS_MAX_M


def count(scenario):
    return len(scenario.state.incidents)


def test_updates_and_the_end_of_an_episode_stay_with_its_incident(scenario):
    scenario.start()
    scenario.send_event()
    for _ in range(5):
        scenario.send_event(phase=Phase.UPDATE)
    scenario.send_event(phase=Phase.END)
    assert count(scenario) == 1
    assert (
        scenario.incident().events,
        scenario.incident().contribution_count,
        scenario.incident().live_count,
    ) == (7, 1, 0)


def test_a_flickering_rule_is_one_incident_however_long_it_is_open(scenario):
    scenario.start()
    scenario.send_event(episode="e1")
    scenario.send_event(episode="e1", phase=Phase.END)
    scenario.wait(10)
    scenario.send_event(episode="e2")
    assert count(scenario) == 1
    assert scenario.incident().live_count == 1


def test_two_cameras_that_see_one_condition_are_one_incident(scenario):
    scenario.start()
    scenario.send_event()
    scenario.send_event(source="cam-2", episode="other", place=scenario.near(40), agent="box-2")
    assert count(scenario) == 1
    assert {contribution.agent for contribution in scenario.incident().contributions.values()} == {
        "box-1",
        "box-2",
    }


def test_too_far_too_late_or_of_another_kind_is_another_incident(scenario):
    scenario.start()
    scenario.send_event()
    scenario.send_event(source="cam-2", episode="far", place=scenario.near(120))
    scenario.send_event(source="cam-3", episode="kind", incident_kind="waterlogging")
    scenario.send_event(phase=Phase.END)
    scenario.wait(601)
    scenario.send_event(source="cam-4", episode="late")
    assert count(scenario) == 4


def test_the_nearest_of_several_is_joined(scenario):
    scenario.start()
    scenario.send_event(source="a", episode="a", place=scenario.near(0))
    scenario.send_event(source="b", episode="b", place=scenario.near(100))
    scenario.send_event(source="c", episode="c", place=scenario.near(70))
    assert count(scenario) == 2
    joined = next(i for i in scenario.state.incidents.values() if len(i.contributions) == 2)
    assert distance_m(joined.place, scenario.near(100)) < 1


def test_a_rejected_incident_leaves_its_place_free_but_keeps_its_own_episode(scenario):
    scenario.start()
    scenario.send_event(episode="shadow")
    assert scenario.act(OperatorVerb.REJECT, reason="a shadow").done
    scenario.send_event(episode="shadow", phase=Phase.UPDATE)
    assert count(scenario) == 1, "the rejected episode goes on and opens nothing"
    scenario.send_event(episode="real")
    assert count(scenario) == 2


def test_an_end_that_overtakes_its_start_ends_it(scenario):
    scenario.start()
    scenario.send_event(episode="e9", phase=Phase.END)
    assert count(scenario) == 0
    scenario.send_event(episode="e9", phase=Phase.START)
    assert scenario.incident().live_count == 0
    scenario.wait(61)
    assert scenario.incident().stage is IncidentStage.HANDLED, "it was over before it was heard of"


def test_an_end_whose_start_never_comes_is_dropped_after_a_day(scenario):
    scenario.start()
    scenario.send_event(episode="e9", phase=Phase.END)
    scenario.wait(86_401)
    assert len(scenario.state.index.episodes) == 0


def test_an_update_without_its_start_begins_an_incident(scenario):
    scenario.start()
    scenario.send_event(episode="e9", phase=Phase.UPDATE)
    assert count(scenario) == 1


def test_an_ended_incident_leaves_the_screen_and_the_index_after_an_hour(scenario):
    scenario.start()
    scenario.send_event()
    scenario.send_event(phase=Phase.END)
    scenario.act(OperatorVerb.CLOSE, reason="gone")
    scenario.wait(301 + 3601)
    assert count(scenario) == 0
    assert (
        len(scenario.state.index.episodes)
        == len(scenario.state.index.rules)
        == len(scenario.state.index.cells)
        == 0
    )


def test_an_ended_incident_whose_condition_goes_on_stays_until_that_ends(scenario):
    scenario.start()
    scenario.send_event()
    scenario.act(OperatorVerb.REJECT, reason="always so")
    scenario.wait(3 * 3600)
    scenario.send_event(phase=Phase.END)
    assert count(scenario) == 1
    scenario.wait(3601)
    assert count(scenario) == 0


def test_the_highest_severity_of_those_that_see_it_counts(scenario):
    scenario.start()
    scenario.send_event(severity=Severity.MINOR)
    scenario.send_event(severity=Severity.SEVERE, source="cam-2", episode="e2")
    scenario.send_event(phase=Phase.UPDATE, severity=Severity.MINOR)
    assert scenario.incident().severity is Severity.SEVERE


@given(
    lat=st.floats(-60, 60),
    lon=st.floats(-179, 179),
    north=st.floats(-249, 249),
    east=st.floats(-249, 249),
)
def test_nine_cells_hold_whatever_a_playbook_may_join(lat, lon, north, east):
    import math

    there = Point(
        lat=lat + north / 111_195, lon=lon + east / (111_195 * math.cos(math.radians(lat)))
    )
    if distance_m(Point(lat=lat, lon=lon), there) > JOINS_MAX_M:
        return
    cells = correlate._cells_around("crowding", there)
    assert correlate._cell_of("crowding", Point(lat=lat, lon=lon)) in cells
