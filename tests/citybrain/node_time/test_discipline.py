"""Node time follows the wall clock for what is small and holds back what nothing proves: for every
story of steps, drifts and sleeps.
"""

from hypothesis import given
from hypothesis import strategies as st

from citybrain.clock import SECOND_US
from citybrain.node_time.discipline import (
    SLEW_DIVISOR,
    START_MAX_US,
    STEP_MAX_US,
    STEP_MIN_US,
    Discipline,
)

DAY_US = 86_400 * SECOND_US
WALL_US, BOOT_US = 1_750_000_000 * SECOND_US, 5_000 * SECOND_US


class Machine:
    """Three clocks moved by hand, and the node time that is made of them."""

    def __init__(self):
        self.wall, self.boot, self.monotonic = WALL_US, BOOT_US, BOOT_US
        self.node = Discipline(wall_us=self.wall, boot_us=self.boot, monotonic_us=self.monotonic)

    def run(self, micros, *, step=0, asleep=0):
        self.wall += micros + step + asleep
        self.boot += micros + asleep
        self.monotonic += micros
        self.node.read(wall_us=self.wall, boot_us=self.boot, monotonic_us=self.monotonic)
        return self.node.now_us


moments = st.tuples(
    st.integers(0, 3_600 * SECOND_US),  # passes
    st.one_of(st.just(0), st.integers(-20, 20), st.integers(-400 * DAY_US, 400 * DAY_US)).flatmap(
        lambda step: st.sampled_from([step, step * SECOND_US // 4])
    ),
    st.one_of(st.just(0), st.integers(0, 10 * DAY_US)),  # asleep
)


@given(st.lists(moments, max_size=40))
def test_whatever_the_wall_clock_does_node_time_passes_as_the_machines_own_time_does(story):
    machine = Machine()
    for passes, step, asleep in story:
        before = machine.node.now_us
        now = machine.run(passes, step=step, asleep=asleep)
        passed = passes + asleep
        assert now - before >= passed * (SLEW_DIVISOR - 1) // SLEW_DIVISOR
        lead = (now - WALL_US) - (machine.boot - BOOT_US)
        assert lead <= STEP_MAX_US + (machine.boot - BOOT_US) // SLEW_DIVISOR


@given(st.lists(moments, max_size=20))
def test_what_is_not_followed_is_said(story):
    machine = Machine()
    for passes, step, asleep in story:
        now = machine.run(passes, step=step, asleep=asleep)
        hold = machine.node.hold
        off = machine.wall - now
        if hold is None:
            assert abs(off) <= STEP_MAX_US
        else:
            assert hold.ahead_us == off != 0


@given(st.integers(STEP_MAX_US + 1, 400 * DAY_US), st.sampled_from([1, -1]), st.integers(0, 7_200))
def test_a_glitch_leaves_no_trace(size, sign, seconds):
    machine = Machine()
    machine.run(SECOND_US)
    machine.run(0, step=sign * size)
    assert machine.node.hold.ahead_us == sign * size
    machine.run(seconds * SECOND_US)
    assert machine.run(SECOND_US, step=-sign * size) == machine.wall
    assert machine.node.hold is None
    assert machine.node.stepped_us == 0


@given(st.integers(STEP_MIN_US + 1, STEP_MAX_US))
def test_a_small_step_forward_is_followed_and_counted(size):
    machine = Machine()
    machine.run(SECOND_US)
    assert machine.run(SECOND_US, step=size) == machine.wall
    assert (machine.node.hold, machine.node.stepped_us) == (None, size)


@given(st.integers(STEP_MIN_US + 1, STEP_MAX_US))
def test_after_a_small_step_back_node_time_finds_back_a_little_slower(size):
    machine = Machine()
    machine.run(0, step=-size)
    assert machine.run(SECOND_US) - WALL_US == SECOND_US * 99 // 100
    assert machine.run(101 * size) == machine.wall
    assert machine.node.stepped_us == -size


def test_a_wall_clock_that_runs_away_in_small_steps_is_held_back_too():
    machine = Machine()
    followed = [machine.run(60 * SECOND_US, step=STEP_MAX_US) == machine.wall for _ in range(3)]
    assert followed == [True, False, False]


def test_drift_and_the_corrections_of_a_time_daemon_are_followed_for_ever():
    machine = Machine()
    for _ in range(200_000):
        machine.run(50, step=0)  # read so often that a hundredth of it is less than a microsecond
    for second in range(20_000):
        assert machine.run(SECOND_US, step=500 if second % 2 else -400) <= machine.wall + 500
    assert (machine.node.hold, machine.node.stepped_us) == (None, 0)


@given(st.integers(STEP_MIN_US + 1, 40 * DAY_US))
def test_a_machine_that_slept_is_no_glitch_and_its_sleep_is_counted(asleep):
    machine = Machine()
    assert machine.run(SECOND_US, asleep=asleep) == machine.wall
    assert (machine.node.hold, machine.node.stepped_us) == (None, asleep)


@given(st.integers(-400 * DAY_US, 400 * DAY_US), st.booleans())
def test_at_a_start_the_wall_clock_is_believed_if_it_is_near_or_proved_else_the_journals_last_time(
    ahead, is_proved
):
    machine = Machine()
    last = WALL_US - ahead
    machine.node.resume_after(last, is_proved=is_proved)
    hold = machine.node.hold
    if ahead >= 0 and (ahead <= START_MAX_US or is_proved):
        assert (machine.node.now_us, hold) == (WALL_US, None)
    else:
        assert machine.node.now_us == last
        assert (hold is None) == (-STEP_MAX_US <= ahead < 0)
        assert hold is None or (hold.is_at_start and hold.ahead_us == ahead)
    assert machine.run(60 * SECOND_US) >= last + 59 * SECOND_US, "deadlines do not stand still"


@given(st.integers(2 * START_MAX_US, 400 * DAY_US), st.sampled_from([1, -1]), st.integers(0, 280))
def test_a_wrong_date_at_a_start_that_is_set_right_costs_no_more_than_the_time_it_was_off(
    size, sign, off_s
):
    machine = Machine()
    machine.wall += sign * size
    machine.node.read(wall_us=machine.wall, boot_us=machine.boot, monotonic_us=machine.monotonic)
    last = WALL_US - off_s * SECOND_US
    machine.node.resume_after(last, is_proved=False)
    assert machine.node.hold is not None
    machine.run(SECOND_US, step=-sign * size)
    assert (machine.node.now_us, machine.node.hold) == (machine.wall, None)


@given(st.integers(START_MAX_US + 1, 400 * DAY_US))
def test_what_is_believed_is_followed_and_counted_and_nothing_behind_is_believed(ahead):
    machine = Machine()
    machine.node.resume_after(WALL_US - ahead, is_proved=False)
    machine.node.believe()
    assert (machine.node.now_us, machine.node.hold) == (WALL_US, None)
    assert machine.node.stepped_us == ahead
    machine.run(SECOND_US, step=-ahead)
    before = machine.node.now_us
    machine.node.believe()
    assert machine.node.now_us == before
    assert machine.node.hold.ahead_us == -ahead


@given(st.integers(-400 * DAY_US, 400 * DAY_US))
def test_a_person_sets_node_time_back_or_forward_and_it_goes_on_from_there(step):
    machine = Machine()
    machine.run(SECOND_US, step=step)
    machine.node.set_to(machine.wall)
    assert machine.node.hold is None
    assert machine.run(SECOND_US) == machine.wall
