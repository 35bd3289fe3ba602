"""Every topic of the city can be made, listened for and read back."""

import pytest

from citybrain.bus import topics
from citybrain.bus.filters import matches
from citybrain.errors import MalformedError


@pytest.mark.parametrize("leaf", topics.UP + topics.DOWN)
def test_a_topic_is_read_back_and_matched_by_its_filter(leaf):
    text = topics.topic("riverside", "box-a1", leaf)
    assert topics.parse(text) == ("riverside", "box-a1", leaf)
    assert matches(topics.all_agents("riverside", leaf), text)
    assert not matches(topics.all_agents("oldtown", leaf), text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "citybrain/v1/riverside/box/box-a1",
        "citybrain/v2/riverside/box/box-a1/events",
        "citybrain/v1/riverside/box/box-a1/sad",
        "citybrain/v1/riverside/box/box-a1/probe",
        "citybrain/v1/riverside/sensor/level-1/events",
        "citybrain/v1/riverside/box-a1/events",
        "a/b/c/d/e",
    ],
)
def test_a_strange_topic_is_refused(text):
    with pytest.raises(MalformedError) as caught:
        topics.parse(text)
    assert caught.value.reason == "topic"
