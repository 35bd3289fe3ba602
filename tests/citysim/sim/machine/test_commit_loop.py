"""The production commit loop on virtual time: it commits when the disk is done, fires timers when
due, waits while the disk hangs, and dies where the power fails."""

import pytest
from journal_records import cores_for

from citybrain.clock import SECOND_US, Timestamp
from citybrain.decider.command import SetTimer, TimerFired
from citybrain.decider.decider import Committed, Decider
from citybrain.errors import NodeStoppingError, StoreFullError
from citybrain.journal.memory import Boundary, MemoryStore
from citybrain.structs import Struct
from citybrain.system_clock import SystemClock
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.machine.clocks import EPOCH_US, SimClocks
from citysim.sim.machine.commit_loop import SimulatedCommitLoop
from citysim.sim.machine.disk import Disk
from citysim.sim.random_streams import RandomStreams


class StartTimer(Struct, frozen=True, kw_only=True):
    """Sets a timer so many seconds ahead."""

    seconds: float
    timer: str = "t"


def decide(state, given, context):
    if isinstance(given, TimerFired):
        return (*state, context.at), ()
    return state, (
        SetTimer(
            timer=given.timer,
            due=Timestamp(context.at + round(given.seconds * SECOND_US)),
            subject=given.timer,
        ),
    )


class Node:
    def __init__(self):
        self.loop, self.store, self.deaths, self.outcomes = VirtualTimeLoop(), MemoryStore(), [], []
        self.clocks, self.disk = SimClocks(self.loop), Disk(RandomStreams(1).named("disk"))
        self.store.faults = self.disk.on_boundary
        self.open()

    def open(self):
        decider = Decider(cores_for(decide, (), {"start_timer": StartTimer}), self.store)
        self.commit_loop = SimulatedCommitLoop(
            decider,
            SystemClock(self.clocks),
            self.store,
            loop=self.loop,
            disk=self.disk,
            on_crash=self.deaths.append,
        )

    def submit(self, seconds=1.0, timer="t"):
        self.commit_loop.submit_with_callback(
            StartTimer(seconds=seconds, timer=timer), self.outcomes.append
        )

    def end_hang(self):
        self.disk.is_hung = False
        self.commit_loop.resume_writes()

    @property
    def kinds(self):
        """Of the records in the journal."""
        return [record.kind for record in self.store.records()]

    @property
    def fired_s(self):
        """When timers fired, in simulated seconds."""
        return [(at - EPOCH_US) / SECOND_US for at in self.commit_loop.state]


@pytest.fixture
def node():
    return Node()


def test_inputs_that_wait_for_the_disk_are_committed_together(node):
    for _ in range(3):
        node.submit()
    assert (node.commit_loop.waiting, node.outcomes) == (3, [])
    node.loop.run_until(0.5)
    assert [outcome.seq for outcome in node.outcomes] == [1, 2, 3]
    assert node.disk.writes == 1


def test_a_slow_disk_delays_the_answer(node):
    node.disk.slow_s = 10.0
    node.submit()
    node.loop.run_until(0.05)
    assert node.outcomes == []
    node.loop.run_until(30)
    assert isinstance(node.outcomes[0], Committed)


def test_a_timer_fires_when_it_is_due(node):
    node.submit(seconds=100)
    node.loop.run_until(99.9)
    assert node.commit_loop.state == ()
    node.loop.run_until(101)
    assert len(node.commit_loop.state) == 1


def test_a_timer_fires_in_time_though_the_wall_clock_was_set_back(node):
    node.submit(seconds=10)
    node.loop.run_until(5)
    node.clocks.step(-3_600)
    node.commit_loop.recheck()
    node.loop.run_until(11)
    assert len(node.commit_loop.state) == 1


@pytest.mark.parametrize("boundary", list(Boundary))
def test_where_the_power_fails_at_a_boundary_no_outcome_is_reported(node, boundary):
    node.disk.crash_at = boundary
    node.submit()
    node.loop.run_until(1)
    node.commit_loop.kill()
    assert (len(node.deaths), node.outcomes) == (1, [])
    with pytest.raises(NodeStoppingError):
        node.submit()
    node.store = node.store.crash()
    node.open()
    assert node.commit_loop.seq == (1 if boundary is Boundary.AFTER else 0)


def test_a_full_disk_refuses_with_its_error_and_the_commit_loop_goes_on(node):
    node.disk.is_full = True
    node.submit()
    node.loop.run_until(1)
    assert isinstance(node.outcomes[0], StoreFullError)
    node.disk.is_full = False
    node.submit()
    node.loop.run_until(2)
    assert node.outcomes[1].seq == 1
    assert node.deaths == []


def test_a_disk_refuses_so_many_writes_and_takes_the_next(node):
    node.disk.refused_writes = 2
    for second in (1, 2, 3):
        node.submit()
        node.loop.run_until(second)
    assert [isinstance(outcome, StoreFullError) for outcome in node.outcomes] == [
        True,
        True,
        False,
    ]
    assert node.outcomes[2].seq == 1


@pytest.fixture
def hanging(node):
    """Timers are set for seconds 10, 20 and 100; the disk hangs from second 5 on, and two inputs
    came after that."""
    for timer, seconds in (("a", 10.0), ("b", 20.0), ("c", 100.0)):
        node.submit(seconds, timer)
    node.loop.run_until(5)
    node.disk.is_hung = True
    for timer in ("d", "e"):
        node.submit(1_000.0, timer)
    return node


def test_while_the_disk_hangs_nothing_is_committed_or_fired_and_no_outcome_reported(hanging):
    hanging.loop.run_until(60)
    hanging.submit(1_000.0, "f")
    hanging.commit_loop.recheck()
    hanging.loop.run_until(90)
    assert hanging.kinds == ["start_timer"] * 3
    assert hanging.fired_s == []
    assert len(hanging.outcomes) == 3
    assert hanging.commit_loop.waiting == 3
    assert hanging.disk.writes == 1
    assert hanging.deaths == []


def test_a_write_in_progress_waits_for_the_end_of_the_hang_too(node):
    node.submit()
    node.disk.is_hung = True
    node.loop.run_until(60)
    assert (node.outcomes, node.commit_loop.waiting) == ([], 1)
    node.end_hang()
    assert (len(node.outcomes), node.commit_loop.waiting) == (1, 0)


def test_after_the_hang_waiting_inputs_are_committed_first_and_overdue_timers_fire_at_once(
    hanging,
):
    hanging.loop.run_until(60)
    hanging.end_hang()
    assert hanging.kinds == ["start_timer"] * 5 + ["timer_fired"] * 2
    assert [outcome.seq for outcome in hanging.outcomes] == [1, 2, 3, 4, 5]
    assert hanging.fired_s == pytest.approx([60.0, 60.0])


def test_a_waiting_input_may_still_move_an_overdue_timer(hanging):
    hanging.submit(30.0, "a")
    hanging.loop.run_until(60)
    hanging.end_hang()
    assert hanging.fired_s == pytest.approx([60.0]), "b alone"
    hanging.loop.run_until(95)
    assert hanging.fired_s == pytest.approx([60.0, 90.0], abs=0.01)


def test_a_timer_that_is_due_after_the_hang_fires_in_time(hanging):
    hanging.loop.run_until(60)
    hanging.end_hang()
    hanging.loop.run_until(99.9)
    assert len(hanging.fired_s) == 2
    hanging.loop.run_until(101)
    assert hanging.fired_s[2] == pytest.approx(100.0, abs=0.01)


def test_resuming_writes_while_the_disk_still_hangs_changes_nothing(hanging):
    hanging.loop.run_until(60)
    hanging.commit_loop.resume_writes()
    assert (hanging.kinds, len(hanging.outcomes), hanging.commit_loop.waiting) == (
        ["start_timer"] * 3,
        3,
        2,
    )


def test_resuming_writes_where_nothing_hung_changes_nothing(node):
    node.commit_loop.resume_writes()
    node.submit(10.0)
    node.commit_loop.resume_writes()
    node.loop.run_until(11)
    assert node.kinds == ["start_timer", "timer_fired"]
    assert (len(node.outcomes), node.disk.writes) == (1, 2)


def test_a_commit_loop_that_was_killed_during_the_hang_does_nothing_any_more(hanging):
    hanging.loop.run_until(60)
    hanging.commit_loop.kill()
    hanging.end_hang()
    hanging.loop.run_until(200)
    assert hanging.kinds == ["start_timer"] * 3
    assert (len(hanging.outcomes), hanging.fired_s, hanging.deaths) == (3, [], [])


def test_a_commit_loop_that_opens_on_a_hung_disk_fires_overdue_timers_after_the_hang(hanging):
    hanging.loop.run_until(30)
    hanging.commit_loop.kill()
    hanging.store = hanging.store.crash()
    hanging.open()
    hanging.loop.run_until(60)
    assert hanging.kinds == ["start_timer"] * 3
    hanging.end_hang()
    assert hanging.kinds == ["start_timer"] * 3 + ["timer_fired"] * 2
