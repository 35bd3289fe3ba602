"""Clocks that can be stepped: a real process under one, production code unchanged; and how far its node time may then be ahead."""

import subprocess
import sys

import pytest

from citybrain.clock import SECOND_US, Instant, SystemClock
from citysim.chaos.place.clocks import Ahead, Clocks

LOOK = """
import sys, time
from citysim.chaos.place.stepped import bend
from pathlib import Path
bend(Path(sys.argv[1]))
from citybrain.clock import SystemClock
clock = SystemClock()
for _ in sys.stdin:
    print(clock.now(), clock.stepped_us, clock.instant(), round(time.time() * 1e6), flush=True)
"""


class Looker:
    """A process that says its clocks when asked."""

    def __init__(self, file):
        self.process = subprocess.Popen(
            [sys.executable, "-c", LOOK, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def look(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return [int(word) for word in self.process.stdout.readline().split()]

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture
def clocks(tmp_path):
    clocks = Clocks(tmp_path, ["oldtown"])
    clocks.open()
    yield clocks
    clocks.close()


@pytest.fixture
def looker(clocks, tmp_path):
    looker = Looker(tmp_path / "oldtown.offset")
    yield looker
    looker.end()


def test_a_step_forwards_is_followed_and_one_back_is_not_but_both_are_noticed(clocks, looker):
    clock = SystemClock()
    now, stepped, instant, _ = looker.look()
    assert abs(now - clock.now()) < SECOND_US and stepped == 0

    clocks.step("oldtown", 20.0, clock.instant())
    ahead, stepped, later, _ = looker.look()
    assert ahead - now - (later - instant) == pytest.approx(20 * SECOND_US, abs=SECOND_US)
    assert stepped == pytest.approx(20 * SECOND_US, abs=SECOND_US)

    clocks.step("oldtown", 0.0, clock.instant())
    after, stepped, _, wall = looker.look()
    assert after >= ahead, "node time never goes back"
    assert stepped == pytest.approx(0, abs=SECOND_US)
    assert abs(wall - clock.now()) < SECOND_US


def test_another_processs_clock_is_its_own(clocks, looker):
    clocks.step("oldtown", 20.0, SystemClock().instant())
    assert abs(SystemClock().now() - looker.look()[0]) > 15 * SECOND_US


def test_a_citybrain_command_runs_under_its_clock(clocks, tmp_path):
    argv = clocks.under("oldtown", (sys.executable, "-m", "citybrain.cli.main", "--version"))
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("citybrain ")
    assert str(tmp_path / "oldtown.offset") in argv


def test_node_time_is_ahead_by_the_largest_step_and_catches_up_by_a_hundredth():
    ahead = Ahead()

    def at(seconds):
        return Instant(1_000 * SECOND_US + round(seconds * SECOND_US))

    assert ahead.seconds(at(0)) == 0
    ahead.stepped(10.0, at(0))
    assert ahead.seconds(at(50)) == 10.0, "while the wall clock is ahead, so is node time"
    ahead.stepped(0.0, at(50))
    assert ahead.seconds(at(50)) == 10.0
    assert ahead.seconds(at(550)) == pytest.approx(5.0)
    ahead.stepped(-3.0, at(550))
    assert ahead.seconds(at(550)) == pytest.approx(5.0), "a step back changes nothing"
    assert ahead.seconds(at(5_000)) == pytest.approx(-3.0), "but it is caught up with in the end"
