"""Errors between an extract and a map file. Every message says what is wrong, why, what to do.

MapsError               root
├── ExtractError        an extract that cannot be read, or holds nothing to draw
├── LandmarksError      a file of landmarks that cannot be read, or is of another system
└── MapNotWrittenError  the map cannot be put where it was wanted
"""

from citybrain.errors import CityBrainError


class MapsError(CityBrainError):
    """Root of what making a map can raise."""


class ExtractError(MapsError):
    """An extract that cannot be read, or holds nothing to draw."""


class LandmarksError(MapsError):
    """A file of landmarks that cannot be read, or whose coordinates are of another system."""


class MapNotWrittenError(MapsError):
    """The map cannot be put where it was wanted."""
