"""Two clients of one broker, as programs, since each runs in a network of its own.

python -m broker_clients flood  HOST PORT ROLE/ID IDENTITY   until it is killed; prints "floods"
python -m broker_clients probe  HOST PORT ROLE/ID IDENTITY   prints a line for each message that
                                                             went to the broker and came back
"""

import sys
import time
from pathlib import Path

from raw_mqtt import RawClient, publish

from citybrain.bus import topics
from citybrain.bus.paho import BusConfig, BusTls, PahoBus
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock

DISTRICT, PACKETS, PAYLOAD_BYTES = "riverside", 2_000, 150


def flood(host, port, short, identity):
    """Prepared packets of one enrolled box, as fast as its line takes them."""
    topic = topics.topic(DISTRICT, short.partition("/")[2], topics.EVENTS)
    packets = publish(topic, bytes(PAYLOAD_BYTES)) * PACKETS
    client = RawClient(port, short, identity, host)
    client.send(packets)
    print("floods", flush=True)
    while True:
        client.send(packets)


def probe(host, port, short, identity):
    """A line each time, with the seconds that it took; the next one goes half a second later."""
    tls = BusTls(
        ca=identity / "root.pem", certificate=identity / "cert.pem", key=identity / "key.pem"
    )
    config = BusConfig(host=host, port=port, client_id=short, tls=tls)
    bus, clock = PahoBus(config, ids=RandomIds(), clock=SystemClock()), SystemClock()
    topic, came = topics.topic(DISTRICT, short.partition("/")[2], "probe"), []
    bus.subscribe(topic, came.append)
    bus.start()
    while not bus.is_connected():
        time.sleep(0.01)
    while True:
        sent, before = clock.instant(), len(came)
        bus.publish(topic, b"probe")
        while len(came) == before:
            time.sleep(0.001)
        print(f"{(clock.instant() - sent) / 1_000_000:.3f}", flush=True)
        time.sleep(0.5)


if __name__ == "__main__":
    what, address, number, name, folder = sys.argv[1:]
    {"flood": flood, "probe": probe}[what](address, int(number), name, Path(folder))
