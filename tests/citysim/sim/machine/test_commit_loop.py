"""The production writer on virtual time: it commits when the disk is done, fires timers when due, waits while it hangs, and dies where the power goes."""

from dataclasses import dataclass

import pytest

from citybrain.clock import SECOND_US, SystemClock, Timestamp
from citybrain.decider.command import SetTimer, TimerFired
from citybrain.decider.decider import Committed, Decider
from citybrain.errors import NodeStoppingError, StoreFullError
from citybrain.journal.memory import Boundary, MemoryStore
from citysim.sim.dice import Dice
from citysim.sim.loop import SimLoop
from citysim.sim.machine.clocks import EPOCH_US, SimClocks
from citysim.sim.machine.commit_loop import SimulatedCommitLoop
from citysim.sim.machine.disk import Disk


@dataclass(frozen=True, slots=True, kw_only=True)
class Wind:
    """Sets a timer so many seconds ahead."""

    seconds: float
    timer: str = "t"


def decide(state, given, moment):
    if isinstance(given, TimerFired):
        return (*state, moment.at), ()
    return state, (
        SetTimer(
            timer=given.timer,
            due=Timestamp(moment.at + round(given.seconds * SECOND_US)),
            subject=given.timer,
        ),
    )


class Bench:
    def __init__(self):
        self.loop, self.store, self.deaths, self.outcomes = SimLoop(), MemoryStore(), [], []
        self.clocks, self.disk = SimClocks(self.loop), Disk(Dice(1).of("disk"))
        self.store.faults = self.disk.strike
        self.open()

    def open(self):
        decider = Decider(decide=decide, initial=(), store=self.store, kinds={"wind": Wind})
        self.commit_loop = SimulatedCommitLoop(
            decider,
            SystemClock(self.clocks),
            self.store,
            loop=self.loop,
            disk=self.disk,
            on_crash=self.deaths.append,
        )
        self.commit_loop.open()

    def offer(self, seconds=1.0, timer="t"):
        self.commit_loop.offer(Wind(seconds=seconds, timer=timer), self.outcomes.append)

    def go_on(self):
        self.disk.hangs = False
        self.commit_loop.go_on()

    @property
    def kinds(self):
        """Of the records in the journal."""
        return [record.kind for record in self.store.records()]

    @property
    def fired_s(self):
        """When timers fired, in seconds of the story."""
        return [(at - EPOCH_US) / SECOND_US for at in self.commit_loop.state]


@pytest.fixture
def bench():
    return Bench()


def test_what_waits_while_the_disk_writes_is_committed_together(bench):
    for _ in range(3):
        bench.offer()
    assert (bench.commit_loop.waiting, bench.outcomes) == (3, [])
    bench.loop.run_until(0.5)
    assert [outcome.seq for outcome in bench.outcomes] == [1, 2, 3]
    assert bench.disk.writes == 1


def test_a_slow_disk_delays_the_answer(bench):
    bench.disk.slow_s = 10.0
    bench.offer()
    bench.loop.run_until(0.05)
    assert bench.outcomes == []
    bench.loop.run_until(30)
    assert isinstance(bench.outcomes[0], Committed)


def test_a_timer_fires_when_it_is_due(bench):
    bench.offer(seconds=100)
    bench.loop.run_until(99.9)
    assert bench.commit_loop.state == ()
    bench.loop.run_until(101)
    assert len(bench.commit_loop.state) == 1


def test_a_timer_fires_in_time_though_the_wall_clock_was_set_back(bench):
    bench.offer(seconds=10)
    bench.loop.run_until(5)
    bench.clocks.step(-3_600)
    bench.commit_loop.poke()
    bench.loop.run_until(11)
    assert len(bench.commit_loop.state) == 1


@pytest.mark.parametrize("boundary", list(Boundary))
def test_the_power_goes_at_a_boundary_and_nobody_is_told(bench, boundary):
    bench.disk.strikes_at = boundary
    bench.offer()
    bench.loop.run_until(1)
    bench.commit_loop.kill()
    assert (len(bench.deaths), bench.outcomes) == (1, [])
    with pytest.raises(NodeStoppingError):
        bench.offer()
    bench.store = bench.store.crash()
    bench.open()
    assert bench.commit_loop.seq == (1 if boundary is Boundary.AFTER else 0)


def test_a_full_disk_refuses_by_name_and_the_writer_goes_on(bench):
    bench.disk.is_full = True
    bench.offer()
    bench.loop.run_until(1)
    assert isinstance(bench.outcomes[0], StoreFullError)
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
    assert [isinstance(outcome, StoreFullError) for outcome in bench.outcomes] == [
        True,
        True,
        False,
    ]
    assert bench.outcomes[2].seq == 1


@pytest.fixture
def hanging(bench):
    """Timers are set for seconds 10, 20 and 100; the disk hangs from second 5 on, and two inputs came after that."""
    for timer, seconds in (("a", 10.0), ("b", 20.0), ("c", 100.0)):
        bench.offer(seconds, timer)
    bench.loop.run_until(5)
    bench.disk.hangs = True
    for timer in ("d", "e"):
        bench.offer(1_000.0, timer)
    return bench


def test_while_the_disk_hangs_nothing_is_committed_no_timer_fires_and_nobody_is_answered(hanging):
    hanging.loop.run_until(60)
    hanging.offer(1_000.0, "f")
    hanging.commit_loop.poke()
    hanging.loop.run_until(90)
    assert hanging.kinds == ["wind"] * 3
    assert hanging.fired_s == []
    assert len(hanging.outcomes) == 3
    assert hanging.commit_loop.waiting == 3
    assert hanging.disk.writes == 1
    assert hanging.deaths == []


def test_what_was_on_its_way_to_the_disk_as_it_began_to_hang_waits_too(bench):
    bench.offer()
    bench.disk.hangs = True
    bench.loop.run_until(60)
    assert (bench.outcomes, bench.commit_loop.waiting) == ([], 1)
    bench.go_on()
    assert (len(bench.outcomes), bench.commit_loop.waiting) == (1, 0)


def test_when_the_disk_goes_on_what_waited_is_committed_first_and_all_that_is_overdue_fires_at_once(
    hanging,
):
    hanging.loop.run_until(60)
    hanging.go_on()
    assert hanging.kinds == ["wind"] * 5 + ["timer_fired"] * 2
    assert [outcome.seq for outcome in hanging.outcomes] == [1, 2, 3, 4, 5]
    assert hanging.fired_s == pytest.approx([60.0, 60.0])


def test_what_waited_may_still_move_what_is_overdue(hanging):
    hanging.offer(30.0, "a")
    hanging.loop.run_until(60)
    hanging.go_on()
    assert hanging.fired_s == pytest.approx([60.0]), "b alone"
    hanging.loop.run_until(95)
    assert hanging.fired_s == pytest.approx([60.0, 90.0], abs=0.01)


def test_what_is_due_after_the_disk_has_hung_fires_in_time(hanging):
    hanging.loop.run_until(60)
    hanging.go_on()
    hanging.loop.run_until(99.9)
    assert len(hanging.fired_s) == 2
    hanging.loop.run_until(101)
    assert hanging.fired_s[2] == pytest.approx(100.0, abs=0.01)


def test_what_is_told_to_go_on_while_the_disk_hangs_waits_on(hanging):
    hanging.loop.run_until(60)
    hanging.commit_loop.go_on()
    assert (hanging.kinds, len(hanging.outcomes), hanging.commit_loop.waiting) == (
        ["wind"] * 3,
        3,
        2,
    )


def test_to_go_on_where_nothing_hung_changes_nothing(bench):
    bench.commit_loop.go_on()
    bench.offer(10.0)
    bench.commit_loop.go_on()
    bench.loop.run_until(11)
    assert bench.kinds == ["wind", "timer_fired"]
    assert (len(bench.outcomes), bench.disk.writes) == (1, 2)


def test_a_writer_that_was_killed_while_the_disk_hung_does_nothing_any_more(hanging):
    hanging.loop.run_until(60)
    hanging.commit_loop.kill()
    hanging.go_on()
    hanging.loop.run_until(200)
    assert hanging.kinds == ["wind"] * 3
    assert (len(hanging.outcomes), hanging.fired_s, hanging.deaths) == (3, [], [])


def test_a_writer_that_begins_on_a_disk_that_hangs_fires_what_is_overdue_when_it_goes_on(hanging):
    hanging.loop.run_until(30)
    hanging.commit_loop.kill()
    hanging.store = hanging.store.crash()
    hanging.open()
    hanging.loop.run_until(60)
    assert hanging.kinds == ["wind"] * 3
    hanging.go_on()
    assert hanging.kinds == ["wind"] * 3 + ["timer_fired"] * 2
