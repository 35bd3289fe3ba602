"""Which topics a filter means, by the examples of the MQTT specification."""

import pytest

from citybrain.bus.filters import matches


@pytest.mark.parametrize(
    ("topic_filter", "topic"),
    [
        ("a/b", "a/b"),
        ("a/+/c", "a/b/c"),
        ("a/+", "a/"),
        ("+/+", "/finance"),
        ("a/#", "a/b/c"),
        ("a/#", "a"),
        ("#", "a/b"),
        ("citybrain/v1/riverside/+/events", "citybrain/v1/riverside/box-a1/events"),
    ],
)
def test_a_filter_means_these_topics(topic_filter, topic):
    assert matches(topic_filter, topic)


@pytest.mark.parametrize(
    ("topic_filter", "topic"),
    [
        ("a/b", "a/b/c"),
        ("a/b/c", "a/b"),
        ("a/+", "a"),
        ("a/+", "a/b/c"),
        ("+", "/finance"),
        ("#", "$SYS/broker"),
        ("+/broker", "$SYS/broker"),
        ("citybrain/v1/riverside/+/events", "citybrain/v1/hillside/box-a1/events"),
    ],
)
def test_a_filter_does_not_mean_these(topic_filter, topic):
    assert not matches(topic_filter, topic)
