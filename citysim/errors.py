"""The simulated city's errors. Every message says what is wrong, why, and what to do.

CityBrainError
└── CitySimError
    ├── ClipsUnavailableError    no source of a video clip answered with the right bytes
    ├── ProgramFailedError       a process of the city did not start, or died too often
    ├── WorkerLostError          a process that ran scenarios died
    ├── SeedListError            the list of regressions cannot be read
    ├── RunTooLongError          a scenario runs without end while its time stands still
    ├── ChaosUnavailableError    this machine does not allow what a fault needs
    └── NoFaultTargetError       the process that a fault is meant for is not running
"""

from citybrain.errors import CityBrainError


class CitySimError(CityBrainError):
    """Root of the errors that the simulated city raises on purpose."""


class ClipsUnavailableError(CitySimError):
    """No source of a clip answered with the right bytes; the message lists every source tried."""


class ProgramFailedError(CitySimError):
    """A process of the city did not come up in time, or died too often to be started again."""


class WorkerLostError(CitySimError):
    """A process that ran scenarios died: killed, or out of memory."""


class SeedListError(CitySimError):
    """The list of regressions cannot be read: it is missing, or has an invalid entry."""


class RunTooLongError(CitySimError):
    """A scenario loops without time passing."""

    def __init__(self, at_s: float, steps: int) -> None:
        super().__init__(
            f"at {at_s:.3f} s of the scenario {steps} steps have run: a loop never waits. Replay"
            " the seed until shortly before that time to find it."
        )


class ChaosUnavailableError(CitySimError):
    """This machine does not allow what a fault needs (a privilege, a program, a kernel feature)."""


class NoFaultTargetError(CitySimError):
    """The process that a fault is meant for is not running at this moment."""
