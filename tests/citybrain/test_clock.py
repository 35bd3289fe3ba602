"""Node time never goes back, a step of the wall clock is counted or held back until somebody proves
it, and the clock of tests moves only when told to.
"""

import threading
import time

import pytest

from citybrain.clock import SECOND_US, ManualClock, Timestamp, iso, later, seconds_between
from citybrain.node_time.kernel_sync import LinuxKernelSync
from citybrain.system_clock import SystemClock


class Machine:
    """The machine's two clocks, in nanoseconds, moved by hand."""

    def __init__(self, monkeypatch):
        self.is_kept = False
        self.wall = self.mono = 1_000_000 * SECOND_US * 1000
        monkeypatch.setattr(time, "time_ns", lambda: self.wall)
        monkeypatch.setattr(time, "monotonic_ns", lambda: self.mono)
        monkeypatch.setattr(time, "clock_gettime_ns", lambda _: self.mono)
        monkeypatch.setattr(LinuxKernelSync, "is_synchronised", lambda _: self.is_kept)

    def run(self, seconds):
        self.wall += round(seconds * 1e9)
        self.mono += round(seconds * 1e9)

    def step(self, seconds):
        self.wall += round(seconds * 1e9)


@pytest.fixture
def machine(monkeypatch):
    return Machine(monkeypatch)


def test_node_time_follows_the_wall_clock(machine):
    clock = SystemClock()
    first = clock.now()
    machine.run(3)
    assert seconds_between(first, clock.now()) == 3
    assert clock.stepped_us == 0


def test_a_step_back_is_absorbed_and_counted_and_time_goes_on(machine):
    clock = SystemClock()
    before = clock.now()
    machine.step(-6)
    machine.run(1)
    assert 0.98 <= seconds_between(before, clock.now()) <= 1, (
        "deadlines of a minute must not take two"
    )
    assert clock.stepped_us == -6 * SECOND_US


def test_after_a_step_back_node_time_finds_back_to_the_wall_clock_a_little_slower(machine):
    clock = SystemClock()
    clock.now()
    machine.step(-6)
    for _ in range(500):
        last = clock.now()
        machine.run(1)
        assert 0.98 <= seconds_between(last, clock.now()) <= 1
    machine.run(150)
    assert clock.now() == machine.wall // 1000


def test_a_start_with_a_clock_behind_the_last_record_goes_on_from_there(machine):
    """The battery of a box's clock is empty: a year must not pass before the next deadline
    fires."""
    clock = SystemClock()
    last = Timestamp(clock.now() + 365 * 86_400 * SECOND_US)
    clock.not_before(last)
    assert clock.now() == last
    machine.run(10)
    assert 9.8 <= seconds_between(last, clock.now()) <= 10
    clock.not_before(Timestamp(0))
    assert clock.now() > last


def test_a_step_forward_is_followed_and_counted(machine):
    clock = SystemClock()
    before = clock.now()
    machine.step(8)
    assert seconds_between(before, clock.now()) == 8
    assert clock.stepped_us == 8 * SECOND_US


DAY_S = 86_400


def held(machine, *, step_s=DAY_S):
    clock = SystemClock()
    machine.step(step_s)
    clock.now()
    return clock


def test_a_step_of_a_day_is_held_back_and_not_counted(machine):
    clock = held(machine)
    before = clock.now()
    machine.run(60)
    assert seconds_between(before, clock.now()) == 60
    assert (clock.hold.ahead_us, clock.stepped_us) == (DAY_S * SECOND_US, 0)
    assert "86400 s ahead of node time" in clock.hold.described("tomorrow")


@pytest.mark.parametrize(("off_s", "is_proof"), [(0, True), (299, True), (301, False)])
def test_a_peer_within_five_minutes_proves_the_wall_clock(machine, off_s, is_proof):
    clock = held(machine)
    clock.compare_peer_time(Timestamp(clock.wall() + off_s * SECOND_US))
    assert (clock.hold is None) is is_proof
    assert clock.stepped_us == is_proof * DAY_S * SECOND_US


def test_a_peer_that_may_as_well_mean_node_time_proves_nothing(machine):
    clock = held(machine, step_s=100)
    clock.compare_peer_time(Timestamp(clock.wall() - 51 * SECOND_US))
    assert clock.hold is not None
    clock.compare_peer_time(Timestamp(clock.wall() - 49 * SECOND_US))
    assert clock.hold is None


def test_node_time_does_not_go_back_for_a_peer(machine):
    clock = held(machine, step_s=-DAY_S)
    before = clock.now()
    clock.compare_peer_time(clock.wall())
    assert clock.now() >= before
    assert clock.hold.ahead_us < 0
    assert clock.is_set_back, "and whoever can begin anew is told"
    machine.step(DAY_S)
    clock.now()
    assert not clock.is_set_back


def test_the_kernel_is_believed_once_it_says_what_it_did_not_say_before(machine):
    clock = held(machine)
    machine.run(2)
    clock.now()
    machine.is_kept = True
    machine.run(2)
    clock.now()
    assert clock.now() == clock.wall()
    assert clock.hold is None


def test_a_kernel_that_was_synchronised_all_the_time_proves_no_step(machine):
    machine.is_kept = True
    clock = held(machine)
    machine.run(2)
    assert clock.now() < clock.wall()


@pytest.mark.parametrize("is_kept", [True, False])
def test_at_a_start_a_synchronised_kernel_proves_the_wall_clock(machine, is_kept):
    machine.is_kept = is_kept
    clock = SystemClock()
    last = Timestamp(clock.now() - DAY_S * SECOND_US)
    clock.resume_after(last)
    assert (clock.now() == last) is not is_kept
    assert (clock.hold is None) is is_kept
    machine.is_kept = True
    machine.run(2)
    clock.now()
    assert clock.now() == clock.wall()


def test_slow_disciplining_by_a_time_daemon_is_no_step(machine):
    clock = SystemClock()
    for _ in range(100):
        clock.now()
        machine.run(1)
        machine.step(0.0005)
    clock.now()
    assert clock.stepped_us == 0


def test_a_process_that_was_not_scheduled_between_two_readings_sees_no_step(monkeypatch):
    readings = iter([0, 100, 800_000_000])  # the boot clock: the third comes 0.8 s late
    monkeypatch.setattr(time, "clock_gettime_ns", lambda _: next(readings))
    monkeypatch.setattr(time, "monotonic_ns", lambda: 0)
    monkeypatch.setattr(time, "time_ns", lambda: 10**18)
    clock = SystemClock()
    clock.now()
    assert clock.stepped_us == 0


def test_many_threads_never_see_node_time_go_back():
    clock = SystemClock()
    went_back = []

    def read():
        last = clock.now()
        for _ in range(2_000):
            now = clock.now()
            if now < last:
                went_back.append((last, now))
            last = now

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not went_back
    assert clock.instant() <= clock.instant()


def test_the_manual_clock_moves_only_when_it_is_advanced_and_never_back():
    clock = ManualClock()
    before = clock.now()
    assert clock.now() == before
    assert clock.advance(1.5) == later(before, 1.5)
    assert clock.instant() == clock.now()
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(-1)


def test_times_are_written_as_cap_wants_them():
    assert iso(Timestamp(1_767_225_600 * SECOND_US)) == "2026-01-01T00:00:00-00:00"
