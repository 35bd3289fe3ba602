"""Process clocks: a real process under a shifted one, and the lead that its node time may have."""

import subprocess
import sys

import pytest

from citybrain.clock import SECOND_US, Instant
from citybrain.system_clock import SystemClock
from citysim.chaos.environment.process_clocks import NodeTimeLead, ProcessClocks

READ_CLOCKS = """
import sys, time
from citysim.chaos.environment.shifted_clock import shift_clock
from pathlib import Path
shift_clock(Path(sys.argv[1]))
from citybrain.system_clock import SystemClock
clock = SystemClock()
for _ in sys.stdin:
    print(clock.now(), clock.stepped_us, clock.instant(), round(time.time() * 1e6), flush=True)
"""


class ClockReader:
    """A process that prints its clocks when asked."""

    def __init__(self, file):
        self.process = subprocess.Popen(
            [sys.executable, "-c", READ_CLOCKS, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return [int(word) for word in self.process.stdout.readline().split()]

    def end(self):
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@pytest.fixture
def clocks(tmp_path):
    clocks = ProcessClocks(tmp_path, ["oldtown"])
    clocks.open()
    yield clocks
    clocks.close()


@pytest.fixture
def reader(clocks, tmp_path):
    reader = ClockReader(tmp_path / "oldtown.offset")
    yield reader
    reader.end()


def test_a_step_forwards_is_followed_and_one_back_is_not_but_both_are_noticed(clocks, reader):
    clock = SystemClock()
    now, stepped, instant, _ = reader.read()
    assert abs(now - clock.now()) < SECOND_US and stepped == 0

    clocks.step("oldtown", 8.0, clock.instant())
    ahead, stepped, later, _ = reader.read()
    assert ahead - now - (later - instant) == pytest.approx(8 * SECOND_US, abs=SECOND_US)
    assert stepped == pytest.approx(8 * SECOND_US, abs=SECOND_US)

    clocks.step("oldtown", 0.0, clock.instant())
    after, stepped, _, wall = reader.read()
    assert after >= ahead, "node time never goes back"
    assert stepped == pytest.approx(0, abs=SECOND_US)
    assert abs(wall - clock.now()) < SECOND_US


def test_a_step_that_nothing_proves_is_not_followed(clocks, reader):
    now, _, instant, _ = reader.read()
    clocks.step("oldtown", 86_400.0, SystemClock().instant())
    after, stepped, later, wall = reader.read()
    assert after - now == pytest.approx(later - instant, abs=SECOND_US)
    assert (stepped, wall - after > 86_000 * SECOND_US) == (0, True)


def test_each_process_has_a_clock_of_its_own(clocks, reader):
    clocks.step("oldtown", 20.0, SystemClock().instant())
    assert abs(SystemClock().now() - reader.read()[0]) > 15 * SECOND_US


def test_a_citybrain_command_runs_under_its_clock(clocks, tmp_path):
    argv = clocks.wrap_command("oldtown", (sys.executable, "-m", "citybrain.cli.main", "--version"))
    done = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("citybrain ")
    assert str(tmp_path / "oldtown.offset") in argv


def test_node_time_leads_by_the_largest_step_and_is_caught_up_with_by_a_hundredth():
    lead = NodeTimeLead()

    def at(seconds):
        return Instant(1_000 * SECOND_US + round(seconds * SECOND_US))

    assert lead.seconds(at(0)) == 0
    lead.stepped(10.0, at(0))
    assert lead.seconds(at(50)) == 10.0, "while the wall clock is ahead, so is node time"
    lead.stepped(0.0, at(50))
    assert lead.seconds(at(50)) == 10.0
    assert lead.seconds(at(550)) == pytest.approx(5.0)
    lead.stepped(-3.0, at(550))
    assert lead.seconds(at(550)) == pytest.approx(5.0), "a step back changes nothing"
    assert lead.seconds(at(5_000)) == pytest.approx(-3.0), "but it is caught up with in the end"
