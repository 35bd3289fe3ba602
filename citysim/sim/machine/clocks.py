"""The raw clocks of a simulated computer: they drift, the wall clock can be stepped, the computer
can be suspended, and its kernel says whether a time daemon keeps its clock.

Node time over them is production's (`citybrain.system_clock.SystemClock`).
"""

from citybrain.clock import SECOND_US, Timestamp
from citysim.sim.event_loop import VirtualTimeLoop

EPOCH_US = 1_750_000_000 * SECOND_US  # the wall time at which every simulation begins
BOOTED_US = 1_000 * SECOND_US  # what the monotonic clock shows then


def timestamp(at_s: float) -> Timestamp:
    """Simulated seconds as wall time."""
    return Timestamp(EPOCH_US + round(at_s * SECOND_US))


class SimClocks:
    """See `citybrain.system_clock.RawClocks` and `citybrain.node_time.kernel_sync.KernelSync`."""

    def __init__(self, loop: VirtualTimeLoop, *, begin_us: int = EPOCH_US) -> None:
        self._loop, self._begin_us = loop, begin_us
        self._ppm = 0.0
        self._since_s = self._passed_us = 0.0  # `_passed_us` had passed on this quartz by then
        self._offset_us = self._suspended_us = 0
        self._wrong_us = 0  # a wrong date, which no time daemon keeps
        # the last reading: a clock is read many times at one moment
        self._read_s, self._read_us = -1.0, 0

    def wall_us(self) -> int:
        off_us = self._offset_us + self._wrong_us
        return self._begin_us + off_us + self._suspended_us + self._elapsed_us()

    def boot_us(self) -> int:
        return BOOTED_US + self._suspended_us + self._elapsed_us()

    def is_synchronised(self) -> bool:
        return not self._wrong_us

    def monotonic_us(self) -> int:
        return BOOTED_US + self._elapsed_us()

    def step(self, seconds: float) -> None:
        """The wall clock is set forward or (negative) back."""
        self._offset_us += round(seconds * SECOND_US)

    def begin_wrong(self, seconds: float) -> None:
        """The wall clock shows another date, off by so much; the kernel does not call that
        synchronised. A second one takes the place of the first."""
        self._wrong_us = round(seconds * SECOND_US)

    def end_wrong(self) -> None:
        """A time daemon sets it right again."""
        self._wrong_us = 0

    def suspend(self, seconds: float) -> None:
        """The computer slept for so long, in no time of the simulation: only its monotonic clock
        knows nothing of it."""
        self._suspended_us += round(seconds * SECOND_US)

    def drift(self, ppm: float) -> None:
        """From now on the quartz runs fast by so many parts per million."""
        self._passed_us, self._since_s, self._ppm = self._elapsed_us(), self._loop.time(), ppm
        self._read_s = -1.0

    @property
    def wrong_s(self) -> float:
        """By how much the wall clock shows another date."""
        return self._wrong_us / SECOND_US

    @property
    def error_us(self) -> int:
        """Wall time minus simulated time, but for a wrong date."""
        return (
            self.wall_us() - self._wrong_us - self._begin_us - round(self._loop.time() * SECOND_US)
        )

    def _elapsed_us(self) -> int:
        now_s = self._loop.time()
        if now_s != self._read_s:
            passed_us = self._passed_us + (now_s - self._since_s) * (SECOND_US + self._ppm)
            self._read_s, self._read_us = now_s, round(passed_us)
        return self._read_us
