"""A real agent process on a real video, a real model and a real broker: killed and disconnected;
nothing is lost, nothing taken twice, no pixel sent."""

import subprocess

import pytest
from rigs.street_box import (
    AgentProcess,
    District,
    assert_episodes_are_whole,
    assert_nothing_is_lost,
    outbox_of,
    write_video,
)

from citybrain.clock import SECOND_US
from citybrain.domain.event import VerificationRequest, VisibilityInterval
from citybrain.limits import MESSAGE_BYTES
from citybrain.system_clock import SystemClock
from citybrain.vocabulary import VerificationVerdict
from citybrain.wire.evidence import nothing_but_evidence
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports
from models.build_tiny import build

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
incident_kind = "crowding"
severity = "Severe"
zone = [[0.0,0.0],[1.0,0.0],[1.0,1.0],[0.0,1.0]]
at_least = 2
hold_s = 0.4
clear_s = 0.6
"""
IMAGE_SIGNATURES = (
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"\x00\x00\x00\x01\x67",
    b"\x00\x00\x01\xb6",
    b"ftyp",
    b"RIFF",
)


@pytest.fixture
def port():
    return free_ports(1)[0]


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
    config.write_text(
        CONFIG.format(data=tmp_path / "box", port=port, video=tmp_path / "street.avi")
    )
    process = AgentProcess(config, cache)
    yield process
    if process.process.poll() is None:
        process.kill()


@pytest.fixture
def district(port, broker):
    end = District(port)
    yield end
    end.bus.stop()


def test_killed_and_disconnected_nothing_is_lost_and_nothing_taken_twice(
    agent, broker, district, tmp_path
):
    agent.start()
    district.wait(lambda: len(district.starts()) >= 1)
    agent.kill()
    assert_nothing_is_lost(district, tmp_path / "box")
    agent.start()
    district.wait(lambda: len(district.starts()) >= 2)
    broker.kill()
    mid = len(district.items)
    agent.kill()
    agent.start()  # the broker is away: it observes, stores and is ready
    broker.start()
    district.wait(lambda: len(district.items) > mid and len(district.starts()) >= 4, within_s=60)
    agent.stop()
    assert_nothing_is_lost(district, tmp_path / "box")
    assert_episodes_are_whole(district.events)
    assert len({hello.incarnation for hello in district.hellos}) == 1
    times = [event.observed_at for event in district.starts()]
    assert times == sorted(set(times))
    downs = [
        item.content
        for item in district.items.values()
        if isinstance(item.content, VisibilityInterval) and item.content.reason == "agent_down"
    ]
    assert len(downs) == 2


def test_running_it_accounts_for_every_frame_and_killed_its_will_is_published(agent, district):
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
    assert_only_boxes_and_measurements(district)


def assert_only_boxes_and_measurements(district):
    """No frame leaves the box: no picture's or video's signature in a payload, and nothing as big
    as a picture."""
    assert max(map(len, district.payloads)) < 20_000 < MESSAGE_BYTES.value
    for payload in district.payloads:
        assert not any(signature in payload for signature in IMAGE_SIGNATURES)
    start = district.starts()[0]
    shown = nothing_but_evidence(start.evidence)
    assert len(shown.boxes) >= 2
    assert {box.label for box in shown.boxes} == {"person"}


def test_a_verification_request_outlives_a_kill_and_is_answered_once(agent, district):
    agent.start()
    district.wait(lambda: len(district.starts()) >= 1)
    deadline = SystemClock().now() + 60 * SECOND_US
    request = VerificationRequest(
        request="q1", incident="i1", source="cam-1", rule="crowd", quiet_s=1.2, deadline=deadline
    )
    district.send_request(request)
    district.wait(lambda: any(ack.contiguous == 1 for ack in district.request_acks))
    agent.kill()
    agent.start()
    district.send_request(request)  # the district was not sure, and sent it again
    district.wait(lambda: len(district.results()) == 1)
    answer = district.results()[0]
    assert (answer.request, answer.incident, answer.verdict) == (
        "q1",
        "i1",
        VerificationVerdict.CLEAR,
    )
    assert answer.observed_s >= 1.2
    district.send_request(request)
    count = len(district.starts())
    district.wait(lambda: len(district.starts()) > count)
    assert len(district.results()) == 1


def test_an_ack_that_never_comes_keeps_the_outbox(agent, district, tmp_path):
    district.muted = True
    agent.start()
    district.wait(lambda: len(district.payloads) >= 3)
    agent.kill()
    given, kept, _ = outbox_of(tmp_path / "box")
    assert kept == given
    district.muted = False
    agent.start()
    district.wait(
        lambda: any(
            ack_ranges.contiguous >= max(given) for ack_ranges in district.ack_ranges.values()
        )
    )
    agent.stop()


def test_a_second_agent_on_the_same_outbox_is_refused_with_the_reason(agent):
    agent.start()
    second = subprocess.run(
        agent.command, env=agent.environment, capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 1
    assert "process" in second.stderr
