"""What is there again: within the guard time the same case, outside it one that names the old."""

import pytest

from citybrain.vocabulary import Disposition, IncidentStage, OperatorVerb, Phase

GUARD_S = 300


def codes(incident):
    return [(line.code, line.reason) for line in incident.history]


@pytest.fixture
def closed(scenario):
    """A case that ended by itself, closed by name."""
    scenario.start().send_event()
    scenario.send_event(phase=Phase.END)
    assert scenario.act(OperatorVerb.CLOSE, reason="gone").done
    return scenario


def newest(scenario):
    return max(scenario.state.incidents.values(), key=lambda one: one.reported_at)


def test_a_new_episode_within_the_guard_time_opens_the_case_again(closed):
    closed.wait(GUARD_S - 10)
    closed.send_event(episode="e2")
    (incident,) = closed.state.incidents.values()
    assert incident.stage is not IncidentStage.CLOSED
    assert incident.disposition is Disposition.UNKNOWN


def test_one_outside_it_begins_a_case_that_names_the_old_one(closed):
    old = closed.incident().incident
    closed.wait(GUARD_S + 10)
    closed.send_event(episode="e2")
    new = newest(closed)
    assert (new.incident != old, new.previous) == (True, old)
    assert ("follows", old) in codes(new)
    assert ("followed_by", new.incident) in codes(closed.state.incidents[old])
    assert closed.state.incidents[old].stage is IncidentStage.CLOSED


def test_another_camera_near_by_follows_it_too_and_one_far_away_does_not(closed):
    old = closed.incident().incident
    closed.wait(GUARD_S + 10)
    closed.send_event(episode="far", source="cam-9", agent="box-2", place=closed.near(5_000))
    assert newest(closed).previous is None
    closed.wait(1)
    closed.send_event(episode="near", source="cam-8", agent="box-2", place=closed.near(20))
    assert newest(closed).previous == old


def test_what_came_late_but_was_observed_within_the_guard_time_opens_it_again(closed):
    closed.wait(GUARD_S - 5)
    observed_at = closed.clock.now()
    closed.wait(60)
    closed.send_event(episode="e2", observed_at=observed_at)
    (incident,) = closed.state.incidents.values()
    assert incident.stage is not IncidentStage.CLOSED


def test_what_was_observed_before_the_closing_and_comes_long_after_it_is_a_case_of_its_own(closed):
    before = closed.clock.now() - 30_000_000
    old = closed.incident().incident
    closed.wait(GUARD_S + 10)
    closed.send_event(episode="e2", observed_at=before)
    assert closed.state.incidents[old].stage is IncidentStage.CLOSED
    assert newest(closed).previous == old


def test_one_that_was_rejected_stays_so_and_is_named(scenario):
    scenario.start().send_event()
    old = scenario.incident().incident
    scenario.act(OperatorVerb.REJECT, reason="a statue")
    scenario.send_event(phase=Phase.END)
    scenario.wait(5)
    scenario.send_event(episode="e2")
    assert newest(scenario).previous == old
    assert scenario.state.incidents[old].stage is IncidentStage.REJECTED


def test_one_that_left_the_state_is_named_no_more(closed):
    closed.wait(GUARD_S + 3_700)
    assert len(closed.state.incidents) == 0
    assert len(closed.state.index.ended) == 0
    closed.send_event(episode="e2")
    assert newest(closed).previous is None


def test_one_that_was_opened_again_by_hand_is_no_earlier_case(closed):
    closed.wait(GUARD_S + 10)
    assert closed.act(OperatorVerb.OPEN, reason="it is back").done
    assert len(closed.state.index.ended) == 0
    closed.send_event(episode="e2")
    assert len(closed.state.incidents) == 1
