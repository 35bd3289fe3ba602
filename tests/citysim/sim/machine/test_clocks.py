"""A simulated computer's clocks under production's discipline: they drift and are stepped, and node
time never goes back."""

from citybrain.clock import SECOND_US
from citybrain.system_clock import SystemClock
from citysim.sim.event_loop import VirtualTimeLoop
from citysim.sim.machine.clocks import EPOCH_US, SimClocks


def clocks():
    loop = VirtualTimeLoop()
    raw = SimClocks(loop)
    return loop, raw, SystemClock(raw)


def test_without_faults_every_clock_shows_simulated_time():
    loop, raw, clock = clocks()
    loop.run_until(12.5)
    assert clock.now() == EPOCH_US + 12_500_000
    assert raw.error_us == 0


def test_a_step_moves_the_wall_clock_and_not_the_monotonic_one():
    loop, raw, clock = clocks()
    loop.run_until(5)
    before, instant = clock.now(), clock.instant()
    raw.step(-6)
    loop.run_until(6)
    assert clock.now() - before > 0.98 * SECOND_US, "node time goes on"
    assert clock.instant() - instant == SECOND_US
    assert clock.stepped_us == -6 * SECOND_US
    assert raw.error_us == -6 * SECOND_US


def test_a_suspended_computer_knows_nothing_of_it_but_by_its_boot_clock():
    loop, raw, clock = clocks()
    loop.run_until(5)
    before, instant = clock.now(), clock.instant()
    raw.suspend(3600)
    assert (clock.now() - before, clock.instant() - instant) == (3600 * SECOND_US, 0)
    assert clock.hold is None


def test_the_error_of_a_drifting_clock_grows_and_stays_after_the_drift():
    loop, raw, _ = clocks()
    raw.drift(500)
    loop.run_until(100)
    assert raw.error_us == 50_000
    raw.drift(0)
    loop.run_until(200)
    assert raw.error_us == 50_000


def test_a_wrong_date_is_no_error_of_the_clock_and_the_kernel_says_that_nobody_keeps_it():
    loop, raw, clock = clocks()
    loop.run_until(5)
    raw.begin_wrong(86_400)
    raw.begin_wrong(-7_200)
    assert (raw.error_us, raw.is_synchronised()) == (0, False)
    assert clock.now() == EPOCH_US + 5 * SECOND_US
    assert clock.hold.ahead_us == -7_200 * SECOND_US
    raw.end_wrong()
    assert raw.is_synchronised()
    assert clock.now() == clock.wall()
