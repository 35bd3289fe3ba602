"""A real agent whose disk is full: it goes on observing, buffers in bounded memory, declares
exactly what it gave up, and needs no restart to go on."""

import re
import urllib.request
from collections import Counter
from pathlib import Path

import pytest
from rigs.street_box import (
    AgentProcess,
    District,
    assert_episodes_are_whole,
    assert_nothing_is_lost,
    write_video,
)

from citybrain.domain.event import Gap, VisibilityInterval
from citybrain.vocabulary import Severity
from citysim.supervise.mqtt_broker import BrokerProcess
from citysim.supervise.tcp_ports import free_ports
from models.build_tiny import build
from street_agent.outbox.disk_full_buffer import BUFFERED_DRAFTS, DISK_FULL

CONFIG = """
agent = "box-1"
district = "riverside"
data_dir = "{data}"
[broker]
port = {port}
[metrics]
port = {metrics}
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
[[sensor]]
id = "level-1"
source = "{series}"
place = {{lat = 30.66, lon = 104.06}}
loop = false
[[sensor.rule]]
id = "high"
incident_kind = "waterlogging"
severity = "Minor"
above = 1.2
below = 1.0
clear_s = 0.0
"""
READINGS, EVERY_S = 2_000, 0.008  # every one begins or ends an episode: twice what memory may hold
MEMORY_KIB = 24 * 1024  # more than that is not "bounded": a thousand drafts are about 2 MiB


@pytest.fixture
def broker(tmp_path):
    process = BrokerProcess(port=free_ports(1)[0], folder=tmp_path / "broker").start()
    yield process
    process.kill()


@pytest.fixture
def district(broker):
    end = District(broker.port)
    yield end
    end.bus.stop()


@pytest.fixture
def series(tmp_path):
    """A sensor whose file is not there yet: it is read when the file comes."""
    return tmp_path / "levels.csv"


@pytest.fixture
def metrics_port():
    return free_ports(1)[0]


@pytest.fixture
def agent(tmp_path, tiny_disk, broker, series, metrics_port):
    cache = tmp_path / "cache"
    (cache / "models").mkdir(parents=True)
    build(cache / "models" / "tiny.onnx")
    write_video(tmp_path / "street.avi")
    config = tmp_path / "street.toml"
    text = CONFIG.format(
        data=tiny_disk.folder,
        port=broker.port,
        video=tmp_path / "street.avi",
        series=series,
        metrics=metrics_port,
    )
    config.write_text(text, encoding="utf-8")
    process = AgentProcess(config, cache)
    yield process
    if process.process.poll() is None:
        process.kill()


def write_series(series):
    """Give the sensor many readings, fast."""
    lines = [f"{at * EVERY_S:.3f},{2.0 if at % 2 == 0 else 0.0}" for at in range(READINGS)]
    series.with_suffix(".new").write_text(
        "\n".join(["seconds,value", *lines]) + "\n", encoding="utf-8"
    )
    series.with_suffix(".new").replace(series)


def minor_losses(district):
    return sum(loss.count for gap in gaps(district) for loss in gap.losses)


def gaps(district):
    return [item.content for item in district.items.values() if isinstance(item.content, Gap)]


def minor_events(district):
    return [event for event in district.events if event.severity is Severity.MINOR]


def counted(port, pattern):
    """The sum of the metrics whose line matches `pattern`."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if re.match(pattern, line))


def resident_kib(pid):
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def test_a_full_disk_costs_nothing_but_what_is_declared(
    agent, district, tiny_disk, series, metrics_port, tmp_path
):
    agent.start()
    district.wait(lambda: len(district.starts()) >= 1)
    tiny_disk.fill()
    before_kib, items_before = resident_kib(agent.process.pid), len(district.items)
    write_series(series)
    district.wait(
        lambda: any(source.reason == "ended" for source in district.statuses[-1].sources),
        within_s=60,
    )
    assert (
        counted(metrics_port, r'citybrain_limit_used\{limit="outbox_buffered"\}')
        == BUFFERED_DRAFTS.value
    )
    status, sensor = district.statuses[-1], r'citybrain_street_events_total\{.*severity="Minor"\}'
    assert status.lost > 0, "the district is told while it lasts"
    assert status.outbox_rows >= BUFFERED_DRAFTS.value
    assert resident_kib(agent.process.pid) - before_kib <= MEMORY_KIB
    used = status.sources[0].used
    district.wait(
        lambda: district.statuses[-1].sources[0].used >= used + 10
    )  # it goes on observing
    assert len(district.items) == items_before, "what is not on the disk was not sent"

    tiny_disk.free()
    district.wait(lambda: gaps(district), within_s=20)
    count = len(district.starts())
    district.wait(lambda: len(district.starts()) > count)
    district.wait(
        lambda: (
            len(minor_events(district)) + minor_losses(district) == counted(metrics_port, sensor)
        )
    )
    assert {gap.reason for gap in gaps(district)} == {DISK_FULL}
    assert {loss.severity for gap in gaps(district) for loss in gap.losses} == {Severity.MINOR}, (
        "the lowest severity goes first"
    )
    assert district.statuses[-1].lost == minor_losses(district)
    agent.stop()
    assert_nothing_is_lost(district, tiny_disk.folder)
    assert_episodes_are_whole([event for event in district.events if event.rule == "crowd"])
    assert set(range(1, 1 + max(seq for _, seq in district.items))) == {
        seq for _, seq in district.items
    }
    assert "the disk is full" in agent.log.read_text()
    assert "has room again" in agent.log.read_text()


def test_killed_on_a_full_disk_it_declares_the_time_that_was_not_observed(
    agent, district, tiny_disk
):
    agent.start()
    district.wait(lambda: len(district.starts()) >= 1)
    tiny_disk.fill()
    district.wait(lambda: "the disk is full" in agent.log.read_text())
    filled_at = district.statuses[-1].at
    agent.kill()
    count = len(district.items)
    tiny_disk.free()
    agent.start()
    district.wait(lambda: len(district.starts()) > count or len(district.items) > count + 4)
    agent.stop()
    assert_nothing_is_lost(district, tiny_disk.folder)
    downs = [
        item.content
        for item in district.items.values()
        if isinstance(item.content, VisibilityInterval)
        and item.content.reason == "agent_down"
        and item.content.source == "cam-1"
    ]
    assert [down.since < filled_at < down.until for down in downs] == [True], (
        "what was buffered is lost, and that time is declared blind"
    )
    assert Counter(incarnation for incarnation, _ in district.items).keys() == {
        next(iter(district.ack_ranges))
    }
