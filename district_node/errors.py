"""The district's errors. Below `CityBrainError`:

DistrictError
└── LinkBroken      the stream to the city broke or was refused; the node goes on alone and tries again
"""

from citybrain.errors import CityBrainError


class DistrictError(CityBrainError):
    """Root of what a district node raises on purpose."""


class LinkBroken(DistrictError):
    """The stream to the city broke, fell silent or was refused. The node goes on alone and tries again."""
