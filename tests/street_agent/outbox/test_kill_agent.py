"""`kill -9` of an agent at any instruction: every event that was promised reaches the district,
once."""

import random  # noqa: TID251 - seeded
import subprocess
import sys
import threading
from pathlib import Path

import pytest

KILLS = 8
AGENT = Path(__file__).with_name("agent_process.py")


def killed_after(folder: Path, seconds: float) -> int:
    """Run the agent, kill it `seconds` after its outbox is open, and return the last number it
    promised."""
    command = [sys.executable, str(AGENT), str(folder), "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        promised, killer = 0, threading.Timer(seconds, process.kill)
        for line in process.stdout:
            if not killer.is_alive() and killer.ident is None:
                killer.start()
            if line.startswith("put ") and line.endswith("\n"):
                promised = int(line.split()[1])
        killer.join()
        assert process.wait() == -9
    return promised


@pytest.mark.slow
def test_kills_at_any_moment_lose_nothing_and_deliver_nothing_twice(tmp_path):
    chance, promised = random.Random(42), 0
    for _ in range(KILLS):
        promised = max(promised, killed_after(tmp_path, chance.uniform(0.005, 0.15)))
    drained = subprocess.run(
        [sys.executable, str(AGENT), str(tmp_path), "60"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert drained.stdout.splitlines()[-1] == "left 0"
    last = int(drained.stdout.splitlines()[0].split()[1])
    taken = [int(line) for line in (tmp_path / "taken.txt").read_text().split()]
    assert len(taken) == len(set(taken))
    assert sorted(taken) == list(range(1, last + 1))
    assert last >= promised > KILLS
