"""The street agent's errors. Every message says what is wrong, why, and what to do.

StreetError                     root of the tier's own tree
├── CameraError                 a source cannot be opened or read: the camera says so and goes on trying, the others go on
│   ├── SourceNotFoundError            there is no such file or device
│   └── NotAVideoError               what is there holds no picture that can be decoded
├── SensorError                 a series cannot be read: the sensor is blind, the others go on
└── ModelError                  a model breaks its card's promise: the cameras that use it are blind, the others go on
    ├── ModelAlteredError            the file's hash is not the card's
    └── WrongOutputsError            the file's inputs or outputs are not the card's
"""

from citybrain.errors import CityBrainError


class StreetError(CityBrainError):
    """Root of the street agent's errors."""


class CameraError(StreetError):
    """A source cannot be opened or read."""


class SourceNotFoundError(CameraError):
    """There is no such file or device."""


class NotAVideoError(CameraError):
    """What is there holds no picture that can be decoded."""


class SensorError(StreetError):
    """A series cannot be read."""


class ModelError(StreetError):
    """A model breaks its card's promise."""


class ModelAlteredError(ModelError):
    """The file's hash is not the card's."""


class WrongOutputsError(ModelError):
    """The file's inputs or outputs are not the card's."""
