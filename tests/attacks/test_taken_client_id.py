"""Attack 9: whoever connects under the district's client id throws it off, again and again."""

import pytest
from identity_broker import until

TIMES = 26
IDS = ("district/riverside", "riverside-district-riverside", "box/box-a1", "")


def connections(broker, name):
    return broker.log.count(f" as {name} (")


def test_whoever_joined_is_called_what_its_certificate_says_whatever_it_asks_for(
    broker, district, box
):
    for attempt in range(TIMES):
        evil, _ = broker.connected("box/evil", client_id=IDS[attempt % len(IDS)])
        evil.stop()
    assert connections(broker, "box/evil") == TIMES
    assert connections(broker, "district/riverside") == connections(broker, "box/box-a1") == 1
    assert district[0].is_connected() and box[0].is_connected()


@pytest.mark.parametrize("how", ["none", "own authority"])
def test_a_client_that_is_not_enrolled_is_refused(broker, district, unenrolled, is_refused, how):
    assert is_refused(unenrolled(how, "district/riverside"))
    assert district[0].is_connected()
    assert connections(broker, "district/riverside") == 1


def test_a_second_client_of_the_same_name_is_the_same_client(broker, district):
    """Its key is what proves a name: whoever has it is that client, and there is one of each."""
    first, _ = district
    broker.connected("district/riverside")
    until(lambda: "already connected, closing old connection" in broker.log)
    until(lambda: connections(broker, "district/riverside") >= 2)
    until(first.is_connected)
