"""The street agent's errors. Every message says what is wrong, why, and what to do.

StreetError                     root of the tier's own tree
├── CameraFault                 a source cannot be opened or read: the camera says so and goes on trying, the others go on
│   ├── NoSuchSource            there is no such file or device
│   └── NotAVideo               what is there holds no picture that can be decoded
├── SensorFault                 a series cannot be read: the sensor is blind, the others go on
└── ModelFault                  a model breaks its card's promise: the cameras that use it are blind, the others go on
    ├── ModelAltered            the file's hash is not the card's
    └── WrongOutputs            the file's inputs or outputs are not the card's
"""

from citybrain.errors import CityBrainError


class StreetError(CityBrainError):
    """Root of the street agent's errors."""


class CameraFault(StreetError):
    """A source cannot be opened or read."""


class NoSuchSource(CameraFault):
    """There is no such file or device."""


class NotAVideo(CameraFault):
    """What is there holds no picture that can be decoded."""


class SensorFault(StreetError):
    """A series cannot be read."""


class ModelFault(StreetError):
    """A model breaks its card's promise."""


class ModelAltered(ModelFault):
    """The file's hash is not the card's."""


class WrongOutputs(ModelFault):
    """The file's inputs or outputs are not the card's."""
