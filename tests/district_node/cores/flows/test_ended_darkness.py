"""Cases of what is dark that a person ended: what of it sees again later, and when it is news."""

import pytest
from darkness import blind, observes, only, presence, watched

from citybrain.clock import SECOND_US
from citybrain.vocabulary import IncidentStage, OperatorVerb
from district_node.cores.flows.agents.limits import WATCH_EVERY
from district_node.inputs import SkewMeasured


@pytest.fixture
def ended(scenario):
    """A camera is blind, and a person closed its case."""
    watched(scenario)
    blind(scenario)
    scenario.wait(700)
    name = only(scenario, "blind_camera").incident
    assert scenario.act(OperatorVerb.CLOSE, incident=name, reason="it is known").done
    return scenario


def blind_before_it_ended(scenario):
    """By its box's clock, or after node time was set: the times do not say what was first."""
    scenario.clock._at -= 100 * SECOND_US
    blind(scenario)
    scenario.clock._at += 100 * SECOND_US
    scenario.wait(700)


def test_what_has_seen_again_is_news_whatever_the_clocks_say_of_when_it_went_dark(ended):
    ended.wait(60)
    observes(ended)
    ended.wait(WATCH_EVERY.value)
    blind_before_it_ended(ended)
    assert only(ended, "blind_camera").stage is IncidentStage.REOPENED


def test_what_has_not_seen_again_is_none(ended):
    ended.wait(60)
    blind_before_it_ended(ended)
    assert only(ended, "blind_camera").stage is IncidentStage.CLOSED


@pytest.mark.parametrize("skew_s", [-300, 300])
def test_what_is_dark_as_it_was_is_none_when_its_boxs_clock_is_measured_anew(ended, skew_s):
    """By this node's time it is dark since another time then, maybe after its case ended."""
    ended.wait(60)
    ended.submit(SkewMeasured(agent="box-1", skew_us=3 * skew_s * SECOND_US))
    presence(ended, "box-2", online=False)
    ended.wait(2_000)
    assert only(ended, "blind_camera").stage is IncidentStage.CLOSED


def test_an_ended_case_says_what_sees_again_and_nothing_else_of_it_changes(ended):
    before = only(ended, "blind_camera")
    presence(ended, "box-1", online=False)
    ended.wait(WATCH_EVERY.value)
    assert only(ended, "blind_camera") == before, "nobody knows what it sees"
    presence(ended, "box-1", online=True)
    observes(ended)
    ended.wait(WATCH_EVERY.value)
    after = only(ended, "blind_camera")
    assert [one.is_back for one in after.watched] == [True]
    assert (after.stage, after.history, after.live_count) == (before.stage, before.history, 0)
