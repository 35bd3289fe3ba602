"""An edge box for the tests: a real video and model made on the spot, the agent as a real process,
and a district's end that takes every item once."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import av
import numpy as np

from citybrain import canonical_json
from citybrain.ack_ranges import AckRanges
from citybrain.bus import topics
from citybrain.bus.paho import BusConfig, PahoBus
from citybrain.domain.agent import RequestBatch
from citybrain.domain.event import Event, VerificationResult
from citybrain.ids import CountingIds
from citybrain.vocabulary import Phase
from citybrain.wire.agent import (
    decode_agent_hello,
    decode_agent_status,
    decode_request_ack,
    encode_ack,
    encode_request_batch,
)
from citybrain.wire.event import decode_event_batch
from street_agent.outbox.sqlite import SqliteOutbox

DISTRICT, AGENT = "riverside", "box-1"


def write_video(path: Path, *, seconds=5, fps=10):
    """Two bright upright blobs for the first 2.5 s, then an empty street; grain, because a real
    sensor is never still."""
    rng = np.random.default_rng(1)
    with av.open(str(path), "w") as box:
        stream = box.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = (
            320,
            240,
            "yuv420p",
            2_000_000,
        )
        for index in range(seconds * fps):
            picture = np.clip(rng.normal(70, 9, (240, 320, 3)), 0, 255).astype(np.uint8)
            picture[200:, ::40] = 120  # a pavement, so that there is a layout
            if index < fps * seconds // 2:
                for left in (60 + 2 * index, 200 + index):
                    picture[90:150, left : left + 24] = 250
            box.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        box.mux(stream.encode(None))


class District:
    """The district's end: takes every item once, acknowledges after taking, keeps every payload."""

    def __init__(self, port):
        self.changed = threading.Condition()
        self.ack_ranges, self.items, self.payloads, self.repeats = {}, {}, [], 0
        self.statuses, self.hellos, self.request_acks = [], [], []
        self.muted = False
        self.bus = PahoBus(
            BusConfig(
                host="127.0.0.1",
                port=port,
                client_id="district-riverside",
                keepalive_s=2,
                retry_max_s=0.5,
            ),
            ids=CountingIds(),
        )
        self.bus.subscribe(topics.all_agents(DISTRICT, topics.EVENTS), self.on_events)
        self.bus.subscribe(
            topics.all_agents(DISTRICT, topics.STATUS),
            lambda m: self.append(self.statuses, decode_agent_status(m.payload)),
        )
        self.bus.subscribe(topics.all_agents(DISTRICT, topics.HELLO), self.on_hello)
        self.bus.subscribe(
            topics.all_agents(DISTRICT, topics.REQUESTS_ACK),
            lambda m: self.append(self.request_acks, decode_request_ack(m.payload)),
        )
        self.bus.start()

    def append(self, where, what):
        with self.changed:
            where.append(what)
            self.changed.notify_all()

    def on_hello(self, message):
        hello = decode_agent_hello(message.payload)
        self.append(self.hellos, hello)
        self.acknowledge(hello.incarnation)

    def on_events(self, message):
        batch = decode_event_batch(message.payload)
        with self.changed:
            self.payloads.append(message.payload)
            if self.muted:
                return
            for item in batch.items:
                ack_ranges, is_new = self.ack_ranges.get(batch.incarnation, AckRanges()).take(item)
                self.ack_ranges[batch.incarnation] = ack_ranges
                if is_new:
                    self.items[batch.incarnation, item.seq] = item
                else:
                    self.repeats += 1
                    before, now = self.items[batch.incarnation, item.seq], item
                    assert _undated(before) == _undated(now), (
                        "a repeated number must carry the same item"
                    )
            self.changed.notify_all()
        self.acknowledge(batch.incarnation)

    def acknowledge(self, incarnation):
        ack = self.ack_ranges.get(incarnation, AckRanges()).ack(incarnation)
        self.bus.publish(topics.topic(DISTRICT, AGENT, topics.ACK), encode_ack(ack))

    def send_request(self, request):
        batch = RequestBatch(epoch="epoch-1", first=1, requests=(request,))
        self.bus.publish(
            topics.topic(DISTRICT, AGENT, topics.REQUESTS), encode_request_batch(batch)
        )

    @property
    def events(self):
        return [
            item.content
            for _, item in sorted(self.items.items())
            if isinstance(item.content, Event)
        ]

    def starts(self):
        return [event for event in self.events if event.phase is Phase.START]

    def results(self):
        return [
            item.content
            for _, item in sorted(self.items.items())
            if isinstance(item.content, VerificationResult)
        ]

    def wait(self, condition, within_s=30.0):
        with self.changed:
            assert self.changed.wait_for(condition, within_s), "it did not happen in time"


def _undated(item):
    """A repeated item may be marked historical by then; nothing else may differ."""
    return canonical_json.encode(item).replace(b'"is_historical":true', b'"is_historical":false')


class AgentProcess:
    def __init__(self, config, cache):
        self.command = [
            sys.executable,
            "-m",
            "citybrain.cli.main",
            "street",
            "run",
            "--config",
            str(config),
        ]
        self.environment = {**os.environ, "CITYBRAIN_CACHE": str(cache)}
        self.log = config.parent / "agent.log"
        self.process = None

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True
            )
        line = self.process.stdout.readline()
        assert line.startswith("ready street box-1"), self.log.read_text()
        return self

    def kill(self):
        self.process.kill()
        self.process.wait(10)
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(20) == 0, self.log.read_text()
        self.process.stdout.close()


def outbox_of(data_dir):
    """(numbers that were given, numbers still kept, items given up) of the agent's outbox; the
    agent must not run."""
    box = SqliteOutbox.open(data_dir / "outbox.db", ids=CountingIds(), cap_bytes=64 * 1024 * 1024)
    try:
        given = range(1, box.stats().next_seq)
        return set(given), {row.item.seq for row in box.rows_of(tuple(given))}, box.stats().lost
    finally:
        box.close()


def assert_nothing_is_lost(district, data_dir):
    """Every number that was ever given is with the district or still in the outbox."""
    given, kept, lost = outbox_of(data_dir)
    assert lost == 0
    assert len({incarnation for incarnation, _ in district.items}) == 1
    assert given - {seq for _, seq in district.items} <= kept


def assert_episodes_are_whole(events):
    """Every episode starts once, first; ends at most once, last; and a rule has one at a time."""
    by_episode = {}
    for event in events:
        by_episode.setdefault(event.episode, []).append(event.phase)
    for phases in by_episode.values():
        assert phases[0] is Phase.START
        assert phases.count(Phase.START) == 1
        assert Phase.END not in phases[:-1]
    open_now = [episode for episode, phases in by_episode.items() if Phase.END not in phases]
    assert len(open_now) <= 1
