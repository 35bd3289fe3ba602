"""The street agent's errors. Every message says what is wrong, why, and what to do.

StreetError                   root of the tier's own tree
├── CameraError               a source cannot be opened or read: it is tried again, the others go on
│   ├── SourceNotFoundError   there is no such file or device
│   ├── NotAVideoError        the source holds no picture that can be decoded
│   └── PictureDamagedError   the pictures arrive damaged, and nothing in the stream mends that
├── SensorError               a series cannot be read: the sensor is blind, the others go on
├── ModelError                a model is not what its card says: the cameras that use it are blind
│   ├── ModelAlteredError     the file's hash is not the card's
│   ├── WrongOutputsError     the file's inputs or outputs are not the card's
│   ├── PluginModelError      the decoder of an installed package cannot be used, or failed
│   ├── StillError            a picture to try a model on cannot be read or drawn
│   └── LabelsError           the labels to measure a model by cannot be read
├── ClockSetBackError         the box's time was ahead: it begins anew with the right one
├── StatusError               no running agent says how it is
└── AgentFailedError          the agent could not go on: its supervisor starts it again
"""

from citybrain.errors import CityBrainError


class StreetError(CityBrainError):
    """Root of the street agent's errors."""


class CameraError(StreetError):
    """A source cannot be opened or read."""


class SourceNotFoundError(CameraError):
    """There is no such file or device."""


class NotAVideoError(CameraError):
    """The source holds no picture that can be decoded."""


class PictureDamagedError(CameraError):
    """The pictures arrive damaged, and nothing in the stream mends that."""


class SensorError(StreetError):
    """A series cannot be read."""


class ModelError(StreetError):
    """A model is not what its card says."""


class ModelAlteredError(ModelError):
    """The file's hash is not the card's."""


class WrongOutputsError(ModelError):
    """The file's inputs or outputs are not the card's."""


class PluginModelError(ModelError):
    """The decoder of an installed package cannot be used, failed, or gave what cannot be."""


class StillError(ModelError):
    """A picture to try a model on cannot be read or drawn."""


class LabelsError(ModelError):
    """The labels to measure a model by cannot be read."""


class ClockSetBackError(StreetError):
    """The box's time was ahead of its wall clock, which is proved to be right."""


class StatusError(StreetError):
    """No running agent says how it is."""


class AgentFailedError(StreetError):
    """The agent could not go on; the log above says why. What is in the outbox is safe: start it
    again."""
