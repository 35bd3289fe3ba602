"""Node time made of readings of a machine's clocks: pure arithmetic, reads no clock.

Node time is the last time plus what has passed on the boot clock, which no setting of the date
moves and which goes on while the machine is suspended. The wall clock is followed for what is
small:

- Ahead by no more than CLOCK_STEP, it is followed at once as far as the *allowance* goes: that is
  CLOCK_STEP, what is followed is taken from it, and one part in `SLEW_DIVISOR` of the time that
  passes comes back.
- Behind by no more than CLOCK_STEP, node time is slewed: it runs slower by one part in
  `SLEW_DIVISOR` until the wall clock has caught up, so that no deadline waits for that.
- Anything else is held back: node time goes on by itself until the wall clock comes back, or
  somebody says what it was (`believe`, `set_to`).

So whatever the wall clock does, node time runs between 0.99 and 1.01 of the time that passes, plus
CLOCK_STEP once, for as long as nobody says otherwise.
"""

from citybrain.clock import SECOND_US
from citybrain.node_time.hold import ClockHold
from citybrain.node_time.limits import CLOCK_STEP, CLOCK_STEP_AT_START

STEP_MIN_US = SECOND_US // 2  # a larger drift between two readings is a step of the wall clock
SLEW_DIVISOR = 100
STEP_MAX_US = CLOCK_STEP.value * SECOND_US
START_MAX_US = CLOCK_STEP_AT_START.value * SECOND_US
# kept times SLEW_DIVISOR, so that frequent reading loses none of it
FULL_ALLOWANCE = STEP_MAX_US * SLEW_DIVISOR


class Discipline:
    """`read` with every reading; `now_us` is node time at the last one. All in microseconds."""

    def __init__(self, *, wall_us: int, boot_us: int, monotonic_us: int) -> None:
        self.now_us, self.stepped_us = wall_us, 0
        self._boot_us = boot_us
        # of the last whole reading
        self._wall_us, self._read_us, self._monotonic_us = wall_us, boot_us, monotonic_us
        self._allowance = FULL_ALLOWANCE
        self._offset_us = self._remainder = 0
        self._is_held = self._is_at_start = False

    @property
    def hold(self) -> ClockHold | None:
        """As of the last reading."""
        if not self._is_held:
            return None
        return ClockHold(ahead_us=self._offset_us, is_at_start=self._is_at_start)

    def read(self, *, wall_us: int, boot_us: int, monotonic_us: int) -> None:
        """The three clocks at one moment."""
        drift_us = (wall_us - self._wall_us) - (boot_us - self._read_us)
        asleep_us = (boot_us - self._read_us) - (monotonic_us - self._monotonic_us)
        self._wall_us, self._read_us, self._monotonic_us = wall_us, boot_us, monotonic_us
        passed_us = self._passed(boot_us)
        expected_us = self.now_us + passed_us
        offset_us, was_held = wall_us - expected_us, self._is_held
        # what would have been believed at the start is so later: the machine was off for that long
        limit_us = START_MAX_US if self._is_at_start else STEP_MAX_US
        self._is_held = not -STEP_MAX_US <= offset_us <= limit_us
        if self._is_held:
            self.now_us = expected_us
        elif self._is_at_start and offset_us > 0:
            self.now_us = wall_us
        elif offset_us > 0:
            followed_us = min(offset_us, self._allowance // SLEW_DIVISOR)
            self.now_us = expected_us + followed_us
            self._allowance -= followed_us * SLEW_DIVISOR
        else:
            self.now_us = max(wall_us, self.now_us + self._slewed(passed_us))
        self._offset_us = wall_us - self.now_us
        if asleep_us > STEP_MIN_US:  # no glitch, but nothing could fire meanwhile
            self.stepped_us += asleep_us
        self._count_step(offset_us if was_held else drift_us)
        self._is_at_start = self._is_at_start and self._is_held

    def pass_time(self, boot_us: int) -> None:
        """A reading of the boot clock alone: the others are too far from it to be compared."""
        passed_us = self._passed(boot_us)
        is_slewing = self._offset_us < 0 and not self._is_held
        self.now_us += self._slewed(passed_us) if is_slewing else passed_us

    def resume_after(self, last_us: int, *, is_proved: bool) -> None:
        """An earlier run used times up to `last_us`. Node time goes on from there where the wall
        clock, as read last, is behind it, or further ahead than a restart takes and not proved."""
        ahead_us = self._wall_us - last_us
        if ahead_us >= 0 and (ahead_us <= START_MAX_US or is_proved):
            return
        self.now_us, self._offset_us = last_us, ahead_us
        self._is_held = self._is_at_start = not -STEP_MAX_US <= ahead_us < 0

    def not_before(self, at_us: int) -> None:
        """Node time is `at_us` or later from now on."""
        self.now_us = max(self.now_us, at_us)

    def believe(self) -> None:
        """The wall clock, as read last, is right: it is followed. Only forward: node time goes back
        by `set_to` alone."""
        if self._is_held and self._offset_us > 0:
            self.stepped_us += self._offset_us
            self.set_to(self._wall_us)

    def set_to(self, at_us: int) -> None:
        """Node time is `at_us`, whatever it was."""
        self.now_us, self._offset_us = at_us, self._wall_us - at_us
        self._is_held = self._is_at_start = False
        self._allowance = FULL_ALLOWANCE

    def _passed(self, boot_us: int) -> int:
        passed_us = max(0, boot_us - self._boot_us)
        self._boot_us = max(boot_us, self._boot_us)
        self._allowance = min(FULL_ALLOWANCE, self._allowance + passed_us)
        return passed_us

    def _count_step(self, step_us: int) -> None:
        if not self._is_held and abs(step_us) > STEP_MIN_US:
            self.stepped_us += step_us

    def _slewed(self, passed_us: int) -> int:
        """How far slewed node time goes in `passed_us`; remainders are kept, so that frequent
        reading loses none."""
        slewed, self._remainder = divmod(
            passed_us * (SLEW_DIVISOR - 1) + self._remainder, SLEW_DIVISOR
        )
        return slewed
