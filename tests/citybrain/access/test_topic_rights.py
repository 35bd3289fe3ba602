"""Who may do what on which topic, by name."""

import pytest

from citybrain.access.right import Action
from citybrain.access.topic_rights import may, topic_filters
from citybrain.bus.topics import (
    ACK,
    DOWN,
    EVENTS,
    HELLO,
    LEAVES,
    PROBE,
    UP,
    all_agents,
    pages,
    probe,
    readings,
    topic,
)
from citybrain.identity.name import parse_short

PUBLISH, SUBSCRIBE = Action.PUBLISH, Action.SUBSCRIBE


def name(short):
    return parse_short("chengdu", short)


BOX, DISTRICT = name("box/box-a1"), name("district/riverside")
SENSOR, DESK = name("sensor/level-1"), name("adapter/desk-1")


@pytest.mark.parametrize("leaf", UP)
def test_a_box_says_of_itself_what_goes_up_and_nothing_of_another(leaf):
    assert may(BOX, PUBLISH, topic("riverside", "box-a1", leaf), "riverside")
    assert not may(BOX, PUBLISH, topic("riverside", "box-a2", leaf), "riverside")
    assert not may(BOX, SUBSCRIBE, topic("riverside", "box-a1", leaf), "riverside")


@pytest.mark.parametrize("leaf", DOWN)
def test_a_box_reads_what_is_sent_to_it_and_nothing_of_another(leaf):
    assert may(BOX, SUBSCRIBE, topic("riverside", "box-a1", leaf), "riverside")
    assert not may(BOX, SUBSCRIBE, topic("riverside", "box-a2", leaf), "riverside")
    assert not may(BOX, PUBLISH, topic("riverside", "box-a1", leaf), "riverside")


def test_a_district_reads_its_boxes_and_answers_them():
    assert all_agents("riverside", EVENTS) in topic_filters(DISTRICT, SUBSCRIBE, "riverside")
    assert may(DISTRICT, PUBLISH, topic("riverside", "box-a1", ACK), "riverside")
    assert not may(DISTRICT, PUBLISH, topic("riverside", "box-a1", HELLO), "riverside")


def test_a_district_has_no_rights_at_another_ones_topics():
    assert topic_filters(DISTRICT, SUBSCRIBE, "oldtown") == ()
    assert not may(DISTRICT, PUBLISH, topic("oldtown", "box-a1", ACK), "oldtown")
    assert not may(DISTRICT, SUBSCRIBE, topic("oldtown", "box-a1", EVENTS), "riverside")


def test_a_sensor_writes_its_own_readings_and_reads_none():
    own, other = readings("riverside", "level-1"), readings("riverside", "level-2")
    assert topic_filters(SENSOR, PUBLISH, "riverside") == (own, probe("riverside", SENSOR.short))
    assert topic_filters(SENSOR, SUBSCRIBE, "riverside") == (probe("riverside", SENSOR.short),)
    assert not may(SENSOR, PUBLISH, other, "riverside")


def test_a_box_reads_the_sensors_that_it_was_given_alone():
    own, other = readings("riverside", "level-1"), readings("riverside", "level-2")
    assert not may(BOX, SUBSCRIBE, own, "riverside")
    assert may(BOX, SUBSCRIBE, own, "riverside", sensors=["level-1"])
    assert not may(BOX, SUBSCRIBE, other, "riverside", sensors=["level-1"])
    assert not may(BOX, PUBLISH, own, "riverside", sensors=["level-1"])


def test_a_program_that_calls_people_reads_its_own_pages_and_writes_none():
    own, other = pages("riverside", "desk-1"), pages("riverside", "desk-2")
    assert may(DESK, SUBSCRIBE, own, "riverside")
    assert not may(DESK, SUBSCRIBE, other, "riverside")
    assert not may(DESK, PUBLISH, own, "riverside")
    assert may(DISTRICT, PUBLISH, own, "riverside")
    assert not may(DISTRICT, SUBSCRIBE, own, "riverside")


@pytest.mark.parametrize("one", [BOX, DISTRICT, SENSOR, DESK])
def test_whoever_connects_may_write_to_itself(one):
    own = probe("riverside", one.short)
    assert own.endswith(f"/{PROBE}")
    assert may(one, PUBLISH, own, "riverside") and may(one, SUBSCRIBE, own, "riverside")


@pytest.mark.parametrize("role", ["operator", "crew", "city", "auditor", "broker"])
def test_a_role_without_a_line_may_do_nothing(role):
    for action in (PUBLISH, SUBSCRIBE):
        assert topic_filters(name(f"{role}/box-a1"), action, "riverside") == ()
    assert not any(
        may(name(f"{role}/box-a1"), PUBLISH, topic("riverside", "box-a1", leaf), "riverside")
        for leaf in LEAVES
    )
