"""Errors between an extract and a map file. Every message says what is wrong, why, what to do.

MapsError               root
├── ExtractError        an extract that cannot be read, or holds nothing to draw
└── MapNotWrittenError  the map cannot be put where it was wanted
"""

from citybrain.errors import CityBrainError


class MapsError(CityBrainError):
    """Root of what making a map can raise."""


class ExtractError(MapsError):
    """An extract that cannot be read, or holds nothing to draw."""


class MapNotWrittenError(MapsError):
    """The map cannot be put where it was wanted."""
