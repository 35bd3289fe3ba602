"""A supervised computer: what dies is started again after a while, unless the power is out."""

import pytest

from citysim.sim.dice import Dice
from citysim.sim.loop import SimLoop
from citysim.sim.machine.computer import RESTART_S, Computer


class Program:
    def __init__(self):
        self.happened = []

    def boot(self):
        self.happened.append("boot")

    def kill(self):
        self.happened.append("kill")


@pytest.fixture
def computer():
    computer = Computer("city", loop=SimLoop(), dice=Dice(1), note=lambda who, what, detail: None)
    computer.process = Program()
    return computer


def test_what_dies_is_started_again(computer):
    computer.start()
    computer.die("SIGKILL")
    assert (computer.is_up, computer.process.happened) == (False, ["boot", "kill"])
    computer.loop.run_until(RESTART_S[1])
    assert (computer.is_up, computer.boots) == (True, 2)


def test_a_process_dies_once(computer):
    computer.start()
    computer.die("SIGKILL")
    computer.die("SIGKILL")
    assert computer.process.happened == ["boot", "kill"]


def test_without_power_nothing_starts_until_it_is_back(computer):
    computer.start()
    computer.hold()
    computer.loop.run_until(60)
    computer.start()
    assert not computer.is_up
    computer.let_go()
    assert computer.is_up
