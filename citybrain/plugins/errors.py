"""What can be wrong with a plugin. Every message names the plugin and its distribution.

CityBrainError
└── PluginError               an adapter, detector, source or pack that cannot be used
    ├── PluginNotFoundError   no installed distribution offers one of that name
    ├── PluginAmbiguousError  two distributions offer one of the same name
    ├── PluginImportError     it is installed, and importing it fails
    ├── PluginPortError       it is not what its port asks for, or of another version
    └── PluginFaultError      it failed while it ran, or gave what its port forbids
"""

from citybrain.errors import CityBrainError

ERROR_CHARS = 300  # of a plugin's own words in one of our messages


class PluginError(CityBrainError):
    """Root of what can be wrong with a plugin."""


class PluginNotFoundError(PluginError):
    """No installed distribution offers a plugin of that name."""


class PluginAmbiguousError(PluginError):
    """Two distributions offer a plugin of the same name in the same group."""


class PluginImportError(PluginError):
    """It is installed, and importing it fails."""


class PluginPortError(PluginError):
    """It is not what its port asks for, or is written for another version of it."""


class PluginFaultError(PluginError):
    """It failed while it ran, or gave what its port forbids."""


def in_short(error: BaseException) -> str:
    """A foreign error in one line of bounded length, with its type."""
    words = " ".join(str(error).split())
    text = f"{type(error).__name__}: {words}" if words else type(error).__name__
    return text if len(text) <= ERROR_CHARS else text[: ERROR_CHARS - 2] + " …"
