"""Ray with strangers. Before, the city joined a cluster that asks nobody for a token (whoever
reaches it runs code there, and so in our plans) without a word; and never joined one with a token,
in silence, for it came with a token of its own.
"""

import os
import subprocess
import sys
import threading

import pytest

from citybrain.random_ids import RandomIds
from citybrain.system_clock import SystemClock
from coordinator.errors import ClusterRefusedError
from coordinator.planning.problem import Problem
from coordinator.policy import Costs
from coordinator.ray_plane import session
from coordinator.ray_plane.cluster_auth import check_cluster
from coordinator.ray_plane.messages import ClusterRefusal
from coordinator.ray_plane.supervisor import RaySupervisor

pytestmark = pytest.mark.timeout(240)
HEAD = """
import sys
import ray
from coordinator.ray_plane.compute import connect, disconnect
connect("local", sys.argv[1], 2)
print(ray.get_runtime_context().gcs_address, flush=True)
sys.stdin.read()
disconnect()
"""
NO_SLOTS = Problem(
    world_version=1,
    at=0,
    slots=(),
    units=(),
    avoided=(),
    offline_capabilities=(),
    unreachable_slots=(),
    costs=Costs(),
    max_travel_s=1800.0,
)


class Head:
    """A Ray cluster of one machine that asks for a token, or not."""

    def __init__(self, *, asks: bool) -> None:
        self._session = session.create(RandomIds().token())
        self.token = self._session.auth.read_text()
        env = session.environment(self._session)
        if not asks:
            env["RAY_AUTH_MODE"] = "disabled"
        self._process = subprocess.Popen(
            [sys.executable, "-c", HEAD, str(self._session.ray)],
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.address = self._process.stdout.readline().strip()

    def stop(self) -> None:
        self._process.stdin.close()
        self._process.wait(60)
        self._process.stdout.close()
        session.reap(self._session)


@pytest.fixture(scope="module")
def closed():
    head = Head(asks=True)
    yield head
    head.stop()


@pytest.fixture(scope="module")
def open_to_all():
    head = Head(asks=False)
    yield head
    head.stop()


@pytest.fixture
def joined(tmp_path):
    """Starts a plane on the cluster at an address, with a token."""
    planes = []

    def join(address, token):
        place = tmp_path / "ray-token"
        place.touch(mode=0o600)
        place.write_text(f"{token}\n")
        refused = []
        plane = RaySupervisor(
            mode=address,
            data_dir=tmp_path,
            clock=SystemClock(),
            ids=RandomIds(),
            token_file=place,
            on_refused=refused.append,
        )
        planes.append(plane)
        plane.start()
        return plane, refused

    yield join
    for plane in planes:
        plane.stop()


def wait_for(condition, within_s=60.0):
    clock, pause = SystemClock(), threading.Event()
    until = clock.instant() + within_s * 1e6
    while not condition():
        assert clock.instant() < until, "it never came to pass"
        pause.wait(0.05)


def test_a_cluster_with_a_token_is_joined_with_it(closed, joined, monkeypatch):
    monkeypatch.setenv("RAY_AUTH_TOKEN", "another, from whoever started the city")
    plane, refused = joined(closed.address, closed.token)
    wait_for(plane.is_up)
    assert plane.solve(NO_SLOTS, 120.0).solution is not None
    assert refused == []


def test_a_wrong_token_is_said(closed, joined, caplog):
    plane, refused = joined(closed.address, "a" * 64)
    wait_for(lambda: refused)
    assert set(refused) == {"wrong_token"}
    assert "refuses our token" in plane.unavailable_reason()
    assert any("refuses our token" in record.getMessage() for record in caplog.records)
    assert not plane.is_up()


def test_a_cluster_that_asks_for_no_token_is_not_joined(open_to_all, joined, caplog):
    plane, refused = joined(open_to_all.address, open_to_all.token)
    wait_for(lambda: len(refused) > 1)
    assert set(refused) == {"no_authentication"}
    assert "any stranger may run code" in plane.unavailable_reason()
    assert any("any stranger may run code" in record.getMessage() for record in caplog.records)
    assert not plane.is_up()


def test_nor_do_seeds_run_on_one(open_to_all):
    with pytest.raises(ClusterRefusedError, match="any stranger may run code") as refused:
        check_cluster(open_to_all.address)
    assert refused.value.status == ClusterRefusal.NO_AUTHENTICATION


def test_our_own_ray_is_closed_to_others_of_this_machine(tmp_path):
    """Its note on the disk names what its login follows from."""
    note = tmp_path / "ray.session"
    note.touch(mode=0o644)
    ours = session.create(RandomIds().token())
    try:
        session.remember(ours, note)
        for place in (note, ours.auth):
            assert place.stat().st_mode & 0o077 == 0
        inherited = {**os.environ, **session.environment(ours)}
        assert inherited["RAY_AUTH_TOKEN_PATH"] == str(ours.auth)
    finally:
        session.reap(ours)
