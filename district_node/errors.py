"""The district's errors. Below `CityBrainError`:

DistrictError
└── LinkBroken      the stream to the city broke or was refused; the node goes on alone and tries again
"""

from citybrain.errors import CityBrainError


class DistrictError(CityBrainError):
    """Root of what a district node raises on purpose."""


class LinkBroken(DistrictError):
    """The stream to the city broke, fell silent or was refused. The node goes on alone and tries again."""


class OutOfOrder(DistrictError):
    """A letter of the city's log came without the one before it. It is not journaled; the stream is opened again where the journal stands."""


class NotDone(DistrictError):
    """The node refused an operator's action."""

    def __init__(self, verb: str, incident: str, because: str, detail: str) -> None:
        self.because = because
        super().__init__(f"{verb} of {incident} was not done ({because}). {detail}")
