"""A simulated computer's clocks under production's discipline: they drift and are stepped, and node time never goes back."""

from citybrain.clock import SECOND_US, SystemClock
from citysim.sim.loop import SimLoop
from citysim.sim.machine.clocks import EPOCH_US, SimClocks


def clocks():
    loop = SimLoop()
    raw = SimClocks(loop)
    return loop, raw, SystemClock(raw)


def test_without_faults_every_clock_tells_the_storys_time():
    loop, raw, clock = clocks()
    loop.run_until(12.5)
    assert clock.now() == EPOCH_US + 12_500_000
    assert raw.off_us == 0


def test_a_step_moves_the_wall_clock_and_not_the_monotonic_one():
    loop, raw, clock = clocks()
    loop.run_until(5)
    before, instant = clock.now(), clock.instant()
    raw.step(-60)
    loop.run_until(6)
    assert clock.now() - before > 0.98 * SECOND_US, "node time goes on"
    assert clock.instant() - instant == SECOND_US
    assert clock.stepped_us == -60 * SECOND_US
    assert raw.off_us == -60 * SECOND_US


def test_a_drifting_quartz_is_off_by_what_passed_meanwhile_and_keeps_that():
    loop, raw, _ = clocks()
    raw.drift(500)
    loop.run_until(100)
    assert raw.off_us == 50_000
    raw.drift(0)
    loop.run_until(200)
    assert raw.off_us == 50_000
