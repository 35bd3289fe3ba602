"""Whether a box is ready, and what is in its way: outbox, link, sources, clock."""

import json
import logging
import socket

import pytest

from citybrain.clock import ManualClock, Timestamp
from citybrain.domain.agent import AgentStatus, SourceStatus
from citybrain.geo import Point
from citybrain.ids import AgentId, SourceId
from citybrain.structs import replace
from citybrain.supervision.sd_notify import SdNotify
from citybrain.vocabulary import Visibility
from street_agent.errors import StatusError
from street_agent.status.readiness import BoxCode, BoxFacts, readiness
from street_agent.status.readiness_report import SILENT_S, ReadinessReport
from street_agent.status.status_socket import STATUS_SOCKET, StatusSocket, ask

BOX = AgentId("box-1")
WELL = BoxFacts(
    outbox_cap_bytes=1_000, buffered=0, is_connected=True, broker_problem="", is_believed=True
)


def source(name, visibility=Visibility.OBSERVED, reason="", *, is_camera=True):
    counts = dict.fromkeys(("captured", "used", "gated", "dropped"), 0)
    seconds = dict.fromkeys(("fps", "infer_ms", "observed_s", "degraded_s", "blind_s"), 0.0)
    return SourceStatus(
        source=SourceId(name),
        is_camera=is_camera,
        place=Point(lat=30.66, lon=104.06),
        visibility=visibility,
        reason=reason,
        **counts,
        **seconds,
    )


STATUS = AgentStatus(
    agent=BOX,
    online=True,
    at=Timestamp(1),
    software_version="",
    outbox_rows=3,
    outbox_bytes=300,
    lost=0,
    sources=(source("cam-1"), source("level-1", is_camera=False)),
)


def codes(status=STATUS, facts=WELL, *, is_clock_held=False):
    found = readiness(status, facts, is_clock_held=is_clock_held)
    return found.is_ready, {one.code.value: one.detail for one in found.conditions}


def test_a_box_is_ready_when_nothing_is_in_its_way():
    assert codes() == (True, {})


@pytest.mark.parametrize(
    ("changes", "code", "is_ready"),
    [
        ({"facts": replace(WELL, buffered=1)}, BoxCode.DISK_FULL, False),
        ({"status": replace(STATUS, outbox_bytes=900)}, BoxCode.OUTBOX_FULL, False),
        ({"status": replace(STATUS, outboxes_damaged=1)}, BoxCode.OUTBOX_DAMAGED, True),
        ({"facts": replace(WELL, is_connected=False)}, BoxCode.BROKER_AWAY, False),
        (
            {"facts": replace(WELL, is_connected=False, broker_problem="silenced")},
            BoxCode.BROKER_REFUSES,
            False,
        ),
        ({"facts": replace(WELL, is_believed=False)}, BoxCode.NOT_BELIEVED, False),
        ({"is_clock_held": True}, BoxCode.CLOCK_HELD, False),
        (
            {"status": replace(STATUS, sources=(source("cam-1", Visibility.DEGRADED, "moved"),))},
            BoxCode.CAMERA_DEGRADED,
            True,
        ),
    ],
)
def test_each_thing_that_matters_is_named_and_says_whether_the_box_goes_on(changes, code, is_ready):
    ready, found = codes(**changes)
    assert (ready, list(found)) == (is_ready, [code.value])


def test_blind_cameras_and_sensors_are_named_with_the_reason():
    ready, found = codes(
        replace(
            STATUS,
            sources=(
                source("cam-1", Visibility.BLIND, "no_signal"),
                source("cam-2"),
                source("cam-3", Visibility.BLIND, "black"),
                source("level-1", Visibility.BLIND, "not_a_number", is_camera=False),
            ),
        )
    )
    assert not ready
    assert found == {
        "camera_blind": "nothing is seen by cam-1 (no_signal), cam-3 (black)",
        "sensor_blind": "nothing is read from level-1"
        " (not_a_number: what it sends is no number; see the sensor)",
    }


def test_a_change_is_logged_and_notified_to_the_service_manager_once(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        report = ReadinessReport(
            BOX,
            clock=ManualClock(),
            facts=lambda: WELL,
            manager=SdNotify({"NOTIFY_SOCKET": manager.getsockname()}),
        )
        for is_held in (False, False, True, True, False):
            report.take(STATUS, is_clock_held=is_held)
        assert [manager.recv(4096).decode() for _ in range(3)] == [
            "STATUS=ready",
            "STATUS=not ready: clock_held",
            "STATUS=ready",
        ]
    assert [record.levelname for record in caplog.records] == ["INFO", "WARNING", "INFO"]
    assert "the box is not ready: clock_held (the machine's clock" in caplog.text


def test_a_box_that_has_not_looked_yet_or_stands_still_is_not_ready():
    clock = ManualClock()
    report = ReadinessReport(BOX, clock=clock, facts=lambda: WELL)
    assert [one["code"] for one in json.loads(report.text())["conditions"]] == ["starting"]
    report.take(STATUS, is_clock_held=False)
    assert json.loads(report.text())["ready"]
    clock.advance(SILENT_S + 1)
    shown = json.loads(report.text())
    assert (shown["ready"], [one["code"] for one in shown["conditions"]]) == (False, ["silent"])


def test_whoever_sits_at_the_box_is_answered_by_a_socket_that_is_its_users_alone(tmp_path):
    path = tmp_path / STATUS_SOCKET
    path.touch()  # an agent that was killed left its own
    report = ReadinessReport(BOX, clock=ManualClock(), facts=lambda: WELL)
    served = StatusSocket(path, report.text)
    served.start()
    try:
        assert json.loads(ask(path))["agent"] == "box-1"
        assert json.loads(ask(path))["ready"] is False
        assert path.stat().st_mode & 0o777 == 0o600
    finally:
        served.stop()
    with pytest.raises(StatusError, match="no agent answers"):
        ask(path)


def test_a_data_folder_whose_name_is_too_long_costs_the_view_and_not_the_box(tmp_path, caplog):
    served = StatusSocket(tmp_path / ("x" * 120) / STATUS_SOCKET, lambda: "{}")
    served.start()
    served.stop()
    assert "will show nothing of this box" in caplog.text
