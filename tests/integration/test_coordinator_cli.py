"""`citybrain city …` as an officer types it, against a real process."""

import os
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from citybrain.system_clock import SystemClock
from coordinator.ray_plane import session

pytestmark = pytest.mark.timeout(120)
CITYBRAIN = [sys.executable, "-m", "citybrain.cli.main"]
CONFIG = """
name = {{en = "Test City", zh = "测试市"}}
data_dir = "{folder}/data"
[listen]
grpc = "127.0.0.1:0"
[ray]
mode = "{mode}"
"""


def call(*words):
    return subprocess.run(
        [*CITYBRAIN, "city", *words],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "COLUMNS": "160"},
    )


def written(folder, mode="off"):
    path = folder / "city.toml"
    path.write_text(CONFIG.format(folder=folder, mode=mode))
    return str(path)


@contextmanager
def running(config):
    """The process and the address it serves."""
    process = subprocess.Popen(
        [*CITYBRAIN, "city", "run", "--config", config],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = process.stdout.readline()
        assert line.startswith("ready city grpc="), (
            line,
            process.stderr.read() if process.poll() is not None else "",
        )
        yield process, "127.0.0.1:" + line.split("grpc=")[1].split()[0]
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def remembered(place, within_s=60):
    """The session's token and folder, once they are written down."""
    clock, pause = SystemClock(), threading.Event()
    until = clock.instant() + within_s * 1_000_000
    while not (place.exists() and place.read_text().count("\n") == 2):
        assert clock.instant() < until, "no session was written down"
        pause.wait(0.01)
    return place.read_text().split("\n")[:2]


def test_run_says_ready_answers_and_ends_in_order(tmp_path):
    with running(written(tmp_path)) as (process, address):
        assert "Districts" in call("districts", "--address", address).stdout
        assert "Plans" in call("plan", "list", "--address", address).stdout
        missing = call("plan", "issue", "plan-nowhere", "--address", address, "--officer", "li")
        assert (missing.returncode, "unknown_plan" in missing.stderr) == (1, True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


def test_ctrl_c_while_ray_starts_leaves_nothing(tmp_path):
    with running(written(tmp_path, mode="local")) as (process, _):
        token, folder = remembered(tmp_path / "data" / "ray.session")
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 0
    assert session.processes(token) == ()
    assert not os.access(folder, os.F_OK)


def test_two_coordinators_on_one_folder_are_refused_by_name(tmp_path):
    config = written(tmp_path)
    with running(config):
        second = call("run", "--config", config)
        assert second.returncode == 1
        assert "held by another process" in second.stderr


def test_check_names_every_fault_and_starts_nothing(tmp_path):
    path = tmp_path / "city.toml"
    path.write_text('name = {en = "x"}\n[plan]\nissue = "never"\n')
    done = call("check", "--config", str(path))
    assert done.returncode == 2
    for key in ("name.zh", "data_dir", "plan.issue"):
        assert key in done.stderr
    good = call("check", "--config", written(tmp_path))
    assert (good.returncode, "good" in good.stdout) == (0, True)


def test_an_address_where_nobody_listens_is_reported(tmp_path):
    done = call("districts", "--address", "127.0.0.1:1")
    assert done.returncode == 1
    assert "UNAVAILABLE" in done.stderr
