"""A coordinator that is ended while its Ray starts."""

import os
import signal
import threading

import pytest
from city_process import running, written

from citybrain.system_clock import SystemClock
from coordinator.ray_plane import session

pytestmark = pytest.mark.timeout(120)


def remembered(place, within_s=60):
    """The session's token and folder, once they are written down."""
    clock, pause = SystemClock(), threading.Event()
    until = clock.instant() + within_s * 1_000_000
    while not (place.exists() and place.read_text().count("\n") == 2):
        assert clock.instant() < until, "no session was written down"
        pause.wait(0.01)
    return place.read_text().split("\n")[:2]


def test_ctrl_c_while_ray_starts_leaves_nothing(tmp_path):
    with running(written(tmp_path, mode="local")) as (process, _):
        token, folder = remembered(tmp_path / "data" / "ray.session")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert session.processes(token) == ()
    assert not os.access(folder, os.F_OK)
