"""A service manager is told that a process is up, goes on and stops; it is told nothing while a
thread that the process cannot do without stands still.
"""

import asyncio
import contextlib
import signal
import socket
import subprocess
import sys

import pytest

from citybrain.supervision import sd_notify
from citybrain.supervision.heartbeat import Heartbeat
from citybrain.supervision.sd_notify import SILENT_ROUNDS, SdNotify

PROGRAM = """
from citybrain.cli.process import log_to_stderr, ready, run_until_signal

async def main(stop):
    ready("probe", web=8101)
    await stop.wait()

log_to_stderr()
run_until_signal(main)
"""


@pytest.fixture
def manager(tmp_path):
    """The socket on which a service manager listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(30)
        yield listener


def waiting(manager):
    """What has come, without waiting for more."""
    with contextlib.suppress(BlockingIOError):
        while True:
            yield manager.recv(4096).decode()


@pytest.fixture
def short_rounds(monkeypatch):
    monkeypatch.setattr(sd_notify, "ROUND_S", 0.001)


def environment(manager):
    return {"NOTIFY_SOCKET": manager.getsockname(), "WATCHDOG_USEC": "25000000"}


def received(manager):
    return manager.recv(4096).decode()


def test_a_process_says_that_it_is_up_goes_on_and_stops(manager):
    running = subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment(manager))
    facts = {received(manager), received(manager)}
    assert facts == {"READY=1\nSTATUS=probe web=8101", "WATCHDOG=1"}
    running.send_signal(signal.SIGTERM)
    while (fact := received(manager)) == "WATCHDOG=1":
        pass
    assert fact == "STOPPING=1"
    assert running.wait(30) == 0


def test_an_aborted_process_says_where_its_threads_stood(manager):
    running = subprocess.Popen(
        [sys.executable, "-c", PROGRAM], env=environment(manager), stderr=subprocess.PIPE
    )
    received(manager)
    running.send_signal(signal.SIGABRT)
    _, stood = running.communicate(timeout=30)
    assert b"Fatal Python error: Aborted" in stood
    assert b"run_until_signal" in stood


def test_a_silent_thread_ends_the_pings_of_the_watchdog(manager, short_rounds, caplog):
    well, stuck = Heartbeat("well"), Heartbeat("stuck")
    stuck.beat()
    pings = []

    async def until(condition):
        while not condition():
            well.beat()
            pings.extend(waiting(manager))
            await asyncio.sleep(0)

    async def go():
        pinging = asyncio.create_task(SdNotify(environment(manager)).ping_watchdog((well, stuck)))
        await until(lambda: stuck.silent_rounds > SILENT_ROUNDS + 5)
        assert set(pings) == {"WATCHDOG=1"}
        assert len(pings) <= SILENT_ROUNDS
        pings.clear()
        stuck.beat()
        await until(lambda: pings)
        pinging.cancel()

    manager.setblocking(False)
    asyncio.run(go())
    assert [r.getMessage() for r in caplog.records if "does not go on" in r.getMessage()] == [
        "thread stuck does not go on; the service manager ends this process and starts another"
        " (nothing that was acknowledged is lost)"
    ]


def test_a_thread_that_has_not_begun_or_has_ended_is_not_missed():
    heartbeat = Heartbeat("loop")
    for _ in range(50):
        heartbeat.watch()
    assert heartbeat.silent_rounds == 0
    heartbeat.beat()
    for _ in range(50):
        heartbeat.watch()
    assert heartbeat.silent_rounds == 49
    heartbeat.end()
    heartbeat.watch()
    assert heartbeat.silent_rounds == 0


@pytest.mark.parametrize("address", ["", "/nowhere/at/all"])
def test_without_a_manager_nothing_happens(address, short_rounds, caplog):
    manager = SdNotify({"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "1"})
    manager.notify(READY=1)
    manager.notify(STOPPING=1)
    asyncio.run(manager.ping_watchdog(()))
    assert len(caplog.records) == bool(address)
