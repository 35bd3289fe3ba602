"""A supervised computer: a process that dies is started again, unless the power is off."""

import pytest

from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.machine.computer import RESTART_S, Computer
from citysim.sim.random_streams import RandomStreams


class RecordingProcess:
    def __init__(self):
        self.calls = []

    def boot(self):
        self.calls.append("boot")

    def kill(self):
        self.calls.append("kill")


@pytest.fixture
def computer():
    computer = Computer(
        "city",
        loop=VirtualTimeLoop(),
        streams=RandomStreams(1),
        note=lambda who, what, detail: None,
    )
    computer.process = RecordingProcess()
    return computer


def test_a_process_that_dies_is_started_again(computer):
    computer.start()
    computer.die("SIGKILL")
    assert (computer.is_up, computer.process.calls) == (False, ["boot", "kill"])
    computer.loop.run_until(RESTART_S[1])
    assert (computer.is_up, computer.boots) == (True, 2)


def test_a_process_dies_once(computer):
    computer.start()
    computer.die("SIGKILL")
    computer.die("SIGKILL")
    assert computer.process.calls == ["boot", "kill"]


def test_without_power_nothing_starts_until_it_is_back(computer):
    computer.start()
    computer.power_off()
    computer.loop.run_until(60)
    computer.start()
    assert not computer.is_up
    computer.power_on()
    assert computer.is_up
