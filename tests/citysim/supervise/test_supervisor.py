"""Supervised processes: real, small ones.

Each test runs in a process of its own, because a supervisor becomes the subreaper of its process.
"""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from citybrain.clock import SECOND_US
from citybrain.system_clock import SystemClock

PRELUDE = """
import asyncio, json, os, signal, sys
from pathlib import Path
from citybrain.system_clock import SystemClock
from citysim.errors import ProgramFailedError
from citysim.supervise.child_process import Program
from citysim.supervise.supervisor import Supervisor
from citysim.supervise import process_tree

folder = Path(sys.argv[1])
seen = []
changed = asyncio.Event()
def on_event(event):
    seen.append((event.kind, event.name))
    changed.set()
async def until(kind, name, times=1):
    async with asyncio.timeout(20):
        while seen.count((kind, name)) < times:
            changed.clear()
            await changed.wait()
def program(name, body, order=1, **options):
    return Program(name=name, argv=(sys.executable, "-c", body), stop_order=order, **options)
PARENT = (
    "import subprocess; p = subprocess.Popen(['sleep', '60'], start_new_session=True);"
    f"print(p.pid, file=open({str(folder / 'pid')!r}, 'a'));"
)
IGNORES_TERM = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True)\\n"
    "while True: signal.pause()"
)
SERVE = (
    "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0));"
    "print('ready here', flush=True); signal.pause()"
)
def supervisor():
    return Supervisor(
        logs=folder, clock=SystemClock(), tag=f"test-{os.getpid()}", on_event=on_event
    )
"""


def run(tmp_path: Path, body: str) -> dict:
    """The JSON value that the body's async function `main` returns."""
    script = tmp_path / "scenario.py"
    script.write_text(
        PRELUDE + textwrap.dedent(body) + "\nprint(json.dumps(asyncio.run(main())))\n"
    )
    done = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_program_is_up_when_it_printed_ready_and_its_output_is_logged(tmp_path):
    result = run(
        tmp_path,
        """
        async def main():
            s = supervisor()
            await s.start(program("one", SERVE))
            pid = s.pid("one")
            await s.stop()
            return {"pid": pid, "seen": seen}
        """,
    )
    assert result["seen"] == [["started", "one"], ["ready", "one"], ["stopped", "one"]]
    assert not is_alive(result["pid"])
    assert (tmp_path / "one.log").read_text() == "ready here\n"


def test_a_program_that_ends_before_it_is_ready_is_named_with_its_last_lines(tmp_path):
    result = run(
        tmp_path,
        """
        async def main():
            s = supervisor()
            try:
                await s.start(program("bad", "print('no such camera'); raise SystemExit(2)"))
            except ProgramFailedError as error:
                return {"error": str(error)}
        """,
    )
    assert "bad ended with code 2" in result["error"] and "no such camera" in result["error"]


def test_a_program_with_a_ready_port_is_ready_when_the_port_answers(tmp_path):
    result = run(
        tmp_path,
        """
        async def main():
            from citysim.supervise.tcp_ports import free_ports
            port = free_ports(1)[0]
            s = supervisor()
            body = (
                "import socket, signal;"
                f"s = socket.create_server(('127.0.0.1', {port})); signal.pause()"
            )
            await s.start(program("broker", body, ready_port=port))
            await s.stop()
            return seen
        """,
    )
    assert ["ready", "broker"] in result


def test_a_program_that_never_gets_ready_is_given_up(tmp_path):
    result = run(
        tmp_path,
        """
        async def main():
            s = supervisor()
            try:
                await s.start(program("slow", "import signal; signal.pause()", ready_s=0.5))
            except ProgramFailedError as error:
                await s.stop()
                return {"error": str(error), "left": process_tree.descendants(os.getpid())}
        """,
    )
    assert "was not ready within" in result["error"] and result["left"] == []


def test_a_killed_program_is_started_again_and_reported(tmp_path):
    result = run(
        tmp_path,
        """
        async def main():
            s = supervisor()
            await s.start(program("one", SERVE))
            first = s.pid("one")
            os.kill(first, signal.SIGKILL)
            await until("ready", "one", times=2)
            second, deaths = s.pid("one"), s.deaths()
            await s.stop()
            return {"first": first, "second": second, "deaths": deaths, "seen": seen}
        """,
    )
    assert result["first"] != result["second"] and result["deaths"] == {"one": 1}
    assert ["died", "one"] in result["seen"]
    assert not is_alive(result["second"])


def test_programs_stop_in_their_stop_order(tmp_path):
    result = run(
        tmp_path,
        """
        async def main():
            s = supervisor()
            await s.start(program("broker", SERVE, order=3))
            await s.start(program("district", SERVE, order=2))
            await s.start(program("agent", SERVE, order=1))
            await s.stop()
            return [name for kind, name in seen if kind == "stopped"]
        """,
    )
    assert result == ["agent", "district", "broker"]


def test_a_program_that_ignores_term_is_killed_after_its_grace(tmp_path):
    result = run(
        tmp_path,
        """
        async def main():
            s = supervisor()
            await s.start(program("stubborn", IGNORES_TERM, grace_s=0.3))
            pid = s.pid("stubborn")
            await s.stop()
            return pid
        """,
    )
    assert not is_alive(result)


def test_grandchildren_in_sessions_of_their_own_do_not_outlive_the_stop(tmp_path):
    result = run(
        tmp_path,
        """
        async def main():
            s = supervisor()
            body = PARENT + SERVE
            await s.start(program("ray", body))
            await s.stop()
            grandchild = int((folder / "pid").read_text())
            return {"grandchild": grandchild, "left": process_tree.descendants(os.getpid())}
        """,
    )
    assert result["left"] == []
    assert not is_alive(result["grandchild"])


def test_what_a_killed_program_left_behind_is_ended_and_other_peoples_processes_are_not(tmp_path):
    result = run(
        tmp_path,
        """
        async def main():
            import subprocess
            guest = subprocess.Popen(["sleep", "60"])
            s = supervisor()
            body = PARENT + SERVE
            await s.start(program("ray", body))
            os.kill(s.pid("ray"), signal.SIGKILL)
            await until("ready", "ray", times=2)
            old = int((folder / "pid").read_text().split()[0])
            state = Path(f"/proc/{old}/stat")
            gone = not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z"
            untouched = guest.poll() is None
            await s.stop()
            still_untouched = guest.poll() is None
            guest.kill()
            return {"gone": gone, "untouched": untouched and still_untouched}
        """,
    )
    assert result == {"gone": True, "untouched": True}


@pytest.mark.skipif(sys.platform != "linux", reason="system: the parent-death signal is Linux's")
def test_a_supervisor_killed_outright_takes_its_programs_with_it(tmp_path):
    script = tmp_path / "scenario.py"
    script.write_text(
        PRELUDE
        + textwrap.dedent("""
        async def main():
            s = supervisor()
            await s.start(program("one", SERVE))
            print(s.pid("one"), flush=True)
            await asyncio.sleep(60)
        asyncio.run(main())
        """)
    )
    with subprocess.Popen(
        [sys.executable, str(script), str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    clock = SystemClock()
    deadline = clock.instant() + 10 * SECOND_US
    while is_alive(pid) and clock.instant() < deadline:
        os.sched_yield()
    assert not is_alive(pid)
