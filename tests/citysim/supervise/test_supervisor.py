"""Supervised processes: real, small ones. Run in a process of their own, because a supervisor becomes the reaper of its whole process."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from citybrain.clock import SECOND_US, SystemClock

PRELUDE = """
import asyncio, json, os, signal, sys
from pathlib import Path
from citybrain.clock import SystemClock
from citysim.errors import ProgramFailedError
from citysim.supervise.child import Program
from citysim.supervise.supervisor import Supervisor
from citysim.supervise import tree

folder = Path(sys.argv[1])
seen = []
happened = asyncio.Event()
def say(happening):
    seen.append((happening.what, happening.name))
    happened.set()
async def until(what, name, times=1):
    while seen.count((what, name)) < times:
        happened.clear()
        await asyncio.wait_for(happened.wait(), 20)
def program(name, body, rank=1, **options):
    return Program(name=name, argv=(sys.executable, "-c", body), stop_rank=rank, **options)
PARENT = f"import subprocess; p = subprocess.Popen(['sleep', '60'], start_new_session=True); print(p.pid, file=open({str(folder / 'pid')!r}, 'a'));"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True)\\nwhile True: signal.pause()"
SERVE = "import signal, sys; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); print('ready here', flush=True); signal.pause()"
def supervisor():
    return Supervisor(logs=folder, clock=SystemClock(), mark=f"test-{os.getpid()}", say=say)
"""


def run(tmp_path: Path, body: str) -> dict:
    """What the body, an async function `main` that returns JSON values, came to."""
    script = tmp_path / "story.py"
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


def test_a_program_is_up_when_it_said_ready_and_its_output_is_kept(tmp_path):
    told = run(
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
    assert told["seen"] == [["started", "one"], ["ready", "one"], ["stopped", "one"]]
    assert not is_alive(told["pid"])
    assert (tmp_path / "one.log").read_text() == "ready here\n"


def test_a_program_that_ends_before_it_is_ready_is_named_with_its_last_lines(tmp_path):
    told = run(
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
    assert "bad ended with code 2" in told["error"] and "no such camera" in told["error"]


def test_a_program_without_words_is_ready_when_its_port_answers(tmp_path):
    told = run(
        tmp_path,
        """
        async def main():
            from citysim.supervise.ports import free_ports
            port = free_ports(1)[0]
            s = supervisor()
            body = f"import socket, signal; s = socket.create_server(('127.0.0.1', {port})); signal.pause()"
            await s.start(program("broker", body, ready_port=port))
            await s.stop()
            return seen
        """,
    )
    assert ["ready", "broker"] in told


def test_a_program_that_never_gets_ready_is_given_up(tmp_path):
    told = run(
        tmp_path,
        """
        async def main():
            s = supervisor()
            try:
                await s.start(program("slow", "import signal; signal.pause()", ready_s=0.5))
            except ProgramFailedError as error:
                await s.stop()
                return {"error": str(error), "left": tree.descendants(os.getpid())}
        """,
    )
    assert "was not ready within" in told["error"] and told["left"] == []


def test_a_killed_program_is_started_again_and_said_so(tmp_path):
    told = run(
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
    assert told["first"] != told["second"] and told["deaths"] == {"one": 1}
    assert ["died", "one"] in told["seen"]
    assert not is_alive(told["second"])


def test_programs_stop_in_the_order_of_their_ranks(tmp_path):
    told = run(
        tmp_path,
        """
        async def main():
            s = supervisor()
            await s.start(program("broker", SERVE, rank=3))
            await s.start(program("district", SERVE, rank=2))
            await s.start(program("agent", SERVE, rank=1))
            await s.stop()
            return [name for what, name in seen if what == "stopped"]
        """,
    )
    assert told == ["agent", "district", "broker"]


def test_a_program_that_ignores_term_is_killed_after_its_grace(tmp_path):
    told = run(
        tmp_path,
        """
        async def main():
            s = supervisor()
            await s.start(program("deaf", DEAF, grace_s=0.3))
            pid = s.pid("deaf")
            await s.stop()
            return pid
        """,
    )
    assert not is_alive(told)


def test_grandchildren_in_sessions_of_their_own_do_not_outlive_the_stop(tmp_path):
    told = run(
        tmp_path,
        """
        async def main():
            s = supervisor()
            body = PARENT + SERVE
            await s.start(program("ray", body))
            await s.stop()
            return {"grandchild": int((folder / "pid").read_text()), "left": tree.descendants(os.getpid())}
        """,
    )
    assert told["left"] == []
    assert not is_alive(told["grandchild"])


def test_what_a_killed_program_left_behind_is_ended_and_other_peoples_processes_are_not(tmp_path):
    told = run(
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
    assert told == {"gone": True, "untouched": True}


@pytest.mark.skipif(sys.platform != "linux", reason="the leash is the Linux kernel's")
def test_a_supervisor_killed_outright_takes_its_programs_with_it(tmp_path):
    script = tmp_path / "story.py"
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
