"""Attack 1: whoever subscribes to everything learns places, health, events, acknowledgements."""

import pytest
from identity_broker import until

from citybrain.bus import topics

EVERYTHING = ("#", "$SYS/#", "+/+/+/+/+/+", "citybrain/v1/riverside/box/+/events")


def said_in_riverside(district, box):
    """Let a box and its district say one thing on each topic; returns once all of it arrived."""
    (node, at_district), (client, at_box) = district, box
    for leaf in topics.UP:
        assert client.publish(topics.topic("riverside", "box-a1", leaf), leaf.encode(), retain=True)
    for leaf in topics.DOWN:
        assert node.publish(topics.topic("riverside", "box-a1", leaf), leaf.encode())
    until(lambda: len(at_district) >= len(topics.UP) and len(at_box) >= len(topics.DOWN))


@pytest.mark.parametrize("role", ["box/evil", "operator/evil", "district/evil", "sensor/evil"])
def test_somebody_of_the_city_reads_nothing_but_its_own_and_is_in_the_log(
    broker, district, box, role
):
    before, read = broker.connected(role, *EVERYTHING)
    said_in_riverside(district, box)
    shared = [f"$share/g/{one}" for one in EVERYTHING if not one.startswith("$")]
    after, late = broker.connected(f"{role}-2", *EVERYTHING, *shared)  # and what was retained
    for bus, received in ((before, read), (after, late)):
        marker = topics.probe("riverside", role if bus is before else f"{role}-2")
        bus.publish(marker, b"the end")
        until(lambda r=received, m=marker: m in [message.topic for message in r])
        assert {message.topic for message in received} == {marker}
    assert f"{role} 1 #" in broker.log, "who subscribed to what is a line of the broker's log"


@pytest.mark.parametrize("how", ["none", "own authority"])
def test_a_client_that_is_not_enrolled_is_refused(district, unenrolled, is_refused, how):
    bus, read = unenrolled(how, "anybody"), []
    bus.subscribe("#", read.append)
    assert is_refused(bus)
    assert read == []


def test_a_boxs_answers_go_on(broker, district, box):
    broker.connected("box/evil", *EVERYTHING)
    said_in_riverside(district, box)
