"""The machine's clocks: their only reader, for composition roots alone.

Node time (`SystemClock.now`) is what `citybrain.node_time.discipline` makes of them: it never goes
back, follows the wall clock for what is small, and holds back a step that nothing proves. What is
held back is believed once the kernel says that the clock is synchronised (having said before that
it is not, or at a start), or a peer agrees; else a person says what it was. Where what is proved
so is behind node time, only `is_set_back` says so: see who may begin anew.
"""

import logging
import threading
import time
from typing import Protocol

from citybrain.clock import SECOND_US, Instant, Timestamp, iso
from citybrain.node_time.discipline import Discipline
from citybrain.node_time.hold import ClockHold
from citybrain.node_time.kernel_sync import KernelSync, LinuxKernelSync, NotSynchronised
from citybrain.node_time.limits import PEER_AGREEMENT

READING_MAX_US = SECOND_US // 20  # clocks read further apart than this cannot be compared
KERNEL_EVERY_US = SECOND_US  # how often the kernel is asked while a step is held back
BOOT_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # the second: no Linux

log = logging.getLogger(__name__)


class RawClocks(Protocol):
    """A machine's clocks as they are: the wall clock may step and drift, the others may not."""

    def wall_us(self) -> int: ...

    def boot_us(self) -> int:
        """Time since the machine booted, goes on while it is suspended."""
        ...

    def monotonic_us(self) -> int:
        """Time in which it ran."""
        ...


class MachineClocks:
    """The clocks of this machine."""

    def wall_us(self) -> int:
        return time.time_ns() // 1000

    def boot_us(self) -> int:
        return time.clock_gettime_ns(BOOT_CLOCK) // 1000

    def monotonic_us(self) -> int:
        return time.monotonic_ns() // 1000


class SystemClock:
    """See `citybrain.node_time.hold.DisciplinedClock`. Thread-safe."""

    def __init__(self, raw: RawClocks | None = None, *, kernel: KernelSync | None = None) -> None:
        """`kernel`: who says whether the wall clock is synchronised; of `raw` nobody does where it
        is left out."""
        self._raw = raw or MachineClocks()
        self._kernel: KernelSync = kernel or (
            LinuxKernelSync() if raw is None else NotSynchronised()
        )
        self._lock = threading.Lock()
        self._discipline = Discipline(
            wall_us=self._raw.wall_us(),
            boot_us=self._raw.boot_us(),
            monotonic_us=self._raw.monotonic_us(),
        )
        self._asked_us = 0  # the boot clock when the kernel was asked last
        self._was_unsynchronised = False  # … and said so since the step is held back
        self._is_set_back = False

    @property
    def stepped_us(self) -> int:
        return self._discipline.stepped_us

    @property
    def hold(self) -> ClockHold | None:
        return self._discipline.hold

    @property
    def is_set_back(self) -> bool:
        return self._is_set_back and self._discipline.hold is not None

    def is_synchronised(self) -> bool:
        return self._kernel.is_synchronised()

    def now(self) -> Timestamp:
        with self._lock:
            self._read()
            return Timestamp(self._discipline.now_us)

    def wall(self) -> Timestamp:
        return Timestamp(self._raw.wall_us())

    def instant(self) -> Instant:
        return Instant(self._raw.monotonic_us())

    def not_before(self, at: Timestamp) -> None:
        """Node time is `at` or later from now on: somebody already used it."""
        with self._lock:
            self._discipline.not_before(at)

    def resume_after(self, last: Timestamp) -> None:
        with self._lock:
            self._read()
            is_proved = self._kernel.is_synchronised()
            self._discipline.resume_after(last, is_proved=is_proved)
            self._was_unsynchronised = True  # at a start the kernel is believed at any time

    def compare_peer_time(self, at: Timestamp) -> None:
        with self._lock:
            self._read()
            hold = self._discipline.hold
            if hold is None:
                return
            tolerance_us = PEER_AGREEMENT.value * SECOND_US
            if not hold.is_at_start:  # it must be plain which of the two times the peer means
                tolerance_us = min(tolerance_us, abs(hold.ahead_us) // 2)
            if abs(at - self._raw.wall_us()) <= tolerance_us:
                self._believe("a peer agrees with it")

    def set_to(self, at: Timestamp) -> None:
        with self._lock:
            self._read()
            self._discipline.set_to(at)

    def _read(self) -> None:
        raw = self._raw
        before, wall_us, monotonic_us = raw.boot_us(), raw.wall_us(), raw.monotonic_us()
        boot_us = raw.boot_us()
        if boot_us - before < READING_MAX_US:
            self._discipline.read(wall_us=wall_us, boot_us=boot_us, monotonic_us=monotonic_us)
        else:
            self._discipline.pass_time(boot_us)
        if self._discipline.hold is None:
            self._was_unsynchronised = self._is_set_back = False
        elif boot_us - self._asked_us >= KERNEL_EVERY_US:
            self._ask_kernel(boot_us)

    def _ask_kernel(self, boot_us: int) -> None:
        self._asked_us = boot_us
        if not self._kernel.is_synchronised():
            self._was_unsynchronised = True
        elif self._was_unsynchronised:
            self._believe("the kernel says now that it is synchronised")

    def _believe(self, reason: str) -> None:
        hold = self._discipline.hold
        if hold is None:
            return
        if hold.ahead_us < 0:
            self._is_set_back = True
            return
        wall = iso(Timestamp(self._raw.wall_us()))
        log.warning("the wall clock (%s) is believed again: %s", wall, reason)
        self._discipline.believe()
