"""The two raw clocks of a simulated computer: they drift, and the wall clock can be stepped. Node time over them is production's (`SystemClock`)."""

from citybrain.clock import SECOND_US
from citysim.sim.loop import SimLoop

EPOCH_US = 1_750_000_000 * SECOND_US  # when every story begins
BOOTED_US = 1_000 * SECOND_US  # what the monotonic clock shows then


class SimClocks:
    """See `citybrain.clock.RawClocks`."""

    def __init__(self, loop: SimLoop, *, begin_us: int = EPOCH_US) -> None:
        self._loop, self._begin_us = loop, begin_us
        self._ppm = 0.0
        self._since_s = self._passed_us = 0.0  # up to `since` so much had passed on this quartz
        self._offset_us = 0
        self._read_s, self._read_us = (
            -1.0,
            0,
        )  # the last reading: a clock is read many times in one moment

    def wall_us(self) -> int:
        return self._begin_us + self._offset_us + self._elapsed_us()

    def monotonic_us(self) -> int:
        return BOOTED_US + self._elapsed_us()

    def step(self, seconds: float) -> None:
        """Somebody sets the wall clock."""
        self._offset_us += round(seconds * SECOND_US)

    def drift(self, ppm: float) -> None:
        """From now on the quartz runs so much too fast (parts per million)."""
        self._passed_us, self._since_s, self._ppm = self._elapsed_us(), self._loop.time(), ppm
        self._read_s = -1.0

    @property
    def off_us(self) -> int:
        """How far the wall clock is from the truth."""
        return self.wall_us() - self._begin_us - round(self._loop.time() * SECOND_US)

    def _elapsed_us(self) -> int:
        now_s = self._loop.time()
        if now_s != self._read_s:
            self._read_s, self._read_us = (
                now_s,
                round(self._passed_us + (now_s - self._since_s) * (SECOND_US + self._ppm)),
            )
        return self._read_us
