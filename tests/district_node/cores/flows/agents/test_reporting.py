"""What the city gets to know of a district's cameras: how many see nothing, where it is news."""

import pytest
from darkness import AWAY_S, blind, boxes, observes, presence, sees

from citybrain import canonical_json
from citybrain.domain.link import SourcesReport
from citybrain.geo import Point
from citybrain.structs import replace
from citybrain.vocabulary import Visibility
from district_node.cores.flows.agents.limits import OFFLINE_GRACE, WATCH_EVERY
from district_node.inputs import (
    AgentPresenceChanged,
    AgentRevoked,
    CityLinkChanged,
    NodeStarted,
    SourcePlace,
)

HERE = Point(lat=30.6, lon=104.06)


def link(scenario, up=True, **facts):
    facts = {"epoch": "city-epoch", "reads_sources": True, **facts} if up else facts
    scenario.submit(CityLinkChanged(up=up, **facts))


def cameras(scenario, agent, *names, sensors=()):
    places = [SourcePlace(source=one, place=HERE, is_camera=True) for one in names]
    places += [SourcePlace(source=one, place=HERE, is_camera=False) for one in sensors]
    scenario.submit(AgentPresenceChanged(agent=agent, online=True, places=tuple(places)))
    for name in names:
        observes(scenario, source=name, agent=agent)


@pytest.fixture
def watching(scenario):
    """Two boxes with three cameras, all of which see, and the city knows it."""
    scenario.start()
    link(scenario)
    boxes(scenario, "box-1", "box-2")
    cameras(scenario, "box-1", "cam-1", "cam-2", sensors=["water-1"])
    cameras(scenario, "box-2", "cam-3")
    scenario.wait(WATCH_EVERY.value)
    return scenario


def reports(scenario):
    """All that wait for the city or went to it."""
    kept = [one for one in scenario.letters() if one.kind == "sources_report"]
    return [canonical_json.decode(one.payload, SourcesReport) for one in kept]


def said(scenario):
    """The last report, as (cameras, blind, degraded, unknown, boxes, offline)."""
    r = reports(scenario)[-1]
    dark = (r.cameras_blind, r.cameras_degraded, r.cameras_unknown)
    return (r.cameras, *dark, r.agents, r.agents_offline)


def test_the_city_gets_to_know_what_cameras_there_are_and_sensors_are_none(watching):
    assert said(watching) == (3, 0, 0, 0, 2, 0)


def test_cameras_that_go_dark_together_are_one_letter(watching):
    before = len(reports(watching))
    blind(watching)
    sees(watching, Visibility.DEGRADED, "too_dark", source="cam-2")
    watching.wait(WATCH_EVERY.value)
    assert said(watching) == (3, 1, 1, 0, 2, 0)
    assert len(reports(watching)) == before + 1
    observes(watching)
    watching.wait(WATCH_EVERY.value)
    assert said(watching) == (3, 0, 1, 0, 2, 0)


def test_a_camera_that_flaps_between_two_looks_is_no_letter(watching):
    before = len(reports(watching))
    for _ in range(20):
        blind(watching)
        observes(watching)
    watching.wait(WATCH_EVERY.value)
    assert len(reports(watching)) == before


def test_what_a_box_saw_is_unknown_once_it_is_away_for_more_than_a_reconnect(watching):
    blind(watching)
    presence(watching, "box-1", online=False)
    watching.wait(OFFLINE_GRACE.value - 1)
    assert said(watching) == (3, 1, 0, 0, 2, 0)
    watching.wait(AWAY_S)
    assert said(watching) == (3, 0, 0, 2, 2, 1)
    presence(watching, "box-1", online=True)
    watching.wait(WATCH_EVERY.value)
    assert said(watching) == (3, 1, 0, 0, 2, 0)


def test_a_camera_that_has_not_said_what_it_sees_is_unknown(watching):
    place = SourcePlace(source="cam-9", place=HERE, is_camera=True)
    watching.submit(AgentPresenceChanged(agent="box-2", online=True, places=(place,)))
    watching.wait(WATCH_EVERY.value)
    assert said(watching) == (3, 0, 0, 1, 2, 0)


def test_a_box_that_is_revoked_counts_no_more(watching):
    watching.submit(AgentRevoked(agent="box-2", serial=""))
    watching.wait(WATCH_EVERY.value)
    assert said(watching) == (2, 0, 0, 0, 1, 0)


def test_while_the_link_is_down_nothing_piles_up_and_the_last_is_said_when_it_is_back(watching):
    link(watching, up=False, reason="cut")
    before = len(reports(watching))
    for _ in range(3):
        blind(watching)
        watching.wait(WATCH_EVERY.value)
        observes(watching)
        watching.wait(WATCH_EVERY.value)
    blind(watching, source="cam-3", agent="box-2")
    watching.wait(WATCH_EVERY.value)
    assert len(reports(watching)) == before
    link(watching)
    assert len(reports(watching)) == before + 1
    assert said(watching) == (3, 1, 0, 0, 2, 0)


def test_a_link_that_comes_back_to_no_news_is_no_letter(watching):
    before = len(reports(watching))
    link(watching, up=False, reason="cut")
    link(watching)
    assert len(reports(watching)) == before


def test_a_city_that_lost_its_store_gets_it_again(watching):
    before = len(reports(watching))
    link(watching, up=False, reason="cut")
    link(watching, epoch="restored")
    assert len(reports(watching)) == before + 1


def test_a_district_that_lost_its_store_says_it_again(watching):
    before = len(reports(watching))
    started = NodeStarted(setup=watching.state.setup, epoch="first")
    watching.submit(started)
    watching.submit(replace(started, epoch="restored"))
    presence(watching, "box-1", "box-2", online=True)
    link(watching)
    assert len(reports(watching)) == before + 1


def test_a_city_of_an_older_version_is_sent_nothing_that_it_would_refuse(watching):
    link(watching, up=False, reason="cut")
    link(watching, reads_sources=False)
    before = len(reports(watching))
    blind(watching)
    watching.wait(WATCH_EVERY.value)
    assert len(reports(watching)) == before
    link(watching, up=False, reason="upgraded")
    link(watching)
    assert said(watching) == (3, 1, 0, 0, 2, 0)


def test_a_district_without_boxes_says_nothing(scenario):
    scenario.start()
    link(scenario)
    scenario.wait(AWAY_S)
    assert not reports(scenario)
