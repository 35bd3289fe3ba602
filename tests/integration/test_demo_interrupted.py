"""Ctrl-C stops the demo in order and leaves nothing behind; the same folder continues the run."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from citybrain.journal.sqlite import SqliteStore


def demo(run: Path, summary: Path) -> subprocess.Popen:
    command = [
        sys.executable,
        "-u",
        "-m",
        "citybrain.cli.main",
        "demo",
        "--headless",
        "--keep",
        str(run),
        "--json",
        str(summary),
    ]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )


def read_until(process: subprocess.Popen, text: str) -> str:
    """What it printed up to the line with `text`."""
    printed = ""
    for line in process.stdout:
        printed += line
        if text in line:
            return printed
    raise AssertionError(f"{text!r} was never printed:\n{printed}")


def interrupt(process: subprocess.Popen) -> tuple[str, int]:
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=60)
    return rest, process.returncode


def processes_of(run: Path) -> list[int]:
    """Living processes whose command line names the run's folder, ours aside."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                if str(run) in (entry / "cmdline").read_text(errors="replace"):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def records(run: Path) -> list[str]:
    store = SqliteStore.open_readonly(run / "data" / "riverside" / "journal.db")
    try:
        return [record.hash for record in store.records()]
    finally:
        store.close()


@pytest.mark.timeout(300)
def test_ctrl_c_while_it_starts_leaves_nothing_behind(tmp_path):
    with demo(tmp_path / "run", tmp_path / "summary.json") as process:
        read_until(process, "coordinator and districts")
        _, code = interrupt(process)
    assert code == 1 and processes_of(tmp_path / "run") == []


@pytest.mark.timeout(400)
def test_ctrl_c_at_work_loses_nothing_and_the_next_start_continues(tmp_path):
    run, summary = tmp_path / "run", tmp_path / "summary.json"
    with demo(run, summary) as process:
        read_until(process, "accepted")
        rest, code = interrupt(process)
    assert code in (0, 1) and "Summary of this run" in rest, rest
    assert processes_of(run) == []
    first, laws = records(run), json.loads(summary.read_text())["laws"]
    assert first and not any(law["violations"] for law in laws.values()), laws
    with demo(run, summary) as process:
        read_until(process, "Frames")
        rest, code = interrupt(process)
    assert processes_of(run) == []
    assert records(run)[: len(first)] == first and len(records(run)) > len(first)
    again = json.loads(summary.read_text())["laws"]
    assert not any(law["violations"] for law in again.values()), again
    assert again["same_state"]["checked"] > laws["same_state"]["checked"]
