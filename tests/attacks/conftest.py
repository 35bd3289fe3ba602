"""What the attacks at a broker have in common: the broker of `citybrain broker config`, a district
and a box that are honest, and who attacks.
"""

import pytest
from authority_rig import ServedAuthority
from identity_broker import HOST, IdentityBroker, until

from citybrain.bus import topics
from citybrain.bus.paho import BusConfig, PahoBus
from citybrain.random_ids import RandomIds

DISTRICT, BOX = "district/riverside", "box/box-a1"


@pytest.fixture
def broker(tmp_path):
    with IdentityBroker(tmp_path) as running:
        yield running


@pytest.fixture
def district(broker):
    """An honest district node: its client, and everything that reaches it."""
    filters = [topics.all_agents("riverside", leaf) for leaf in topics.UP]
    return broker.connected(DISTRICT, *filters)


@pytest.fixture
def box(broker):
    """An honest box: its client, and everything that reaches it."""
    filters = [topics.topic("riverside", "box-a1", leaf) for leaf in topics.DOWN]
    return broker.connected(BOX, *filters)


@pytest.fixture
def unenrolled(broker, tmp_path):
    """Makes clients of those who have not joined, by how: without TLS, or by the certificate of an
    authority of their own. They trust the broker; it must not trust them."""
    made = []

    def make(how, client_id):
        if how == "none":
            config = BusConfig(host=HOST, port=broker.port, client_id=client_id, retry_max_s=0.3)
            bus = PahoBus(config, ids=RandomIds())
        else:
            own = tmp_path / "own"
            if not own.exists():
                with ServedAuthority(tmp_path / "own-ca") as authority:
                    authority.joined(DISTRICT, own)
                root = (broker.identity("broker/main") / "root.pem").read_bytes()
                (own / "root.pem").write_bytes(root)
            bus = broker.bus(DISTRICT, client_id=client_id, identity=own)
        made.append(bus)
        return bus

    yield make
    for bus in made:
        bus.stop()


@pytest.fixture
def is_refused(broker):
    """Whether the broker lets a client not even in, and says so in its log."""

    def refused(bus):
        before = len(broker.log)
        bus.start()
        until(lambda: bus.disconnect_reason() not in ("connecting", "", "not started"))
        until(lambda: "SSL routines" in broker.log[before:])
        return not bus.is_connected()

    return refused
