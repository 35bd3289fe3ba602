"""Whether the kernel says that its clock is synchronised by a time daemon. Sets nothing."""

import ctypes
from pathlib import Path
from typing import Protocol

TIMEX_BYTES = 512  # more than `struct timex` has anywhere; all zeros: only asks
TIME_ERROR = 5  # see adjtimex(2): the clock is not synchronised
TIMESYNCD = Path("/run/systemd/timesync/synchronized")  # gone after every boot


class KernelSync(Protocol):
    """Who knows whether the wall clock is synchronised."""

    def is_synchronised(self) -> bool:
        """False where nobody says so."""
        ...


class LinuxKernelSync:
    """By adjtimex(2), which every time daemon keeps, else by what systemd-timesyncd leaves."""

    def is_synchronised(self) -> bool:
        adjtimex = getattr(ctypes.CDLL(None, use_errno=True), "adjtimex", None)
        if adjtimex is None:  # no Linux
            return False
        state: int = adjtimex(ctypes.create_string_buffer(TIMEX_BYTES))
        return 0 <= state < TIME_ERROR or TIMESYNCD.exists()


class NotSynchronised:
    """Where no kernel is asked."""

    def is_synchronised(self) -> bool:
        return False
