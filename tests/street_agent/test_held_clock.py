"""A box says when its wall clock is not believed, and when it is again: once each."""

import logging

import pytest

from citybrain.clock import SECOND_US, ManualClock, Timestamp
from citybrain.system_clock import SystemClock
from street_agent.held_clock import HeldClock

DAY_US = 86_400 * SECOND_US


class Clocks:
    """A machine's clocks, moved by hand."""

    def __init__(self):
        self.passed_us, self.wall_off_us = 0, 0

    def wall_us(self):
        return 1_750_000_000 * SECOND_US + self.passed_us + self.wall_off_us

    def boot_us(self):
        return self.passed_us

    def monotonic_us(self):
        return self.passed_us


@pytest.fixture
def said(caplog):
    caplog.set_level(logging.INFO)
    return lambda: [record.getMessage() for record in caplog.records]


def looked(held, clock, times=3):
    for _ in range(times):
        clock.now()
        held.look()


def test_a_step_that_nothing_proves_is_said_at_its_beginning_and_at_its_end(said):
    machine = Clocks()
    clock = SystemClock(machine)
    held = HeldClock(clock)
    looked(held, clock)
    assert said() == []
    machine.wall_off_us = DAY_US
    looked(held, clock)
    assert ["86400 s ahead of this box's time" in line for line in said()] == [True]
    machine.wall_off_us = 0
    looked(held, clock)
    assert said()[1:] == ["the box's time follows the wall clock again"]


def test_a_box_whose_last_run_was_a_day_ahead_says_what_will_bring_it_back(said):
    machine = Clocks()
    clock = SystemClock(machine)
    clock.not_before(Timestamp(machine.wall_us() + DAY_US))
    looked(HeldClock(clock), clock)
    (line,) = said()
    assert "86400 s behind this box's time" in line
    assert "the district or a time daemon proves it within minutes" in line


def test_a_clock_that_holds_nothing_back_is_never_spoken_of(said):
    clock = ManualClock()
    looked(HeldClock(clock), clock)
    assert said() == []
