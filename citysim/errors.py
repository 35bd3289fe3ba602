"""The simulated city's errors. Every message says what is wrong, why, and what to do.

CityBrainError
└── CitySimError
    ├── FootageUnavailableError      no source of a clip answered with the right bytes
    ├── BrokerMissingError           neither mosquitto nor the pip-installed broker can be started
    ├── ProgramFailedError           a process of the city did not come up, or died too often
    ├── WorkerLostError              a process that told stories died
    ├── SeedListError            the list of regressions cannot be read
    ├── RunTooLongError            a simulated story goes on and on without time passing: a loop that never rests
    ├── ChaosUnavailableError        this machine does not allow what a fault needs
    └── NoFaultTargetError         the process that a fault is meant for is not there
"""

from citybrain.errors import CityBrainError


class CitySimError(CityBrainError):
    """Root of what the simulated city raises on purpose."""


class FootageUnavailableError(CitySimError):
    """No source of a clip answered with the right bytes; every source that was tried is listed with what came of it."""


class BrokerMissingError(CitySimError):
    """Neither mosquitto nor the pip-installed broker can be started."""


class ProgramFailedError(CitySimError):
    """A process of the city did not come up in time, or died too often to be started again."""


class WorkerLostError(CitySimError):
    """A process that told stories died: killed, or out of memory."""


class SeedListError(CitySimError):
    """The list of regressions cannot be read: it is not there, or something in it is wrong."""


class RunTooLongError(CitySimError):
    """A simulated story turns in circles."""

    def __init__(self, at_s: float, turns: int) -> None:
        super().__init__(
            f"at {at_s:.3f} s of the story {turns} steps have been done: something never rests. Replay the seed until shortly before and look."
        )


class ChaosUnavailableError(CitySimError):
    """This machine does not allow what a fault needs (a privilege, a program, a kernel feature)."""


class NoFaultTargetError(CitySimError):
    """The process that a fault is meant for is not there at this moment."""
