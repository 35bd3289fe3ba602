"""Attack 2: one made-up event of a made-up agent opens a case and sends crews."""

import pytest
from identity_broker import until

from citybrain.bus import topics
from citybrain.bus.paho_client import drop_connection
from citybrain.bus.port import Will

TARGETS = [
    topics.topic("riverside", agent, leaf) for agent in ("box-a1", "made-up") for leaf in topics.UP
]


def hears_the_honest_one_alone(district, box):
    """Whether what the box says now is all that reaches the district."""
    _, at_district = district
    own = topics.topic("riverside", "box-a1", topics.EVENTS)
    box[0].publish(own, b"true")
    until(lambda: at_district)
    return [(m.topic, m.payload) for m in at_district] == [(own, b"true")]


@pytest.mark.parametrize("role", ["box/evil", "district/evil", "operator/evil", "city/evil"])
def test_nobody_of_the_city_speaks_for_another_and_each_attempt_is_in_the_log(
    broker, district, box, role
):
    refusals = []
    evil, _ = broker.connected(role, on_refusal=refusals.append)
    for target in TARGETS:
        assert evil.publish(target, b"Extreme", retain=True)
    until(lambda: len(refusals) == len(TARGETS))
    assert hears_the_honest_one_alone(district, box)
    for target in TARGETS:
        assert any(
            f"Denied PUBLISH from {role} " in line and f"'{target}'" in line
            for line in broker.log.splitlines()
        )


def test_a_district_does_not_speak_for_its_boxes_either(broker, district, box):
    node, _ = district
    for target in TARGETS:
        assert node.publish(target, b"Extreme")
    assert hears_the_honest_one_alone(district, box)


def test_a_last_will_in_anothers_name_is_not_published(broker, district, box):
    target = topics.topic("riverside", "box-a1", topics.STATUS)
    evil, _ = broker.connected("box/evil", will=Will(topic=target, payload=b"offline"))
    drop_connection(evil._client)  # without a word, so that the broker speaks for it
    until(lambda: "Client box/evil " in broker.log)
    assert hears_the_honest_one_alone(district, box)


@pytest.mark.parametrize("how", ["none", "own authority"])
def test_a_client_that_is_not_enrolled_is_refused(district, box, unenrolled, is_refused, how):
    assert is_refused(unenrolled(how, "box/box-a1"))
    assert hears_the_honest_one_alone(district, box)
