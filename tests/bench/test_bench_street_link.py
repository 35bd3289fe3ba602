"""From a processed picture to its event handed to the bus, outbox and fsync between, without
inference. Against the bare put of the same outbox."""

import threading
import time

import numpy as np
import pytest

from citybrain.ack_ranges import AckRanges
from citybrain.bus.port import Message
from citybrain.clock import Timestamp
from citybrain.config.load import parse
from citybrain.domain.event import Event
from citybrain.ids import CountingIds
from citybrain.system_clock import SystemClock
from citybrain.wire.agent import encode_ack
from citybrain.wire.event import decode_event_batch
from street_agent.agent import StreetAgent
from street_agent.config import StreetConfig
from street_agent.core.inputs import FrameObserved
from street_agent.detect.detections import Detections
from street_agent.outbox.sqlite import SqliteOutbox

pytestmark = pytest.mark.bench
GOAL_MS, EVENTS, PEOPLE = 15.0, 200, 20
CONFIG = {
    "agent": "box-1",
    "district": "riverside",
    "camera": [
        {
            "id": "cam-1",
            "source": "rtsp://nowhere.invalid/1",
            "place": {"lat": 1.0, "lon": 2.0},
            "model": "tiny",
            "detect_fps": 25.0,
            "rule": [
                {
                    "id": "r",
                    "kind": "objects_inside",
                    "incident_kind": "crowding",
                    "severity": "Severe",
                    "zone": [],
                    "at_least": 10,
                    "clear_s": 0.0,
                },
                {
                    "id": "s",
                    "kind": "loitering",
                    "incident_kind": "loitering",
                    "zone": [],
                    "time_s": 1e4,
                },
                {
                    "id": "t",
                    "kind": "line_crossed",
                    "incident_kind": "line_intrusion",
                    "line": [[0.0, 0.99], [1.0, 0.99]],
                },
            ],
        }
    ],
}


class TimedBus:
    """A bus that is always connected, notes when it was handed each event, and has a district
    behind it that acknowledges at once."""

    def __init__(self):
        self.handed_at, self.events, self.changed = {}, [], threading.Condition()
        self.ack_ranges, self.readers, self.listeners = AckRanges(), {}, []

    def start(self):
        for listener in self.listeners:
            listener()

    def subscribe(self, topic_filter, on_message):
        self.readers[topic_filter.rsplit("/", 1)[1]] = on_message

    def on_connected(self, listener):
        self.listeners.append(listener)

    def publish(self, topic, payload, *, retain=False):
        now = time.perf_counter()
        if topic.endswith("/events"):
            batch = decode_event_batch(payload)
            with self.changed:
                for item in batch.items:
                    self.ack_ranges, _ = self.ack_ranges.take(item)
                    key = (
                        (item.content.episode, item.content.phase)
                        if isinstance(item.content, Event)
                        else None
                    )
                    if key:
                        self.handed_at[key] = now
                        self.events.append(item.content)
                self.changed.notify_all()
            self.readers["ack"](
                Message(topic="ack", payload=encode_ack(self.ack_ranges.ack(batch.incarnation)))
            )
        return True

    def is_connected(self):
        return True

    def problem(self):
        return ""

    def stop(self):
        pass


def a_frame(at, people):
    lefts = np.linspace(0.02, 0.9, max(people, 1))[:people]
    boxes = (
        np.column_stack((lefts, np.full(people, 0.3), lefts + 0.02, np.full(people, 0.5)))
        .astype(np.float32)
        .reshape(-1, 4)
    )
    detections = Detections(
        boxes=boxes,
        scores=np.full(people, 0.9, np.float32),
        classes=np.zeros(people, np.int16),
        labels=("person",),
    )
    return FrameObserved(
        source="cam-1",
        captured_at=at,
        error_ms=0.0,
        aspect=1.5,
        discontinuity=False,
        detections=detections,
        traceparent="",
    )


def test_from_frame_to_bus(tmp_path):
    config = parse({**CONFIG, "data_dir": str(tmp_path / "box")}, StreetConfig, name="bench")
    bus = TimedBus()
    agent = StreetAgent(
        config, open_model=lambda name: None, folder=tmp_path, bus=bus, ids=CountingIds()
    )
    agent.link.start()
    agent._loop.start(agent.link, agent._status)
    put_at, at, pause = {}, SystemClock().now(), threading.Event()
    for _ in range(EVENTS // 2):
        # three frames confirm and start; the empty ones end
        for people in (PEOPLE,) * 3 + (0,) * 13:
            at = Timestamp(at + 40_000)
            put_at[at] = time.perf_counter()
            agent._loop.put(a_frame(at, people))
            pause.wait(0.006)
    with bus.changed:
        bus.changed.wait_for(lambda: len(bus.events) >= EVENTS, timeout=10)
    events = list(bus.events)
    spent = [
        (bus.handed_at[event.episode, event.phase] - put_at[event.observed_at]) * 1e3
        for event in events
    ]
    agent.stop()
    bare = _bare_put(tmp_path, events[0])
    p50, p95 = np.percentile(spent, [50, 95])
    print(
        f"\nframe -> bus, {len(spent)} events, {PEOPLE} people, 3 rules: p50 {p50:.2f} ms,"
        f" p95 {p95:.2f} ms (goal p95 {GOAL_MS} ms)"
    )
    print(f"  bare outbox put (fsync) of the same event: p50 {bare:.2f} ms, ratio {p50 / bare:.1f}")
    assert len(spent) >= EVENTS / 2


def _bare_put(folder, event: Event):
    box = SqliteOutbox.open(folder / "bare.db", ids=CountingIds(), cap_bytes=64 * 1024 * 1024)
    spent = []
    for _ in range(200):
        begun = time.perf_counter()
        box.put([event])
        spent.append((time.perf_counter() - begun) * 1e3)
    box.close()
    return float(np.median(spent))
