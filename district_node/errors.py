"""The district's errors. Below `CityBrainError`:

DistrictError
├── LinkBrokenError       the stream to the city broke, fell silent or was refused
├── OutOfOrderError       a letter of the city came without the one before it
├── ActionRefusedError    the node refused an operator's action
└── PacksRefusedError     whoever asked for other packs may not
"""

from citybrain.errors import CityBrainError


class DistrictError(CityBrainError):
    """Root of what a district node raises on purpose."""


class LinkBrokenError(DistrictError):
    """The stream to the city broke, fell silent or was refused. The node goes on alone and tries
    again.
    """


class OutOfOrderError(DistrictError):
    """A letter of the city's log came without the one before it. It is not journaled; the stream is
    opened again where the journal stands.
    """


class ActionRefusedError(DistrictError):
    """The node refused an operator's action."""

    def __init__(self, verb: str, incident: str, reason: str, detail: str) -> None:
        self.reason = reason
        super().__init__(f"{verb} of {incident} was not done ({reason}). {detail}")


class PacksRefusedError(DistrictError):
    """Whoever asked for other packs may not: those in force stay. The message says who may."""
