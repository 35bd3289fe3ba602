"""The production writer on virtual time: it commits when the disk is done, fires timers when due, and dies where the power goes."""

from dataclasses import dataclass

import pytest

from citybrain.clock import SECOND_US, SystemClock, Timestamp
from citybrain.errors import HostStopped, StoreFull
from citybrain.journal.memory import Boundary, MemoryStore
from citybrain.reactor.command import SetTimer, TimerFired
from citybrain.reactor.reactor import Reactor, Taken
from citysim.sim.dice import Dice
from citysim.sim.loop import SimLoop
from citysim.sim.machine.clocks import SimClocks
from citysim.sim.machine.disk import Disk
from citysim.sim.machine.writer import LoopWriter


@dataclass(frozen=True, slots=True, kw_only=True)
class Wind:
    """Sets a timer so many seconds ahead."""

    seconds: float


def decide(state, given, moment):
    if isinstance(given, TimerFired):
        return (*state, moment.at), ()
    return state, (SetTimer(timer="t", due=Timestamp(moment.at + round(given.seconds * SECOND_US)), subject="t"),)


class Bench:
    def __init__(self):
        self.loop, self.store, self.deaths, self.outcomes = SimLoop(), MemoryStore(), [], []
        self.clocks, self.disk = SimClocks(self.loop), Disk(Dice(1).of("disk"))
        self.store.faults = self.disk.strike
        self.open()

    def open(self):
        reactor = Reactor(decide=decide, initial=(), store=self.store, kinds={"wind": Wind})
        self.writer = LoopWriter(reactor, SystemClock(self.clocks), self.store, loop=self.loop, disk=self.disk, on_crash=self.deaths.append)
        self.writer.open()

    def offer(self, seconds=1.0):
        self.writer.offer(Wind(seconds=seconds), self.outcomes.append)


@pytest.fixture
def bench():
    return Bench()


def test_what_waits_while_the_disk_writes_is_committed_together(bench):
    for _ in range(3):
        bench.offer()
    assert (bench.writer.waiting, bench.outcomes) == (3, [])
    bench.loop.run_until(0.5)
    assert [outcome.seq for outcome in bench.outcomes] == [1, 2, 3]
    assert bench.disk.writes == 1


def test_a_slow_disk_delays_the_answer(bench):
    bench.disk.slow_s = 10.0
    bench.offer()
    bench.loop.run_until(0.05)
    assert bench.outcomes == []
    bench.loop.run_until(30)
    assert isinstance(bench.outcomes[0], Taken)


def test_a_timer_fires_when_it_is_due(bench):
    bench.offer(seconds=100)
    bench.loop.run_until(99.9)
    assert bench.writer.state == ()
    bench.loop.run_until(101)
    assert len(bench.writer.state) == 1


def test_a_timer_fires_in_time_though_the_wall_clock_was_set_back(bench):
    bench.offer(seconds=10)
    bench.loop.run_until(5)
    bench.clocks.step(-3_600)
    bench.writer.poke()
    bench.loop.run_until(11)
    assert len(bench.writer.state) == 1


@pytest.mark.parametrize("boundary", list(Boundary))
def test_the_power_goes_at_a_boundary_and_nobody_is_told(bench, boundary):
    bench.disk.strikes_at = boundary
    bench.offer()
    bench.loop.run_until(1)
    bench.writer.kill()
    assert (len(bench.deaths), bench.outcomes) == (1, [])
    with pytest.raises(HostStopped):
        bench.offer()
    bench.store = bench.store.crash()
    bench.open()
    assert bench.writer.seq == (1 if boundary is Boundary.AFTER else 0)


def test_a_full_disk_refuses_by_name_and_the_writer_goes_on(bench):
    bench.disk.is_full = True
    bench.offer()
    bench.loop.run_until(1)
    assert isinstance(bench.outcomes[0], StoreFull)
    bench.disk.is_full = False
    bench.offer()
    bench.loop.run_until(2)
    assert bench.outcomes[1].seq == 1
    assert bench.deaths == []


def test_a_disk_that_is_full_for_a_moment_refuses_so_many_writes_and_takes_the_next(bench):
    bench.disk.refuses = 2
    for second in (1, 2, 3):
        bench.offer()
        bench.loop.run_until(second)
    assert [isinstance(outcome, StoreFull) for outcome in bench.outcomes] == [True, True, False]
    assert bench.outcomes[2].seq == 1
