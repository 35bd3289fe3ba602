"""Durable ingest: broker → district (decoded, deduplicated, believed, journaled, acknowledged) against broker → bare subscriber → batched SQLite, in one run.

Both sides get the same messages from the same broker and publisher; both fsync before they count an event. The publisher is a process of its own.
The bare side parses each message and stores a row an event; it believes nothing, deduplicates nothing and acknowledges nothing.
"""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from queue import Empty, Queue

import apsw
import pytest

from citybrain.bus import topics
from citybrain.bus.broker import BrokerProcess
from citybrain.bus.paho import BusConfig, PahoBus
from citybrain.clock import SystemClock
from citybrain.decider.commit_thread import CommitThread
from citybrain.geo import Point
from citybrain.ids import RandomIds
from citybrain.journal.sqlite import SqliteStore
from citybrain.telemetry.metrics import Meters
from citybrain.telemetry.spans import Spans
from citybrain.wire.v1 import event_pb2 as pb
from citysim.supervise.ports import free_ports
from district_node.inputs import NodeStarted, Setup, UnitSetup
from district_node.playbook import Title
from district_node.playbooks.load import load_playbooks
from district_node.shell.acks import Acks
from district_node.shell.door import Door, DoorParts
from district_node.shell.meters import DistrictMeters
from district_node.shell.quarantine import Quarantine
from district_node.shell.works import decider_of

pytestmark = pytest.mark.bench

EVENTS = {1: 6_000, 10: 20_000, 50: 30_000}
ROUNDS = 2
GOAL_RATIO, GOAL_RATE = 0.5, 5_000

PUBLISHER = """
import json, sys, threading
from citybrain.bus.paho import BusConfig, PahoBus
from citybrain.domain.event import Box, Event, Evidence, Said, EventBatch
from citybrain.geo import Point
from citybrain.vocabulary import Certainty, EventKind, Phase, Severity, Urgency
from citybrain.wire.event import encode_said_batch

port, topic, events, batch, incarnation = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
evidence = Evidence(
    aspect=1.33,
    outline=((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9)),
    boxes=tuple(Box(left=0.1, top=0.1, right=0.2, bottom=0.3, label="person", score=0.8, track=n) for n in range(4)),
)


def event(seq):  # sixteen cameras; of ten words of a rule one begins, eight go on, one ends
    camera, phase = seq % 16, {0: Phase.START, 9: Phase.END}.get(seq // 16 % 10, Phase.UPDATE)
    return Event(
        episode=f"e{camera}-{seq // 160}", kind=EventKind.OBJECTS_INSIDE, phase=phase, source=f"cam-{camera}", rule="crowd", means="crowding",
        place=Point(lat=30.657 + camera * 0.003, lon=104.086), severity=Severity.MODERATE, urgency=Urgency.EXPECTED, certainty=Certainty.OBSERVED,
        observed_at=1_750_000_000_000_000 + seq * 1000, error_ms=40.0, numbers={"count": 5.0, "seconds_held": 2.0}, traceparent="", evidence=evidence,
    )


payloads = [
    encode_said_batch(EventBatch(agent="box-1", incarnation=incarnation, items=tuple(Said(seq=s, event=event(s)) for s in range(f, min(f + batch, events + 1)))))
    for f in range(1, events + 1, batch)
]
bus = PahoBus(BusConfig(host="127.0.0.1", port=port, client_id=f"bench-publisher-{incarnation}"))
bus.start()
pause = threading.Event()
while not bus.is_connected():
    pause.wait(0.01)
print("loaded", flush=True)
sys.stdin.readline()
for payload in payloads:
    while not bus.publish(topic, payload):
        pause.wait(0.0005)
bus.stop()
"""


def a_bus(port, name):
    return PahoBus(BusConfig(host="127.0.0.1", port=port, client_id=name))


def connected(bus):
    bus.start()
    while not bus.is_connected():
        threading.Event().wait(0.01)


def timed(port, topic, events, batch, incarnation, is_done):
    """Seconds from the first publish until `is_done`."""
    publisher = subprocess.Popen(
        [
            sys.executable,
            "-c",
            PUBLISHER,
            str(port),
            topic,
            str(events),
            str(batch),
            str(incarnation),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert publisher.stdout.readline() == "loaded\n"
    begun = time.perf_counter()
    publisher.stdin.write("go\n")
    publisher.stdin.flush()
    while not is_done():
        assert time.perf_counter() - begun < 120, "not all events came through"
        threading.Event().wait(0.002)
    spent = time.perf_counter() - begun
    publisher.communicate(timeout=30)
    return spent


class Bare:
    """What anybody would write in an afternoon."""

    def __init__(self, port, folder):
        self.stored = 0
        self._queue = Queue(20_000)
        self._stop = False
        self._path = folder / "bare.db"
        self.bus = a_bus(port, f"bench-bare-{folder.name}")
        self.bus.subscribe("bench/events", lambda message: self._queue.put(message.payload))
        self._commit_loop = threading.Thread(target=self._write)
        self._commit_loop.start()
        connected(self.bus)

    def _write(self):
        db = apsw.Connection(str(self._path))
        for statement in (
            "pragma journal_mode=wal",
            "pragma synchronous=full",
            "create table events (id integer primary key, payload blob)",
        ):
            db.execute(statement).fetchall()
        while not self._stop:
            try:
                waiting = [self._queue.get(timeout=0.05)]
            except Empty:
                continue
            deadline = time.perf_counter() + 0.002
            while len(waiting) < 500 and (left := deadline - time.perf_counter()) > 0:
                try:
                    waiting.append(self._queue.get(timeout=left))
                except Empty:
                    break
            rows = [
                (item.SerializeToString(),)
                for payload in waiting
                for item in pb.EventBatch.FromString(payload).items
            ]
            with db:
                db.executemany("insert into events (payload) values (?)", rows)
            self.stored += len(rows)
        db.close()

    def close(self):
        self.bus.stop()
        self._stop = True
        self._commit_loop.join()


class District:
    """The production door, host, store and acknowledgements."""

    def __init__(self, port, folder):
        import asyncio

        clock, ids = SystemClock(), RandomIds()
        self.store = SqliteStore.open(folder / "journal.db", ids=ids)
        self.commit_loop = CommitThread(decider_of(self.store), clock, self.store)
        self.commit_loop.start()
        units = tuple(
            UnitSetup(
                unit=f"u-{n}",
                name=f"U {n}",
                capabilities=("patrol",),
                place=Point(lat=30.657 + n * 0.002, lon=104.08),
                speed_mps=8.0,
            )
            for n in range(20)
        )
        setup = Setup(
            district="bench",
            name=Title(en="B", zh="B"),
            centre=Point(lat=30.66, lon=104.08),
            units=units,
            playbooks=load_playbooks(),
        )
        self.commit_loop.submit(NodeStarted(setup=setup)).result(10)
        self.bus = a_bus(port, f"bench-district-{folder.name}")
        acks = Acks("bench", self.commit_loop, self.bus)
        meters = DistrictMeters(Meters(), Spans("bench"), clock, ids)
        parts = DoorParts(
            district="bench",
            commit_loop=self.commit_loop,
            store=self.store,
            bus=self.bus,
            acks=acks,
            quarantine=Quarantine(folder, clock),
            meters=meters,
        )
        Door(parts).subscribe()
        self._loop = asyncio.new_event_loop()
        self._task = self._loop.create_task(acks.run())
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        connected(self.bus)

    def _run(self):
        import asyncio
        from contextlib import suppress

        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._task)
        self._loop.close()

    @property
    def journaled(self):
        return self.commit_loop.state.intake.tally.items

    def close(self):
        self.bus.stop()
        self._loop.call_soon_threadsafe(self._task.cancel)
        self._thread.join()
        self.commit_loop.stop()
        self.store.close()


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    process = BrokerProcess(port=free_ports(1)[0], folder=tmp_path_factory.mktemp("broker")).start()
    yield process
    process.kill()


def test_ingest_against_the_bare_ceiling(broker, tmp_path):
    table = []
    for batch, events in EVENTS.items():
        bare_s, ours_s = [], []
        for number in range(ROUNDS):  # interleaved: a noisy machine is noisy for both
            folder = tmp_path / f"{batch}-{number}"
            folder.mkdir()
            bare = Bare(broker.port, folder)
            bare_s.append(
                timed(
                    broker.port,
                    "bench/events",
                    events,
                    batch,
                    1,
                    lambda b=bare, n=events: b.stored >= n,
                )
            )
            bare.close()
            district = District(broker.port, folder)
            topic = topics.topic("bench", "box-1", topics.EVENTS)
            ours_s.append(
                timed(
                    broker.port,
                    topic,
                    events,
                    batch,
                    1,
                    lambda d=district, n=events: d.journaled >= n,
                )
            )
            assert district.commit_loop.rejected_count == 0
            assert district.journaled == events
            district.close()
        table.append((batch, events / min(bare_s), events / min(ours_s), min(bare_s) / min(ours_s)))
    print(
        f"\ningest on {broker.kind}, {ROUNDS} rounds, best of each; events with four boxes of evidence; goal {GOAL_RATE}/s and {GOAL_RATIO} of bare"
    )
    print(f"{'events/message':>15} {'bare ev/s':>12} {'district ev/s':>14} {'ratio':>7}")
    for batch, bare_rate, rate, ratio in table:
        print(f"{batch:>15} {bare_rate:>12,.0f} {rate:>14,.0f} {ratio:>7.2f}")
    Path(tmp_path / "ingest.json").write_text(
        json.dumps([{"batch": b, "bare": r, "district": o, "ratio": q} for b, r, o, q in table])
    )
    assert all(rate > 500 for _, _, rate, _ in table)
