"""A real agent process on a real video, a real model and a real broker: killed, cut off, and nothing lost, nothing twice, no pixel on the wire."""

import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path

import av
import numpy as np
import pytest

from citybrain import canon
from citybrain.bus import topics
from citybrain.bus.broker import BrokerProcess
from citybrain.bus.paho import BusConfig, PahoBus
from citybrain.clock import SECOND_US, SystemClock
from citybrain.domain.agent import Asked
from citybrain.domain.event import Reobserve
from citybrain.ids import CountingIds
from citybrain.limits import MESSAGE_BYTES
from citybrain.outbox.marks import Marks
from citybrain.outbox.sqlite import SqliteOutbox
from citybrain.vocabulary import Phase, ReobserveVerdict
from citybrain.wire.agent import decode_agent_hello, decode_agent_status, decode_asked_ack, encode_ack, encode_asked
from citybrain.wire.event import decode_said_batch
from models.build_tiny import build

DISTRICT, AGENT = "riverside", "box-1"
CONFIG = """
agent = "box-1"
district = "riverside"
data_dir = "{data}"
[broker]
port = {port}
[[camera]]
id = "cam-1"
source = "{video}"
loop = true
place = {{lat = 30.66, lon = 104.06}}
model = "tiny"
[[camera.rule]]
id = "crowd"
kind = "objects_inside"
means = "crowding"
severity = "Severe"
zone = [[0.0,0.0],[1.0,0.0],[1.0,1.0],[0.0,1.0]]
at_least = 2
hold_s = 0.4
clear_s = 0.6
"""
IMAGE_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"\x00\x00\x00\x01\x67", b"\x00\x00\x01\xb6", b"ftyp", b"RIFF")


def write_video(path: Path, *, seconds=5, fps=10):
    """Two bright upright blobs for the first 2.5 s, then an empty street; grain, because a living sensor is never still."""
    rng = np.random.default_rng(1)
    with av.open(str(path), "w") as box:
        stream = box.add_stream("mpeg4", rate=fps)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = 320, 240, "yuv420p", 2_000_000
        for index in range(seconds * fps):
            picture = np.clip(rng.normal(70, 9, (240, 320, 3)), 0, 255).astype(np.uint8)
            picture[200:, ::40] = 120  # a pavement, so that there is a layout
            if index < fps * seconds // 2:
                for left in (60 + 2 * index, 200 + index):
                    picture[90:150, left : left + 24] = 250
            box.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
        box.mux(stream.encode(None))


class District:
    """The district's end: takes every item once, acknowledges after taking, remembers every byte that came."""

    def __init__(self, port):
        self.changed = threading.Condition()
        self.marks, self.items, self.wire, self.repeats = {}, {}, [], 0
        self.statuses, self.hellos, self.asked_acks = [], [], []
        self.muted = False
        self.bus = PahoBus(BusConfig(host="127.0.0.1", port=port, client_id="district-riverside", keepalive_s=2, retry_most_s=0.5), ids=CountingIds())
        self.bus.subscribe(topics.all_agents(DISTRICT, topics.SAID), self.on_said)
        self.bus.subscribe(topics.all_agents(DISTRICT, topics.STATUS), lambda m: self.note(self.statuses, decode_agent_status(m.payload)))
        self.bus.subscribe(topics.all_agents(DISTRICT, topics.HELLO), self.on_hello)
        self.bus.subscribe(topics.all_agents(DISTRICT, topics.ASKED_ACK), lambda m: self.note(self.asked_acks, decode_asked_ack(m.payload)))
        self.bus.start()

    def note(self, where, what):
        with self.changed:
            where.append(what)
            self.changed.notify_all()

    def on_hello(self, message):
        hello = decode_agent_hello(message.payload)
        self.note(self.hellos, hello)
        self.acknowledge(hello.incarnation)

    def on_said(self, message):
        batch = decode_said_batch(message.payload)
        with self.changed:
            self.wire.append(message.payload)
            if self.muted:
                return
            for said in batch.items:
                marks, is_new = self.marks.get(batch.incarnation, Marks()).take(said)
                self.marks[batch.incarnation] = marks
                if is_new:
                    self.items[batch.incarnation, said.seq] = said
                else:
                    self.repeats += 1
                    before, now = self.items[batch.incarnation, said.seq], said
                    assert _undated(before) == _undated(now), "a repeated number must carry the same item"
            self.changed.notify_all()
        self.acknowledge(batch.incarnation)

    def acknowledge(self, incarnation):
        ack = self.marks.get(incarnation, Marks()).ack(incarnation)
        self.bus.publish(topics.topic(DISTRICT, AGENT, topics.ACK), encode_ack(ack))

    def ask(self, request):
        asked = Asked(epoch="epoch-1", first=1, requests=(request,))
        self.bus.publish(topics.topic(DISTRICT, AGENT, topics.ASKED), encode_asked(asked))

    @property
    def events(self):
        return [said.event for _, said in sorted(self.items.items()) if said.event is not None]

    def starts(self):
        return [event for event in self.events if event.phase is Phase.START]

    def answers(self):
        return [said.reobserved for _, said in sorted(self.items.items()) if said.reobserved is not None]

    def wait(self, condition, within_s=30.0):
        with self.changed:
            assert self.changed.wait_for(condition, within_s), "it did not happen in time"


def _undated(said):
    """A repeated item may be told as history by then; nothing else may differ."""
    return canon.encode(said).replace(b'"is_historical":true', b'"is_historical":false')


class AgentProcess:
    def __init__(self, config, cache):
        self.command = [sys.executable, "-m", "citybrain.cli.main", "street", "run", "--config", str(config)]
        self.environment = {**os.environ, "CITYBRAIN_CACHE": str(cache)}
        self.log = config.parent / "agent.log"

    def start(self):
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True)
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


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def broker(port, tmp_path):
    process = BrokerProcess(port=port, folder=tmp_path / "broker").start()
    yield process
    process.kill()


@pytest.fixture
def agent(port, tmp_path):
    cache = tmp_path / "cache"
    (cache / "models").mkdir(parents=True)
    build(cache / "models" / "tiny.onnx")
    write_video(tmp_path / "street.avi")
    config = tmp_path / "street.toml"
    config.write_text(CONFIG.format(data=tmp_path / "box", port=port, video=tmp_path / "street.avi"))
    process = AgentProcess(config, cache)
    yield process
    if process.process.poll() is None:
        process.kill()


@pytest.fixture
def district(port, broker):
    end = District(port)
    yield end
    end.bus.stop()


def outbox_of(tmp_path):
    """(numbers that were given, numbers still kept, items given up) of the agent's outbox; the agent must not run."""
    box = SqliteOutbox.open(tmp_path / "box" / "outbox.db", ids=CountingIds(), cap_bytes=64 * 1024 * 1024)
    try:
        given = range(1, box.stats().next_seq)
        return set(given), {row.said.seq for row in box.again(tuple(given))}, box.stats().lost
    finally:
        box.close()


def assert_nothing_is_lost(district, tmp_path):
    """Every number that was ever given is with the district or still in the outbox."""
    given, kept, lost = outbox_of(tmp_path)
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


def test_killed_and_cut_off_nothing_is_lost_and_nothing_twice(agent, broker, district, tmp_path):
    agent.start()
    district.wait(lambda: len(district.starts()) >= 1)
    agent.kill()
    assert_nothing_is_lost(district, tmp_path)
    agent.start()
    district.wait(lambda: len(district.starts()) >= 2)
    broker.kill()
    mid = len(district.items)
    agent.kill()
    agent.start()  # the broker is away: it sees, keeps, and says it is ready
    broker.start()
    district.wait(lambda: len(district.items) > mid and len(district.starts()) >= 4, within_s=60)
    agent.stop()
    assert_nothing_is_lost(district, tmp_path)
    assert_episodes_are_whole(district.events)
    assert len({hello.incarnation for hello in district.hellos}) == 1
    times = [event.observed_at for event in district.starts()]
    assert times == sorted(set(times))
    downs = [said.sight for said in district.items.values() if said.sight and said.sight.because == "agent_down"]
    assert len(downs) == 2


def test_alive_it_accounts_for_every_frame_and_dead_its_will_speaks(agent, district):
    agent.start()
    district.wait(lambda: len(district.starts()) >= 1)
    district.wait(lambda: district.statuses[-1].sources[0].captured >= 30)
    agent.kill()
    district.wait(lambda: not district.statuses[-1].online)
    lines = [status.sources[0] for status in district.statuses if status.online]
    assert all(0 <= line.captured - line.used - line.gated - line.dropped <= 1 for line in lines)
    assert lines[-1].used >= 10
    assert lines[-1].observed_s >= 1.0
    assert lines[-1].infer_ms > 0
    agent.start()
    district.wait(lambda: district.statuses[-1].online)
    agent.stop()
    district.wait(lambda: not district.statuses[-1].online)
    assert_only_boxes_and_numbers(district)


def assert_only_boxes_and_numbers(district):
    """No frame leaves the box: no picture's or video's signature on the wire, and nothing as big as a picture."""
    assert max(map(len, district.wire)) < 20_000 < MESSAGE_BYTES.value
    for payload in district.wire:
        assert not any(signature in payload for signature in IMAGE_SIGNATURES)
    start = district.starts()[0]
    assert len(start.evidence.boxes) >= 2
    assert {box.label for box in start.evidence.boxes} == {"person"}


def test_a_request_to_look_again_survives_a_kill_and_is_answered_once(agent, district):
    agent.start()
    district.wait(lambda: len(district.starts()) >= 1)
    deadline = SystemClock().now() + 60 * SECOND_US
    request = Reobserve(request="q1", incident="i1", source="cam-1", rule="crowd", quiet_s=1.2, deadline=deadline)
    district.ask(request)
    district.wait(lambda: any(ack.contiguous == 1 for ack in district.asked_acks))
    agent.kill()
    agent.start()
    district.ask(request)  # the district was not sure, and asked again
    district.wait(lambda: len(district.answers()) == 1)
    answer = district.answers()[0]
    assert (answer.request, answer.incident, answer.verdict) == ("q1", "i1", ReobserveVerdict.CLEAR)
    assert answer.observed_s >= 1.2
    district.ask(request)
    count = len(district.starts())
    district.wait(lambda: len(district.starts()) > count)
    assert len(district.answers()) == 1


def test_an_ack_that_never_comes_keeps_the_outbox(agent, district, tmp_path):
    district.muted = True
    agent.start()
    district.wait(lambda: len(district.wire) >= 3)
    agent.kill()
    given, kept, _ = outbox_of(tmp_path)
    assert kept == given
    district.muted = False
    agent.start()
    district.wait(lambda: any(marks.contiguous >= max(given) for marks in district.marks.values()))
    agent.stop()


def test_a_second_agent_on_the_same_outbox_is_refused_with_the_reason(agent):
    agent.start()
    second = subprocess.run(agent.command, env=agent.environment, capture_output=True, text=True, timeout=60)
    assert second.returncode == 1
    assert "process" in second.stderr
