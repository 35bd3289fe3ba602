"""What has no line in the tables of rights does not exist: no topic is spoken on but theirs."""

import re

import pytest

from citybrain.access.right import Action
from citybrain.access.topic_rights import ANY_ADAPTER, ANY_BOX, DISTRICT, NAME, TOPIC_RIGHTS
from citybrain.bus import topics
from citybrain.domain.principal import Role


def lines(leaf, action):
    return [r for r in TOPIC_RIGHTS if r.target.endswith(f"/{leaf}") and r.action is action]


def roles(leaf, action):
    return {right.role for right in lines(leaf, action)}


def test_every_last_level_of_a_topic_is_in_the_list_of_them():
    constants = {v for k, v in vars(topics).items() if k.isupper() and isinstance(v, str)}
    assert constants - {topics.ROOT, topics.BOX, topics.SENSOR, topics.ADAPTER} == set(
        topics.LEAVES
    )


@pytest.mark.parametrize("leaf", topics.LEAVES)
def test_every_topic_has_who_publishes_and_who_subscribes(leaf):
    assert lines(leaf, Action.PUBLISH), f"nobody may publish {leaf}"
    assert lines(leaf, Action.SUBSCRIBE), f"nobody may read {leaf}"


@pytest.mark.parametrize("leaf", topics.UP)
def test_what_goes_up_comes_from_boxes_and_goes_to_districts_alone(leaf):
    assert roles(leaf, Action.PUBLISH) == {Role.BOX}
    assert roles(leaf, Action.SUBSCRIBE) == {Role.DISTRICT}


@pytest.mark.parametrize("leaf", topics.DOWN)
def test_what_goes_down_comes_from_districts_and_goes_to_boxes_alone(leaf):
    assert roles(leaf, Action.PUBLISH) == {Role.DISTRICT}
    assert roles(leaf, Action.SUBSCRIBE) == {Role.BOX}


def test_a_sensor_writes_its_readings_for_boxes_to_read_and_nothing_more():
    assert roles(topics.READINGS, Action.PUBLISH) == {Role.SENSOR}
    assert roles(topics.READINGS, Action.SUBSCRIBE) == {Role.BOX}
    of_sensors = {r.target.rpartition("/")[2] for r in TOPIC_RIGHTS if r.role is Role.SENSOR}
    assert of_sensors == {topics.READINGS, topics.PROBE}


def test_pages_go_from_districts_to_the_programs_that_call_people_alone():
    assert roles(topics.PAGES, Action.PUBLISH) == {Role.DISTRICT}
    assert roles(topics.PAGES, Action.SUBSCRIBE) == {Role.ADAPTER}


def test_no_line_but_a_districts_reaches_beyond_its_own_name():
    for right in TOPIC_RIGHTS:
        rest = right.target.replace(DISTRICT, "").replace(NAME, "")
        if right.role is Role.DISTRICT:
            rest = rest.replace(ANY_BOX, "").replace(ANY_ADAPTER, "")
        assert "+" not in rest and "#" not in rest, right


def test_every_line_is_of_a_topic_that_exists():
    for right in TOPIC_RIGHTS:
        assert right.target.startswith(f"{topics.ROOT}/{DISTRICT}/")
        assert right.target.rpartition("/")[2] in topics.LEAVES


def test_topics_are_made_in_their_own_file_alone(tree):
    spelled = re.compile(re.escape(topics.ROOT) + "/")
    wrong = [
        source.path.as_posix()
        for source in tree.ours
        if spelled.search(source.text) and source.path.as_posix() != "citybrain/bus/topics.py"
    ]
    assert wrong == []
