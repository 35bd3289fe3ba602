"""From an address such as `plugin:well-gauge` to the package's object. Opens none."""

from typing import TypeVar, cast

from citybrain.plugins.errors import PluginFaultError, in_short
from citybrain.plugins.load import load
from citybrain.plugins.ports import CAMERA, SENSOR, PluginGroup, PluginPort
from street_agent.plugins.port import ArrayPicture, Options, Reading, SourcePlugin, SourceReader

SCHEME = "plugin:"
G = TypeVar("G")


def plugin_name(address: str) -> str | None:
    """The plugin that an address names; None where it is no plugin's."""
    return address.removeprefix(SCHEME) if address.startswith(SCHEME) else None


def make_sensor(name: str, options: Options) -> SourceReader[Reading]:
    """A sensor's object, not opened. Raises `PluginError`."""
    plugin = cast("SourcePlugin[Reading]", load(PluginGroup.SOURCES, name, SENSOR))
    return _made(name, SENSOR, plugin, options)


def make_camera(name: str, options: Options) -> SourceReader[ArrayPicture]:
    """A camera's object, not opened. Raises `PluginError`."""
    plugin = cast("SourcePlugin[ArrayPicture]", load(PluginGroup.SOURCES, name, CAMERA))
    return _made(name, CAMERA, plugin, options)


def _made(
    name: str, port: PluginPort, plugin: SourcePlugin[G], options: Options
) -> SourceReader[G]:
    try:
        return plugin(options)
    except Exception as error:
        raise PluginFaultError(
            f"the {port.name} plugin {name} does not take its options ({in_short(error)})."
            " Correct the table `options` of the source."
        ) from error
