"""A district at a real broker, and the box whose alarms are timed while others send much."""

import json
import subprocess
import sys

from attacked_district import AttackedDistrict
from identity_broker import IdentityBroker

from citybrain.bus.paho import BusConfig, PahoBus
from citybrain.domain.event import EventBatch, OutboxItem
from citybrain.random_ids import RandomIds
from citybrain.wire.event import encode_event_batch

# prints the seconds from each of its alarms to its acknowledgement
HONEST = """
import json, sys, threading, time
from pathlib import Path
from citybrain.bus import topics
from citybrain.bus.paho import BusConfig, BusTls, PahoBus
from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from citybrain.wire.agent import decode_ack
from citybrain.wire.v1 import event_pb2

port, template, name = int(sys.argv[1]), bytes.fromhex(sys.argv[2]), "riverside"
at = Path(sys.argv[3])
tls = BusTls(ca=at / "root.pem", certificate=at / "cert.pem", key=at / "key.pem")
config = BusConfig(
    host="127.0.0.1", port=port, client_id="honest", tls=tls if sys.argv[3] else None
)
bus = PahoBus(config, ids=RandomIds(), clock=SystemClock())
changed, acknowledged, seq = threading.Condition(), 0, 0

def on_ack(message):
    global acknowledged
    with changed:
        acknowledged = decode_ack(message.payload).contiguous
        changed.notify()

bus.subscribe(topics.topic(name, "honest", topics.ACK), on_ack)
bus.start()
while not bus.is_connected():
    time.sleep(0.01)

def alarm():
    global seq
    seq += 1
    message = event_pb2.EventBatch.FromString(template)
    message.items[0].seq, message.items[0].event.episode = seq, f"honest-{seq}"
    began = time.monotonic()
    while acknowledged < seq and time.monotonic() - began < 30:  # its outbox sends it again
        bus.publish(topics.topic(name, "honest", topics.EVENTS), message.SerializeToString())
        with changed:
            changed.wait_for(lambda: acknowledged >= seq, 5)
    return time.monotonic() - began

print("loaded", flush=True)
for line in sys.stdin:
    end, took = time.monotonic() + float(line), []
    while time.monotonic() < end:
        time.sleep(0.1)
        took.append(alarm())
    print(json.dumps(took), flush=True)
bus.stop()
"""


class Flooded(AttackedDistrict):
    """At a real broker: one that checks certificates, or one that takes everybody."""

    def __init__(self, folder, broker):
        super().__init__(folder)
        self.at = broker

    def client(self, name):
        if isinstance(self.at, IdentityBroker):
            return self.at.bus("district/riverside" if name == "district" else f"box/{name}")
        config = BusConfig(host="127.0.0.1", port=self.at.port, client_id=name)
        return PahoBus(config, ids=RandomIds())

    def identity(self, name):
        return self.at.joined(f"box/{name}") if isinstance(self.at, IdentityBroker) else ""

    def message(self, agent, severity):
        items = (OutboxItem(seq=0xFFFFFFF, content=self.alarm("flood-000000", severity)),)
        return encode_event_batch(EventBatch(agent=agent, incarnation=7, items=items)).hex()

    @property
    def disk_mib(self):
        names = ("journal.db", "journal.db-wal")
        return sum((self.folder / name).stat().st_size for name in names) / 2**20


class Script:
    """A process of its own that is told when to begin, and prints what came of it."""

    def __init__(self, text, *words):
        self._process = subprocess.Popen(
            [sys.executable, "-c", text, *map(str, words)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout.readline() == "loaded\n"

    def begin(self, line):
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def result(self):
        return json.loads(self._process.stdout.readline())

    def end(self):
        self._process.communicate(timeout=30)
